"""Ends holds when their time is up, in a thread of its own; also those that were there before a restart."""

import logging
import threading

from services import holds

log = logging.getLogger(__name__)

POLL_SECONDS = 1.0  # how late the end of a hold is noticed


class HoldReaper:
    """One thread that looks whether a hold has run out; where there is none, that is one small read."""

    def __init__(self, *, poll_seconds: float = POLL_SECONDS) -> None:
        self._poll_seconds = poll_seconds
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name='holds', daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self, seconds: float = 2) -> None:
        """End."""
        self._stopping.set()
        self._thread.join(seconds)

    def _run(self) -> None:
        was_good = True
        while not self._stopping.wait(self._poll_seconds):
            try:
                holds.reap()
                was_good = True
            except Exception as error:  # a database that does not answer must not end the thread
                if was_good:
                    log.warning('Holds: %s (it is tried again, and this is not logged again until it has worked)', type(error).__name__)
                was_good = False
