"""Reminders: some time before an appointment both sides get a mail, each once, whatever processes run and however long none ran."""

import logging
import threading
from collections import Counter
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from sqlalchemy import Row, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from db import Appointment, Reminder, reading, writing
from services import appointments, clock, outbox, settings

log = logging.getLogger(__name__)

POLL_SECONDS = 20.0  # how late a reminder may be


class Reminders:
    """A thread that queues what has come due, every so many seconds. `failures` counts what went wrong, by the sort of error."""

    def __init__(self, *, poll_seconds: float = POLL_SECONDS) -> None:
        self.failures: Counter[str] = Counter()
        self._poll_seconds = poll_seconds
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name='reminders', daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self, seconds: float = 5) -> None:
        """End, after so many seconds at the latest."""
        self._stopping.set()
        self._thread.join(seconds)

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                queue_due()
            except Exception as error:  # a database that does not answer must not end the thread
                self._count(type(error).__name__)
            self._stopping.wait(self._poll_seconds)

    def _count(self, sort: str) -> None:
        """Count a failure, and log the first of its sort: by its class only, because its text may hold an address."""
        self.failures[sort] += 1
        if self.failures[sort] == 1:
            log.warning('Reminders: %s; they are looked for again, and this is counted without being logged again', sort)


def queue_due() -> None:
    """Queue the reminders whose moment has come.

    Of several of one appointment, which were missed while nothing ran, only the last goes out: two mails at once help nobody.
    """
    minutes = settings.current().reminder_minutes
    if not minutes:
        return
    now = clock.now()
    for appointment_id, starts_at, set_at, queued in _coming(now, now + timedelta(minutes=minutes[0])):
        if due := [before for before in minutes if before < queued and set_at <= starts_at - timedelta(minutes=before) <= now]:
            _queue(appointment_id, starts_at, due)


def _coming(after: datetime, until: datetime) -> Sequence[Row[int, datetime, datetime, int]]:
    """The booked appointments that start in this time: row number, start, since when it is that one, the last reminder that was queued."""
    since = func.coalesce(Appointment.changed_at, Appointment.created_at, type_=Appointment.created_at.type)
    queued = select(func.min(Reminder.minutes_before)).where(
        Reminder.appointment_id == Appointment.id, Reminder.starts_at == Appointment.starts_at
    )
    last = func.coalesce(queued.scalar_subquery(), settings.LONGEST_REMINDER + 1)
    rows = select(Appointment.id, Appointment.starts_at, since, last).where(
        Appointment.starts_at > after, Appointment.starts_at <= until, Appointment.status == appointments.BOOKED
    )
    with reading() as session:
        return session.execute(rows).all()


def _queue(appointment_id: int, starts_at: datetime, due: Collection[int]) -> None:
    """Queue one reminder for all that are due, unless another process has, or the appointment is not what it was."""

    def fn(session: Session) -> None:
        appointment = session.get_one(Appointment, appointment_id, with_for_update=True)
        if appointment.cancelled_at or appointment.starts_at != starts_at:
            return
        session.add_all(Reminder(appointment_id=appointment_id, starts_at=starts_at, minutes_before=before) for before in due)
        session.flush()
        for recipient in (outbox.CUSTOMER, outbox.REP):
            outbox.add(session, appointment, outbox.REMINDER, recipient)

    try:
        writing(fn)
    except IntegrityError:
        return
