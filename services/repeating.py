"""What is done again and again beside the requests, each in a thread of its own."""

import logging
import threading
from collections import Counter
from collections.abc import Callable

log = logging.getLogger(__name__)


class Repeating:
    """Does `step` every so many seconds, whatever it raises. `failures` counts that, by the sort of error."""

    def __init__(self, name: str, step: Callable[[], None], *, seconds: float) -> None:
        self.failures: Counter[str] = Counter()
        self._name, self._step, self._seconds = name, step, seconds
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self, seconds: float = 5) -> None:
        """End, after so many seconds at the latest."""
        self._stopping.set()
        self._thread.join(seconds)

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                self._step()
            except Exception as error:  # a database that does not answer must not end the thread
                self._count(type(error).__name__)
            self._stopping.wait(self._seconds)

    def _count(self, sort: str) -> None:
        """Count a failure, and log the first of its sort: by its class only, because its text may hold an address."""
        self.failures[sort] += 1
        if self.failures[sort] == 1:
            log.warning('%s: %s; it is tried again, and this is counted without being logged again', self._name.capitalize(), sort)
