"""Who was in which call: what is written down, whatever the database or the process does meanwhile, and what is read of it."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError

import db
from services import clock, events, seats, visits
from services.events import LineJudged, SeatLeft, SeatTaken
from services.places import HUNG_UP, REPLACED, SILENT
from services.video.base import CUSTOMER, REP
from services.visit_recorder import MOST, VisitRecorder
from services.visits import Line, Stay
from tests.conftest import on_sqlite
from tests.occupants import Nobody
from tests.waiting import until

MINUTE, SECOND = timedelta(minutes=1), timedelta(seconds=1)
Start = Callable[..., VisitRecorder]
Clock = Callable[[datetime], None]


@pytest.fixture
def start(database: str) -> Iterator[Start]:
    """`start()`: a recorder that runs until the test ends."""
    recorders: list[VisitRecorder] = []

    def begin(**options: Any) -> VisitRecorder:
        recorders.append(VisitRecorder(**options))
        recorders[-1].start()
        return recorders[-1]

    yield begin
    for recorder in recorders:
        if recorder._thread.is_alive():
            recorder.stop()


def take(appointment: db.Appointment, visit: str = 'a', seat: str = CUSTOMER, rep_id: int | None = None) -> None:
    events.publish(SeatTaken(appointment.id, seat, visit, 'peer', rep_id))


def leave(
    appointment: db.Appointment, visit: str = 'a', how: str = HUNG_UP, seat: str = CUSTOMER, unheard: timedelta = timedelta()
) -> None:
    events.publish(SeatLeft(appointment.id, seat, visit, how, clock.now() - unheard))


def judge(appointment: db.Appointment, quality: str, seconds: int, *, is_relayed: bool = False) -> None:
    events.publish(LineJudged(appointment.id, 'a', quality, seconds, is_relayed))


def stored(appointment: db.Appointment, ended: str | None = None) -> db.Visit | None:
    """The first stay that is written down, when it has ended so."""
    found = visits.of(appointment.id)
    return found[0] if found and ended in (None, found[0].ended) else None


def stay(appointment: db.Appointment, seat: str, from_minute: float, to_minute: float, **more: Any) -> Stay:
    """Somebody who was there so many minutes after the start."""
    first, last = (appointment.starts_at + minute * MINUTE for minute in (from_minute, to_minute))
    return Stay(f'{seat} {from_minute}', appointment.id, seat, 'peer', first, last, **({'ended': HUNG_UP} | more))


@on_sqlite
@pytest.mark.parametrize(
    ('stays', 'minutes'),
    [
        ([(CUSTOMER, 0, 0, '')], 0),
        ([(CUSTOMER, 0, 0, ''), (REP, 3, 3, '')], 7),
        ([(CUSTOMER, 0, 5, HUNG_UP), (REP, 3, 9, HUNG_UP), (CUSTOMER, 8, 8, '')], 3),
        ([(CUSTOMER, 0, 2, HUNG_UP), (REP, 3, 3, '')], 0),
        ([(CUSTOMER, -70, -65, HUNG_UP), (REP, -70, -65, HUNG_UP)], 0),
    ],
    ids=['alone', 'both still there', 'there again', 'one after the other', 'before the call of the new time'],
)
def test_how_long_two_have_talked_in_a_call_counts_on_while_they_are_there(
    appointment: db.Appointment, now: Clock, stays: list[tuple[str, float, float, str]], minutes: int
) -> None:
    now(appointment.starts_at + 10 * MINUTE)
    visits.keep([stay(appointment, seat, first, last, ended=ended) for seat, first, last, ended in stays])
    assert visits.talked(appointment.id, after=appointment.starts_at - 60 * MINUTE) == minutes * MINUTE


@on_sqlite
def test_when_one_leaves_it_is_known_at_once_how_long_the_two_were_together(appointment: db.Appointment, start: Start, now: Clock) -> None:
    now(appointment.starts_at)
    start()
    take(appointment, 'a', CUSTOMER)
    take(appointment, 'b', REP)
    now(appointment.starts_at + 9 * SECOND)
    leave(appointment, 'b', seat=REP)
    until(lambda: visits.length(appointment.id) == 9 * SECOND, 'the nine seconds')


def kept(*stays: Stay) -> list[db.Visit]:
    """These stays, as they are read again."""
    visits.keep(stays)
    return visits.of(stays[0].appointment_id)


# what is written down


def test_a_stay_is_written_down_when_it_begins_and_when_it_ends(appointment: db.Appointment, start: Start, now: Clock) -> None:
    start()
    now(appointment.starts_at)
    take(appointment)
    begun = until(lambda: stored(appointment), 'the stay to be written down')
    assert (begun.seat, begun.engine, begun.joined_at, begun.ended) == (CUSTOMER, 'peer', appointment.starts_at, '')
    now(appointment.starts_at + 12 * MINUTE)
    leave(appointment)
    ended = until(lambda: stored(appointment, HUNG_UP), 'its end to be written down')
    assert (ended.joined_at, ended.until_at) == (appointment.starts_at, appointment.starts_at + 12 * MINUTE)
    assert len(visits.of(appointment.id)) == 1


@on_sqlite
def test_of_a_rep_it_is_written_down_which_one_it_was(
    appointment: db.Appointment, riley: db.Rep, robin: db.Rep, start: Start, now: Clock
) -> None:
    start()
    now(appointment.starts_at)
    take(appointment, 'a')
    take(appointment, 'b', REP, riley.id)
    leave(appointment, 'b', REPLACED, REP)
    take(appointment, 'c', REP, robin.id)
    found = until(lambda: len(of := visits.of(appointment.id)) == 3 and of, 'the three stays')
    assert {visit.key: visit.rep_id for visit in found} == {'a': None, 'b': riley.id, 'c': robin.id}


def test_how_good_the_line_was_is_added_up(appointment: db.Appointment, start: Start) -> None:
    start()
    take(appointment)
    judge(appointment, 'good', 30)
    judge(appointment, 'poor', 5, is_relayed=True)
    judge(appointment, 'good', 15)
    leave(appointment)
    ended = until(lambda: stored(appointment, HUNG_UP), 'the stay to be written down')
    assert (ended.good_seconds, ended.fair_seconds, ended.poor_seconds, ended.is_relayed) == (45, 0, 5, True)


@on_sqlite
def test_somebody_who_fell_silent_was_there_until_they_were_last_heard(appointment: db.Appointment, start: Start, now: Clock) -> None:
    start()
    now(appointment.starts_at)
    take(appointment)
    now(appointment.starts_at + MINUTE)
    leave(appointment, how=SILENT, unheard=12 * SECOND)
    assert until(lambda: stored(appointment, SILENT), 'the end').until_at == appointment.starts_at + 48 * SECOND


@on_sqlite
def test_a_short_talk_whose_pages_were_closed_is_as_long_as_it_was(
    appointment: db.Appointment, start: Start, now: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    start()
    now(appointment.starts_at)
    places = [seats.take(appointment.id, seat, Nobody()) for seat in (REP, CUSTOMER)]
    now(appointment.starts_at + 10 * SECOND)
    for place in places:
        seats.page_gone(place)
    later = seats.monotonic() + 7
    monkeypatch.setattr(seats, 'monotonic', lambda: later)
    now(appointment.starts_at + 17 * SECOND)
    seats.reap()
    until(lambda: {visit.ended for visit in visits.of(appointment.id)} == {SILENT}, 'both ends')
    assert 9 * SECOND < visits.length(appointment.id) <= 10 * SECOND


@on_sqlite
def test_while_somebody_is_there_that_is_confirmed_again_and_again(appointment: db.Appointment, start: Start, now: Clock) -> None:
    start(every_seconds=0.05)
    now(appointment.starts_at)
    take(appointment)
    until(lambda: stored(appointment), 'the stay to be written down')
    now(appointment.starts_at + MINUTE)
    until(lambda: stored(appointment, '').until_at == appointment.starts_at + MINUTE, 'the stay to be confirmed')  # type: ignore[union-attr]


def test_a_database_that_is_away_costs_nothing_but_time(
    appointment: db.Appointment, start: Start, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(_stays: object) -> None:
        raise OperationalError('gone', None, Exception())

    recorder = start()
    with monkeypatch.context() as broken:
        broken.setattr(visits, 'keep', fail)
        for number in range(20):
            take(appointment, f'visit {number}')
            leave(appointment, f'visit {number}')
        until(lambda: recorder.failures.counts['OperationalError'] > 1, 'a second try')
    until(lambda: len(visits.of(appointment.id)) == 20, 'all to be written down')
    assert [visit.key for visit in visits.of(appointment.id)] == [f'visit {number}' for number in range(20)]
    assert {visit.ended for visit in visits.of(appointment.id)} == {HUNG_UP}
    assert caplog.text.count('OperationalError') == 1


@on_sqlite
def test_what_waits_for_the_database_does_not_grow_without_bound(appointment: db.Appointment) -> None:
    recorder = VisitRecorder()  # one that never writes
    for number in range(MOST + 3):
        recorder._hear(SeatTaken(appointment.id, CUSTOMER, f'visit {number}', 'peer'))
        recorder._hear(SeatLeft(appointment.id, CUSTOMER, f'visit {number}', HUNG_UP, clock.now()))
    assert len(recorder._unsaved) == MOST
    assert not recorder._open
    assert recorder.failures.counts['one too many'] == 3


def test_a_recorder_that_stops_writes_down_all_it_knows(appointment: db.Appointment, start: Start) -> None:
    recorder = start()
    take(appointment)
    take(appointment, 'b', REP)
    leave(appointment, 'b', seat=REP)
    recorder.stop()
    assert [visit.ended for visit in visits.of(appointment.id)] == [SILENT, HUNG_UP]


@on_sqlite
def test_an_appointment_that_is_no_more_holds_up_nobody(appointment: db.Appointment, start: Start) -> None:
    recorder = start()
    events.publish(SeatTaken(appointment.id + 1, CUSTOMER, 'of none', 'peer'))
    take(appointment)
    until(lambda: stored(appointment), 'the other stay')
    assert not recorder.failures.counts


CRASH = """
import os, db
from services import events
from services.visit_recorder import VisitRecorder
from services.visits import of
from tests.waiting import until
db.connect(os.environ['DATABASE_URL'])
VisitRecorder().start()
events.publish(events.SeatTaken(int(os.environ['APPOINTMENT']), 'customer', 'a', 'peer'))
until(lambda: of(int(os.environ['APPOINTMENT'])), 'the stay to be written down')
os.kill(os.getpid(), 9)
"""


@on_sqlite
def test_after_a_crash_the_stay_is_known_and_is_closed_once_nobody_confirms_it(
    appointment: db.Appointment, start: Start, now: Clock
) -> None:
    own = os.environ | {'APPOINTMENT': str(appointment.id), 'DATABASE_URL': str(db.engine().url)}
    subprocess.run([sys.executable, '-c', CRASH], cwd=Path(__file__).parents[2], env=own, check=False)
    left = stored(appointment, '')
    assert left is not None
    now(left.until_at + 80 * SECOND)
    recorder = start(every_seconds=0.05)
    take(appointment, 'b')
    until(lambda: len(visits.of(appointment.id)) == 2, 'a look at the stays')
    assert stored(appointment, '') is not None
    now(left.until_at + 91 * SECOND)
    closed = until(lambda: stored(appointment, SILENT), 'the stay to be closed')
    assert closed.until_at == left.until_at
    assert visits.of(appointment.id)[1].ended == ''
    recorder.stop()


# what is read of it


@pytest.mark.parametrize(
    ('customers', 'reps', 'minutes'),
    [
        ([(0, 30)], [(5, 40)], 25),
        ([(0, 10), (12, 30)], [(5, 40)], 23),
        ([(0, 10), (9, 20)], [(0, 20)], 20),
        ([(0, 10)], [(10, 20)], 0),
        ([(0, 10)], [], 0),
    ],
)
@on_sqlite
def test_the_length_of_a_call_is_how_long_both_were_there(
    appointment: db.Appointment, customers: list[tuple[int, int]], reps: list[tuple[int, int]], minutes: int
) -> None:
    visits.keep([stay(appointment, seat, *span) for seat, spans in ((CUSTOMER, customers), (REP, reps)) for span in spans])
    assert visits.length(appointment.id) == minutes * MINUTE


@on_sqlite
def test_a_short_break_is_passed_over_and_a_long_one_is_not(appointment: db.Appointment) -> None:
    found = kept(stay(appointment, CUSTOMER, 0, 5), stay(appointment, CUSTOMER, 5.5, 9), stay(appointment, CUSTOMER, 12, 14))
    minutes = [tuple((at - appointment.starts_at) / MINUTE for at in there) for there in visits.times_there(found, CUSTOMER)]
    assert minutes == [(0, 9), (12, 14)]
    assert visits.times_there(found, REP) == []


@on_sqlite
def test_the_stays_of_each_rep_are_told_apart_and_count_as_one_side(appointment: db.Appointment, riley: db.Rep, robin: db.Rep) -> None:
    spans = [(0, 2, None), (2, 3, riley.id), (3, 4, robin.id), (4, 6, riley.id)]
    found = kept(stay(appointment, CUSTOMER, 0, 6), *(stay(appointment, REP, first, last, rep_id=rep_id) for first, last, rep_id in spans))
    there = visits.by_rep(found, riley.id)
    minutes = {
        rep_id: [tuple((at - appointment.starts_at) / MINUTE for at in span) for span in visits.times_there(stays, REP, SECOND)]
        for rep_id, stays in there.items()
    }
    assert minutes == {riley.id: [(0, 3), (4, 6)], robin.id: [(3, 4)]}
    assert visits.length(appointment.id) == 6 * MINUTE


@on_sqlite
def test_the_appointments_rep_comes_first_even_if_only_a_colleague_was_there(
    appointment: db.Appointment, riley: db.Rep, robin: db.Rep
) -> None:
    found = kept(stay(appointment, REP, 0, 6, rep_id=robin.id))
    assert list(visits.by_rep(found, riley.id).items()) == [(riley.id, []), (robin.id, found)]


@pytest.mark.parametrize(('seconds', 'quality'), [((75, 25, 0), 'good'), ((74, 20, 6), 'fair'), ((75, 0, 25), 'poor'), ((0, 0, 0), '')])
@on_sqlite
def test_a_line_is_as_good_as_it_was_most_of_the_time(appointment: db.Appointment, seconds: tuple[int, int, int], quality: str) -> None:
    good, fair, poor = seconds
    found = kept(stay(appointment, REP, 0, 1, good_seconds=good, fair_seconds=fair, poor_seconds=poor, is_relayed=True))
    assert visits.line(found) == Line('peer', quality, is_relayed=True)  # type: ignore[arg-type]


@on_sqlite
def test_of_a_call_that_nobody_joined_there_is_no_line(appointment: db.Appointment) -> None:
    assert visits.line(visits.of(appointment.id)) is None
