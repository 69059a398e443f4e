"""The plain routes on the outer app, a file a subject: the JSON interface, signing in and out, calendar files, health."""

from collections.abc import Callable

from fastapi import FastAPI
from starlette.routing import BaseRoute

from pages.endpoints import appointments, calendars, free_slots, health, holds, opentok_log, other_methods, schedule, signing_in

PARTS = health, appointments, free_slots, schedule, holds, calendars, signing_in, opentok_log, other_methods


def add_routes(app: FastAPI, is_ready: Callable[[], bool]) -> None:
    """Put these routes on the app; `is_ready` tells whether the database answers with today's schema."""
    health.add_readyz(app, is_ready)
    for part in PARTS:
        app.include_router(part.router)


def routes() -> list[BaseRoute]:
    """Each of these routes; the app itself shows only that it has them."""
    return [route for part in PARTS for route in part.router.routes]
