"""Shares: an unguessable token opens one view for reading, and nothing else; only its digest is stored."""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta

from sqlalchemy.orm import Session

from phasescope.core.records import Share
from phasescope.core.view import View
from phasescope.server.context import Context, now
from phasescope.server.drawing import cards
from phasescope.server.messages import SharedView, ShareMade, ShareRequest
from phasescope.store import experiments, runs, shares

TOKEN_BYTES = 24


def make_share(context: Context, wanted: ShareRequest) -> ShareMade:
    """Raises NotFound when there is no such experiment."""
    token = secrets.token_urlsafe(TOKEN_BYTES)
    expires_at = None if wanted.expires_in_days is None else now() + timedelta(days=wanted.expires_in_days)
    with context.writing() as change:
        experiments.version(change.session, wanted.view.experiment)
        share = shares.create(
            change.session,
            view=wanted.view,
            title=wanted.title,
            note=wanted.note,
            expires_at=expires_at,
            token_hash=digest_of_token(token),
        )
    return ShareMade(share=share, token=token, path=f"/s/{token}")


def find_share(session: Session, token: str) -> Share:
    """Raises NotFound, the same for a token that never was, was revoked or has expired."""
    return shares.by_token(session, digest_of_token(token), now())


def open_share(context: Context, token: str) -> SharedView:
    """Everything that the page of the share shows, but its figures. Raises NotFound."""
    with context.store.read() as session:
        share = find_share(session, token)
        return SharedView(
            title=share.title,
            note=share.note,
            expires_at=share.expires_at,
            view=share.view,
            figures=cards(),
            experiment=experiments.get(session, share.view.experiment),
            runs=tuple(runs.of_experiment(session, share.view.experiment)),
        )


def digest_of_token(token: str) -> str:
    """What is stored: a token of this many random bits needs no slow hash."""
    return hashlib.sha256(token.encode()).hexdigest()


def shared_view(context: Context, token: str, *, step: int | None, layer: str | None) -> View:
    """The view of the share, with the clock or the layer moved where they are given. Raises NotFound."""
    with context.store.read() as session:
        view = find_share(session, token).view
    moved = {name: value for name, value in {"step": step, "layer": layer}.items() if value is not None}
    return view.model_copy(update=moved)
