"""The calendar objects, read back by a calendar library."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from icalendar import Calendar, Component, Event
from sqlalchemy import select

import db
from services import appointment_changes, appointments, invitations, outbox
from tests import icalendar_rules
from tests.conftest import Configure, on_sqlite

pytestmark = on_sqlite


def rows(kind: str) -> dict[str, db.OutboxItem]:
    """The outbox rows of this kind, by recipient."""
    with db.reading() as session:
        return {item.recipient: item for item in session.scalars(select(db.OutboxItem).where(db.OutboxItem.kind == kind))}


def parsed(content: bytes) -> tuple[str, Component]:
    """The method and the one event of a calendar object, which must be without a fault."""
    calendar = Calendar.from_ical(content)
    (event,) = calendar.walk('VEVENT')
    assert isinstance(event, Event)
    assert icalendar_rules.faults(content) == []
    return str(calendar['METHOD']), event


def test_an_invitation_names_the_appointment_for_ever_and_everybody(appointment: db.Appointment, riley: db.Rep) -> None:
    for item in rows(outbox.CONFIRMATION).values():
        method, event = parsed(invitations.invitation(item, appointment, riley, 'Video call'))
        assert (method, event['UID'], event['SEQUENCE'], event['STATUS']) == (
            'REQUEST',
            f'{appointment.public_id}@scheduled-calls',
            0,
            'CONFIRMED',
        )
        assert (event.start, event.end) == (appointment.starts_at, appointment.starts_at + timedelta(hours=1))
        assert [str(attendee) for attendee in event['ATTENDEE']] == ['mailto:carol@example.com', 'mailto:riley@example.com']
        assert event['ORGANIZER'] == 'mailto:no-reply@localhost'


def test_a_cancellation_replaces_the_invitation(appointment: db.Appointment, riley: db.Rep) -> None:
    appointment = appointment_changes.cancel(appointment.id)
    for item in rows(outbox.CANCELLATION).values():
        method, event = parsed(invitations.invitation(item, appointment, riley, 'Video call'))
        assert (method, event['UID'], event['SEQUENCE'], event['STATUS']) == (
            'CANCEL',
            f'{appointment.public_id}@scheduled-calls',
            1,
            'CANCELLED',
        )


def test_an_old_invitation_made_after_the_cancellation_is_still_the_old_one(appointment: db.Appointment, riley: db.Rep) -> None:
    before = rows(outbox.CONFIRMATION)[outbox.CUSTOMER]
    made_before = invitations.invitation(before, appointment, riley, 'Video call')
    assert invitations.invitation(before, appointment_changes.cancel(appointment.id), riley, 'Video call') == made_before


def test_each_side_finds_its_own_link_and_not_the_other_sides(appointment: db.Appointment, riley: db.Rep) -> None:
    chat = f'http://localhost:8080/chat/{appointments.key("chat", appointment)}'
    _, customer = parsed(invitations.invitation(rows(outbox.CONFIRMATION)[outbox.CUSTOMER], appointment, riley, 'Video call'))
    assert (customer['SUMMARY'], customer['URL'], customer['LOCATION']) == ('Video call with Riley Berger', chat, chat)
    content = invitations.invitation(rows(outbox.CONFIRMATION)[outbox.REP], appointment, riley, 'Video call')
    _, rep = parsed(content)
    assert rep['SUMMARY'] == 'Video call with Carol Tanaka'
    assert rep['URL'] == f'http://localhost:8080/rep?day={appointment.starts_at.date()}&at={appointment.starts_at:%Y-%m-%dT%H:%MZ}'
    assert b'/chat/' not in content


@pytest.mark.parametrize(('setting', 'minutes'), [('1 day, 1 hour', 60), ('none', 10)])
def test_a_calendar_gives_an_alarm_as_long_before_as_the_last_reminder(
    setting: str, minutes: int, appointment: db.Appointment, riley: db.Rep, configure: Configure, database: str
) -> None:
    configure(DATABASE_URL=database, REMINDERS=setting)
    for content in (
        invitations.invitation(rows(outbox.CONFIRMATION)[outbox.CUSTOMER], appointment, riley, 'Video call'),
        invitations.calendar_file(appointment, riley),
    ):
        (alarm,) = Calendar.from_ical(content).walk('VALARM')
        assert (alarm['ACTION'], alarm['TRIGGER'].dt) == ('DISPLAY', -timedelta(minutes=minutes))


def test_the_file_for_ones_own_calendar_invites_nobody(appointment: db.Appointment, riley: db.Rep) -> None:
    method, event = parsed(invitations.calendar_file(appointment, riley))
    assert (method, event['SEQUENCE'], 'ATTENDEE' in event) == ('PUBLISH', 0, False)
    method, event = parsed(invitations.calendar_file(appointment_changes.cancel(appointment.id), riley))
    assert (method, event['SEQUENCE'], event['STATUS']) == ('PUBLISH', 1, 'CANCELLED')


@pytest.mark.parametrize('name', ['"; X=1\\n, Carol: \x01\x00', 'Zoë 🙂 ' * 12, '<img src=x onerror=alert(1)>'])
def test_a_name_can_hold_anything(name: str, appointment: db.Appointment, riley: db.Rep) -> None:
    appointment.name = name[:100]
    appointment.comment = 'END:VEVENT\r\nATTENDEE:mailto:sam@example.com\n\x07,;\\'
    for item in rows(outbox.CONFIRMATION).values():
        _, event = parsed(invitations.invitation(item, appointment, riley, 'Video call'))
        assert len(event['ATTENDEE']) == 2
        assert 'END:VEVENT\nATTENDEE:mailto:sam@example.com\n,;\\' in event['DESCRIPTION']


def test_a_rep_without_name_and_address_is_called_by_the_sites_name(appointment: db.Appointment, riley: db.Rep) -> None:
    riley.name, riley.email = '', None
    _, event = parsed(invitations.invitation(rows(outbox.CONFIRMATION)[outbox.CUSTOMER], appointment, riley, 'Video call'))
    assert event['SUMMARY'] == 'Video call with Scheduled calls'
    assert event['ATTENDEE'] == 'mailto:carol@example.com'


@pytest.mark.parametrize(
    ('link', 'host', 'title', 'body', 'when'),
    [
        (invitations.google_link, 'calendar.google.com', 'text', 'details', {'dates': '20270328T080000Z/20270328T090000Z'}),
        (
            invitations.outlook_link,
            'outlook.live.com',
            'subject',
            'body',
            {'startdt': '2027-03-28T08:00:00Z', 'enddt': '2027-03-28T09:00:00Z'},
        ),
    ],
)
def test_a_link_adds_the_appointment_to_a_calendar_in_the_web(
    link: Callable[..., str], host: str, title: str, body: str, when: dict[str, str], appointment: db.Appointment, riley: db.Rep
) -> None:
    appointment.starts_at, appointment.comment = datetime(2027, 3, 28, 8, tzinfo=UTC), 'A & B + C\n50 %'
    address = urlsplit(link(appointment, riley, 'Consultation'))
    said = {name: values[0] for name, values in parse_qs(address.query).items()}
    chat = f'http://localhost:8080/chat/{appointments.key("chat", appointment)}'
    assert (address.scheme, address.netloc) == ('https', host)
    assert said.items() >= {title: 'Consultation with Riley Berger', 'location': chat, **when}.items()
    assert said[body] == f'Join the call: {chat}\n\nA & B + C\n50 %'
    assert '+' not in address.query
