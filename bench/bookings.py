"""How many bookings a second go through, each of another slot, while their mails are being delivered to the built-in mailbox."""

import json
import random
from collections.abc import Iterator
from datetime import datetime, timedelta

from bench import load
from bench.figure import Figure, percentile
from services import clock
from tests.site import Site

WARM_UP, COUNT, HOURS = 50, 1_500, 24 * 300


def measure(site: Site) -> Iterator[Figure]:
    """The rate with eight who book at once."""
    first = clock.now().replace(minute=0, second=0, microsecond=0) + timedelta(hours=2)
    hours = random.Random(1).sample(range(HOURS), WARM_UP + COUNT)
    requests = iter([request(first + timedelta(hours=hour)) for hour in hours])
    load.send(site.port, [next(requests) for _ in range(WARM_UP)])
    done = load.send(site.port, requests)
    yield Figure('bookings, 8 connections', done.rate(201), 'bookings/s', 'aim: at least 200')
    yield Figure('    99 of 100 answered within', percentile(done.milliseconds, 99), 'ms')


def request(starts_at: datetime) -> bytes:
    """Carol's request for this time."""
    timestamp = round(starts_at.timestamp() * 1000)
    who = {'name': 'Carol Tanaka', 'email': 'carol@example.com', 'comment': 'The offer from last week', 'tz': 'Asia/Tokyo'}
    return load.post('/schedule', json.dumps(who | {'timestamp': timestamp}).encode())
