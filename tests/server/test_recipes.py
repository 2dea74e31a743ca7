"""The gallery's recipes start with one click, and the demo by itself."""

from __future__ import annotations

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from phasescope.core.errors import InvalidSpec
from phasescope.core.recipe import MAIN
from phasescope.recipes import RECIPES
from phasescope.server.admission import start_demo, start_recipe


def test_every_recipe_is_a_card_with_its_costs(client: TestClient) -> None:
    cards = client.get("/api/recipes").json()
    assert [card["name"] for card in cards] == list(RECIPES)
    for card in cards:
        assert all(size["runs"] >= 1 and size["steps"] >= 1 for size in card["sizes"])


@pytest.mark.parametrize(
    ("recipe", "size", "companion"),
    [
        (recipe.name, size.name, None if name == MAIN else name)
        for recipe in RECIPES.values()
        for size in recipe.sizes
        for name in size.experiments()
    ],
)
def test_every_experiment_of_every_recipe_starts(
    client: TestClient, recipe: str, size: str, companion: str | None
) -> None:
    answer = client.post(f"/api/recipes/{recipe}/experiments", json={"size": size, "companion": companion})
    assert answer.status_code == 201, answer.text
    assert answer.json()["recipe"] == recipe


def test_what_is_not_there_is_404_with_what_is(client: TestClient) -> None:
    recipe = next(iter(RECIPES.values()))
    wrong = client.post(f"/api/recipes/{recipe.name}/experiments", json={"size": "smal"})
    assert wrong.status_code == 404
    assert "Did you mean 'small'?" in wrong.json()["error"]["message"]
    no_companion = {"size": "small", "companion": "table_size"}
    wrong = client.post("/api/recipes/effective_theory/experiments", json=no_companion)
    assert (wrong.status_code, "'table_sizes'" in wrong.json()["error"]["message"]) == (404, True)
    assert client.post("/api/recipes/nothing/experiments", json={"size": "small"}).status_code == 404
    assert client.get("/api/experiments").json() == []


def test_the_demo_starts_on_an_empty_store_only(client: TestClient, app: FastAPI) -> None:
    started = start_demo(app.state.context)
    assert started is not None
    assert started.progress.runs >= 256
    assert start_demo(app.state.context) is None
    assert len(client.get("/api/experiments").json()) == 1


def test_a_recipe_goes_through_the_same_door(client: TestClient, app: FastAPI, monkeypatch: pytest.MonkeyPatch) -> None:
    recipe = next(iter(RECIPES.values()))
    monkeypatch.setitem(recipe.sizes[0].experiment, "steps", 0)
    with pytest.raises(InvalidSpec, match="steps: 0 was given"):
        start_recipe(app.state.context, recipe.name, recipe.sizes[0].name)
