"""The messages: what each says to whom, and that nothing anybody types is more than text in it."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from html.parser import HTMLParser

import pytest
from icalendar import Calendar, Event
from sqlalchemy import select, update

import db
from services import appointment_changes, appointments, customers, invitations, kinds, letters, mail, outbox, password_links, reps
from services.customers import Customer
from tests import icalendar_rules
from tests.conftest import NEW_YORK, Configure, coming, on_sqlite
from tests.mail_server import MailServer, mail_server

pytestmark = on_sqlite


def message(kind: str, recipient: str) -> EmailMessage:
    """The newest message of this kind to this recipient."""
    with db.reading() as session:
        found = select(db.OutboxItem).where(db.OutboxItem.kind == kind, db.OutboxItem.recipient == recipient)
        item = session.scalars(found.order_by(db.OutboxItem.id.desc())).first()
    assert item is not None
    return mail.compose(item)


def text(message: EmailMessage, kind: str = 'plain') -> str:
    """The plain (or HTML) body."""
    body = message.get_body((kind,))
    assert isinstance(body, EmailMessage)
    return str(body.get_content()).replace('\r\n', '\n')


@pytest.fixture
def in_autumn_2026(now: Callable[[datetime], None]) -> None:
    now(datetime(2026, 11, 22, 9, tzinfo=UTC))


class Elements(HTMLParser):
    """The elements of an HTML text, and the addresses its links lead to."""

    def __init__(self, content: str) -> None:
        super().__init__()
        self.names: set[str] = set()
        self.links: list[str | None] = []
        self.feed(content)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.names.add(tag)
        assert not any(name.startswith('on') for name, _ in attributes)
        self.links += [value for name, value in attributes if name == 'href']


@pytest.mark.usefixtures('in_autumn_2026')
def test_the_customer_is_told_in_their_own_time_with_both_links(riley: db.Rep, carol: Customer) -> None:
    appointment = appointments.book(kinds.FIRST, datetime(2027, 3, 28, 8, tzinfo=UTC), carol)
    told = message(outbox.CONFIRMATION, outbox.CUSTOMER)
    assert told['Subject'] == 'Your appointment on Sun Mar 28, 2027 at 5:00 PM'
    assert told['To'] == 'Carol Tanaka <carol@example.com>'
    assert told['From'] == 'Scheduled calls <no-reply@localhost>'
    chat, manage = (appointments.key(kind, appointment) for kind in ('chat', 'manage'))
    for words in (
        'Hello Carol Tanaka,',
        'Video call with Riley Berger is booked.',
        'When: Sun Mar 28, 2027, 5:00 – 6:00 PM, Tokyo (GMT+9)',
        'What you would like to talk about: The offer from last week',
        f'http://localhost:8080/chat/{chat}\n',
        f'http://localhost:8080/appointment/{manage}\n',
    ):
        assert words in text(told)
    links = Elements(text(told, 'html')).links
    assert links == [f'http://localhost:8080/chat/{chat}', 'http://localhost:8080/check', f'http://localhost:8080/appointment/{manage}']


@pytest.mark.usefixtures('in_autumn_2026')
def test_the_rep_is_told_in_their_own_time_and_in_the_customers(riley: db.Rep, carol: Customer) -> None:
    appointments.book(kinds.FIRST, datetime(2027, 3, 28, 8, tzinfo=UTC), carol)
    reps.remember_clock(riley.id, 24)
    told = message(outbox.CONFIRMATION, outbox.REP)
    assert told['Subject'] == 'Your appointment on Sun Mar 28, 2027 at 10:00 with Carol Tanaka'
    assert (told['To'], told['Reply-To']) == ('Riley Berger <riley@example.com>', 'Carol Tanaka <carol@example.com>')
    for words in (
        'Who: Carol Tanaka, carol@example.com',
        'When: Sun Mar 28, 2027, 10:00 – 11:00, Berlin (GMT+2)',
        'For them: Sun Mar 28, 2027, 5:00 – 6:00 PM, Tokyo (GMT+9)',
        'What they would like to talk about: The offer from last week',
        'http://localhost:8080/rep?day=2027-03-28&at=2027-03-28T08:00Z\n',
    ):
        assert words in text(told)


def test_times_are_told_once_when_both_clocks_show_the_same(riley: db.Rep) -> None:
    appointments.book(kinds.FIRST, coming(riley), Customer('Sam', 'sam@example.com', '', 'Europe/Paris'))
    told = text(message(outbox.CONFIRMATION, outbox.REP))
    assert 'For them' not in told
    assert 'talk about' not in told


@pytest.mark.usefixtures('in_autumn_2026')
def test_the_reps_link_opens_the_day_as_the_rep_counts_it(riley: db.Rep, carol: Customer) -> None:
    reps.update(riley.id, name='Robin Frost', email='robin@example.com', time_zone=NEW_YORK)
    carol = replace(carol, clock=24)
    appointments.book(kinds.FIRST, datetime(2027, 1, 15, 20, tzinfo=UTC), carol)
    told = text(message(outbox.CONFIRMATION, outbox.REP))
    assert 'When: Fri Jan 15, 2027, 3:00 – 4:00 PM, New York (GMT-5)' in told
    assert 'For them: Sat Jan 16, 2027, 05:00 – 06:00, Tokyo (GMT+9)' in told
    assert 'http://localhost:8080/rep?day=2027-01-15&at=2027-01-15T20:00Z\n' in told


def test_both_are_told_of_a_cancellation_why_and_the_customer_how_to_book_anew(appointment: db.Appointment) -> None:
    appointment_changes.cancel(appointment.id, by=outbox.CUSTOMER, reason='A cold.\nSorry!')
    customer, rep = (message(outbox.CANCELLATION, recipient) for recipient in (outbox.CUSTOMER, outbox.REP))
    assert customer['Subject'].startswith('Cancelled: Your appointment on ')
    assert Elements(text(customer, 'html')).links == ['http://localhost:8080/video-call']
    assert 'Video call with Riley Berger has been cancelled.' in text(customer)
    assert rep['Subject'].startswith('Cancelled: Your appointment on ')
    assert 'Video call with Carol Tanaka has been cancelled.' in text(rep)
    assert 'Cancelled by: you\n' in text(customer)
    assert 'Cancelled by: Carol Tanaka\n' in text(rep)
    assert all('Reason: A cold.\n    Sorry!\n' in text(told) for told in (customer, rep))
    assert '/chat/' not in text(rep) + text(customer)


def test_a_rep_whose_appointment_was_cancelled_on_this_side_is_not_told_that_the_site_did_it(appointment: db.Appointment) -> None:
    appointment_changes.cancel(appointment.id, by=outbox.REP)
    assert 'Cancelled by: you, or an admin for you\n' in text(message(outbox.CANCELLATION, outbox.REP))
    assert 'Cancelled by: Riley Berger\n' in text(message(outbox.CANCELLATION, outbox.CUSTOMER))


def test_answers_to_extra_questions_are_told_to_both(riley: db.Rep, carol: Customer) -> None:
    answers = [('Company', 'Tanaka & Co.'), ('How many are you?', '3')]
    appointments.book(kinds.FIRST, coming(riley), carol, answers=answers)
    for recipient in (outbox.CUSTOMER, outbox.REP):
        assert 'Company: Tanaka & Co.\n\nHow many are you? 3\n' in text(message(outbox.CONFIRMATION, recipient))


@pytest.mark.usefixtures('in_autumn_2026')
def test_a_moved_appointment_is_told_with_both_times_and_earlier_mails_still_say_theirs(riley: db.Rep, carol: Customer) -> None:
    before = appointments.book(kinds.FIRST, datetime(2027, 3, 26, 9, tzinfo=UTC), carol)
    moved = appointment_changes.reschedule(before.id, datetime(2027, 3, 29, 9, tzinfo=UTC), by=outbox.CUSTOMER)
    told = message(outbox.RESCHEDULE, outbox.CUSTOMER)
    assert told['Subject'] == 'Moved: Your appointment is on Mon Mar 29, 2027 at 6:00 PM'
    assert 'When it is now: Mon Mar 29, 2027, 6:00 – 7:00 PM, Tokyo (GMT+9)' in text(told)
    assert 'When it was: Fri Mar 26, 2027, 6:00 – 7:00 PM, Tokyo (GMT+9)' in text(told)
    assert 'When it was: Fri Mar 26, 2027, 10:00 – 11:00 AM, Berlin (GMT+1)' in text(message(outbox.RESCHEDULE, outbox.REP))
    assert 'When: Fri Mar 26, 2027, 6:00 – 7:00 PM' in text(message(outbox.CONFIRMATION, outbox.CUSTOMER))
    sent = [event(message(kind, outbox.CUSTOMER)) for kind in (outbox.CONFIRMATION, outbox.RESCHEDULE)]
    assert [one.start for one in sent] == [datetime(2027, 3, 26, 9, tzinfo=UTC), moved.starts_at]
    assert [one['SEQUENCE'] for one in sent] == [0, 1]


def test_all_three_are_told_when_an_appointment_is_handed_over(appointment: db.Appointment, robin: db.Rep) -> None:
    appointment_changes.hand_over(appointment.id, robin.id)
    customer, new, earlier = (
        message(*told) for told in ((outbox.HAND_OVER, outbox.CUSTOMER), (outbox.HAND_OVER, outbox.REP), (outbox.RELEASE, outbox.REP))
    )
    assert [told['To'].addresses[0].username for told in (customer, new, earlier)] == ['carol', 'robin', 'riley']
    assert 'Video call is now with Robin Doe.' in text(customer)
    assert 'handed over to you.' in text(new)
    assert 'handed over to somebody else.' in text(earlier)
    assert 'Riley Berger' in text(message(outbox.CONFIRMATION, outbox.CUSTOMER))
    assert [address.rpartition(':')[2] for address in attendees(earlier)] == ['riley@example.com']
    assert attendees(new) == attendees(customer) == ['mailto:carol@example.com', 'mailto:robin@example.com']


def test_a_rep_gets_the_link_to_choose_a_password(riley: db.Rep) -> None:
    for kind in outbox.ABOUT_ACCOUNTS:
        db.writing(lambda session, kind=kind: outbox.add_for_rep(session, riley.id, kind))
        told = message(kind, outbox.REP)
        (link,) = Elements(text(told, 'html')).links
        assert password_links.rep_by_key(str(link).rpartition('/')[2]).id == riley.id
        assert (told['To'], told['Reply-To']) == ('Riley Berger <riley@example.com>', None)
        assert 'text/calendar' not in [part.get_content_type() for part in told.walk()]


METHODS = {
    outbox.CONFIRMATION: 'REQUEST',
    outbox.RESCHEDULE: 'REQUEST',
    outbox.HAND_OVER: 'REQUEST',
    outbox.RELEASE: 'CANCEL',
    outbox.CANCELLATION: 'CANCEL',
}


@pytest.mark.usefixtures('database')
@pytest.mark.parametrize(('kind', 'recipient'), letters.MESSAGES)
def test_every_message_is_whole_and_its_calendar_part_keeps_to_the_standards(kind: str, recipient: str) -> None:
    parts = {part.get_content_type(): part for part in mail.sample(kind, recipient).walk()}
    method = METHODS.get(kind)
    assert list(parts) == ['multipart/alternative', 'text/plain', 'text/html', *(['text/calendar'] if method else [])]
    if method:
        assert parts['text/calendar'].get_param('method') == method
        assert icalendar_rules.faults(parts['text/calendar'].get_content().replace('\r', '').replace('\n', '\r\n').encode()) == []


def event(message: EmailMessage) -> Event:
    """What the calendar part of this message is about."""
    (found,) = Calendar.from_ical(list(message.walk())[-1].get_content()).walk('VEVENT')
    return found


def attendees(message: EmailMessage) -> list[str]:
    found = event(message)['ATTENDEE']
    return [str(one) for one in (found if isinstance(found, list) else [found])]


@pytest.mark.usefixtures('database')
def test_a_mail_of_another_kind_asks_nothing_of_a_calendar() -> None:
    assert invitations.method_of(db.OutboxItem(kind='thanks')) == ''


HOSTILE = (
    '<img src=x onerror=alert(1)>',
    '</title><script>alert(1)</script>',
    '"><a href="javascript:alert(1)">',
    'Carol" <sam@example.com>, "',
    'Bcc: sam@example.com',
    'Carol\x00\x1b[31m {subject} %s',
    '漢字 🙂 ' * 16,
)


@pytest.mark.parametrize('name', HOSTILE)
def test_whatever_is_typed_is_only_text_in_a_mail(name: str, riley: db.Rep, configure: Configure, database: str) -> None:
    configure(DATABASE_URL=database, SITE_NAME='Calls & <b>more</b>')
    comment = f'/etc/passwd\n{name}\nX-Header: 1'
    carol = customers.checked_customer(name, 'carol@example.com', comment, 'UTC')
    appointment = appointments.book(kinds.FIRST, coming(riley), carol, answers=[(name, comment)])
    db.writing(lambda session: session.execute(update(db.Kind).values(name=name[:100])))
    appointment_changes.cancel(appointment.id, reason=comment)
    for kind, recipient in letters.MESSAGES:
        if kind not in outbox.ABOUT_ACCOUNTS:
            db.writing(lambda session, told=(kind, recipient): outbox.add(session, appointment, *told))
            _assert_harmless(message(kind, recipient), kind, recipient)


def _assert_harmless(made: EmailMessage, kind: str, recipient: str) -> None:
    sent = message_from_bytes(made.as_bytes(), policy=policy.default)
    assert isinstance(sent, EmailMessage)
    assert [len(sent[header].addresses) for header in ('To', 'From', 'Reply-To')] == [1, 1, 1]
    assert sent['To'].addresses[0].addr_spec == ('carol@example.com' if recipient == outbox.CUSTOMER else 'riley@example.com')
    assert (sent['Bcc'], sent['X-Header'], sent.defects) == (None, None, [])
    shown = Elements(text(sent, 'html'))
    assert shown.names <= {'html', 'head', 'meta', 'title', 'body', 'div', 'p', 'h1', 'span', 'br', 'a'}
    assert all(link and link.startswith('http://localhost:8080/') for link in shown.links)
    if re.search(r'\b(comment|reason)\b', (letters.FOLDER / letters.file_name(kind, recipient)).read_text()):
        assert '/etc/passwd\n' in text(sent)
    assert 'root:' not in str(sent)


def test_a_comment_keeps_its_lines_and_cannot_pretend_to_be_a_line_of_ours(riley: db.Rep) -> None:
    appointments.book(kinds.FIRST, coming(riley), Customer('Sam', 'sam@example.com', 'One\nJoin the call:\nhttp://evil.example', 'UTC'))
    told = message(outbox.CONFIRMATION, outbox.REP)
    assert 'talk about: One\n    Join the call:\n    http://evil.example\n' in text(told)
    assert 'One<br>Join the call:<br>http://evil.example' in text(told, 'html')


@pytest.fixture
def server() -> Iterator[MailServer]:
    with mail_server() as server:
        yield server


@pytest.mark.parametrize(
    ('address', 'on_the_wire'),
    [('jurgen@straße.example', 'jurgen@xn--strae-oqa.example'), ('jürgen@straße.example', 'jürgen@xn--strae-oqa.example')],
)
def test_addresses_with_letters_beyond_ascii_are_reached(
    address: str, on_the_wire: str, riley: db.Rep, server: MailServer, configure: Configure, database: str
) -> None:
    configure(DATABASE_URL=database, **server.settings())
    appointments.book(kinds.FIRST, coming(riley), customers.checked_customer('Jürgen', address, '', 'UTC'))
    with db.reading() as session:
        item = session.scalars(select(db.OutboxItem).where(db.OutboxItem.recipient == outbox.CUSTOMER)).one()
    mail.send(item)
    assert server.recipients == [on_the_wire]
    assert [message['Message-ID'] for message in server.messages] == [item.message_id]
