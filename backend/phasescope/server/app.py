"""The server's application, put together: context, guard, errors, routes, page."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import APIRouter, FastAPI
from fastapi.routing import APIRoute

from phasescope import __version__
from phasescope.core.catalogue import Catalogue
from phasescope.server import errors, page
from phasescope.server.context import Context
from phasescope.server.guard import Guard
from phasescope.server.limits import BodyLimit
from phasescope.server.reaper import Reaper
from phasescope.server.routes import ROUTERS
from phasescope.server.settings import Settings
from phasescope.server.warming import Warming
from phasescope.store import Store


def create_app(settings: Settings, *, store: Store | None = None, catalogue: Catalogue | None = None) -> FastAPI:
    """The application. It opens the store when it starts, unless one is given; it closes either when it stops."""
    context = Context(settings, store=store, catalogue=catalogue)
    app = FastAPI(
        title="Phasescope",
        summary="A workbench for the learning dynamics of neural networks.",
        version=__version__,
        lifespan=_lifespan,
        openapi_url="/api/openapi.json",
        docs_url=None,  # they load scripts from elsewhere, which the content security policy forbids
        redoc_url=None,
        responses=errors.DECLARED,
        generate_unique_id_function=_function_name,
    )
    app.state.context = context
    errors.install(app)
    app.add_middleware(BodyLimit)
    app.add_middleware(Guard, hosts=[settings.host])  # added last, so it stands outermost
    api = APIRouter(prefix="/api")
    for router in ROUTERS:
        api.include_router(router)
    app.include_router(api)
    app.include_router(page.router)
    return app


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    context: Context = app.state.context
    context.open()
    reaper = Reaper(context)
    reaper.start()
    warming = Warming(context)
    warming.start()
    yield
    warming.stop()
    reaper.stop()
    context.close()


def _function_name(route: APIRoute) -> str:
    return route.name
