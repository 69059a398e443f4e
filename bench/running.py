"""The app that is measured, in a process of its own."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.site import Site


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


def cpu_seconds(site: Site) -> float:
    """What its process has used of the processors so far (Linux)."""
    fields = Path(f'/proc/{site.pid}/stat').read_text().rpartition(')')[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf('SC_CLK_TCK')
