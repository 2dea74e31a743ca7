"""Groups in comparisons: who is in them, the run that stands for them, and what their figures draw."""

from __future__ import annotations

from typing import Any

import pytest
from fastapi.testclient import TestClient

from .test_shared_comparisons import runs_named_in, runs_named_in_all, share_comparison
from .toy_worker import ToyWorker, family, made_up_block


@pytest.fixture
def grown(client: TestClient) -> tuple[int, list[int]]:
    """Five seeds of two rates, each seed with losses and accuracies of its own, from the least to the greatest."""
    axes = [{"path": "optimizer.learning_rate", "values": [0.001, 0.01]}]
    number = client.post("/api/experiments", json=family(name="seeds", axes=axes, seeds=5)).json()["id"]
    runs = client.get(f"/api/experiments/{number}/runs").json()
    scales = {run["id"]: [3, 1, 5, 2, 4][run["seed"]] for run in runs}
    worker = ToyWorker(client)
    for _ in range(2):  # the first seed is trained before the others
        lease = worker.lease()
        block = made_up_block(lease, lease.steps)
        for row, run in enumerate(block.runs.tolist()):
            block.values[row, :, :2] *= scales[run]
        worker.put(lease, block)
        worker.finish(lease)
    return number, [run["id"] for run in sorted(runs, key=lambda run: (run["point"][axes[0]["path"]], run["seed"]))]


def read(client: TestClient, *sides: str) -> list[dict[str, Any]]:
    answer = client.get("/api/comparisons", params={"with": list(sides)})
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["sides"]
    return found


def test_a_group_is_what_an_expression_says(client: TestClient, grown: tuple[int, list[int]]) -> None:
    number, runs = grown
    one, other = read(client, f"{number}?learning_rate < 0.005", f"{number}:{runs[0]},{runs[5]}-{runs[6]}?seed == 0")
    assert {run["id"] for run in one["runs"]} == set(runs[:5])
    assert {run["id"] for run in other["runs"]} == {runs[0], runs[5]}
    assert one["label"] == "learning_rate < 0.005, learning rate 0.001"
    phases = read(client, f"{number}?phase == 'comprehension'", f"{number}?phase != 'comprehension'")
    assert sum(len(side["runs"]) for side in phases) == 10
    assert [side["label"].split(",")[0] for side in phases] == ["comprehension", "phase != 'comprehension'"]


def test_the_run_in_the_middle_stands_for_a_group_or_the_chosen_one(
    client: TestClient, grown: tuple[int, list[int]]
) -> None:
    number, runs = grown
    spelled = ",".join(map(str, runs[:5]))
    middle, chosen, stranger, alone = read(
        client, f"{number}:{spelled}", f"{number}:{spelled}@{runs[1]}", f"{number}:{spelled}@{runs[7]}",
        f"{number}:{runs[3]}",
    )  # fmt: skip
    assert middle["run"] == runs[0]  # the third of five by its loss
    assert chosen["run"] == runs[1]
    assert stranger["run"] == runs[0]
    assert alone["run"] == runs[3]
    film = client.get("/api/comparisons/sides/representation_film", params={"with": f"{number}:{spelled}@{runs[1]}"})
    assert film.json()["layout"]["meta"]["run"] == runs[1]


def test_groups_without_a_name_of_their_own_say_where_they_reach(
    client: TestClient, grown: tuple[int, list[int]]
) -> None:
    number, runs = grown
    one, other = read(client, f"{number}:{runs[0]},{runs[6]}", f"{number}:{runs[1]},{runs[5]}")
    assert one["label"] == other["label"] == "learning rate 0.001 … 0.01"


def test_figures_of_a_group_are_of_all_its_runs(client: TestClient, grown: tuple[int, list[int]]) -> None:
    number, runs = grown
    asked = {"with": f"{number}?learning_rate == 0.01", "series": "loss"}
    curves = client.get("/api/comparisons/sides/curves", params=asked)
    (line,) = [t for t in curves.json()["data"] if t["name"].startswith("0.01") and t["line"].get("dash") == "solid"]
    assert set(line["meta"]["runs"]) == set(runs[5:])
    drift = client.get("/api/comparisons/sides/drift", params=asked).json()["layout"]["meta"]
    assert (drift["kind"], set(drift["runs"])) == ("drift_over_runs", set(runs[5:]))
    one = client.get("/api/comparisons/sides/drift", params={"with": f"{number}:{runs[5]}"}).json()["layout"]["meta"]
    assert (one["kind"], one["run"]) == ("drift", runs[5])
    again = client.get("/api/comparisons/sides/curves", params=asked, headers={"If-None-Match": curves.headers["ETag"]})
    assert again.status_code == 304
    rows = client.get("/api/comparisons/sides/curves/csv", params=asked).text.splitlines()[1:]
    assert {int(row.split(",")[0]) for row in rows} == set(runs[5:])
    together = client.get("/api/comparisons/figures/curves_together", params=asked).json()
    (middle,) = [t for t in together["data"] if t.get("meta") and t["line"]["dash"] == "solid"]
    assert len(middle["meta"]["runs"]) == 5


def test_of_very_many_runs_evenly_spaced_ones_are_drawn(
    client: TestClient, grown: tuple[int, list[int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    number, _ = grown
    everyone = [run["id"] for run in client.get(f"/api/experiments/{number}/runs").json()]
    monkeypatch.setattr("phasescope.server.comparing.MOST_DRAWN", 4)
    drift = client.get("/api/comparisons/sides/drift", params={"with": str(number)}).json()
    assert (
        set(everyone[::3])
        <= set(drift["layout"]["meta"]["runs"])
        <= {*everyone[::3], read(client, str(number))[0]["run"]}
    )


def test_a_shared_group_is_the_same_and_nobody_else_is_in_it(client: TestClient, grown: tuple[int, list[int]]) -> None:
    number, runs = grown
    side = {"experiment": number, "filter": "learning_rate == 0.01", "run": runs[6]}
    token = share_comparison(client, [side, {"experiment": number, "runs": [runs[0]]}])["token"]
    body = client.get(f"/api/shared/{token}").json()["body"]
    assert {run["id"] for run in body["sides"][0]["runs"]} == set(runs[5:])
    assert body["sides"][0]["run"] == runs[6]
    own = client.get("/api/comparisons/sides/drift", params={"with": f"{number}@{runs[6]}?learning_rate == 0.01"})
    assert client.get(f"/api/shared/{token}/sides/1/drift").content == own.content
    assert client.get(f"/api/shared/{token}/sides/1/drift/csv").status_code == 200
    assert runs_named_in_all(client, token, 1) == set(runs[5:])
    assert runs_named_in_all(client, token, 2) == {runs[0]}
    assert client.get(f"/api/shared/{token}/sides/3/drift").status_code == 404


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("?lerning_rate < 1", "learning_rate"),
        ("?(", "is not an expression"),
        ("?" + "1" * 501, "at most 500 letters"),
        (":1@0", "runs such as 7"),
        (":1@x", "allowed"),
    ],
)
def test_a_group_that_cannot_be_is_refused_in_words(
    client: TestClient, grown: tuple[int, list[int]], text: str, said: str
) -> None:
    answer = client.get("/api/comparisons", params={"with": f"{grown[0]}{text}"})
    assert answer.status_code == 422
    assert said in answer.json()["error"]["message"]


def test_runs_that_were_put_away_stand_only_where_they_are_named(
    client: TestClient, grown: tuple[int, list[int]]
) -> None:
    number, runs = grown
    client.patch("/api/runs/marks", json={"runs": [runs[0]], "archived": True})
    whole, named, asked = read(client, str(number), f"{number}:{runs[0]}", f"{number}?archived")
    assert len(whole["runs"]) == 9
    assert [run["id"] for run in named["runs"]] == [run["id"] for run in asked["runs"]] == [runs[0]]
    asked = {"with": f"{number}:{runs[0]},{runs[1]}"}
    curves = client.get("/api/comparisons/sides/curves", params=asked).json()
    assert runs_named_in(curves, "customdata") == {runs[0], runs[1]}
    for figure in ("curves", "phase_diagram"):
        rows = client.get(f"/api/comparisons/sides/{figure}/csv", params=asked).text.splitlines()[1:]
        assert {int(row.split(",")[0]) for row in rows} == {runs[0], runs[1]}, figure
