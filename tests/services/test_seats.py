"""Who sits in which call, and what one seat may tell the other."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import count
from unittest.mock import Mock

import pytest

from services import events, places, relaying, seats, standings
from services.video.base import CUSTOMER, REP
from tests.occupants import Recorder

NINE, MINUTE, SECOND = datetime(2026, 12, 1, 9, tzinfo=UTC), timedelta(minutes=1), timedelta(seconds=1)

# who sits there


@pytest.fixture
def wait(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """`wait(5)`: five seconds pass for those who sit in calls."""
    at = [1000.0]
    for module in (seats, relaying):
        monkeypatch.setattr(module, 'monotonic', lambda: at[0])

    def pass_by(seconds: float) -> None:
        at[0] += seconds

    return pass_by


numbers = count(1_000_000)


@pytest.fixture
def call() -> int:
    """The number of an appointment whose call nobody else has used."""
    return next(numbers)


def test_two_who_join_are_told_of_each_other_in_one_meeting(call: int) -> None:
    riley, carol = Recorder(), Recorder()
    seats.take(call, REP, riley)
    assert riley.told == []
    seats.take(call, CUSTOMER, carol)
    assert riley.told == carol.told == ['joined']
    assert riley.meeting == carol.meeting


def test_who_is_there_can_be_asked_and_is_published(call: int, heard: list[events.Event]) -> None:
    place = seats.take(call, CUSTOMER, Recorder())
    assert seats.who_is_there(call) == {CUSTOMER}
    seats.leave(place)
    assert seats.who_is_there(call) == frozenset()
    taken, left = heard
    assert taken == events.SeatTaken(call, CUSTOMER, place.visit, '')
    assert isinstance(left, events.SeatLeft)
    assert (left.appointment_id, left.seat, left.visit, left.how) == (call, CUSTOMER, place.visit, places.HUNG_UP)


def test_which_rep_sits_there_is_published(call: int, heard: list[events.Event]) -> None:
    place = seats.take(call, REP, Recorder(), rep_id=2)
    assert heard == [events.SeatTaken(call, REP, place.visit, '', 2)]


def test_the_newest_tab_wins_and_the_older_is_told(call: int) -> None:
    riley, older, newer = Recorder(), Recorder(), Recorder()
    seats.take(call, REP, riley)
    place = seats.take(call, CUSTOMER, older)
    first = riley.meeting
    seats.take(call, CUSTOMER, newer)
    assert older.told == ['joined', 'replaced']
    assert newer.told == ['joined']
    assert riley.told == ['joined', 'joined']
    assert riley.meeting == newer.meeting != first
    seats.leave(place)
    assert seats.who_is_there(call) == {REP, CUSTOMER}
    assert riley.told == ['joined', 'joined']


def test_an_older_tab_that_still_beats_does_not_take_the_seat_back(call: int) -> None:
    older, newer = Recorder(), Recorder()
    place = seats.take(call, CUSTOMER, older)
    seats.take(call, CUSTOMER, newer)
    seats.beat(place)
    assert newer.told == []


def test_hanging_up_is_told(call: int) -> None:
    riley = Recorder()
    seats.take(call, REP, riley)
    seats.leave(seats.take(call, CUSTOMER, Recorder()))
    assert riley.told == ['joined', 'hung up']


def test_a_silent_seat_is_noticed_within_fifteen_seconds_and_a_beating_one_stays(
    call: int, wait: Callable[[float], None], now: Callable[[datetime], None], heard: list[events.Event]
) -> None:
    now(NINE)
    riley = Recorder()
    place = seats.take(call, REP, riley)
    silent = seats.take(call, CUSTOMER, Recorder())
    for _ in range(7):
        wait(2)
        seats.beat(place)
        seats.reap()
    assert seats.who_is_there(call) == {REP}
    assert riley.told == ['joined', 'silent']
    left = heard[-1]
    assert isinstance(left, events.SeatLeft)
    assert (left.visit, left.how) == (silent.visit, places.SILENT)
    assert timedelta(seconds=12) < NINE - left.heard_at < timedelta(seconds=15)


@pytest.mark.parametrize(('seconds', 'is_there'), [(5, True), (6.1, False)])
def test_a_page_that_is_loaded_again_has_some_seconds_to_come_back(
    call: int, wait: Callable[[float], None], seconds: float, is_there: bool
) -> None:
    riley = Recorder()
    seats.take(call, REP, riley)
    seats.page_gone(seats.take(call, CUSTOMER, Recorder()))
    wait(seconds)
    seats.reap()
    assert (CUSTOMER in seats.who_is_there(call)) == is_there
    assert riley.told == (['joined'] if is_there else ['joined', 'silent'])


def test_one_late_beat_does_not_cost_the_seat(call: int, wait: Callable[[float], None]) -> None:
    place = seats.take(call, REP, Recorder())
    wait(2 * seats.BEAT_SECONDS)
    seats.reap()
    assert seats.who_is_there(call) == {REP}
    seats.leave(place)


def test_a_silent_seat_that_beats_again_meets_the_other_anew(call: int, wait: Callable[[float], None]) -> None:
    riley, carol = Recorder(), Recorder()
    place, others = seats.take(call, CUSTOMER, carol), seats.take(call, REP, riley)
    first = riley.meeting
    wait(13)
    seats.beat(others)
    seats.reap()
    wait(30)
    seats.beat(place)
    assert riley.told == ['joined', 'silent', 'joined']
    assert carol.told == ['joined', 'joined']
    assert riley.meeting == carol.meeting != first


def test_a_silent_seat_that_beats_again_goes_on_with_the_other_while_their_connection_stands(
    call: int, wait: Callable[[float], None]
) -> None:
    riley, carol = Recorder(), Recorder()
    place, others = seats.take(call, CUSTOMER, carol), seats.take(call, REP, riley)
    riley.is_connected = carol.is_connected = True
    wait(13)
    seats.beat(others)
    seats.reap()
    seats.beat(place)
    assert seats.is_seated(place)
    assert (riley.told, carol.told) == (['joined', 'silent'], ['joined'])


# what one seat tells the other


@pytest.fixture
def meeting(call: int) -> tuple[places.Place, Recorder, str]:
    """Riley's place, Carol opposite, and the meeting's name."""
    riley, carol = Recorder(), Recorder()
    place = seats.take(call, REP, riley)
    seats.take(call, CUSTOMER, carol)
    carol.told.clear()
    return place, carol, riley.meeting


def test_a_signal_reaches_the_other_seat_of_the_same_call_only(meeting: tuple[places.Place, Recorder, str], call: int) -> None:
    place, carol, name = meeting
    stranger = Recorder()
    seats.take(call + 500_000, CUSTOMER, stranger)
    signal = {'meeting': name, 'description': {'type': 'offer', 'sdp': '…'}}
    relaying.relay(place, signal)
    assert carol.told == [signal]
    assert stranger.told == []


@pytest.mark.parametrize('signal', [None, 'text', [], {}, {'meeting': ''}, {'meeting': 'an earlier one', 'candidate': {}}])
def test_a_signal_of_no_or_another_meeting_is_dropped(meeting: tuple[places.Place, Recorder, str], signal: object) -> None:
    place, carol, _name = meeting
    relaying.relay(place, signal)
    assert carol.told == []


def test_a_signal_of_one_who_was_replaced_is_dropped(meeting: tuple[places.Place, Recorder, str]) -> None:
    place, carol, name = meeting
    seats.take(place.appointment_id, REP, Recorder())
    carol.told.clear()
    relaying.relay(place, {'meeting': name})
    assert carol.told == []


def test_a_signal_that_is_too_large_is_dropped(meeting: tuple[places.Place, Recorder, str]) -> None:
    place, carol, name = meeting
    relaying.relay(place, {'meeting': name, 'description': {'type': 'offer', 'sdp': 'x' * 64_000}})
    assert carol.told == []


def test_signals_come_no_faster_than_a_call_needs(meeting: tuple[places.Place, Recorder, str], wait: Callable[[float], None]) -> None:
    place, carol, name = meeting
    place.signals_since = relaying.monotonic()
    for _ in range(1000):
        relaying.relay(place, {'meeting': name})
    assert len(carol.told) == 300
    wait(11)
    relaying.relay(place, {'meeting': name})
    assert len(carol.told) == 301


def test_what_is_too_large_or_nothing_at_all_counts_as_well(
    meeting: tuple[places.Place, Recorder, str], wait: Callable[[float], None]
) -> None:
    place, carol, name = meeting
    place.signals_since = relaying.monotonic()
    for signal in ({'meeting': name, 'description': {'sdp': 'x' * 70_000}}, None):
        for _ in range(150):
            relaying.relay(place, signal)
    relaying.relay(place, {'meeting': name})
    assert carol.told == []
    wait(11)
    relaying.relay(place, {'meeting': name})
    assert carol.told == [{'meeting': name}]


def test_a_signal_to_an_empty_seat_goes_nowhere(call: int) -> None:
    place = seats.take(call, REP, Recorder())
    relaying.relay(place, {'meeting': ''})
    assert seats.who_is_there(call) == {REP}


# how it stands, and its end


def test_how_a_call_stands_for_its_customer_and_since_when(call: int, now: Callable[[datetime], None]) -> None:
    now(NINE)
    assert standings.standing(call) == standings.Standing('nobody')
    carol = seats.take(call, CUSTOMER, Recorder())
    now(NINE + MINUTE)
    assert standings.standing(call) == standings.Standing('waiting', NINE)
    seats.take(call, REP, Recorder())
    assert standings.standing(call) == standings.Standing('talking', NINE + MINUTE)
    now(NINE + 2 * MINUTE)
    seats.leave(carol)
    assert standings.standing(call) == standings.Standing('left', NINE + 2 * MINUTE)


def test_who_waits_in_a_newer_tab_has_waited_since_the_older_one(call: int, now: Callable[[datetime], None]) -> None:
    now(NINE)
    seats.take(call, CUSTOMER, Recorder())
    now(NINE + MINUTE)
    seats.take(call, CUSTOMER, Recorder())
    assert standings.standing(call).since == NINE


@pytest.mark.parametrize(('seconds', 'is_return'), [(30, True), (31, False)])
def test_who_comes_back_within_half_a_minute_has_been_there_since_before(
    call: int, now: Callable[[datetime], None], seconds: int, is_return: bool
) -> None:
    now(NINE)
    place = seats.take(call, CUSTOMER, Recorder())
    now(NINE + MINUTE)
    seats.leave(place)
    back_at = NINE + MINUTE + timedelta(seconds=seconds)
    now(back_at)
    seats.take(call, CUSTOMER, Recorder())
    assert standings.standing(call).since == standings.customer_since(call) == (NINE if is_return else back_at)


def test_who_wakes_after_a_long_silence_has_come_anew(call: int, now: Callable[[datetime], None], wait: Callable[[float], None]) -> None:
    now(NINE)
    place = seats.take(call, CUSTOMER, Recorder())
    wait(13)
    seats.reap()
    now(NINE + MINUTE)
    assert standings.customer_since(call) is None
    seats.beat(place)
    assert standings.customer_since(call) == NINE + MINUTE


def test_a_call_that_is_ended_puts_both_out(call: int) -> None:
    riley, carol = Recorder(), Recorder()
    seats.take(call, REP, riley)
    seats.take(call, CUSTOMER, carol)
    seats.put_out(call)
    assert seats.who_is_there(call) == frozenset()
    assert riley.told[-1] == carol.told[-1] == places.ENDED


def test_a_call_whose_time_is_over_puts_both_out(call: int, now: Callable[[datetime], None]) -> None:
    now(NINE)
    riley, carol = Recorder(), Recorder()
    for seat, occupant in ((REP, riley), (CUSTOMER, carol)):
        seats.take(call, seat, occupant, closes_at=NINE + MINUTE)
    seats.reap()
    assert seats.who_is_there(call) == {REP, CUSTOMER}
    now(NINE + MINUTE)
    seats.reap()
    assert seats.who_is_there(call) == frozenset()
    assert riley.told[-1] == carol.told[-1] == places.CLOSED


def test_two_who_do_not_find_each_other_meet_again_under_a_new_name(meeting: tuple[places.Place, Recorder, str]) -> None:
    place, carol, name = meeting
    seats.meet_again(place)
    assert carol.told == ['joined']
    assert carol.meeting == place.meeting != name


class Broken(Recorder):
    """One whose page fails over all it is told."""

    def peer_joined(self, meeting: str, talked: timedelta) -> None:
        raise RuntimeError

    def put_out(self, how: places.How) -> None:
        raise RuntimeError


def test_one_whose_page_fails_keeps_nobody_else_from_hearing(call: int, caplog: pytest.LogCaptureFixture) -> None:
    carol = Recorder()
    seats.take(call, REP, Broken())
    place = seats.take(call, CUSTOMER, carol)
    assert carol.told == ['joined']
    assert seats.is_seated(place)
    seats.put_out(call)
    assert carol.told[-1] == places.ENDED
    assert caplog.text.count('A page failed') == 2
    caplog.clear()


def test_two_meet_anew_when_the_page_of_one_fails_over_the_others_return(
    call: int, wait: Callable[[float], None], caplog: pytest.LogCaptureFixture
) -> None:
    riley, carol = Recorder(), Recorder()
    place, others = seats.take(call, CUSTOMER, carol), seats.take(call, REP, riley)
    riley.peer_returned = Mock(side_effect=RuntimeError)  # type: ignore[method-assign]
    carol.is_connected = True
    wait(13)
    seats.beat(others)
    seats.reap()
    seats.beat(place)
    assert riley.told == ['joined', 'silent', 'joined']
    assert riley.meeting == carol.meeting
    assert caplog.text.count('A page failed') == 1
    caplog.clear()


def test_who_slept_while_somebody_newer_took_the_seat_is_told_on_waking(call: int, wait: Callable[[float], None]) -> None:
    older, newer = Recorder(), Recorder()
    place = seats.take(call, CUSTOMER, older)
    wait(13)
    seats.reap()
    taken = seats.take(call, CUSTOMER, newer)
    seats.beat(place)
    assert older.told == [places.REPLACED]
    assert newer.told == []
    assert seats.is_taken_elsewhere(call, CUSTOMER, place.key)
    assert not seats.is_taken_elsewhere(call, CUSTOMER, taken.key)


def test_both_go_on_counting_what_they_have_talked_from_the_same(call: int, now: Callable[[datetime], None]) -> None:
    now(NINE)
    riley, carol = Recorder(), Recorder()
    seats.take(call, REP, riley, talked=5 * SECOND)
    place = seats.take(call, CUSTOMER, carol, talked=11 * SECOND)
    assert riley.talked == carol.talked == 11 * SECOND
    now(NINE + 20 * SECOND)
    seats.leave(place)
    now(NINE + 60 * SECOND)
    seats.take(call, CUSTOMER, carol, talked=30 * SECOND)
    assert riley.talked == carol.talked == 31 * SECOND


def test_one_who_fell_silent_and_is_heard_again_is_not_counted_meanwhile(
    call: int, now: Callable[[datetime], None], wait: Callable[[float], None]
) -> None:
    now(NINE)
    riley, carol = Recorder(), Recorder()
    riley.is_connected = carol.is_connected = True
    there = seats.take(call, REP, riley)
    place = seats.take(call, CUSTOMER, carol)
    now(NINE + 20 * SECOND)
    wait(seats.SILENCE_SECONDS + 1)
    seats.beat(there)
    seats.reap()
    now(NINE + 60 * SECOND)
    seats.beat(place)
    now(NINE + 70 * SECOND)
    seats.meet_again(place)
    assert riley.talked == carol.talked == 30 * SECOND


def test_one_who_was_silent_does_not_take_a_seat_again_that_somebody_else_had_meanwhile(call: int, wait: Callable[[float], None]) -> None:
    riley = Recorder()
    place = seats.take(call, REP, riley)
    wait(seats.SILENCE_SECONDS + 1)
    seats.reap()
    seats.leave(seats.take(call, REP, Recorder()))
    seats.beat(place)
    assert riley.told == [places.REPLACED]
    assert seats.who_is_there(call) == frozenset()
