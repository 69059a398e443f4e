"""Whose turn it is when any rep will do, also when a crowd asks."""

from collections import Counter
from datetime import datetime, time, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

import db
from services import appointment_changes, appointments, cells, clock, kinds, revision, turns
from services.customers import Customer
from services.errors import SlotTaken
from tests import crowd
from tests.conftest import coming, on_sqlite
from tests.crowd import Wish

SHORT = 2  # the row number of a shorter kind
TEAM = [1, 2, 3, 4, 5]
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def team(riley: db.Rep) -> list[int]:
    """Riley and four more like them, round the clock, who can all be booked for two kinds."""

    def fn(session: Session) -> list[int]:
        now = clock.now()
        session.add(db.Kind(id=SHORT, name='Short talk', slug='short-talk', minutes=30, step_minutes=30, created_at=now))
        session.add_all(db.Rep(id=rep_id, time_zone=riley.time_zone, created_at=now) for rep_id in TEAM[1:])
        session.flush()
        session.execute(update(db.WorkingHours).values(starts=time(), ends=time()))
        week = [(rep_id, day) for rep_id in TEAM[1:] for day in range(7)]
        session.add_all(db.WorkingHours(rep_id=rep_id, weekday=day, starts=time(), ends=time()) for rep_id, day in week)
        everybody = [(kinds.FIRST, rep_id) for rep_id in TEAM[1:]] + [(SHORT, rep_id) for rep_id in TEAM]
        session.add_all(db.KindRep(kind_id=kind_id, rep_id=rep_id) for kind_id, rep_id in everybody)
        revision.rise(session)
        return TEAM

    return db.writing(fn)


@pytest.fixture
def first(riley: db.Rep) -> datetime:
    return coming(riley)


def with_whom(starts_at: datetime, kind_id: int = kinds.FIRST, rep_id: int | None = None) -> int:
    """The rep with whom somebody books this."""
    return booked(starts_at, kind_id, rep_id).rep_id


def booked(starts_at: datetime, kind_id: int = kinds.FIRST, rep_id: int | None = None) -> db.Appointment:
    return appointments.book(kind_id, starts_at, Customer('Carol', 'carol@example.com', '', 'Asia/Tokyo'), rep_id=rep_id)


def how_many() -> Counter[int]:
    """The appointments of each rep."""
    with db.reading() as session:
        return Counter(session.scalars(select(db.Appointment.rep_id)))


@on_sqlite
def test_the_rep_with_the_fewest_to_come_is_next_whatever_they_are_of(team: list[int], first: datetime) -> None:
    for index, rep_id in enumerate((1, 2, 2, 3, 5)):
        booked(first + HOUR * index, SHORT, rep_id)
    assert with_whom(first + DAY) == 4
    assert [with_whom(first + DAY + HOUR * index) for index in (1, 2, 3, 4)] == [1, 3, 5, 4]  # with one each: 4 was chosen last


@on_sqlite
def test_of_those_with_as_many_whoever_was_not_chosen_for_longest_is_next(team: list[int], first: datetime) -> None:
    chosen = [booked(first + HOUR * index) for index in range(5)]
    assert [appointment.rep_id for appointment in chosen] == TEAM
    for appointment in (chosen[3], chosen[1]):
        appointment_changes.cancel(appointment.id)
    assert [with_whom(first + DAY), with_whom(first + 2 * DAY)] == [2, 4]
    assert with_whom(first + 3 * DAY) == 1


@on_sqlite
def test_what_is_cancelled_past_or_beyond_the_horizon_does_not_count(team: list[int], first: datetime) -> None:
    def fn(session: Session) -> None:
        common: dict[str, Any] = {
            'kind_id': 1,
            'minutes': 60,
            'name': 'C',
            'email': 'c@example.com',
            'time_zone': 'UTC',
            'created_at': first,
        }
        for rep_id, at in ((1, first - 9 * DAY), (2, first + 900 * DAY)):
            session.add(db.Appointment(public_id=f'{rep_id}', rep_id=rep_id, starts_at=at, **common))
        session.add(db.Appointment(public_id='3', rep_id=3, starts_at=first, cancelled_at=first, **common))

    db.writing(fn)
    assert [with_whom(first + DAY + HOUR * index) for index in range(5)] == TEAM


@on_sqlite
def test_a_rep_who_is_full_that_day_is_passed_over(team: list[int], first: datetime) -> None:
    def fn(session: Session) -> None:
        session.get_one(db.Kind, kinds.FIRST).most_a_day = 1
        revision.rise(session)

    db.writing(fn)
    assert sorted(with_whom(first + HOUR * index) for index in range(5)) == TEAM
    with pytest.raises(SlotTaken):
        booked(first + 5 * HOUR)
    assert with_whom(first + DAY) in TEAM


def test_when_the_next_rep_is_taken_in_the_race_the_one_after_is_tried(
    team: list[int], first: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    booked(first, SHORT, 1)
    booked(first, SHORT, 2)
    monkeypatch.setattr(cells, 'not_free', lambda *_arguments: set())  # as it is for those who look before the other has committed
    monkeypatch.setattr(turns, '_to_come', lambda *_arguments: {})
    assert with_whom(first) == 3
    assert how_many() == {1: 1, 2: 1, 3: 1}


def test_nobody_hears_taken_while_a_rep_is_free(team: list[int], first: datetime) -> None:
    rounds = []
    for day in range(40):
        at = first + DAY * day
        rounds.append([Wish(kinds.FIRST, at), Wish(SHORT, at, rep_id=1 + day % 5), Wish(SHORT, at), Wish(kinds.FIRST, at)])
    outcomes = crowd.outcomes(rounds)
    assert {of_round[index] for of_round in outcomes for index in (0, 2, 3)} == {'booked'}
    assert {of_round[1] for of_round in outcomes} <= {'booked', 'SlotTaken'}  # who wants this rep only


def test_a_thousand_who_book_at_once_are_spread_evenly(team: list[int], first: datetime) -> None:
    starts = [first + HOUR * index for index in range(1000)]
    assert crowd.counted([[Wish(kinds.FIRST, at) for at in starts[index : index + 20]] for index in range(0, 1000, 20)]) == {'booked': 1000}
    assert set(how_many().values()) == {200}
