"""Many who book at once, half of them in a process of their own."""

import multiprocessing
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from multiprocessing.synchronize import Barrier
from typing import NamedTuple

import db
from services import appointments, settings
from services.customers import Customer

gate: Barrier  # where the crowd waits for one another before each round


class Wish(NamedTuple):
    """What somebody books: with this rep, or with whoever is free."""

    kind_id: int
    starts_at: datetime
    rep_id: int | None = None


def outcomes(rounds: Sequence[Sequence[Wish]]) -> list[list[str]]:
    """What came of each wish, `booked` or the name of the error. The wishes of a round, as many in each, are made at the same moment."""
    context = multiprocessing.get_context('spawn')
    halves = [[wishes[half::2] for wishes in rounds] for half in (0, 1)]
    with context.Pool(2, _come, (context.Barrier(len(rounds[0])),)) as pool:
        evens, odds = pool.map(_book_all, halves, chunksize=1)
    return [[found for pair in zip(even, odd, strict=True) for found in pair] for even, odd in zip(evens, odds, strict=True)]


def counted(rounds: Sequence[Sequence[Wish]]) -> Counter[str]:
    """How many wishes came to what."""
    return Counter(found for of_round in outcomes(rounds) for found in of_round)


def _come(shared: Barrier) -> None:
    """What a process begins with: the settings and the database of the one that started it."""
    global gate
    gate = shared
    settings.use(settings.load())
    db.connect(settings.current().database_url)


def _book_all(rounds: Sequence[Sequence[Wish]]) -> list[tuple[str, ...]]:
    """The outcomes of each round, with a thread for each who takes part."""
    people = list(zip(*rounds, strict=True))
    with ThreadPoolExecutor(len(people)) as threads:
        return list(zip(*threads.map(_book_each, people), strict=True))


def _book_each(wishes: Sequence[Wish]) -> list[str]:
    found = []
    for wish in wishes:
        gate.wait(60)
        found.append(_book(wish))
    return found


def _book(wish: Wish) -> str:
    try:
        appointments.book(wish.kind_id, wish.starts_at, Customer('Carol', 'carol@example.com', '', 'Asia/Tokyo'), rep_id=wish.rep_id)
    except Exception as error:
        return type(error).__name__
    return 'booked'
