"""What is done again and again beside the requests, each in a thread of its own."""

import threading
from collections.abc import Callable

from services.failures import Failures


class Repeating:
    """Does `step` every so many seconds, and when woken, whatever it raises. `failures` counts that, by the sort of error."""

    def __init__(self, name: str, step: Callable[[], None], *, seconds: float) -> None:
        self.failures = Failures(name.capitalize())
        self._step, self._seconds = step, seconds
        self._woken, self._stopping = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def wake(self) -> None:
        """Do the step now."""
        self._woken.set()

    def stop(self, seconds: float = 5) -> None:
        """End, after so many seconds at the latest."""
        self._stopping.set()
        self._woken.set()
        self._thread.join(seconds)

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                self._step()
            except Exception as error:  # a database that does not answer must not end the thread
                self.failures.note(type(error).__name__)
            self._woken.wait(self._seconds)
            self._woken.clear()
