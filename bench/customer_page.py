"""How many times a second the customer's page is made, and what it weighs."""

import itertools
from collections.abc import Iterator
from datetime import time

from sqlalchemy import update

import db
from bench import load
from bench.figure import Figure, percentile
from tests.site import Site

SECONDS = 5


def measure(site: Site) -> Iterator[Figure]:
    """The rate as a returning visitor asks for it, with the usual seven slots, and the HTML's size, plain and compressed."""
    site.use()
    db.writing(lambda session: session.execute(update(db.WorkingHours).values(starts=time(10), ends=time(17))))
    plain = load.get('/', cookie='tz=Europe%2FBerlin')
    compressed = load.get('/', cookie='tz=Europe%2FBerlin', accept_encoding='gzip')
    sizes = [load.send(site.port, [request] * 8).last_size for request in (plain, compressed)]
    done = load.send(site.port, load.during(SECONDS, itertools.repeat(compressed)))
    yield Figure("customer's page", done.rate(200), 'pages/s', 'aim: at least 100')
    yield Figure('    99 of 100 answered within', percentile(done.milliseconds, 99), 'ms')
    yield Figure('    its HTML', sizes[0], 'bytes')
    yield Figure('    its HTML, compressed', sizes[1], 'bytes')
