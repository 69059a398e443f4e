"""Reads one calendar in a process of its own, which cannot hold up the app whatever the calendar is: its time and memory are limited."""

import json
import os
import resource
import signal
import subprocess
import sys
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from types import FrameType
from zoneinfo import ZoneInfo

from services.busy_spans import Span, busy
from services.calendar_fetch import Unreadable, fetch

ROOT = Path(__file__).parent.parent
WHOLE_SECONDS = 60  # looking up a name cannot be interrupted from inside
MEMORY_BYTES = 1_000_000_000
TOO_MUCH = 'This calendar repeats its events more often than can be worked out. Please publish one with fewer events.'


@dataclass(frozen=True)
class Wanted:
    """Which calendar to read: its address, what is known of the copy there is, and from when to when in which zone.

    `fetch_seconds` is for the whole of what is sent, `cpu_seconds` for making sense of it.
    """

    address: str
    etag: str
    last_modified: str
    zone: str
    first: datetime
    last: datetime
    private_allowed: bool
    fetch_seconds: float = 20
    cpu_seconds: int = 20


@dataclass(frozen=True)
class Found:
    """What was read. `spans` None: the copy there is is still right. `skipped`: how many events made no sense.

    `name`: what the calendar calls itself.
    """

    spans: list[Span] | None
    skipped: int = 0
    etag: str = ''
    last_modified: str = ''
    name: str = ''


def read(wanted: Wanted) -> Found:
    """What lies at the address now.

    :raises Unreadable: with a sentence
    """
    job = json.dumps(asdict(wanted), default=datetime.isoformat)
    command = [sys.executable, '-m', 'services.calendar_reading']
    try:
        done = subprocess.run(command, check=False, input=job.encode(), capture_output=True, cwd=ROOT, timeout=WHOLE_SECONDS)  # noqa: S603
    except subprocess.TimeoutExpired:
        raise Unreadable('The server of this calendar did not answer in time. We keep trying.') from None
    if done.returncode < 0:  # ended by a limit
        raise Unreadable(TOO_MUCH)
    done.check_returncode()
    told = json.loads(done.stdout)
    if 'problem' in told:
        raise Unreadable(told['problem'])
    if told['spans'] is not None:
        told['spans'] = [(datetime.fromisoformat(starts), datetime.fromisoformat(ends)) for starts, ends in told['spans']]
    return Found(**told)


def main() -> None:
    """The other process: a job comes in as JSON (an argument would show the address to all of the machine), what was found goes out."""
    job = json.load(sys.stdin)
    wanted = Wanted(**(job | {name: datetime.fromisoformat(job[name]) for name in ('first', 'last')}))
    _limit(wanted.cpu_seconds)
    try:
        told = asdict(_found(wanted))
    except Unreadable as error:
        told = {'problem': str(error)}
    except MemoryError:
        told = {'problem': TOO_MUCH}
    json.dump(told, sys.stdout, default=datetime.isoformat)


def _found(wanted: Wanted) -> Found:
    signal.setitimer(signal.ITIMER_REAL, wanted.fetch_seconds)
    answer = fetch(wanted.address, wanted.etag, wanted.last_modified, private_allowed=wanted.private_allowed)
    signal.setitimer(signal.ITIMER_REAL, 0)
    if answer.body is None:
        return Found(None)
    found = busy(answer.body, ZoneInfo(wanted.zone), wanted.first, wanted.last)
    return Found(found.spans, found.skipped, answer.etag, answer.last_modified, found.name)


def _limit(cpu_seconds: int) -> None:
    """Let this process be ended when it takes too much, and go behind all others."""
    for what, much in ((resource.RLIMIT_CPU, cpu_seconds), (resource.RLIMIT_AS, MEMORY_BYTES), (resource.RLIMIT_CORE, 0)):
        with suppress(ValueError, OSError):  # a machine that is stricter already
            resource.setrlimit(what, (much, much))
    os.nice(10)
    signal.signal(signal.SIGALRM, _late)


def _late(_number: int, _frame: FrameType | None) -> None:
    raise TimeoutError


if __name__ == '__main__':
    main()
