"""Claims are judged by what the store holds, the verdicts are kept, and the card shows the newest."""

from __future__ import annotations

from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from phasescope.core.recipe import Claim, Companion, Picture, Recipe, Size
from phasescope.core.registry import Registry
from phasescope.core.wire import Lease
from phasescope.recipes import RECIPES
from phasescope.server import admission, verifying

from .toy_worker import ToyWorker, family

WHERE = {"machine": "a machine", "processor_seconds": 12.0}


def claim(name: str, series: str, *, of: str = "main", **bounds: float) -> Claim:
    quantity = {"name": "reading", "readings": {"x": {"series": series}}, "expression": "x"}
    return Claim(name=name, statement="It is so.", measured=series, quantity=quantity, of=of, **bounds)


@pytest.fixture
def recipe(monkeypatch: pytest.MonkeyPatch) -> Recipe:
    """A recipe of two made-up experiments, one claim that can hold, one that cannot and one that lacks its series."""
    other = Companion(name="other", title="Another", experiment={**family(), "name": "Another", "steps": 16})
    made = Recipe(
        name="made_up",
        title="Made up",
        reference="nobody",
        question="Is it so?",
        summary="It is.",
        sizes=(Size(name="small", note="quick", experiment=family(), companions=(other,)),),
        claims=(
            claim("holds", "train_loss", at_least=-1e9),
            claim("fails", "train_loss", at_most=-1e9),
            claim("lacks", "repetition_rate", of="other", at_least=0),
        ),
        picture=Picture(caption="Lines.", kind="lines", series=("train_loss",)),
    )
    recipes = Registry("recipe", [*RECIPES.values(), made])
    monkeypatch.setattr(admission, "RECIPES", recipes)
    monkeypatch.setattr(verifying, "RECIPES", recipes)
    return made


def started(client: TestClient, app: FastAPI, **choice: Any) -> int:
    made = admission.start_recipe(app.state.context, "made_up", "small", **choice)
    return made.id


def train_everything(client: TestClient) -> None:
    worker = ToyWorker(client)
    while (answer := client.post("/api/worker/lease", json={"worker": worker.number, "runs_at_most": 100})).content:
        lease = Lease.model_validate(answer.json())
        assert worker.put_block(lease, lease.steps).status_code == 200
        assert worker.finish(lease).status_code == 200


def verified(client: TestClient, experiments: dict[str, int]) -> Any:
    return client.post(
        "/api/recipes/made_up/verifications", json={"size": "small", "experiments": experiments, **WHERE}
    )


def test_every_claim_gets_its_verdict_and_the_card_shows_it(client: TestClient, app: FastAPI, recipe: Recipe) -> None:
    experiments = {"main": started(client, app), "other": started(client, app, companion="other")}
    train_everything(client)
    answer = verified(client, experiments)
    assert answer.status_code == 201, answer.text
    found = answer.json()
    assert [verdict["holds"] for verdict in found["verdicts"]] == [True, False, False]
    assert found["holds"] is False
    assert found["verdicts"][2]["lacking"] == ["repetition_rate"]
    assert "repetition_rate was not measured" in found["verdicts"][2]["found"]
    assert (found["machine"], found["processor_seconds"]) == ("a machine", 12.0)
    (card,) = (each for each in client.get("/api/recipes").json() if each["name"] == "made_up")
    assert card["verifications"] == [found]
    again = verified(client, experiments)
    assert again.json()["processor_seconds"] == 24.0  # the first part of the training counts too


def test_what_still_trains_is_missing_or_is_something_else_is_refused(
    client: TestClient, app: FastAPI, recipe: Recipe
) -> None:
    main, other = started(client, app), started(client, app, companion="other")

    def asked(**experiments: int) -> tuple[int, str]:
        body = {"size": "small", "experiments": experiments, **WHERE}
        answer = client.post("/api/recipes/made_up/verifications", json=body)
        return answer.status_code, answer.json()["error"]["message"]

    refusal = f"Experiment {main} still trains: claims are judged when all its runs have ended."
    assert asked(main=main, other=other) == (409, refusal)
    assert asked(main=main)[0] == 422
    assert "other of the recipe is missing" in asked(main=main)[1]
    assert asked(main=main, another=other)[0] == 404
    swapped = asked(main=other, other=main)
    assert (swapped[0], "is not what the recipe says today" in swapped[1]) == (422, True)
    unknown = client.post("/api/recipes/nothing/verifications", json={"size": "small", "experiments": {}} | WHERE)
    assert unknown.status_code == 404


def test_more_seeds_are_still_the_same_recipe(client: TestClient, app: FastAPI, recipe: Recipe) -> None:
    experiments = {"main": started(client, app, seeds=3), "other": started(client, app, companion="other", seeds=3)}
    train_everything(client)
    answer = verified(client, experiments)
    assert answer.json()["seeds"] == 3
    assert len(answer.json()["verdicts"][0]["values"]) == 3


def test_a_picture_is_an_svg_or_not_there(client: TestClient) -> None:
    for card in client.get("/api/recipes").json():
        answer = client.get(f"/api/recipes/{card['name']}/picture")
        assert (answer.status_code == 200) is (card["picture"] is not None)
        if card["picture"]:
            assert answer.headers["content-type"] == "image/svg+xml"
            assert answer.text.startswith("<svg")
    assert client.get("/api/recipes/nothing/picture").status_code == 404
