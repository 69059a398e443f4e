"""What the templates of mails can say: plain words, in the reader's own time. `templates/README.md` lists them for owners."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from db import Answer, Appointment, Kind, OutboxItem, Rep
from services import invitations, outbox, password_links, reps, settings
from services.times import Reader


@dataclass(frozen=True)
class Booked:
    """An appointment as it was when a row of the outbox was queued, of what kind it is, and what its customer answered."""

    appointment: Appointment
    kind: Kind
    answers: tuple[Answer, ...]


@dataclass(frozen=True)
class Person:
    """Somebody a mail speaks of."""

    name: str
    email: str


@dataclass(frozen=True)
class Answered:
    """An extra question, and what the customer answered."""

    label: str
    text: str


def about_account(item: OutboxItem, rep: Rep) -> dict[str, object]:
    """What a mail about a rep's account can say."""
    return {**_shared(rep), 'reader': reps.display_name(rep), 'password_link': password_links.link_in(item)}


def about_appointment(item: OutboxItem, rep: Rep, booked: Booked) -> dict[str, object]:
    """What a mail about an appointment can say to its recipient."""
    appointment = booked.appointment
    theirs, own = customer_reader(appointment), Reader(ZoneInfo(rep.time_zone), rep.clock)
    to_customer = item.recipient == outbox.CUSTOMER
    times = _times(item, appointment, theirs if to_customer else own, theirs)
    return (
        _shared(rep)
        | times
        | _links(appointment, rep, booked.kind)
        | {
            'reader': appointment.name if to_customer else reps.display_name(rep),
            'customer': Person(appointment.name, appointment.email),
            'kind': booked.kind.name,
            'comment': appointment.comment,
            'answers': [Answered(answer.label, answer.text) for answer in booked.answers],
            'cancelled_by': appointment.cancelled_by,
            'reason': appointment.cancel_reason,
        }
    )


def customer_reader(appointment: Appointment) -> Reader:
    """The customer, as a reader of times."""
    return Reader(ZoneInfo(appointment.time_zone), appointment.clock)


def _shared(rep: Rep) -> dict[str, object]:
    return {'site': settings.current().site_name, 'rep': Person(reps.display_name(rep), rep.email or '')}


def _times(item: OutboxItem, appointment: Appointment, reader: Reader, customer: Reader) -> dict[str, object]:
    """When it is, and was, for the reader; for the customer too, if their clock shows another time than the reader's."""
    starts_at, length = appointment.starts_at, timedelta(minutes=appointment.minutes)
    offsets = {starts_at.astimezone(one.zone).utcoffset() for one in (reader, customer)}
    return {
        'moment': reader.moment(starts_at),
        'when': _span(starts_at, length, reader),
        'when_for_customer': _span(starts_at, length, customer) if len(offsets) > 1 else '',
        'earlier': _span(item.earlier_starts_at, length, reader) if item.earlier_starts_at else '',
    }


def _span(starts_at: datetime, length: timedelta, reader: Reader) -> str:
    return f'{reader.span(starts_at, starts_at + length)}, {reader.place_and_offset(starts_at)}'


def _links(appointment: Appointment, rep: Rep, kind: Kind) -> dict[str, object]:
    return {
        'call_link': invitations.chat_link(appointment),
        'manage_link': invitations.manage_link(appointment),
        'rep_link': invitations.rep_link(appointment, rep),
        'check_link': f'{settings.current().site_url}/check',
        'booking_link': f'{settings.current().site_url}/{kind.slug if kind.is_active else ""}',
    }
