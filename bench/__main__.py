"""`make bench`: every figure on SQLite and on MariaDB. The app runs in a process of its own, the load comes from this one.

`python -m bench bookings`: only this one.
"""

import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench import availability, bookings, customer_page, live_updates, slots
from tests import mariadb
from tests.site import Site

MODULES = {module.__name__.removeprefix('bench.'): module for module in (availability, slots, bookings, customer_page, live_updates)}


@contextmanager
def running(**variables: str) -> Iterator[Site]:
    """A site of its own for each figure."""
    with tempfile.TemporaryDirectory() as folder:
        site = Site(Path(folder), HORIZON_DAYS='3650', **variables)
        site.start()
        try:
            yield site
        finally:
            site.stop()


def report(title: str, url: str) -> None:
    """Measure and print; `url` is where databases can be, `{}` stands for the name."""
    print(title, flush=True)
    for name in sys.argv[1:] or MODULES:
        with running(DATABASE_URL=url.format(name)) as site:
            for figure in MODULES[name].measure(site):
                print(figure, flush=True)


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        report('SQLite', f'sqlite:///{folder}/{{}}.db')
    with tempfile.TemporaryDirectory() as folder, mariadb.running(Path(folder)) as port:
        report('MariaDB', f'mysql://root@127.0.0.1:{port}/{{}}')


if __name__ == '__main__':
    main()
