"""How long a booking takes to show on 200 other open pages, and what an open page costs the server."""

import asyncio
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from datetime import time as clock_time
from pathlib import Path

from bench import bookings, load
from bench.figure import Figure, percentile
from bench.visitors import Visitor, open_pages
from services import clock
from tests.site import Site

PAGES, BOOKINGS = 200, 10


def measure(site: Site) -> Iterator[Figure]:
    """From the moment the request to book is sent until the change has reached each page."""
    waits, cost = asyncio.run(_watch(site))
    yield Figure(f'a booking shows on {PAGES} other open pages: half within', percentile(waits, 50), 'ms')
    yield Figure('    99 of 100 within', percentile(waits, 99), 'ms', 'aim: at most 300')
    yield Figure('memory of an open page', cost / 1024, 'KiB')


async def _watch(site: Site) -> tuple[list[float], float]:
    """The waits in milliseconds, and the bytes that a page costs."""
    tomorrow, waits = clock.now().date() + timedelta(days=1), []
    address = f'{site.url}/?day={tomorrow}'
    async with open_pages(address, 20):
        before = _memory(site.pid)
        async with open_pages(address, PAGES) as visitors:
            await asyncio.sleep(3)  # to settle: what a page does while it comes alive is not what it costs
            cost = (_memory(site.pid) - before) / PAGES
            for hour in range(8, 8 + BOOKINGS):
                waits += await _book(site, datetime.combine(tomorrow, clock_time(hour), UTC), visitors)
    return waits, cost


async def _book(site: Site, starts_at: datetime, visitors: list[Visitor]) -> list[float]:
    """How many milliseconds after the request each page was told."""
    for visitor in visitors:
        visitor.expect(starts_at.isoformat(), 'slot-taken')
    sent = time.monotonic()
    answer = await load.sending(site.port, [bookings.request(starts_at)], 1)
    assert answer.rate(201)
    seen = await asyncio.wait_for(asyncio.gather(*(visitor.seen_at for visitor in visitors)), 10)
    return [(moment - sent) * 1000 for moment in seen]


def _memory(pid: int) -> int:
    """The bytes of memory a process holds (Linux)."""
    status = Path(f'/proc/{pid}/status').read_text()
    return int(status.partition('VmRSS:')[2].split()[0]) * 1024
