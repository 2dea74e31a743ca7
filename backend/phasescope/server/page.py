"""The page: built files by their exact names, and the page itself for every address that the page will understand."""

from __future__ import annotations

from pathlib import Path

from fastapi import APIRouter
from starlette.convertors import PathConvertor, register_url_convertor
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, Response

from phasescope.server import previews
from phasescope.server.context import Here

router = APIRouter(include_in_schema=False)

ASSETS = "assets/"  # the build puts a digest into these names
DRAWING = ("experiments/", "compare")  # addresses of pages that begin with figures
FOR_EVER = "public, max-age=31536000, immutable"

NOT_BUILT = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Phasescope</title></head>
<body><h1>The page is not built yet</h1>
<p>The server runs and answers under <code>/api</code>. Build the page with <code>make run</code>,
or with <code>npm --prefix frontend install</code> and <code>npm --prefix frontend run build</code>,
and load this address again.</p></body></html>
"""

NOT_EMBEDDED = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Phasescope</title></head>
<body><p>This view was revoked, has expired, or may not be shown inside other pages.</p></body></html>
"""


class PageAddress(PathConvertor):
    """Every address outside the API, so that a wrong method there is answered as one."""

    regex = r"(?!api(?:/|$)).*"


register_url_convertor("page", PageAddress())


@router.api_route("/s/{token}", methods=["GET", "HEAD"])
def shared_page(token: str, here: Here, request: Request) -> Response:
    """The page, with what a preview of this link shows in its head."""
    words = previews.head_of(here, token, str(request.base_url).rstrip("/"))
    files = built_files(here.settings.page_folder)
    return _page_itself(files, words, _ahead(files))


@router.api_route("/embed/{token}", methods=["GET", "HEAD"])
def embedded_page(token: str, here: Here) -> Response:
    """The page inside another: only for shares that were made so. The guard lets nothing else be framed."""
    if not previews.may_be_embedded(here, token):
        return HTMLResponse(NOT_EMBEDDED, status_code=404, headers={"Cache-Control": "no-store"})
    return _page_itself(built_files(here.settings.page_folder))


@router.api_route("/{address:page}", methods=["GET", "HEAD"])
def page(address: str, here: Here) -> Response:
    """A built file of exactly this name, or the page itself."""
    files = built_files(here.settings.page_folder)
    if address in files and address != "index.html":
        lasting = address.startswith(ASSETS)
        return FileResponse(files[address], headers={"Cache-Control": FOR_EVER if lasting else "no-cache"})
    if address.startswith(ASSETS):
        raise HTTPException(404)  # of an older build: the page itself would be read as a script
    return _page_itself(files, previews.words_of(here, address), _ahead(files) if address.startswith(DRAWING) else "")


def _ahead(files: dict[str, Path]) -> str:
    """Tells the browser to fetch Plotly at once, where figures will be drawn, and not only when the first one is."""
    names = [name for name in files if name.startswith(f"{ASSETS}plotly")]
    return "".join(f'<link rel="modulepreload" href="/{name}" crossorigin>' for name in names)


def _page_itself(files: dict[str, Path], words: str = "", more: str = "") -> Response:
    """The built page, with more in its head; `words` stand in place of its own title and description."""
    if "index.html" not in files:
        return HTMLResponse(NOT_BUILT, status_code=503, headers={"Cache-Control": "no-store"})
    if not words and not more:
        return FileResponse(files["index.html"], headers={"Cache-Control": "no-cache"})
    text = files["index.html"].read_text(encoding="utf-8")
    text = previews.OWN.sub("", text) if words else text
    return HTMLResponse(text.replace("</head>", f"{words}{more}</head>", 1), headers={"Cache-Control": "no-cache"})


def built_files(folder: Path) -> dict[str, Path]:
    """Every file of the build by its address. An address is looked up here and never made into a path."""
    found = (path for path in folder.rglob("*") if path.is_file() and not path.is_symlink())
    return {path.relative_to(folder).as_posix(): path for path in found}
