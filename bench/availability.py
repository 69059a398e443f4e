"""How many times a second the taken times of a day are told, with an empty past and with a long one."""

import itertools
import random
from collections.abc import Iterator
from datetime import timedelta

from sqlalchemy import exists, select

import db
from bench import load, past
from bench.figure import Figure, percentile
from services import clock, outbox
from tests.site import Site
from tests.waiting import until

SECONDS, DAYS, PAST = 5, 30, 100_000


def measure(site: Site) -> Iterator[Figure]:
    """The rate, then the rate again after a hundred thousand appointments."""
    first = clock.now().replace(minute=0, second=0, microsecond=0) + timedelta(hours=2)
    for index in range(100):
        site.book(first + timedelta(hours=7) * index)
    until(lambda: not _waiting(), 'the mails of these to be delivered', seconds=60)
    yield from _rates(site, 'no past appointments')
    past.make(site, PAST)
    yield from _rates(site, f'{PAST:,} past appointments')


def _waiting() -> bool:
    with db.reading() as session:
        return session.scalar(select(exists().where(db.OutboxItem.state == outbox.WAITING))) or False


def _rates(site: Site, past_words: str) -> Iterator[Figure]:
    today = clock.now().date()
    days = [load.get(f'/availability/{today + timedelta(days=distance)}') for distance in range(DAYS)]
    random.Random(1).shuffle(days)
    load.send(site.port, days)
    done = load.send(site.port, load.during(SECONDS, itertools.cycle(days)))
    yield Figure(f'availability, {past_words}', done.rate(200), 'requests/s', 'aim: at least 400')
    yield Figure('    99 of 100 answered within', percentile(done.milliseconds, 99), 'ms')
