"""Carries out what is queued in the outbox, in threads of its own, and says so in the log when it cannot."""

import logging
import threading
from collections.abc import Callable, Mapping
from time import monotonic

from db import OutboxItem
from services import events, outbox
from services.failures import Failures
from services.outbox import Attempt

log = logging.getLogger(__name__)

Handler = Callable[[OutboxItem], object]

MOST_AT_ONCE = 4
POLL_SECONDS = 2.0  # how late a retry, or a row of a process that died, is noticed
BREATH_SECONDS = 0.05  # between two looks at the queue, so that a long one leaves the database to those who book
WAKING = (events.AppointmentChange, events.OutboxChanged)


class OutboxWorker:
    """One thread looks after the rows; each row is done in a thread of its own by the handler of its kind.

    A handler does at most `MOST_AT_ONCE` rows at once, whatever the others do: a mail server that hangs stops no video session. A handler
    that raises is called again later with the same row. `failures` counts what was raised, by kind of row and of error.
    """

    def __init__(self, handlers: Mapping[str, Handler], *, poll_seconds: float = POLL_SECONDS) -> None:
        self.failures = Failures('Outbox')
        self._handlers = handlers
        self._poll_seconds = poll_seconds
        self._running: dict[int, OutboxItem] = {}
        self._ended: list[Attempt] = []
        self._renewed_at = monotonic()
        self._woken = threading.Event()
        self._stopping = threading.Event()
        self._keeper = threading.Thread(target=self._run, name='outbox', daemon=True)

    def start(self) -> None:
        """Begin; from now on events wake it."""
        self._unsubscribe = events.subscribe(self._hear)
        self._keeper.start()

    def stop(self, seconds: float = 10) -> None:
        """End, as soon as what is under way is done, but after so many seconds at the latest."""
        self._unsubscribe()
        self._stopping.set()
        self._woken.set()
        self._keeper.join(seconds)

    def _hear(self, event: events.Event) -> None:
        if isinstance(event, WAKING):
            self._woken.set()

    def _run(self) -> None:
        while not self._stopping.is_set():
            self._try(self._look)
            self._stopping.wait(BREATH_SECONDS)
            self._sleep()
        self._try(self._settle)
        while self._running:
            self._sleep()
            self._try(self._settle)

    def _sleep(self) -> None:
        """Until something happens, but not so long that a claim runs out."""
        self._woken.wait(min(self._poll_seconds, outbox.lease().total_seconds() / 4))
        self._woken.clear()

    def _try(self, step: Callable[[], None]) -> None:
        """A database that does not answer must not end the thread; what has not been written down yet is written down next time."""
        try:
            step()
        except Exception as error:
            self._note('queue', error)

    def _look(self) -> None:
        self._settle()
        for appointment_id in outbox.drop_moot():
            events.publish(events.OutboxChanged(appointment_id, is_done=True))
        for handler in dict.fromkeys(self._handlers.values()):
            self._begin(handler)

    def _begin(self, handler: Handler) -> None:
        """Start as many due rows of this handler as may be done beside those that are being done."""
        kinds = [kind for kind, own in self._handlers.items() if own == handler]
        free = MOST_AT_ONCE - sum(item.kind in kinds for item in self._running.values())
        for item in outbox.claim(kinds, free):
            threading.Thread(target=self._carry_out, args=(handler, item), name=f'outbox {item.kind}', daemon=True).start()
            self._running[item.id] = item

    def _carry_out(self, handler: Handler, item: OutboxItem) -> None:
        error = None
        try:
            handler(item)
        except Exception as caught:
            error = caught
        self._ended.append(Attempt(item, error))
        self._woken.set()

    def _settle(self) -> None:
        self._record()
        self._renew()

    def _record(self) -> None:
        """Write down what has come to an end. Only then is it no longer running: until then its claim is renewed."""
        attempts = list(self._ended)
        if not attempts:
            return
        given_up = outbox.record(attempts)
        del self._ended[: len(attempts)]
        for attempt in attempts:
            del self._running[attempt.item.id]
            if attempt.error:
                self._note(attempt.item.kind, attempt.error)
            events.publish(events.OutboxChanged(attempt.item.appointment_id, is_done=attempt.error is None))
        for item in given_up:
            log.error('Gave up row %s of the outbox (%s) after %s tries', item.id, item.kind, item.tries + 1)

    def _renew(self) -> None:
        if self._running and monotonic() - self._renewed_at > outbox.lease().total_seconds() / 3:
            outbox.renew(self._running.values())
            self._renewed_at = monotonic()

    def _note(self, kind: str, error: Exception) -> None:
        self.failures.note(f'{kind}, {type(error).__name__}')
