"""What the two sides of a call write to each other: who may, how much, and how long it is known."""

import threading
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

import db
from services import appointment_changes, appointments, calls, events, messages, seats
from services.errors import CallNotOpen, MessageRefused, NoAppointment, TooManyMessages
from services.video.base import CUSTOMER, REP
from tests.conftest import Configure, on_sqlite

HOUR = timedelta(hours=1)


@pytest.fixture
def opened(appointment: db.Appointment, now: Callable[[datetime], None]) -> db.Appointment:
    """Carol's appointment with Riley, whose call is open."""
    now(appointment.starts_at)
    return appointment


@pytest.fixture
def pass_by(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """`pass_by(5)`: five seconds pass for those who write."""
    at = [1000.0]
    monkeypatch.setattr(messages, 'monotonic', lambda: at[0])

    def wait(seconds: float) -> None:
        at[0] += seconds

    return wait


def texts(appointment: db.Appointment) -> list[tuple[str, str]]:
    return [(said.seat, said.text) for said in messages.said(appointment.id)]


def restart() -> None:
    """What is in memory only is gone."""
    messages._talks.clear()


@pytest.mark.parametrize('is_kept', ['true', 'false'])
def test_what_both_sides_wrote_is_there_in_its_order(
    opened: db.Appointment, database: str, configure: Configure, heard: list[events.Event], is_kept: str
) -> None:
    configure(DATABASE_URL=database, KEEP_MESSAGES=is_kept)
    messages.say(opened.id, REP, '  I am five\r\nminutes late 🚆\x00 ')
    answer = messages.say(opened.id, CUSTOMER, 'No problem')
    assert texts(opened) == [(REP, 'I am five\nminutes late 🚆'), (CUSTOMER, 'No problem')]
    assert (answer.number, answer.said_at) == (2, opened.starts_at)
    assert [event.number for event in heard if isinstance(event, events.MessageSaid)] == [1, 2]


def test_what_is_to_be_kept_outlives_a_restart_and_the_call(
    opened: db.Appointment, database: str, configure: Configure, now: Callable[[datetime], None]
) -> None:
    configure(DATABASE_URL=database, KEEP_MESSAGES='true')
    messages.say(opened.id, REP, 'Hello')
    restart()
    assert messages.say(opened.id, CUSTOMER, 'x' * messages.TEXT_MAX).number == 2
    now(opened.starts_at + 2 * HOUR)
    messages.forget()
    assert [said.number for said in messages.said(opened.id)] == [1, 2]


@on_sqlite
def test_else_it_is_forgotten_when_the_time_of_the_call_is_over(opened: db.Appointment, now: Callable[[datetime], None]) -> None:
    messages.say(opened.id, REP, 'Hello')
    _opens_at, closes_at = calls.window(opened)
    now(closes_at - timedelta(seconds=1))
    messages.forget()
    assert texts(opened) == [(REP, 'Hello')]
    now(closes_at)
    messages.forget()
    assert texts(opened) == []
    with db.reading() as session:
        assert session.query(db.Message).count() == 0


@on_sqlite
def test_it_is_not_forgotten_when_the_appointment_was_moved_to_later(opened: db.Appointment, now: Callable[[datetime], None]) -> None:
    messages.say(opened.id, REP, 'Let us take our time')
    appointment_changes.reschedule(opened.id, opened.starts_at + 2 * HOUR, by=REP)
    _opens_at, closes_at = calls.window(opened)
    now(closes_at)
    messages.forget()
    assert messages.say(opened.id, CUSTOMER, 'With pleasure').number == 2
    now(closes_at + 2 * HOUR)
    messages.forget()
    assert texts(opened) == []


@on_sqlite
@pytest.mark.parametrize('hours', [-1.1, 1.6])
def test_outside_the_time_of_the_call_nobody_writes(appointment: db.Appointment, now: Callable[[datetime], None], hours: float) -> None:
    now(appointment.starts_at + hours * HOUR)
    with pytest.raises(CallNotOpen):
        messages.say(appointment.id, CUSTOMER, 'Hello')


@on_sqlite
def test_when_a_running_call_is_cancelled_those_who_are_in_it_still_write(opened: db.Appointment) -> None:
    seats._places[opened.id, CUSTOMER] = object()  # type: ignore[assignment]
    appointment_changes.cancel(opened.id)
    messages.say(opened.id, CUSTOMER, 'What now?')
    with pytest.raises(CallNotOpen):
        messages.say(opened.id, REP, 'Never mind')


@on_sqlite
@pytest.mark.parametrize('text', ['', ' \n\x00', 'x' * (messages.TEXT_MAX + 1)])
def test_nothing_and_too_much_are_refused(opened: db.Appointment, text: str) -> None:
    with pytest.raises(MessageRefused):
        messages.say(opened.id, REP, text)
    assert texts(opened) == []


@on_sqlite
def test_what_is_far_too_long_is_refused_before_anything_is_done_with_it(opened: db.Appointment, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(messages, 'plain_text', None)
    monkeypatch.setattr(messages, 'appointments', None)
    with pytest.raises(MessageRefused, match='in parts'):
        messages.say(opened.id, REP, 'x' * 1_000_000)


@on_sqlite
def test_one_side_writes_only_so_fast(opened: db.Appointment, pass_by: Callable[[float], None]) -> None:
    for _ in range(messages.BURST_MAX):
        messages.say(opened.id, CUSTOMER, 'Hello?')
    with pytest.raises(TooManyMessages):
        messages.say(opened.id, CUSTOMER, 'Hello?')
    messages.say(opened.id, REP, 'Hello')
    pass_by(messages.BURST_SECONDS + 1)
    messages.say(opened.id, CUSTOMER, 'Hello')


def test_a_call_holds_only_so_much_also_when_all_is_written_at_once(
    opened: db.Appointment, database: str, configure: Configure, monkeypatch: pytest.MonkeyPatch
) -> None:
    configure(DATABASE_URL=database, KEEP_MESSAGES='true')
    monkeypatch.setattr(messages, 'SAID_MAX', 10)
    refused = []

    def write() -> None:
        try:
            messages.say(opened.id, CUSTOMER, 'Hello')
        except TooManyMessages:
            refused.append(1)

    writers = [threading.Thread(target=write) for _ in range(15)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert [said.number for said in messages.said(opened.id)] == list(range(1, 11))
    assert len(refused) == 5


@on_sqlite
def test_unread_is_what_the_other_side_wrote_since_one_looked(opened: db.Appointment, heard: list[events.Event]) -> None:
    messages.say(opened.id, CUSTOMER, 'Are you there?')
    messages.say(opened.id, CUSTOMER, 'Hello?')
    assert (messages.unread(opened.id, REP), messages.unread(opened.id, CUSTOMER)) == (2, 0)
    messages.mark_read(opened.id, REP)
    messages.mark_read(opened.id, REP)
    assert messages.unread(opened.id, REP) == 0
    assert heard.count(events.MessagesRead(opened.id, REP)) == 1
    messages.say(opened.id, CUSTOMER, 'Good')
    assert messages.unread(opened.id, REP) == 1


@on_sqlite
@pytest.mark.parametrize(('error', 'is_left'), [(NoAppointment(), False), (db.Busy(), True)])
def test_a_talk_that_cannot_be_looked_up_keeps_no_other_in_memory(
    opened: db.Appointment, now: Callable[[datetime], None], monkeypatch: pytest.MonkeyPatch, error: Exception, *, is_left: bool
) -> None:
    get, lost = appointments.get, opened.id + 1
    messages._talks[lost] = messages.Talk([], {}, opened.starts_at)  # it is looked at first
    messages.say(opened.id, REP, 'Hello')

    def look_up(appointment_id: int) -> db.Appointment:
        if appointment_id == lost:
            raise error
        return get(appointment_id)

    monkeypatch.setattr(appointments, 'get', look_up)
    _opens_at, closes_at = calls.window(opened)
    now(closes_at)
    before = messages.failures.counts['Busy']
    messages.forget()
    assert list(messages._talks) == [lost] * is_left
    assert messages.failures.counts['Busy'] - before == is_left


@pytest.mark.parametrize('is_restarted', [True, False])
def test_a_message_says_which_rep_wrote_it_and_after_a_restart_who_has_the_appointment(
    opened: db.Appointment, robin: db.Rep, database: str, configure: Configure, *, is_restarted: bool
) -> None:
    configure(DATABASE_URL=database, KEEP_MESSAGES='true')
    messages.say(opened.id, REP, 'Hello')
    messages.say(opened.id, REP, 'Hello from me', robin.id)
    messages.say(opened.id, CUSTOMER, 'Hello')
    if is_restarted:
        restart()
    authors = [opened.rep_id, opened.rep_id if is_restarted else robin.id, None]
    assert [said.rep_id for said in messages.said(opened.id)] == authors
