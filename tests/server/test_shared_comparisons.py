"""A shared comparison opens its sides and nothing else, says what it is when pasted, and is framed by request."""

from __future__ import annotations

import base64
import io
import json
import re
import struct
import zlib
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from fastapi.testclient import TestClient

from phasescope.figures.style import PHASE_COLOURS

from .test_shares import share
from .toy_worker import ToyWorker, family

OTHER_DATA = {"trajectories": "", "learning_order": ""}  # figures whose `customdata` are not numbers of runs


@pytest.fixture
def other(client: TestClient, trained: int) -> int:
    """A second trained experiment."""
    number: int = client.post("/api/experiments", json=family(name="a secret one", steps=50)).json()["id"]
    worker = ToyWorker(client, name="second")
    lease = worker.lease()
    worker.put_block(lease, lease.steps)
    worker.finish(lease)
    return number


def share_comparison(client: TestClient, sides: list[dict[str, Any]], **more: Any) -> dict[str, Any]:
    body = {"view": {"sides": sides}, "title": "Two", "note": "", "expires_in_days": None, **more}
    answer = client.post("/api/shares", json=body)
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


def runs_of(client: TestClient, experiment: int) -> list[int]:
    return [run["id"] for run in client.get(f"/api/experiments/{experiment}/runs").json()]


def test_a_shared_comparison_opens_its_sides(client: TestClient, trained: int, other: int) -> None:
    first = runs_of(client, trained)[:2]
    token = share_comparison(client, [{"experiment": trained, "runs": first}, {"experiment": other}])["token"]
    opened = client.get(f"/api/shared/{token}").json()
    assert opened["title"] == "Two"
    assert [len(side["runs"]) for side in opened["body"]["sides"]] == [2, 4]
    own = client.get(
        "/api/comparisons/figures/curves_together", params={"with": [f"{trained}:{first[0]},{first[1]}", str(other)]}
    )
    shared = client.get(f"/api/shared/{token}/comparison/curves_together")
    assert shared.content == own.content
    assert client.get(f"/api/shared/{token}/sides/2/drift").status_code == 200
    for address in ("comparison/curves_together/csv", "sides/1/curves/csv", "sides/1/curves/html"):
        assert client.get(f"/api/shared/{token}/{address}").status_code == 200, address
    rows = client.get(f"/api/shared/{token}/sides/1/curves/csv", params={"runs": 4}).text.splitlines()[1:]
    assert {int(row.split(",")[0]) for row in rows} == set(first)
    curves = client.get(f"/api/shared/{token}/sides/1/curves").json()
    assert {run for trace in curves["data"] for run in (trace.get("meta") or {}).get("runs", [])} == set(first)


def test_it_opens_nothing_else(client: TestClient, trained: int, other: int) -> None:
    only = runs_of(client, trained)[0]
    token = share_comparison(client, [{"experiment": trained, "runs": [only]}])["token"]
    for address in ("sides/2/curves", "sides/2/curves/csv", "figures/curves/csv", "runs/csv", "film"):
        assert client.get(f"/api/shared/{token}/{address}").status_code == 404, address
    assert client.get(f"/api/shared/{token}/figures/curves").status_code == 404
    same = {"runs": only, "run": only}  # the same view, but of all runs
    assert client.get(f"/api/experiments/{trained}/figures/phase_diagram", params=same).status_code == 200
    assert runs_named_in_all(client, token, 1) == {only}
    text = client.get(f"/api/shared/{token}").text
    assert "a secret one" not in text
    still = client.get(f"/api/shared/{token}/sides/1/curves").content
    others: dict[str, str | int] = {"experiment": other, "runs": 2, "series": "loss", "with": str(other)}
    for name, value in others.items():
        assert client.get(f"/api/shared/{token}/sides/1/curves", params={name: value}).content == still, name
    view = share(client, trained)["token"]
    assert client.get(f"/api/shared/{view}/comparison/curves_together").status_code == 404
    assert client.get(f"/api/shared/{view}/sides/1/curves").status_code == 404


def test_a_side_without_runs_shows_none(client: TestClient, trained: int, other: int) -> None:
    stranger = runs_of(client, other)[0]
    for side in ({"experiment": trained, "runs": [stranger]}, {"experiment": trained, "filter": "seed == 9"}):
        token = share_comparison(client, [side])["token"]
        assert runs_named_in_all(client, token, 1, ["phase_diagram", "curves"]) == set()


def runs_named_in_all(client: TestClient, token: str, side: int, some: Sequence[str] = ()) -> set[int]:
    """The runs that any figure or file of this side names, whichever figure is asked for, or of some."""
    read_table = pytest.importorskip("pyarrow.parquet").read_table
    names = some or [card["name"] for card in client.get("/api/figures").json()]
    found: set[int] = set()
    for name in names:
        address = f"/api/shared/{token}/sides/{side}/{name}"
        answer = client.get(address)
        assert answer.status_code == 200, (name, answer.text)
        page = client.get(f"{address}/html").text
        for text in (answer.text, page.partition(' id="drawn">')[2].partition("</script>")[0]):
            found |= runs_named_in(json.loads(text), OTHER_DATA.get(name, "customdata"))
            found |= {int(number) for number in re.findall(r"\brun (\d+)", text)}
        found |= {int(line.split(",")[0]) for line in client.get(f"{address}/csv").text.splitlines()[1:]}
        found |= {row["run"] for row in read_table(io.BytesIO(client.get(f"{address}/parquet").content)).to_pylist()}
        found |= set(np.load(io.BytesIO(client.get(f"{address}/npz").content), allow_pickle=False)["runs"].tolist())
    return found


def runs_named_in(drawn: Any, data: str) -> set[int]:
    """Wherever a drawing names runs: numbers of its `data`, and `run` and `runs` of what is beside it."""
    found: set[int] = set()
    if isinstance(drawn, dict):
        for name, value in drawn.items():
            if name in (data, "run") or (name == "runs" and not isinstance(value, int)):
                found |= numbers_in(value)
            else:
                found |= runs_named_in(value, data)
    elif isinstance(drawn, list):
        for value in drawn:
            found |= runs_named_in(value, data)
    return found


def numbers_in(value: Any) -> set[int]:
    """Whole numbers of a list or of a typed array, however deep."""
    if isinstance(value, dict):
        return set(np.frombuffer(base64.b64decode(value["bdata"]), dtype=value["dtype"]).tolist())
    if isinstance(value, list):
        return {number for part in value for number in numbers_in(part)}
    return {value} if isinstance(value, int) else set()


@pytest.mark.parametrize("sides", [[], [{"experiment": 1}] * 7, [{"experiment": 999}], [{"experiment": 1, "x": 2}]])
def test_a_comparison_that_cannot_be_is_not_shared(client: TestClient, experiment: int, sides: list[Any]) -> None:
    body = {"view": {"sides": sides}, "title": "Two", "note": "", "expires_in_days": None}
    assert client.post("/api/shares", json=body).status_code in (404, 422)
    assert client.get("/api/shares").json() == []


def pixels_of(png: bytes) -> np.ndarray:
    """Read back with the standard library alone."""
    assert png[:8] == b"\x89PNG\r\n\x1a\n"
    parts, place = {}, 8
    while place < len(png):
        (length,) = struct.unpack(">I", png[place : place + 4])
        name, data = png[place + 4 : place + 8], png[place + 8 : place + 8 + length]
        assert struct.unpack(">I", png[place + 8 + length : place + 12 + length])[0] == zlib.crc32(name + data)
        parts[name] = data
        place += 12 + length
    width, height = struct.unpack(">II", parts[b"IHDR"][:8])
    rows = np.frombuffer(zlib.decompress(parts[b"IDAT"]), dtype=np.uint8).reshape(height, 1 + 3 * width)
    assert (rows[:, 0] == 0).all()
    return rows[:, 1:].reshape(height, width, 3)


def test_the_picture_shows_the_cells_in_the_colours_of_their_phases(client: TestClient, trained: int) -> None:
    token = share(client, trained)["token"]
    answer = client.get(f"/api/shared/{token}/picture")
    assert answer.headers["Content-Type"] == "image/png"
    pixels = pixels_of(answer.content)
    assert pixels.shape == (630, 1200, 3)
    diagram = client.get(f"/api/shared/{token}/figures/phase_diagram").json()
    counts = diagram["layout"]["meta"]["counts"]
    present = {name for name, count in counts.items() if count}
    assert present
    seen = {tuple(colour) for colour in pixels.reshape(-1, 3)[::7].tolist()}
    for name, colour in PHASE_COLOURS.items():
        rgb = tuple(int(colour[at : at + 2], 16) for at in (1, 3, 5))
        assert (rgb in seen) == (name in present), name


def test_the_picture_shows_selected_curves_and_compared_sides(client: TestClient, trained: int, other: int) -> None:
    plain = client.get(f"/api/shared/{share(client, trained)['token']}/picture").content
    run = runs_of(client, trained)[0]
    selected = client.get(f"/api/shared/{share(client, trained, runs=[run], series='loss')['token']}/picture").content
    assert plain != selected
    made = share_comparison(client, [{"experiment": trained}, {"experiment": other}])
    body = client.get(f"/api/shared/{made['token']}").json()["body"]
    pixels = pixels_of(client.get(f"/api/shared/{made['token']}/picture").content)
    seen = {tuple(colour) for colour in pixels.reshape(-1, 3).tolist()}
    for side in body["sides"]:
        assert tuple(int(side["colour"][at : at + 2], 16) for at in (1, 3, 5)) in seen


@pytest.mark.parametrize("series", ["accuracy", "nothing_like_it"])
def test_a_picture_of_nothing_is_still_a_picture(client: TestClient, experiment: int, series: str) -> None:
    token = share(client, experiment, runs=[1], series=series)["token"]
    assert pixels_of(client.get(f"/api/shared/{token}/picture").content).shape == (630, 1200, 3)


def test_the_page_of_a_share_says_what_it_is(client: TestClient, trained: int, page_folder: Any) -> None:
    own = '<meta name="description" content="Of all" />\n<title>Phasescope</title>'
    (page_folder / "index.html").write_text(f"<html><head>{own}</head></html>", encoding="utf-8")
    hostile = '"><script>alert(1)</script>'
    body = {"view": {"experiment": trained}, "title": hostile, "note": hostile, "expires_in_days": None}
    token = client.post("/api/shares", json=body).json()["token"]
    text = client.get(f"/s/{token}").text
    assert "<script>" not in text
    assert "&lt;script&gt;alert(1)" in text
    assert f'<meta property="og:image" content="http://127.0.0.1:8787/api/shared/{token}/picture">' in text
    assert text.count("<title>") == text.count('name="description"') == 1, "previews take the first"
    assert "Of all" not in text
    assert '<meta name="twitter:card" content="summary_large_image">' in text
    unknown = client.get("/s/never-was")
    assert unknown.status_code == 200
    assert "og:" not in unknown.text
    assert "Of all" in unknown.text


def test_only_a_share_made_so_may_be_framed(client: TestClient, trained: int) -> None:
    closed = share(client, trained)["token"]
    body = {"view": {"experiment": trained}, "title": "t", "note": "", "expires_in_days": None, "embeddable": True}
    made = client.post("/api/shares", json=body).json()
    opened = client.get(f"/embed/{made['token']}")
    assert opened.status_code == 200
    assert "frame-ancestors *" in opened.headers["Content-Security-Policy"]
    assert "script-src 'self'" in opened.headers["Content-Security-Policy"]
    assert "X-Frame-Options" not in opened.headers
    client.delete(f"/api/shares/{made['share']['id']}")
    for address in (
        f"/embed/{closed}", "/embed/never-was", f"/embed/{made['token']}", f"/s/{closed}", "/", "/embed",
        "/embed/../shares", f"/embed/{closed}/more", "/shares", "/api/shares",
    ):  # fmt: skip
        answer = client.get(address)
        assert answer.headers["X-Frame-Options"] == "DENY", address
        assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"], address
    assert client.get(f"/embed/{closed}").status_code == 404
