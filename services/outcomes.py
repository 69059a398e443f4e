"""What reps keep of an appointment for themselves: how it went, private notes, and what there was before with the same customer."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from typing import Final, Literal

from sqlalchemy import select, true
from sqlalchemy.orm import Session

from db import Appointment, Rep, Visit, reading, writing
from services import appointments, calls, clock, events, handling, reps, visits
from services.errors import InvalidFields, NotesChanged
from services.plain_text import printable, too_long
from services.video.base import CUSTOMER, REP

Outcome = Literal['held', 'customer_missed', 'rep_missed', '']
HELD: Final = appointments.HELD
CUSTOMER_MISSED: Final = 'customer_missed'
REP_MISSED: Final = 'rep_missed'
NOTES_MAX = 4000
HISTORY_MAX = 20


@dataclass(frozen=True)
class Past:
    """An earlier appointment of a customer."""

    appointment_id: int
    rep_id: int
    starts_at: datetime
    status: str
    outcome: str
    notes: str


@dataclass(frozen=True)
class Record:
    """An appointment as it was when it was read, with what was known of its call. `rep_names`: of its rep, and of who else sat there."""

    appointment: Appointment
    stays: list[Visit]
    rep_names: dict[int, str]

    @property
    def suggested(self) -> Outcome:
        """How it seems to have gone, at this instant: time alone may tell."""
        return suggested(self.appointment, self.stays)


def record(rep: Rep, appointment_id: int) -> Record:
    """What there is to read of an appointment besides its details.

    :raises NotAllowed: when this rep may not handle it
    """
    appointment = handling.find(rep, appointment_id)
    stays = visits.of(appointment_id)
    return Record(appointment, stays, reps.display_names(visits.by_rep(stays, appointment.rep_id).keys()))


def mark(rep: Rep, appointment_id: int, outcome: Outcome) -> None:
    """Note how the appointment went, or with nothing that it is not known.

    :raises NotAllowed: when this rep may not handle it
    """
    handling.find(rep, appointment_id)

    def fn(session: Session) -> None:
        session.get_one(Appointment, appointment_id).outcome = outcome

    writing(fn)
    events.publish(events.AppointmentNoted(appointment_id))


def note(rep: Rep, appointment_id: int, text: str, *, seen: str) -> str:
    """The private notes as they are stored now. `seen`: what they were when the rep began to write.

    :raises NotAllowed: when this rep may not handle the appointment
    :raises InvalidFields: when they are too long
    :raises NotesChanged: when they are not what was seen, because somebody else has changed them
    """
    handling.find(rep, appointment_id)
    text = _checked_notes(text)

    def fn(session: Session) -> bool:
        appointment = session.get_one(Appointment, appointment_id, with_for_update=True)
        if appointment.notes not in (seen, text):  # not in SQL, where case and spaces may not count
            raise NotesChanged(appointment.notes)
        is_new = appointment.notes != text
        appointment.notes = text
        return is_new

    if writing(fn):
        events.publish(events.AppointmentNoted(appointment_id))
    return text


def is_due(appointment: Appointment, now: datetime) -> bool:
    """Whether it is time to say how the appointment went: it is over, or its call was ended."""
    return appointments.is_over(appointment, now) or appointment.ended_at is not None


def suggested(appointment: Appointment, stays: Iterable[Visit]) -> Outcome:
    """How the appointment went, by who was in its call; nothing when that does not tell, or not yet."""
    opens_at, _closes_at = calls.window(appointment)
    stays = [stay for stay in stays if stay.until_at > opens_at]  # those before belong to another time, from which it was moved
    seats = {stay.seat for stay in stays}
    if visits.together(stays) > timedelta():
        return HELD
    if not appointments.is_over(appointment, clock.now()):
        return ''
    if CUSTOMER not in seats:
        return CUSTOMER_MISSED
    return '' if REP in seats else REP_MISSED


def history(rep: Rep, appointment: Appointment) -> list[Past]:
    """The earlier appointments of the same address that this rep may see, the newest first, at most 20.

    However the address is spelled, small or large letters. One database takes accents for the same letter besides: such are left out.
    """
    columns = (
        Appointment.email,
        Appointment.id,
        Appointment.rep_id,
        Appointment.starts_at,
        Appointment.status,
        Appointment.outcome,
        Appointment.notes,
    )
    with reading() as session:
        theirs = Appointment.email == appointment.email
        seen = true() if rep.is_admin else Appointment.rep_id == rep.id
        earlier = select(*columns).where(theirs, seen, Appointment.starts_at < appointment.starts_at)
        found = session.execute(earlier.order_by(Appointment.starts_at.desc(), Appointment.id.desc()))
        same = (row for row in found if row.email.lower() == appointment.email.lower())
        return [Past(*row[1:]) for row in islice(same, HISTORY_MAX)]


def _checked_notes(text: str) -> str:
    text = printable(text).strip()
    if problem := too_long(text, NOTES_MAX):
        raise InvalidFields({'notes': problem})
    return text
