"""Start here: settings, database, services, the outer app with its plain routes, the pages, the server."""

import logging
import signal
import socket
import sys
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager

import uvicorn
from fastapi import FastAPI
from nicegui import Client, core, run, ui
from nicegui import app as nicegui_app

import db
import migrations
import pages
from pages import endpoints, failures, headers, layout, live, origins
from services import reps, settings, sign_ins
from services.errors import WrongSetting

RECONNECT_SECONDS = 90  # a line that was dropped for a minute comes back to the same page
UNCONNECTED_SECONDS = 25  # a page that was fetched but never came alive (a robot, a link preview) is forgotten


def prepare() -> db.Rep:
    """The first rep, once settings and database are as they must be.

    :raises WrongSetting: when the start must be refused
    """
    settings.use(settings.load())
    migrations.upgrade(db.connect(settings.current().database_url))
    rep = reps.set_up_first()
    if settings.current().production and not (rep.email and rep.password_hash):
        raise WrongSetting('REP_EMAIL and REP_PASSWORD are not set, but production mode needs a rep with an address and a password.')
    return rep


def build() -> FastAPI:
    """The whole app, ready to serve."""
    app = FastAPI(title=settings.current().site_name, openapi_url='/api/openapi.json', docs_url=None, redoc_url=None, lifespan=_alive)
    app.add_middleware(headers.SafetyHeaders)
    endpoints.add_routes(app, is_ready=lambda: migrations.is_current(db.engine()))
    failures.add_json_handlers(app)
    nicegui_app.add_middleware(headers.PagePolicy)
    core.sio.eio.cors_allowed_origins = origins.allows_socket
    run.thread_pool = ThreadPoolExecutor(32)
    layout.set_up()
    pages.register()
    look = {'title': settings.current().site_name, 'language': 'en-US', 'dark': None, 'tailwind': False}
    ui.run_with(app, reconnect_timeout=RECONNECT_SECONDS, show_welcome_message=False, **look)
    failures.add_page_handlers()
    return app


@asynccontextmanager
async def _alive(_app: FastAPI) -> AsyncIterator[None]:
    """What runs beside the requests."""
    live.start()
    nicegui_app.timer(5, lambda: Client.prune_instances(client_age_threshold=UNCONNECTED_SECONDS))
    yield
    live.stop()


def listen() -> socket.socket:
    """The socket to serve on.

    :raises WrongSetting: when the address cannot be had
    """
    host, port = settings.current().listen_on, settings.current().port
    try:
        return socket.create_server((host, port), family=socket.AF_INET6 if ':' in host else socket.AF_INET, backlog=2048)
    except OSError as error:
        raise WrongSetting(f'PORT is {port} and HOST is {host}, but that cannot be used ({error.strerror}): choose others.') from None


def greet(rep: db.Rep) -> None:
    """Say, once, where everything is."""
    current = settings.current()
    print(f'{current.site_name} is at {current.site_url}')
    if not (current.production or rep.password_hash):
        print(f'Sign in as the rep, once: {current.site_url}/sign-in/{sign_ins.new_link(rep.id)}')
    print(f'The rep is at {current.site_url}/rep, in the time zone {rep.time_zone}')
    print(f'Data: {current.database_url.render_as_string(hide_password=True)}', flush=True)


def main() -> None:
    """Run until stopped; a wrong setting stops the start with its sentence."""
    logging.basicConfig(level=logging.WARNING, format='%(asctime)s %(levelname)s %(name)s: %(message)s')
    try:
        rep = prepare()
        sock = listen()
    except WrongSetting as error:
        sys.exit(str(error))
    app = build()
    greet(rep)
    proxies = settings.current().proxies
    server = uvicorn.Config(
        app,
        access_log=False,
        log_level='warning',
        server_header=False,
        proxy_headers=bool(proxies),
        forwarded_allow_ips=proxies or None,
        ws_per_message_deflate=False,
        timeout_graceful_shutdown=5,
    )
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # uvicorn handles Ctrl-C, but would raise it again at the end: a traceback
    uvicorn.Server(server).run(sockets=[sock])


if __name__ in {'__main__', '__mp_main__'}:
    main()
