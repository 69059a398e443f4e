"""`make bench`: every figure, on SQLite and, where the database matters, on MariaDB. The app runs in a process of its own.

`python -m bench bookings`: only this one.
"""

import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

from bench import availability, bookings, calls, customer_page, live_updates, signalling, slots
from bench.running import running
from tests import mariadb

OF_DATABASES = availability, slots, bookings, customer_page, live_updates
MODULES = {module.__name__.removeprefix('bench.'): module for module in (*OF_DATABASES, calls, signalling)}


def report(title: str, url: str, names: Iterable[str]) -> None:
    """Measure and print; `url` is where databases can be, `{}` stands for the name."""
    print(title, flush=True)
    for name in names:
        with running(DATABASE_URL=url.format(name)) as site:
            for figure in MODULES[name].measure(site):
                print(figure, flush=True)


def main() -> None:
    names = sys.argv[1:] or list(MODULES)
    with tempfile.TemporaryDirectory() as folder:
        report('SQLite', f'sqlite:///{folder}/{{}}.db', names)
    if again := [name for name in names if MODULES[name] in OF_DATABASES]:
        with tempfile.TemporaryDirectory() as folder, mariadb.running(Path(folder)) as port:
            report('MariaDB', f'mysql://root@127.0.0.1:{port}/{{}}', again)


if __name__ == '__main__':
    main()
