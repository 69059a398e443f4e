"""How the pages come beneath the plain routes of the outer app."""

import gc
from functools import partial
from inspect import signature

from fastapi import FastAPI
from nicegui import Client, core, ui
from nicegui import app as nicegui_app
from nicegui.classes import Classes
from nicegui.props import Props
from nicegui.style import Style
from starlette.routing import Route
from starlette.types import ASGIApp

import pages
from pages import endpoints, failures, headers, layout, live, origins
from pages.asking import ask
from pages.components.browser_in_use import browser_of
from services import connections, lines, messages, presence, seats, settings, slugs

RECONNECT_SECONDS = 90  # a line that was dropped for a minute comes back to the same page
UNCONNECTED_SECONDS = 25  # a page that was fetched but never came alive (a robot, a link preview) is forgotten


def mount(app: FastAPI) -> ASGIApp:
    """What to serve: `app`, and whatever it does not answer itself is a page, or our page for what is not there."""
    nicegui_app.add_middleware(headers.PagePolicy)
    core.sio.eio.cors_allowed_origins = origins.allows_socket
    layout.set_up()
    pages.register()
    reserve_addresses(app)
    look = {'title': settings.current().site_name, 'language': 'en-US', 'dark': None, 'tailwind': False}
    ui.run_with(app, reconnect_timeout=RECONNECT_SECONDS, show_welcome_message=False, **look)
    failures.add_json_handlers(app)
    failures.add_page_handlers()
    _save_time()
    return failures.LoggedOnce(headers.SafetyHeaders(app))  # around all of it: an app's own layers do not see the answer to a failure


def reserve_addresses(app: FastAPI) -> None:
    """Let no kind have the address of a route of ours; nor of the mailbox, which is not always there."""
    routes = *app.routes, *endpoints.routes(), *nicegui_app.routes
    slugs.reserve(['/mailbox', *(route.path for route in routes if isinstance(route, Route))])


def _save_time() -> None:
    """Two things took a third of the time of making a page.

    NiceGUI asks for the signatures of the same three functions at each element; a function that carries its own (PEP 362) is not looked
    into. The garbage collector looked through all that lives as long as the process, at every few elements.
    """
    for kind in (Classes, Props, Style):
        kind._update.__signature__ = signature(kind._update)
    gc.freeze()
    gc.set_threshold(5_000, 10, 10)


def start() -> None:
    """What runs as long as pages are served; needs the event loop."""
    live.start()
    browser_of('')  # the first look at a browser takes half a second
    connections.start()
    nicegui_app.timer(5, lambda: Client.prune_instances(client_age_threshold=UNCONNECTED_SECONDS))
    nicegui_app.timer(2, seats.reap)
    nicegui_app.timer(2, presence.reap)
    nicegui_app.timer(messages.FORGET_SECONDS, partial(ask, messages.forget))
    nicegui_app.timer(1, lines.watch)


def stop() -> None:
    """Undo `start`."""
    live.stop()
    connections.stop()
