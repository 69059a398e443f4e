"""The product as people run it, `python main.py` in a process of its own, and a way to the services on the same database."""

import contextlib
import os
import re
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from pathlib import Path
from unittest import mock

from sqlalchemy import update
from sqlalchemy.engine import URL, Engine

import db
from services import appointment_changes, appointments, clock, kinds, reps, settings, sign_ins
from services.customers import Customer
from tests.waiting import free_port, until

MAIN = Path(__file__).parent.parent / 'main.py'


def environment(**variables: str) -> dict[str, str]:
    """This process's environment without anything that the product would read, plus these variables."""
    ours = {name for field in settings.Settings.model_fields for name in settings.names(field)}
    kept = {name: value for name, value in os.environ.items() if name not in ours and not name.startswith('PYTEST_')}
    return kept | variables


class Site:
    """One running app with a data folder and a port of its own.

    It is in UTC and open round the clock, so that the next full hour can always be booked and its call is open already.
    `change`: Python that is run in its process first.
    """

    def __init__(self, folder: Path, change: str = '', **variables: str) -> None:
        self.port = free_port()
        self.url = f'http://localhost:{self.port}'
        self.data = folder / 'data'
        self._folder = folder
        self._program = ['-c', f'{change}\nimport main\nmain.main()'] if change else [str(MAIN)]
        self._variables = {
            'PYTHONPATH': str(MAIN.parent),
            'PORT': str(self.port),
            'DATA_DIR': str(self.data),
            'TIME_ZONE': 'UTC',
            'STUN_URLS': 'none',
            **variables,
        }
        self._engine: Engine | None = None
        self._process: subprocess.Popen[bytes] | None = None

    @cached_property
    def settings(self) -> settings.Settings:
        """What it makes of its variables."""
        with mock.patch.dict(os.environ, environment(**self._variables), clear=True), contextlib.chdir(self._folder):
            return settings.load()

    @property
    def database_url(self) -> URL:
        """Where its data lies, with the driver."""
        return self.settings.database_url

    def start(self) -> None:
        """Start it and wait until it serves; then everyone can book at any hour."""
        self.launch()
        until(self._serves, 'the app to serve', seconds=60)
        self.use()
        db.writing(lambda session: session.execute(update(db.WorkingHours).values(starts=time(), ends=time())))

    def launch(self) -> 'subprocess.Popen[bytes]':
        """The process, just started. It may be refused."""
        with (self._folder / 'output').open('ab') as output:
            self._process = subprocess.Popen(
                [sys.executable, '-u', *self._program],
                cwd=self._folder,
                env=environment(**self._variables),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        return self._process

    def stop(self, how: signal.Signals = signal.SIGTERM) -> None:
        """Ask it to go, and wait until it has gone."""
        self._end(how)

    def kill(self) -> None:
        """`kill -9`: it gets no chance to tidy up."""
        self._end(signal.SIGKILL)

    @property
    def pid(self) -> int:
        """The process that runs now."""
        assert self._process is not None
        return self._process.pid

    @property
    def output(self) -> str:
        """All it has printed so far, over all its starts."""
        return (self._folder / 'output').read_text()

    @property
    def sign_in_link(self) -> str:
        """The one-time link it printed last."""
        return re.findall(r'http\S+/sign-in/\S+', self.output)[-1]

    def new_sign_in_link(self) -> str:
        """A one-time link that has not been used; the one before it stops working."""
        return f'{self.url}/sign-in/{sign_ins.new_link(self.rep().id)}'

    def use(self) -> None:
        """From now on services called in this process work on this site's database, with its settings.

        The site's own pages do not hear the events of this process: what must be seen live is done through the site itself.
        """
        settings.use(self.settings)
        if self._engine is None or db.engine() is not self._engine:
            self._engine = db.connect(self.database_url)

    def rep(self) -> db.Rep:
        """The rep who is booked here."""
        self.use()
        return reps.first()

    def book(self, starts_at: datetime | None = None, **customer: str | int) -> db.Appointment:
        """Carol's new appointment, unless `customer` says otherwise.

        Without `starts_at` it is at the next full hour, whose call is open now; an appointment that was there is cancelled first.
        """
        rep = self.rep()
        if starts_at is None:
            starts_at = next_full_hour()
            if there := appointments.booked_at(rep.id, starts_at):
                appointment_changes.cancel(there.id)
        given = {'name': 'Carol Tanaka', 'email': 'carol@example.com', 'comment': 'The offer from last week', 'time_zone': 'UTC'}
        return appointments.book(kinds.FIRST, starts_at, Customer(**(given | customer)))  # type: ignore[arg-type]

    def link(self, kind: str, appointment: db.Appointment) -> str:
        """The address of the appointment's `chat` or `manage` page."""
        self.use()
        path = {'chat': 'chat', 'manage': 'appointment'}[kind]
        return f'{self.url}/{path}/{appointments.key(kind, appointment)}'  # type: ignore[arg-type]

    def _serves(self) -> bool:
        assert self._process is not None
        assert self._process.poll() is None, f'the app ended at once:\n{self.output}'
        try:
            with urllib.request.urlopen(f'{self.url}/readyz', timeout=5) as answer:
                return bool(answer.status == 200)
        except (urllib.error.URLError, OSError):
            return False

    def _end(self, how: signal.Signals) -> None:
        if self._process is not None:
            self._process.send_signal(how)
            self._process.wait(30)
            self._process = None
        if self._engine is not None:
            self._engine.dispose()


def next_full_hour() -> datetime:
    """The next instant at which UTC clocks show a full hour."""
    return clock.now().replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)


def day_ahead(days: int) -> date:
    """The day that it will be so many days from now, on UTC calendars."""
    return datetime.now(UTC).date() + timedelta(days=days)


def at(day: date, hour: int) -> datetime:
    """The instant at which UTC clocks show this hour on that day."""
    return datetime.combine(day, time(hour), UTC)
