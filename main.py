"""Start here: settings, database, services, the outer app with its plain routes, the pages, the server."""

import asyncio
import logging
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import uvicorn
from fastapi import FastAPI
from starlette.types import ASGIApp

import db
import migrations
from pages import endpoints, mounting
from services import calls, first_rep, greeting, holds, keys, mail, outbox, reminders, settings, terminal
from services.calendar_reader import CalendarReader
from services.errors import WrongSetting
from services.outbox_worker import OutboxWorker
from services.repeating import Repeating
from services.visit_recorder import VisitRecorder

TO_DO = dict.fromkeys(mail.kinds(), mail.send) | {outbox.VIDEO_SESSION: lambda item: calls.ensure_session(item.appointment_id)}


def build() -> ASGIApp:
    """The whole app, ready to serve: what it does not answer itself is a page."""
    app = FastAPI(title=settings.current().site_name, openapi_url='/api/openapi.json', docs_url=None, redoc_url=None, lifespan=alive)
    endpoints.add_routes(app, is_ready=lambda: migrations.is_current(db.engine()))
    return mounting.mount(app)


@asynccontextmanager
async def alive(_app: FastAPI) -> AsyncIterator[None]:
    """What runs beside the requests, from the first to the last."""
    reminding = Repeating('reminders', reminders.queue_due, seconds=reminders.EVERY_SECONDS)
    holding = Repeating('holds', holds.reap, seconds=holds.EVERY_SECONDS)
    beside = OutboxWorker(TO_DO), CalendarReader(), VisitRecorder(), reminding, holding
    mounting.start()
    for worker in beside:
        worker.start()
    yield
    await asyncio.gather(*(asyncio.to_thread(worker.stop) for worker in beside))
    mounting.stop()


def prepare() -> db.Rep:
    """The first rep, when settings and database are ready to be used."""
    settings.use(settings.load())
    migrations.upgrade(db.connect(settings.current().database_url))
    keys.prepare()
    mail.check_templates()
    return first_rep.set_up()


def serve() -> None:
    """Serve until told to stop."""
    rep, sock, app = prepare(), greeting.listen(), build()
    greeting.greet(rep)
    trust = {'proxy_headers': bool(settings.current().proxies), 'forwarded_allow_ips': settings.current().proxies or None}
    quiet = {'access_log': False, 'log_level': 'warning', 'server_header': False}  # an access log would hold link keys
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # uvicorn handles Ctrl-C, but would raise it again at the end: a traceback
    uvicorn.Server(uvicorn.Config(app, ws_per_message_deflate=False, timeout_graceful_shutdown=5, **trust, **quiet)).run(sockets=[sock])


def main() -> None:
    """Do what the command line asks for; a wrong setting stops it with its sentence."""
    logging.basicConfig(level=logging.WARNING, format='%(asctime)s %(levelname)s %(name)s: %(message)s')
    try:
        terminal.app(obj=terminal.Parts(serve, prepare, migrations.is_current))
    except WrongSetting as error:
        sys.exit(str(error))
    except migrations.Unusable as error:
        sys.exit(settings.current().why_not_database(str(error)))


if __name__ in {'__main__', '__mp_main__'}:
    main()
