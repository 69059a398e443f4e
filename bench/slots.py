"""How many times a second a month's free slots of ten reps are told, with an empty past and with long ones."""

import itertools
import random
from collections.abc import Iterator
from datetime import time, timedelta

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

import db
from bench import load, past
from bench.figure import Figure, percentile
from services import clock, kinds, revision
from tests.site import Site

SECONDS, REPS, DAYS = 5, 10, 31
PASTS = (0, 20_000, 200_000)


def measure(site: Site) -> Iterator[Figure]:
    """The rate with each past, and what the longest one costs more than none."""
    site.use()
    rep_ids = db.writing(_hire)
    times = []
    for already, count in itertools.pairwise((0, *PASTS)):
        past.make(site, count - already, rep_ids)
        done = _ask(site)
        times.append(1 / done.rate(200))
        yield Figure(f"a month's slots of {REPS} reps, {count:,} past appointments", done.rate(200), 'requests/s', 'aim: at least 200')
        yield Figure('    99 of 100 answered within', percentile(done.milliseconds, 99), 'ms', 'aim: at most 100')
    yield Figure(f'    time at {PASTS[-1]:,} for each 100 at none', 100 * times[-1] / times[0], '', 'aim: at most 120')


def _hire(session: Session) -> list[int]:
    """Nine more reps of the first kind; all ten with the usual hours."""
    now = clock.now()
    for number in range(2, REPS + 1):
        session.add(db.Rep(name=f'Rep {number}', email=f'rep{number}@example.com', time_zone='Europe/Berlin', created_at=now))
    session.flush()
    rep_ids = list(session.scalars(select(db.Rep.id).order_by(db.Rep.id)))
    session.execute(insert(db.KindRep), [{'kind_id': kinds.FIRST, 'rep_id': rep_id} for rep_id in rep_ids[1:]])
    hours = [{'rep_id': rep_id, 'weekday': day, 'starts': time(10), 'ends': time(17)} for rep_id in rep_ids[1:] for day in range(7)]
    session.execute(insert(db.WorkingHours), hours)
    session.execute(update(db.WorkingHours).values(starts=time(10), ends=time(17)))
    revision.rise(session)
    return rep_ids


def _ask(site: Site) -> load.Load:
    """Eight connections that ask for months from today on, in Tokyo."""
    first = clock.now().date() + timedelta(days=1)
    spans = [(first + timedelta(days=ahead), first + timedelta(days=ahead + DAYS - 1)) for ahead in range(60)]
    requests = [load.get(f'/api/slots?from={start}&to={end}&tz=Asia/Tokyo') for start, end in spans]
    random.Random(1).shuffle(requests)
    load.send(site.port, requests)
    return load.send(site.port, load.during(SECONDS, itertools.cycle(requests)))
