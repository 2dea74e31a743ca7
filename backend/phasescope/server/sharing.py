"""Shares: an unguessable token opens one view or comparison, and nothing else; only its digest is stored."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from datetime import timedelta
from typing import TypeVar

from sqlalchemy.orm import Session

from phasescope.core.comparison import Comparison
from phasescope.core.errors import Missing
from phasescope.core.records import Experiment, Run, Share
from phasescope.core.view import View
from phasescope.server.comparing import read_comparison
from phasescope.server.context import Context, now
from phasescope.server.drawing import cards
from phasescope.server.link_messages import ComparisonBody, SharedComparison, SharedView, ShareMade, ShareRequest
from phasescope.server.looking import looked_at
from phasescope.store import experiments, shares

TOKEN_BYTES = 24
Shown = TypeVar("Shown", View, Comparison)


def make_share(context: Context, wanted: ShareRequest) -> ShareMade:
    """Raises NotFound when there is no such experiment."""
    token = secrets.token_urlsafe(TOKEN_BYTES)
    expires_at = None if wanted.expires_in_days is None else now() + timedelta(days=wanted.expires_in_days)
    with context.writing() as change:
        for experiment in experiments_of(wanted.view):
            experiments.version(change.session, experiment)
        share = shares.create(
            change.session,
            view=wanted.view,
            title=wanted.title,
            note=wanted.note,
            expires_at=expires_at,
            token_hash=digest_of_token(token),
            embeddable=wanted.embeddable,
        )
    return ShareMade(share=share, token=token, path=f"/s/{token}")


def experiments_of(view: View | Comparison) -> list[int]:
    """The experiments that somebody who has the link sees."""
    return [view.experiment] if isinstance(view, View) else [side.experiment for side in view.sides]


def find_share(session: Session, token: str) -> Share:
    """Raises NotFound, the same for a token that never was, was revoked or has expired."""
    return shares.by_token(session, digest_of_token(token), now())


def open_share(context: Context, token: str) -> SharedView | SharedComparison:
    """Everything that the page of the share shows, but its figures. Raises NotFound."""
    with context.store.read() as session:
        share = find_share(session, token)
        if isinstance(share.view, Comparison):
            body = _public(read_comparison(session, share.view))
            return SharedComparison(title=share.title, note=share.note, expires_at=share.expires_at, body=body)
        experiment = experiments.get(session, share.view.experiment)
        return SharedView(
            title=share.title,
            note=share.note,
            expires_at=share.expires_at,
            view=share.view,
            figures=cards(),
            experiment=_without_notes(experiment),
            runs=_without_messages(looked_at(session, experiment, share.view)),
        )


def _public(body: ComparisonBody) -> ComparisonBody:
    """Without what people wrote for themselves and without messages of failures, which may name their folders."""
    sides = tuple(
        side.model_copy(update={"experiment": _without_notes(side.experiment), "runs": _without_messages(side.runs)})
        for side in body.sides
    )
    return body.model_copy(update={"sides": sides})


def _without_notes(experiment: Experiment) -> Experiment:
    return experiment.model_copy(update={"notes": ""})


def _without_messages(members: Sequence[Run]) -> tuple[Run, ...]:
    return tuple(run.model_copy(update={"message": None}) if run.message else run for run in members)


def digest_of_token(token: str) -> str:
    """What is stored: a token of this many random bits needs no slow hash."""
    return hashlib.sha256(token.encode()).hexdigest()


def shared_view(context: Context, token: str, *, step: int | None, layer: str | None) -> View:
    """The view of the share, with the clock or the layer moved where they are given. Raises NotFound."""
    with context.store.read() as session:
        view = find_share(session, token).view
    if not isinstance(view, View):
        raise Missing("This link opens a comparison, which has other figures.")
    return _moved(view, step=step, layer=layer)


def shared_comparison(context: Context, token: str, *, step: int | None = None, layer: str | None = None) -> Comparison:
    """The comparison of the share, with the clock or the layer moved where they are given. Raises NotFound."""
    with context.store.read() as session:
        view = find_share(session, token).view
    if not isinstance(view, Comparison):
        raise Missing("This link opens a view of one experiment, which has other figures.")
    return _moved(view, step=step, layer=layer)


def _moved(view: Shown, *, step: int | None, layer: str | None) -> Shown:
    moved = {name: value for name, value in {"step": step, "layer": layer}.items() if value is not None}
    return view.model_copy(update=moved)
