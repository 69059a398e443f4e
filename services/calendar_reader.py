"""Reads the reps' calendars elsewhere every few minutes, in threads of its own; nobody who looks at a page waits for it."""

import threading

from services import busy_calendars, calendar_reading, events
from services.busy_calendars import Due
from services.calendar_fetch import Unreadable
from services.errors import Failed
from services.repeating import Repeating

POLL_SECONDS = 15.0  # how late a calendar that has become due is noticed
MOST_AT_ONCE = 4


class CalendarReader:
    """One thread looks for calendars that are due; each is read in a thread of its own, a few at once.

    A server that hangs holds up only its own calendar. `failures` counts what went wrong, by the sentence or the sort of error.
    """

    def __init__(self, *, poll_seconds: float = POLL_SECONDS) -> None:
        self._looking = Repeating('busy calendars', self._look, seconds=poll_seconds)
        self.failures = self._looking.failures
        self._running: set[threading.Thread] = set()

    def start(self) -> None:
        """Begin; from now on events wake it."""
        self._unsubscribe = events.subscribe(self._hear)
        self._looking.start()

    def stop(self, seconds: float = 2) -> None:
        """End. What is being read after so many seconds is given up; it is read again when it is next due."""
        self._unsubscribe()
        self._looking.stop(seconds)
        for thread in tuple(self._running):
            thread.join(seconds)

    def _hear(self, event: events.Event) -> None:
        if isinstance(event, events.BusyCalendarChanged):
            self._looking.wake()

    def _look(self) -> None:
        """Begin to read as many calendars that are due as may be read beside those that are being read."""
        for due in busy_calendars.claim(MOST_AT_ONCE - len(self._running)):
            thread = threading.Thread(target=self._read, args=(due,), name='busy calendar', daemon=True)
            self._running.add(thread)
            thread.start()

    def _read(self, due: Due) -> None:
        try:
            self._read_or_say_why(due)
        except Exception as error:
            self.failures.note(type(error).__name__)
        self._running.discard(threading.current_thread())
        self._looking.wake()

    def _read_or_say_why(self, due: Due) -> None:
        try:
            busy_calendars.keep(due, calendar_reading.read(due.wanted))
        except Unreadable as error:
            self.failures.note(str(error))
            busy_calendars.fail(due, str(error))
        except Exception:
            busy_calendars.fail(due, Failed.sentence)
            raise
