"""What the signalling of fifty calls costs the server: a hundred pages without browsers, that say what browsers in a call say."""

import asyncio
import itertools
import random
from collections.abc import Iterator
from contextlib import AsyncExitStack
from datetime import time

from aiohttp import ClientSession, DummyCookieJar, TCPConnector
from sqlalchemy import insert
from sqlalchemy.orm import Session

import db
from bench.figure import Figure
from bench.running import cpu_seconds
from bench.seat import SIGNALS, Seat
from bench.visitors import connected
from services import appointments, clock, kinds, revision, sign_ins
from services.customers import Customer
from tests.site import Site, next_full_hour

CALLS, SECONDS = 50, 60


def measure(site: Site) -> Iterator[Figure]:
    """What a minute costs in which all join within the first seconds, and how many of their signals arrived."""
    cost, taken = asyncio.run(_talk(site))
    yield Figure(f'processor time of the server, a minute of {CALLS} calls', cost * 1000, 'ms')
    yield Figure(f'    signals that arrived, of {2 * CALLS * SIGNALS:,}', sum(seat.heard for seat in taken), '')


async def _talk(site: Site) -> tuple[float, list[Seat]]:
    """The processor seconds of the minute, and who sat there."""
    async with AsyncExitStack() as stack:
        http = await stack.enter_async_context(ClientSession(connector=TCPConnector(limit=0), cookie_jar=DummyCookieJar()))
        taken = [Seat(*await connected(stack, http, url, cookie)) for url, cookie in await asyncio.to_thread(_pages, site)]
        listening = [asyncio.create_task(seat.listen()) for seat in taken]
        before = cpu_seconds(site)
        talking = [asyncio.create_task(_sit(seat, is_rep=index % 2 == 1)) for index, seat in enumerate(taken)]
        ended, _going_on = await asyncio.wait(talking, timeout=SECONDS)
        assert not ended, [task.exception() for task in ended]
        cost = cpu_seconds(site) - before
        for task in (*talking, *listening):
            task.cancel()
    return cost, taken


async def _sit(seat: Seat, *, is_rep: bool) -> None:
    await asyncio.sleep(random.uniform(0, 5))
    if is_rep:
        await seat.start_chat()
    await seat.sit()


def _pages(site: Site) -> list[tuple[str, str]]:
    """The address and the cookie of each page: a customer's, then their rep's, for each call."""
    site.use()
    starts_at, customer = next_full_hour(), Customer('Carol Tanaka', 'carol@example.com', '', 'UTC')
    pages = []
    for rep_id in db.writing(_hire):
        booked = appointments.book(kinds.FIRST, starts_at, customer, rep_id=rep_id)
        key = sign_ins.sign_in_by_link(sign_ins.new_link(rep_id))
        pages += [(site.link('chat', booked), ''), (f'{site.url}/rep?at={starts_at:%Y-%m-%dT%H:%MZ}', f'sign_in={key}')]
    return pages


def _hire(session: Session) -> list[int]:
    """One rep for each call, round the clock."""
    now = clock.now()
    new = [db.Rep(name=f'Rep {number}', email=f'rep{number}@example.com', time_zone='UTC', created_at=now) for number in range(CALLS)]
    session.add_all(new)
    session.flush()
    ids = [rep.id for rep in new]
    session.execute(insert(db.KindRep), [{'kind_id': kinds.FIRST, 'rep_id': rep_id} for rep_id in ids])
    week = itertools.product(ids, range(7))
    session.execute(insert(db.WorkingHours), [{'rep_id': own, 'weekday': day, 'starts': time(), 'ends': time()} for own, day in week])
    revision.rise(session)
    return ids
