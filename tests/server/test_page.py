"""The page is served by exact names; addresses never become paths."""

from __future__ import annotations

from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from .test_deletions import archive, delete
from .toy_worker import family

OWN = '<meta name="description" content="Of all" /><title>Phasescope</title>'
INDEX = "<!doctype html><title>Phasescope</title>"


@pytest.mark.parametrize(
    "address", ["/", "/experiments/3?x=optimizer.learning_rate", "/s/token", "/index.html", "/apis"]
)
def test_every_address_of_the_page_opens_the_page(client: TestClient, address: str) -> None:
    answer = client.get(address)
    assert (answer.status_code, answer.text) == (200, INDEX)
    assert answer.headers["Cache-Control"] == "no-cache"


def test_built_files_keep_their_type_and_those_with_a_digest_are_kept_for_ever(client: TestClient) -> None:
    script = client.get("/assets/index-1a2b.js")
    assert script.headers["Content-Type"].startswith("text/javascript")
    assert "immutable" in script.headers["Cache-Control"]
    assert client.get("/icon.svg").headers["Content-Type"].startswith("image/svg")


def test_a_script_of_an_older_build_is_missing_and_not_the_page(client: TestClient) -> None:
    assert client.get("/assets/index-0000.js").status_code == 404


@pytest.mark.parametrize("address", ["/api", "/api/", "/api/nothing", "/api/experiments/1/nothing"])
def test_unknown_addresses_of_the_api_are_errors(client: TestClient, address: str) -> None:
    answer = client.get(address)
    assert answer.status_code == 404
    assert answer.json()["error"]["kind"] == "not_found"


def test_a_wrong_method_is_told_as_one(client: TestClient) -> None:
    assert client.get("/api/worker/lease").status_code == 405
    assert client.post("/").status_code == 405


@pytest.mark.parametrize(
    "address",
    [
        "/../secret",
        "/%2e%2e/secret",
        "/%252e%252e/secret",
        "/..%2fsecret",
        "/assets/..%2f..%2fsecret",
        "/assets%5c..%5c..%5csecret",
        "//etc/passwd",
        "/%2fetc%2fpasswd",
        "/C:%5csecret",
        "/secret%00.js",
        "/link",
        "/file:%2f%2f%2fetc%2fpasswd",
    ],
)
def test_no_spelling_leads_out_of_the_folder(client: TestClient, page_folder: Path, address: str) -> None:
    (page_folder.parent / "secret").write_text("hidden words", encoding="utf-8")
    (page_folder / "link").symlink_to(page_folder.parent / "secret")
    answer = client.get(address)
    assert "hidden words" not in answer.text
    assert "root:" not in answer.text
    assert answer.text == INDEX or answer.status_code == 404


def test_without_a_build_the_page_says_how_to_make_one(client: TestClient, page_folder: Path) -> None:
    (page_folder / "index.html").unlink()
    answer = client.get("/")
    assert answer.status_code == 503
    assert "<code>make run</code>" in answer.text


def test_plotly_is_fetched_at_once_where_figures_will_be_drawn(client: TestClient, page_folder: Path) -> None:
    (page_folder / "index.html").write_text("<!doctype html><head></head>", encoding="utf-8")
    (page_folder / "assets" / "plotly-3c4d.js").write_text("export {}", encoding="utf-8")
    ahead = '<link rel="modulepreload" href="/assets/plotly-3c4d.js" crossorigin></head>'
    for address, wanted in (("/experiments/1", True), ("/compare?with=1", True), ("/", False), ("/new", False)):
        assert (ahead in client.get(address).text) == wanted, address


@pytest.mark.parametrize(
    "address",
    ["/", "/new", "/compare?with=1", "/s/never-was", "/experiments/1", "/experiments/9", "/experiments/x", "/gallery"],
)
def test_pages_without_words_of_their_own_keep_those_of_all(
    client: TestClient, page_folder: Path, trained: int, address: str
) -> None:
    with_head(page_folder)
    archive(client, trained)
    delete(client, experiment=trained)  # it is number 1
    assert OWN in client.get(address).text


def test_the_page_of_an_experiment_has_its_title_and_description(client: TestClient, page_folder: Path) -> None:
    with_head(page_folder)
    hostile = "</title><script>alert(1)</script>"
    for description, said in (("Why <so>?", "Why &lt;so&gt;?"), ("", "An experiment of Phasescope.")):
        body = family(name=hostile, description=description)
        number = client.post("/api/experiments", json=body).json()["id"]
        text = client.get(f"/experiments/{number}?x=seed").text
        assert "<title>&lt;/title&gt;&lt;script&gt;alert(1)&lt;/script&gt; · Phasescope</title>" in text
        assert f'<meta name="description" content="{said}">' in text
        assert text.count("<title>") == text.count('name="description"') == 1
        assert "plotly-3c4d" in text


def with_head(page_folder: Path) -> None:
    """As it is built: words of its own, and a Plotly to be fetched ahead."""
    (page_folder / "index.html").write_text(f"<!doctype html><head>{OWN}</head>", encoding="utf-8")
    (page_folder / "assets" / "plotly-3c4d.js").write_text("export {}", encoding="utf-8")
