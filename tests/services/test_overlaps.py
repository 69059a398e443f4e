"""Crowds who book overlapping times of one rep, of different kinds with different lengths and buffers, from two processes at once."""

import random
from datetime import datetime, time, timedelta
from itertools import pairwise

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

import db
from services import clock, revision
from tests import crowd
from tests.conftest import coming
from tests.crowd import Wish

RACES, CROWD = 200, 50
LENGTHS = {  # minutes, a start every so many, buffers before and after
    'Talk': (60, 60, 0, 0),
    'Quick question': (15, 5, 0, 5),
    'Demonstration': (45, 15, 10, 10),
    'Workshop': (90, 30, 0, 30),
    'Visit': (120, 20, 25, 15),
}


@pytest.fixture
def kind_ids(riley: db.Rep) -> list[int]:
    """Several kinds with Riley, who works round the clock."""

    def fn(session: Session) -> list[int]:
        session.execute(update(db.WorkingHours).values(starts=time(), ends=time()))
        for name, (minutes, step, before, after) in LENGTHS.items():
            lengths = {'minutes': minutes, 'step_minutes': step, 'before_minutes': before, 'after_minutes': after}
            session.add(db.Kind(name=name, slug=name.lower(), created_at=clock.now(), **lengths))
        session.flush()
        ids = list(session.scalars(select(db.Kind.id).where(db.Kind.name.in_(LENGTHS))))
        session.add_all(db.KindRep(kind_id=kind_id, rep_id=riley.id) for kind_id in ids)
        revision.rise(session)
        return ids

    return db.writing(fn)


def race(kind_ids: list[int], morning: datetime) -> list[Wish]:
    """Fifty wishes for four hours of a day."""
    steps = [(kind_id, step) for kind_id, (_, step, _, _) in zip(kind_ids, LENGTHS.values(), strict=True)]
    wishes = ((kind_id, step * random.randrange(240 // step)) for kind_id, step in random.choices(steps, k=CROWD))
    return [Wish(kind_id, morning + timedelta(minutes=minute)) for kind_id, minute in wishes]


def with_buffers(booked: db.Appointment) -> tuple[datetime, datetime]:
    before, after = (timedelta(minutes=minutes) for minutes in (booked.before_minutes, booked.minutes + booked.after_minutes))
    return booked.starts_at - before, booked.starts_at + after


def test_nothing_ever_overlaps_whatever_is_booked_at_once(riley: db.Rep, kind_ids: list[int]) -> None:
    outcomes = crowd.outcomes([race(kind_ids, coming(riley, days=day, hour=8)) for day in range(2, RACES + 2)])
    assert all('booked' in of_race for of_race in outcomes)
    assert {outcome for of_race in outcomes for outcome in of_race} == {'booked', 'SlotTaken'}
    with db.reading() as session:
        claims = sorted(with_buffers(booked) for booked in session.scalars(select(db.Appointment)))
        cells = session.scalar(select(func.count()).select_from(db.Cell))
    assert len(claims) == sum(of_race.count('booked') for of_race in outcomes)
    assert all(until_at <= from_at for (_, until_at), (from_at, _) in pairwise(claims))
    assert cells == sum((until_at - from_at) // timedelta(minutes=5) for from_at, until_at in claims)
