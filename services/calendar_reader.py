"""Reads the reps' calendars elsewhere every few minutes, in threads of its own; nobody who looks at a page waits for it."""

import logging
import threading
from collections import Counter

from services import busy_calendars, calendar_reading, events
from services.busy_calendars import Due
from services.calendar_fetch import Unreadable
from services.errors import Failed

log = logging.getLogger(__name__)

POLL_SECONDS = 15.0  # how late a calendar that has become due is noticed


class CalendarReader:
    """One thread looks for calendars that are due; each is read in a thread of its own, at most `threads` at once.

    A server that hangs holds up only its own calendar. `failures` counts what went wrong, by the sentence or the sort of error.
    """

    def __init__(self, *, threads: int = 4, poll_seconds: float = POLL_SECONDS) -> None:
        self.failures: Counter[str] = Counter()
        self._poll_seconds = poll_seconds
        self._threads = threads
        self._running: set[threading.Thread] = set()
        self._woken = threading.Event()
        self._stopping = threading.Event()
        self._keeper = threading.Thread(target=self._run, name='busy calendars', daemon=True)

    def start(self) -> None:
        """Begin; from now on events wake it."""
        self._unsubscribe = events.subscribe(self._hear)
        self._keeper.start()

    def stop(self, seconds: float = 2) -> None:
        """End. What is being read after so many seconds is given up; it is read again when it is next due."""
        self._unsubscribe()
        self._stopping.set()
        self._woken.set()
        for thread in (self._keeper, *self._running):
            thread.join(seconds)

    def _hear(self, event: events.Event) -> None:
        if isinstance(event, events.BusyCalendarChanged):
            self._woken.set()

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                self._look()
            except Exception as error:  # a database that does not answer must not end the thread
                self._count(type(error).__name__)
            self._woken.wait(self._poll_seconds)
            self._woken.clear()

    def _look(self) -> None:
        """Begin to read as many calendars that are due as there are threads free."""
        for due in busy_calendars.claim(self._threads - len(self._running)):
            thread = threading.Thread(target=self._read, args=(due,), name='busy calendar', daemon=True)
            self._running.add(thread)
            thread.start()

    def _read(self, due: Due) -> None:
        try:
            self._read_or_say_why(due)
        except Exception as error:
            self._count(type(error).__name__)
        self._running.discard(threading.current_thread())
        self._woken.set()

    def _read_or_say_why(self, due: Due) -> None:
        try:
            busy_calendars.keep(due, calendar_reading.read(due.wanted))
        except Unreadable as error:
            self._count(str(error))
            busy_calendars.fail(due, str(error))
        except Exception:
            busy_calendars.fail(due, Failed.sentence)
            raise

    def _count(self, sort: str) -> None:
        """Count a failure, and log the first of its sort, which never holds an address."""
        self.failures[sort] += 1
        if self.failures[sort] == 1:
            log.warning('Busy calendars: %s (they are read again, and this is counted without being logged again)', sort)
