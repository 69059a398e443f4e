"""The lines of running calls: whose picture gives way, and who has to meet again."""

from collections.abc import Callable
from itertools import count

import pytest

from services import events, lines, seats
from services.places import Place
from services.video.base import CUSTOMER, REP
from tests.occupants import Recorder

GOOD = {'round_trip_ms': 40, 'jitter_ms': 5, 'loss': 0, 'sent_loss': 0, 'is_relayed': True}
POOR = GOOD | {'loss': 0.4}

numbers = count(2_000_000)


@pytest.fixture
def wait(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """`wait(5)`: five seconds pass, in each of which the watch looks."""
    at = [1000.0]
    monkeypatch.setattr(lines, 'monotonic', lambda: at[0])

    def pass_by(seconds: float) -> None:
        for _ in range(round(seconds)):
            at[0] += 1
            lines.watch()

    return pass_by


def sit(engine: str = 'peer') -> tuple[Place, Place, Recorder, Recorder]:
    """Riley and Carol, just joined: their places, and they."""
    call, riley, carol = next(numbers), Recorder(), Recorder()
    places = seats.take(call, REP, riley, engine=engine), seats.take(call, CUSTOMER, carol, engine=engine)
    riley.told.clear()
    carol.told.clear()
    return *places, riley, carol


# meeting again


def test_two_who_are_not_connected_after_eight_seconds_meet_again(wait: Callable[[float], None]) -> None:
    rep, customer, riley, carol = sit()
    meeting = rep.meeting
    lines.watch()
    wait(7)
    lines.stands(rep, 'connecting')
    assert riley.told == []
    wait(1)
    assert riley.told == carol.told == ['joined']
    assert rep.meeting == customer.meeting != meeting


def test_one_side_that_is_not_connected_is_enough(wait: Callable[[float], None]) -> None:
    rep, _customer, riley, _carol = sit()
    lines.stands(rep, lines.CONNECTED)
    wait(9)
    assert riley.told == ['joined']


def test_those_who_are_connected_are_left_alone(wait: Callable[[float], None]) -> None:
    rep, customer, riley, _carol = sit()
    for place in (rep, customer):
        lines.stands(place, lines.CONNECTED)
    wait(100)
    assert riley.told == []


def test_a_line_that_the_browsers_mend_within_ten_seconds_is_left_to_them(wait: Callable[[float], None]) -> None:
    rep, customer, riley, _carol = sit()
    for place in (rep, customer):
        lines.stands(place, lines.CONNECTED)
    lines.stands(customer, 'disconnected')
    wait(9)
    lines.stands(customer, lines.CONNECTED)
    wait(20)
    assert riley.told == []
    lines.stands(customer, 'disconnected')
    wait(5)
    lines.stands(customer, 'failed')
    wait(5)
    assert riley.told == ['joined']


def test_after_three_meetings_in_vain_both_are_told_and_left_alone(wait: Callable[[float], None]) -> None:
    rep, _customer, riley, carol = sit()
    for _ in range(100):
        wait(1)
        lines.stands(rep, 'failed')
    assert riley.told == carol.told == ['joined', 'joined', 'joined', 'no way']


def test_who_found_each_other_after_all_has_three_tries_again(wait: Callable[[float], None]) -> None:
    rep, customer, riley, _carol = sit()
    wait(60)
    for place in (rep, customer):
        lines.stands(place, lines.CONNECTED)
    riley.told.clear()
    lines.stands(rep, 'failed')
    wait(100)
    assert riley.told == ['joined', 'joined', 'joined', 'no way']


def test_an_engine_that_finds_its_own_way_is_not_disturbed(wait: Callable[[float], None]) -> None:
    rep, _customer, riley, _carol = sit('opentok')
    lines.stands(rep, 'disconnected')
    wait(100)
    assert riley.told == []


# how good they are


def test_what_a_browser_measures_is_published_with_the_seconds_it_is_about(
    wait: Callable[[float], None], heard: list[events.Event]
) -> None:
    rep, customer, riley, carol = sit()
    for place in (rep, customer):
        lines.stands(place, lines.CONNECTED)
    heard.clear()
    for seconds in (3, 3, 60):
        wait(seconds)
        lines.measured(rep, POOR)
    judged = [event for event in heard if isinstance(event, events.LineJudged)]
    assert [(one.quality, one.seconds, one.is_relayed) for one in judged] == [('good', 3, True), ('poor', 3, True), ('poor', 10, True)]
    assert {(one.appointment_id, one.visit) for one in judged} == {(rep.appointment_id, rep.visit)}
    assert riley.told == ['good', 'poor', 'poor']
    assert carol.told == ['pause']


def test_the_other_sides_picture_gives_way_and_comes_back(wait: Callable[[float], None]) -> None:
    rep, customer, _riley, carol = sit()
    for place in (rep, customer):
        lines.stands(place, lines.CONNECTED)
    for reported in [*[POOR] * 5, *[GOOD] * 8]:
        wait(3)
        lines.measured(rep, reported)
    assert carol.told == ['pause', 'go on']


def test_a_browser_that_measures_all_the_time_or_says_anything_is_not_listened_to(wait: Callable[[float], None]) -> None:
    rep, customer, riley, _carol = sit()
    for place in (rep, customer):
        lines.stands(place, lines.CONNECTED)
    wait(3)
    for reported in (POOR, POOR, POOR, POOR):
        lines.measured(rep, reported)
    wait(3)
    lines.measured(rep, 'a bad line')
    assert riley.told == ['good']


def test_who_was_replaced_judges_no_more(wait: Callable[[float], None], heard: list[events.Event]) -> None:
    rep, _customer, _riley, _carol = sit()
    wait(3)
    seats.take(rep.appointment_id, REP, Recorder())
    heard.clear()
    lines.measured(rep, POOR)
    assert heard == []
