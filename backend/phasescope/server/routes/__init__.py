"""Routes by noun. To add a noun, write its file and add its line here."""

from phasescope.server.routes import (
    catalogue,
    comparisons,
    drafting,
    drafts,
    events,
    experiments,
    exports,
    figures,
    health,
    recipes,
    runs,
    shards,
    shared,
    shares,
    views,
    workers,
)

ROUTERS = (
    health.router,
    catalogue.router,
    recipes.router,
    drafting.router,
    experiments.router,
    drafts.router,
    runs.router,
    figures.router,
    comparisons.router,
    exports.router,
    workers.router,
    shards.router,
    events.router,
    shares.router,
    views.router,
    shared.router,
)
