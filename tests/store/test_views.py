"""Kept views are the same on both databases."""

from __future__ import annotations

from datetime import timedelta

import pytest

from phasescope.core.errors import NotFound
from phasescope.store import deletions, purging, views


def test_an_address_keeps_its_name(lab):
    with lab.store.begin() as session:
        name = views.keep(session, "/compare?with=1", lab.now)
        assert views.keep(session, "/compare?with=1", lab.now) == name
        other = views.keep(session, "/compare?with=2", lab.now)
    with lab.store.read() as session:
        assert views.address_of(session, name) == "/compare?with=1"
        assert views.address_of(session, other) == "/compare?with=2"
        with pytest.raises(NotFound):
            views.address_of(session, "nothing")


def test_a_deleted_address_is_purged_alone(lab):
    with lab.store.begin() as session:
        first, other = (views.keep(session, f"/compare?with={number}", lab.now) for number in (1, 2))
        deletion = deletions.delete_view(session, first, lab.now)
        assert purging.purge(session, lab.now + timedelta(days=29)) is None
        assert purging.purge(session, lab.now + timedelta(days=31)) == deletion.id
        assert [row.name for row in views.listed(session)] == [other]
        with pytest.raises(NotFound):
            deletions.take_back(session, deletion.id)
        assert views.keep(session, "/compare?with=1", lab.now) == first


def test_where_a_short_name_is_taken_a_longer_one_is_found(lab, monkeypatch):
    monkeypatch.setattr(views, "SHORTEST", 1)
    with lab.store.begin() as session:
        names = [views.keep(session, f"/compare?with={number}", lab.now) for number in range(1, 60)]
    assert len(set(names)) == 59
    assert {len(name) for name in names} >= {1, 2}
    with lab.store.read() as session:
        assert [views.address_of(session, name) for name in names] == [f"/compare?with={n}" for n in range(1, 60)]
