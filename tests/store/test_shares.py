"""Shares: opened by their token until they are revoked or expire."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest
from sqlalchemy.exc import StatementError

from phasescope.core.errors import Missing, NotFound
from phasescope.core.view import View
from phasescope.store import shares

VIEW = View(experiment=1, colour="test_loss", runs=(3, 1), step=20)


def create(lab, token="a token", *, expires_at=None):
    with lab.store.begin() as session:
        return shares.create(
            session, view=VIEW, title="A title", note="A note", expires_at=expires_at, token_hash=token
        )


def by_token(lab, token="a token"):
    with lab.store.read() as session:
        return shares.by_token(session, token, lab.now)


def test_a_share_is_found_by_its_token(lab):
    made = create(lab)
    assert by_token(lab) == made
    assert (made.title, made.note, made.view, made.expires_at, made.revoked_at) == (
        "A title",
        "A note",
        VIEW,
        None,
        None,
    )
    with pytest.raises(Missing):
        by_token(lab, "another token")


def test_a_share_that_was_revoked_opens_nothing(lab):
    made = create(lab)
    with lab.store.begin() as session:
        revoked = shares.revoke(session, made.id, lab.now)
        assert shares.revoke(session, made.id, lab.now + timedelta(days=1)) == revoked
        with pytest.raises(NotFound, match="share 9"):
            shares.revoke(session, 9, lab.now)
    assert revoked.revoked_at == lab.now
    with pytest.raises(Missing):
        by_token(lab)
    with lab.store.read() as session:
        assert shares.listed(session) == [revoked]


def test_a_share_expires(lab):
    elsewhere = lab.now.astimezone(timezone(timedelta(hours=9))) + timedelta(days=1)
    made = create(lab, expires_at=elsewhere)
    assert made.expires_at == elsewhere
    assert by_token(lab) == made
    lab.later(24 * 60 * 60)
    with pytest.raises(Missing):
        by_token(lab)


def test_shares_are_listed_newest_first(lab):
    made = [create(lab, token) for token in "abc"]
    with lab.store.read() as session:
        assert shares.listed(session) == made[::-1]


def test_a_moment_without_a_time_zone_is_refused(lab):
    with pytest.raises(StatementError, match="has no time zone"):
        create(lab, expires_at=datetime(2026, 1, 1))
