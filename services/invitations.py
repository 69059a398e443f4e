"""Calendar objects of appointments (RFC 5545), for a mail (RFC 6047) or as a file."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from urllib.parse import quote, urlencode
from zoneinfo import ZoneInfo

from icalendar import Alarm, Calendar, Component, Event, Timezone, TimezoneStandard, vCalAddress

from db import Appointment, OutboxItem, Rep
from services import appointments, delivery, outbox, reps, settings
from services.plain_text import printable

ALARM_MINUTES = 10  # when there are no reminders
METHODS = dict.fromkeys((outbox.CONFIRMATION, outbox.RESCHEDULE, outbox.HAND_OVER), 'REQUEST') | dict.fromkeys(
    (outbox.CANCELLATION, outbox.RELEASE), 'CANCEL'
)


def invitation(item: OutboxItem, appointment: Appointment, rep: Rep, what: str) -> bytes:
    """The calendar part of the mail this row stands for; `what` is the name of the kind. A later change has a later row."""
    event = _event(appointment, item.sequence, item.created_at)
    if item.recipient == outbox.CUSTOMER:
        _for_customer(event, appointment, rep, what)
    else:
        _for_rep(event, appointment, rep, what)
    if item.kind != outbox.RELEASE:
        _attend(event, appointment.email, appointment.name)
    _attend(event, rep.email, rep.name)
    if item.kind == outbox.CANCELLATION and appointment.cancel_reason:
        event.add('comment', printable(appointment.cancel_reason))
    _set_status(event, item.kind)
    return bytes(_calendar([event], method_of(item)).to_ical())


def method_of(item: OutboxItem) -> str:
    """What the calendar part asks of a calendar (RFC 5546): to take the appointment in as it is now, or out; empty when there is none."""
    return METHODS.get(item.kind, '')


def calendar_file(appointment: Appointment, rep: Rep, what: str = 'Call') -> bytes:
    """The appointment as an `.ics` file for the customer's own calendar; nobody is invited by it (RFC 5546 §3.2.1)."""
    event = _event(appointment, appointment.calendar_sequence, _changed_at(appointment))
    _for_customer(event, appointment, rep, what)
    _set_status(event, outbox.CANCELLATION if appointment.status == appointments.CANCELLED else outbox.CONFIRMATION)
    return bytes(_calendar([event], 'PUBLISH').to_ical())


def feed(booked: Sequence[tuple[Appointment, str]], rep: Rep) -> bytes:
    """These appointments, each with the name of its kind, as a calendar that the rep's own program reads again and again."""
    events = []
    for appointment, what in booked:
        event = _event(appointment, appointment.calendar_sequence, _changed_at(appointment))
        _for_rep(event, appointment, rep, what)
        event.add('status', 'CONFIRMED')
        events.append(event)
    calendar = _calendar(events or [_utc()], 'PUBLISH' if events else '')
    calendar.calendar_name = settings.current().site_name
    calendar.add('refresh-interval', timedelta(minutes=1), {'VALUE': 'DURATION'})  # the parameter must be there (RFC 7986 §5.7)
    calendar.add('x-published-ttl', 'PT1M')  # what Outlook reads instead
    return bytes(calendar.to_ical())


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


def manage_link(appointment: Appointment) -> str:
    """Where the customer sees, moves or cancels the appointment."""
    return f'{settings.current().site_url}/appointment/{appointments.key("manage", appointment)}'


def rep_link(appointment: Appointment, rep: Rep) -> str:
    """Where the rep finds the appointment, among the others of its day."""
    day = appointment.starts_at.astimezone(ZoneInfo(rep.time_zone)).date()
    return f'{settings.current().site_url}/rep?day={day}&at={appointment.starts_at:%Y-%m-%dT%H:%MZ}'


def _event(appointment: Appointment, sequence: int, changed_at: datetime) -> Event:
    """A calendar that already has an event with this UID replaces it when the SEQUENCE is higher (RFC 5545 §3.8.7.4)."""
    event = Event()
    event.add('uid', f'{appointment.public_id}@scheduled-calls')
    event.add('sequence', sequence)
    event.add('dtstamp', changed_at)
    event.add('dtstart', appointment.starts_at)
    event.add('dtend', appointments.ends_at(appointment))
    event.add('organizer', vCalAddress.new(delivery.sender(), cn=printable(settings.current().site_name)))
    return event


def _changed_at(appointment: Appointment) -> datetime:
    return appointment.cancelled_at or appointment.changed_at or appointment.created_at


def _set_status(event: Event, kind: str) -> None:
    """What stands gets an alarm too. Whoever is only let go gets no status: the event itself goes on (RFC 5546 §3.2.5)."""
    if kind == outbox.CANCELLATION:
        event.add('status', 'CANCELLED')
    elif kind != outbox.RELEASE:
        event.add('status', 'CONFIRMED')
        event.add_component(_alarm(str(event['summary'])))


def _alarm(summary: str) -> Alarm:
    """A note on the screen as long before as the last reminder is (RFC 5545 §3.6.6)."""
    alarm = Alarm()
    alarm.add('action', 'DISPLAY')
    alarm.add('description', summary)
    alarm.add('trigger', -timedelta(minutes=min(settings.current().reminder_minutes, default=ALARM_MINUTES)))
    return alarm


def _attend(event: Event, address: str | None, name: str) -> None:
    if address:
        event.add('attendee', vCalAddress.new(address, cn=printable(name), partstat='ACCEPTED', role='REQ-PARTICIPANT', rsvp=False))


def _for_customer(event: Event, appointment: Appointment, rep: Rep, what: str) -> None:
    link = chat_link(appointment)
    _describe(event, _title(what, rep), _details(link, appointment), link)


def _for_rep(event: Event, appointment: Appointment, rep: Rep, what: str) -> None:
    link = rep_link(appointment, rep)
    details = f'{appointment.name}, {appointment.email}\n{link}\n\n{appointment.comment}'.strip()
    _describe(event, f'{what} with {appointment.name}', details, link)


def _title(what: str, rep: Rep) -> str:
    return f'{what} with {reps.display_name(rep)}'


def _details(link: str, appointment: Appointment) -> str:
    return f'Join the call: {link}\n\n{appointment.comment}'.strip()


def _query(values: dict[str, str]) -> str:
    """The end of an address, spaces as `%20`: Outlook shows a `+` as it is."""
    return urlencode(values, quote_via=quote)


def _describe(event: Event, summary: str, details: str, link: str) -> None:
    event.add('summary', printable(summary))
    event.add('description', printable(details))
    event.add('location', link)
    event.add('url', link)


def _utc() -> Timezone:
    """What a calendar without events holds: it must hold something (RFC 5545 §3.6)."""
    zone, standard = Timezone(), TimezoneStandard()
    zone.add('tzid', 'UTC')
    standard.add('dtstart', datetime(1970, 1, 1))  # noqa: DTZ001 (§3.6.5 wants a local time)
    standard.add('tzoffsetfrom', timedelta())
    standard.add('tzoffsetto', timedelta())
    zone.add_component(standard)
    return zone


def _calendar(components: Sequence[Component], method: str) -> Calendar:
    calendar = Calendar()
    calendar.add('prodid', '-//Scheduled calls//EN')
    calendar.add('version', '2.0')
    if method:
        calendar.add('method', method)
    for component in components:
        calendar.add_component(component)
    return calendar
