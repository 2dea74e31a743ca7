"""Routes by noun. To add a noun, write its file and add its line here."""

from phasescope.server.routes import (
    catalogue,
    drafts,
    events,
    experiments,
    figures,
    health,
    recipes,
    runs,
    shards,
    shared,
    shares,
    workers,
)

ROUTERS = (
    health.router,
    catalogue.router,
    recipes.router,
    experiments.router,
    drafts.router,
    runs.router,
    figures.router,
    workers.router,
    shards.router,
    events.router,
    shares.router,
    shared.router,
)
