"""The worker: at once, once, in order, again after failures, whatever hangs and whoever dies. Real threads, processes, mail server."""

import logging
import os
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest
from icalendar import Calendar, Event
from sqlalchemy import func, select

import db
from services import appointment_changes, appointments, events, kinds, mail, mail_states, outbox
from services.customers import Customer
from services.errors import MailNotSent
from services.outbox import CONFIRMATION, VIDEO_SESSION
from services.outbox_worker import WAKING, Handler, OutboxWorker
from tests.conftest import Configure, coming, on_sqlite
from tests.mail_server import MailServer, mail_server
from tests.waiting import until

SENDING = dict.fromkeys(mail.kinds(), mail.send)

Start = Callable[..., OutboxWorker]


@pytest.fixture
def start() -> Iterator[Start]:
    """`start(handlers)`: a worker that runs until the test ends. It polls so rarely that only what wakes it counts."""
    workers = []

    def begin(handlers: dict[str, Handler], poll_seconds: float = 60) -> OutboxWorker:
        workers.append(OutboxWorker(handlers, poll_seconds=poll_seconds))
        workers[-1].start()
        return workers[-1]

    yield begin
    for worker in workers:
        worker.stop()


@pytest.fixture
def server(configure: Configure, database: str) -> Iterator[MailServer]:
    """A mail server to which the product sends."""
    with mail_server() as server:
        configure(DATABASE_URL=database, **server.settings())
        yield server


def waiting() -> int:
    """How many rows are not done yet."""
    with db.reading() as session:
        return session.scalar(select(func.count()).where(db.OutboxItem.state == outbox.WAITING)) or 0


def state(appointment: db.Appointment) -> str:
    mail_state = mail_states.of(appointment.id)
    return mail_state.state if mail_state else ''


def book_many(rep: db.Rep, customer: Customer, days: int) -> int:
    """How many appointments were booked: every slot of so many days."""
    starts = [coming(rep, day, hour) for day in range(2, 2 + days) for hour in range(10, 17)]
    for starts_at in starts:
        appointments.book(kinds.FIRST, starts_at, customer)
    return len(starts)


def test_everybody_is_told_at_once_of_booking_moving_handing_over_and_cancelling(
    riley: db.Rep, robin: db.Rep, carol: Customer, server: MailServer, start: Start
) -> None:
    start(SENDING)
    appointment = appointments.book(kinds.FIRST, coming(riley), carol, rep_id=riley.id)
    until(lambda: len(server.messages) == 3, 'the confirmations, and the invitation of Robin')
    appointment_changes.reschedule(appointment.id, coming(riley, hour=14), by=outbox.CUSTOMER)
    until(lambda: len(server.messages) == 5, 'the new time')
    appointment_changes.hand_over(appointment.id, robin.id)
    until(lambda: len(server.messages) == 8, 'the hand-over')
    appointment_changes.cancel(appointment.id)
    until(lambda: len(server.messages) == 10, 'the cancellations')
    told = [_event(message) for message in server.messages if 'carol@' in message['To']]
    assert [method for method, _ in told] == ['REQUEST', 'REQUEST', 'REQUEST', 'CANCEL']
    assert [event['SEQUENCE'] for _, event in told] == [0, 1, 2, 3]
    assert len({event['UID'] for _, event in told}) == 1


def _event(message: EmailMessage) -> tuple[str, Event]:
    """What the calendar part of this message asks for, and of which event."""
    calendar = Calendar.from_ical(list(message.walk())[-1].get_content())
    return str(calendar['METHOD']), calendar.walk('VEVENT')[0]


def test_whatever_happens_to_an_appointment_wakes_the_worker() -> None:
    about_it = {event for name, event in vars(events).items() if name.startswith('Appointment') and isinstance(event, type)}
    assert {event for event in about_it if not issubclass(event, WAKING)} == {
        events.AppointmentNoted
    }  # of what a rep notes, nobody is told


def test_a_server_that_refuses_at_first_is_asked_again(
    riley: db.Rep, carol: Customer, server: MailServer, start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbox, 'PAUSES', (timedelta(),))
    server.refusals = ['451 try later', '550 no', '421 not now', '452 full']
    worker = start(SENDING)
    appointment = appointments.book(kinds.FIRST, coming(riley), carol)
    until(lambda: state(appointment) == 'sent' and len(server.messages) == 2, 'both mails')
    assert server.refusals == []
    assert worker.failures.counts['confirmation, MailNotSent'] == 4


@pytest.mark.usefixtures('platform')
def test_several_workers_never_do_one_row_twice(riley: db.Rep, carol: Customer, start: Start) -> None:
    done: list[int] = []
    workers = [start(dict.fromkeys((CONFIRMATION, VIDEO_SESSION), lambda item: done.append(item.id)), poll_seconds=0.01) for _ in range(3)]
    assert book_many(riley, carol, days=4) == 28
    until(lambda: waiting() == 0, 'an empty queue')
    assert (len(done), set(Counter(done).values())) == (84, {1})
    assert all(not worker.failures.counts for worker in workers)


@pytest.mark.usefixtures('platform')
def test_a_mail_server_that_hangs_stops_no_video_session(riley: db.Rep, carol: Customer, start: Start) -> None:
    answers = threading.Event()
    sessions: list[int] = []
    start({CONFIRMATION: lambda _: answers.wait(60), VIDEO_SESSION: lambda item: sessions.append(item.appointment_id)})
    try:
        count = book_many(riley, carol, days=1)
        until(lambda: len(sessions) == count, 'all video sessions')
    finally:
        answers.set()


def test_a_mail_that_takes_longer_than_a_lease_is_not_sent_twice(
    riley: db.Rep, carol: Customer, start: Start, configure: Configure, database: str
) -> None:
    configure(DATABASE_URL=database, OUTBOX_LEASE_SECONDS='3')  # renewed each second, however busy the machine is
    answers, begun = threading.Event(), []

    def send(item: db.OutboxItem) -> None:
        begun.append(item)
        answers.wait(60)

    for _ in range(2):
        start({CONFIRMATION: send}, poll_seconds=0.05)
    appointments.book(kinds.FIRST, coming(riley), carol)
    try:
        until(lambda: len(begun) == 2, 'both mails to be on their way')
        until(lambda: _claimed_until(begun[0]) > begun[0].claimed_until + timedelta(seconds=3), 'another lease', seconds=30)
    finally:
        answers.set()
    until(lambda: waiting() == 0, 'the mails to be done')
    assert len(begun) == 2


def _claimed_until(item: db.OutboxItem) -> object:
    with db.reading() as session:
        return session.get_one(db.OutboxItem, item.id).claimed_until


@on_sqlite
def test_what_was_sent_while_the_database_was_away_is_written_down_later(
    appointment: db.Appointment, server: MailServer, start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    record, failures = outbox.record, iter([RuntimeError('no database'), db.Busy()])

    def fail_twice(attempts: list[outbox.Attempt]) -> list[db.OutboxItem]:
        if error := next(failures, None):
            raise error
        return record(attempts)

    monkeypatch.setattr(outbox, 'record', fail_twice)
    worker = start(SENDING, poll_seconds=0.05)
    until(lambda: state(appointment) == 'sent' and waiting() == 0, 'the outcome')
    assert len(server.messages) == 2
    assert worker.failures.counts == {'queue, RuntimeError': 1, 'queue, Busy': 1}


@on_sqlite
def test_stopping_waits_for_what_is_under_way(riley: db.Rep, carol: Customer) -> None:
    answers, begun = threading.Event(), threading.Event()

    def send(_item: db.OutboxItem) -> None:
        begun.set()
        answers.wait(60)

    worker = OutboxWorker({CONFIRMATION: send})
    worker.start()
    appointment = appointments.book(kinds.FIRST, coming(riley), carol)
    begun.wait(20)
    threading.Timer(0.2, answers.set).start()
    worker.stop()
    assert state(appointment) == 'sent'


@on_sqlite
def test_failures_are_logged_once_and_without_what_they_say(
    appointment: db.Appointment, start: Start, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbox, 'PAUSES', (timedelta(),))

    def refuse(_item: db.OutboxItem) -> None:
        raise MailNotSent('carol@example.com is not known here')

    worker = start({CONFIRMATION: refuse}, poll_seconds=0.01)
    until(lambda: worker.failures.counts['confirmation, MailNotSent'] > 4, 'several tries')
    monkeypatch.setattr(outbox, 'LIFETIME', timedelta())
    until(lambda: len(caplog.records) == 3, 'a warning, and giving up two mails')
    assert state(appointment) == 'failed'
    assert [record.levelno for record in caplog.records] == [logging.WARNING, logging.ERROR, logging.ERROR]
    assert '@' not in caplog.text


CHILD = """
import os, sys, time
from datetime import datetime
import db
from services import appointments, kinds, mail, settings
from services.customers import Customer
from services.outbox_worker import OutboxWorker
settings.use(settings.load())
db.connect(settings.current().database_url)
"""
BOOK_AND_DIE = """
customer = Customer('Carol Tanaka', 'carol@example.com', '', 'Asia/Tokyo')
appointments.book(kinds.FIRST, datetime.fromisoformat(sys.argv[1]), customer)
os.kill(os.getpid(), 9)
"""
SEND_AND_HANG = """
def send(item):
    if sys.argv[1] == 'accepted':
        mail.send(item)
    os.write(1, b'sending\\n')
    time.sleep(600)
OutboxWorker({'confirmation': send}).start()
time.sleep(600)
"""
SEND_UNTIL_TOLD = """
worker = OutboxWorker({'confirmation': mail.send}, poll_seconds=0.01)
worker.start()
print('ready', flush=True)
sys.stdin.read()
worker.stop()
"""


Child = Callable[..., subprocess.Popen[str]]


@pytest.fixture
def child() -> Iterator[Child]:
    """`child(SCRIPT, argument)`: another process of the product, on the same database and settings. None outlives the test."""
    processes: list[subprocess.Popen[str]] = []

    def begin(script: str, *arguments: str) -> subprocess.Popen[str]:
        command = [sys.executable, '-c', CHILD + script, *arguments]
        environment = {**os.environ, 'PYTHONPATH': str(Path(db.__file__).parent)}
        processes.append(subprocess.Popen(command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True))
        return processes[-1]

    yield begin
    for process in processes:
        if process.poll() is None:
            process.kill()
        end(process)


def end(process: subprocess.Popen[str]) -> int:
    """Its exit code, once it has come to its end."""
    if process.stdin and not process.stdin.closed:
        process.communicate(timeout=60)
    return process.returncode


def lines(process: subprocess.Popen[str], count: int) -> list[str]:
    """The next lines it prints."""
    assert process.stdout is not None
    return [process.stdout.readline().strip() for _ in range(count)]


def test_a_process_killed_between_booking_and_mail_costs_no_mail(riley: db.Rep, server: MailServer, start: Start, child: Child) -> None:
    assert end(child(BOOK_AND_DIE, coming(riley).isoformat())) == -9
    assert server.messages == []
    appointment = appointments.booked_at(riley.id, coming(riley))
    assert appointment is not None
    start(SENDING)
    until(lambda: waiting() == 0, 'the mails')
    assert sorted(server.recipients) == ['carol@example.com', 'riley@example.com']
    assert state(appointment) == 'sent'


@pytest.mark.parametrize('when', ['not accepted', 'accepted'])
def test_a_process_killed_while_it_sends_is_replaced(
    when: str, appointment: db.Appointment, server: MailServer, start: Start, child: Child, configure: Configure, database: str
) -> None:
    configure(DATABASE_URL=database, OUTBOX_LEASE_SECONDS='1', **server.settings())
    sender = child(SEND_AND_HANG, when)
    assert lines(sender, 2) == ['sending', 'sending']
    sender.kill()
    assert end(sender) == -9
    assert waiting() == 2
    start(SENDING, poll_seconds=0.05)
    until(lambda: waiting() == 0, 'the mails')
    sent = Counter((message['To'].addresses[0].username, message['Message-ID']) for message in server.messages)
    assert sorted(name for name, _ in sent) == ['carol', 'riley']
    assert set(sent.values()) == ({2} if when == 'accepted' else {1})


def test_several_processes_never_send_one_mail_twice(riley: db.Rep, carol: Customer, server: MailServer, child: Child) -> None:
    senders = [child(SEND_UNTIL_TOLD) for _ in range(3)]
    assert [lines(sender, 1) for sender in senders] == [['ready']] * 3
    count = book_many(riley, carol, days=3)
    until(lambda: waiting() == 0, 'all mails')
    assert [end(sender) for sender in senders] == [0, 0, 0]
    assert len(server.messages) == 2 * count
    assert set(Counter(message['Message-ID'] for message in server.messages).values()) == {1}
