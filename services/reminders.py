"""Reminders: some time before an appointment both sides get a mail, each once, whatever processes run and however long none ran."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from sqlalchemy import Row, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from db import Appointment, Reminder, reading, writing
from services import appointments, clock, outbox, setting_checks, settings

EVERY_SECONDS = 20.0  # how late a reminder may be


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
    last = func.coalesce(queued.scalar_subquery(), setting_checks.LONGEST_REMINDER + 1)
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
