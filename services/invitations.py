"""Calendar objects of appointments (RFC 5545), for a mail (RFC 6047) or as a file."""

from datetime import datetime
from urllib.parse import quote, urlencode
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event, vCalAddress

from db import Appointment, OutboxItem, Rep
from services import appointments, delivery, outbox, reps, settings
from services.plain_text import printable


def invitation(item: OutboxItem, appointment: Appointment, rep: Rep) -> bytes:
    """The calendar part of the mail this row stands for. What it says is as old as the row: a later change has a later row."""
    cancelled = item.kind == outbox.CANCELLATION
    event = _event(appointment, item.sequence, item.created_at, cancelled=cancelled)
    if item.recipient == outbox.CUSTOMER:
        _for_customer(event, appointment, rep)
    else:
        _for_rep(event, appointment, rep)
    for address, name in ((appointment.email, appointment.name), (rep.email, rep.name)):
        if address:
            event.add('attendee', vCalAddress.new(address, cn=printable(name), partstat='ACCEPTED', role='REQ-PARTICIPANT', rsvp=False))
    return _calendar(event, method_of(item))


def method_of(item: OutboxItem) -> str:
    """What the calendar part asks of a calendar (RFC 5546): to take the appointment in as it is now, or to take it out."""
    return 'CANCEL' if item.kind == outbox.CANCELLATION else 'REQUEST'


def calendar_file(appointment: Appointment, rep: Rep) -> bytes:
    """The appointment as an `.ics` file for the customer's own calendar; nobody is invited by it (RFC 5546 §3.2.1)."""
    cancelled = appointment.status == appointments.CANCELLED
    changed_at = appointment.cancelled_at or appointment.created_at
    event = _event(appointment, appointment.calendar_sequence, changed_at, cancelled=cancelled)
    _for_customer(event, appointment, rep)
    return _calendar(event, 'PUBLISH')


def google_link(appointment: Appointment, rep: Rep, what: str = 'Call') -> str:
    """Where the customer adds the appointment to a Google calendar. `what` is the name of its kind."""
    span = '/'.join(f'{instant:%Y%m%dT%H%M%SZ}' for instant in (appointment.starts_at, appointments.ends_at(appointment)))
    link = chat_link(appointment)
    values = {'action': 'TEMPLATE', 'text': _title(what, rep), 'dates': span, 'details': _details(link, appointment), 'location': link}
    return 'https://calendar.google.com/calendar/render?' + _query(values)


def outlook_link(appointment: Appointment, rep: Rep, what: str = 'Call') -> str:
    """The same for a calendar of Outlook in the web."""
    starts_at, ends_at = (f'{instant:%Y-%m-%dT%H:%M:%SZ}' for instant in (appointment.starts_at, appointments.ends_at(appointment)))
    link = chat_link(appointment)
    values = {'subject': _title(what, rep), 'startdt': starts_at, 'enddt': ends_at, 'body': _details(link, appointment), 'location': link}
    return 'https://outlook.live.com/calendar/0/action/compose?' + _query({'rru': 'addevent'} | values)


def chat_link(appointment: Appointment) -> str:
    """Where the customer joins the call."""
    return f'{settings.current().site_url}/chat/{appointments.key("chat", appointment)}'


def rep_link(appointment: Appointment, rep: Rep) -> str:
    """Where the rep finds the appointment, among the others of its day."""
    day = appointment.starts_at.astimezone(ZoneInfo(rep.time_zone)).date()
    return f'{settings.current().site_url}/rep?day={day}&at={appointment.starts_at:%Y-%m-%dT%H:%MZ}'


def _event(appointment: Appointment, sequence: int, changed_at: datetime, *, cancelled: bool) -> Event:
    """A calendar that already has an event with this UID replaces it when the SEQUENCE is higher (RFC 5545 §3.8.7.4)."""
    event = Event()
    event.add('uid', f'{appointment.public_id}@scheduled-calls')
    event.add('sequence', sequence)
    event.add('dtstamp', changed_at)
    event.add('dtstart', appointment.starts_at)
    event.add('dtend', appointments.ends_at(appointment))
    event.add('status', 'CANCELLED' if cancelled else 'CONFIRMED')
    event.add('organizer', vCalAddress.new(delivery.sender(), cn=printable(settings.current().site_name)))
    return event


def _for_customer(event: Event, appointment: Appointment, rep: Rep) -> None:
    link = chat_link(appointment)
    _describe(event, f'Call with {reps.display_name(rep)}', f'Join the call: {link}', appointment.comment, link)


def _for_rep(event: Event, appointment: Appointment, rep: Rep) -> None:
    link = rep_link(appointment, rep)
    _describe(event, f'Call with {appointment.name}', f'{appointment.name}, {appointment.email}\n{link}', appointment.comment, link)


def _title(what: str, rep: Rep) -> str:
    return f'{what} with {reps.display_name(rep)}'


def _details(link: str, appointment: Appointment) -> str:
    return f'Join the call: {link}\n\n{appointment.comment}'.strip()


def _query(values: dict[str, str]) -> str:
    """The end of an address, spaces as `%20`: Outlook shows a `+` as it is."""
    return urlencode(values, quote_via=quote)


def _describe(event: Event, summary: str, first_lines: str, comment: str, link: str) -> None:
    event.add('summary', printable(summary))
    event.add('description', printable(f'{first_lines}\n\n{comment}'.strip()))
    event.add('location', link)
    event.add('url', link)


def _calendar(event: Event, method: str) -> bytes:
    calendar = Calendar()
    calendar.add('prodid', '-//Scheduled calls//EN')
    calendar.add('version', '2.0')
    calendar.add('method', method)
    calendar.add_component(event)
    return bytes(calendar.to_ical())
