"""Writes down who is in which call, in a thread of its own; nobody in a call waits for it."""

import threading
from dataclasses import replace
from datetime import timedelta
from time import monotonic

from services import clock, events, visits
from services.failures import Failures
from services.places import SILENT
from services.visits import Stay

EVERY_SECONDS = 30.0  # to half a minute it is known how long somebody stayed, whatever becomes of this process
RETRY_SECONDS = 1.0
FORGOTTEN_AFTER = timedelta(seconds=3 * EVERY_SECONDS)  # a stay that nobody has confirmed for so long is over
MOST = 10_000  # stays that wait to be written down


class VisitRecorder:
    """Keeps each stay whole and writes down what is new of it: at once when somebody comes or goes, else every half a minute.

    Of a stay only the latest is waiting, so that a database that is away for long costs little. `failures` counts what went wrong.
    """

    def __init__(self, *, every_seconds: float = EVERY_SECONDS) -> None:
        self.failures = Failures('Visits')
        self._every_seconds = every_seconds
        self._due = monotonic()
        self._lock = threading.Lock()
        self._open: dict[str, Stay] = {}
        self._unsaved: dict[str, Stay] = {}  # in the order in which they began
        self._woken, self._stopping = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._run, name='visits', daemon=True)

    def start(self) -> None:
        """Begin to listen and to write."""
        self._unsubscribe = events.subscribe(self._hear)
        self._thread.start()

    def stop(self, seconds: float = 5) -> None:
        """End, with all written down, but after so many seconds at the latest. Whoever is in a call now falls silent."""
        self._unsubscribe()
        with self._lock:
            for stay in list(self._open.values()):
                self._keep(replace(stay, until_at=clock.now(), ended=SILENT))
        self._stopping.set()
        self._woken.set()
        self._thread.join(seconds)

    def _hear(self, event: events.Event) -> None:
        with self._lock:
            match event:
                case events.SeatTaken(appointment_id, seat, visit, engine, rep_id):
                    now = clock.now()
                    self._keep(Stay(visit, appointment_id, seat, engine, now, now, rep_id=rep_id))
                case events.SeatLeft(visit=visit) if visit in self._open:
                    self._keep(_left(self._open[visit], event))
                    self._see_others(event.appointment_id)
                case events.LineJudged(visit=visit) if visit in self._open:
                    self._open[visit] = _judged(self._open[visit], event)
                case _:
                    return
        if not isinstance(event, events.LineJudged):
            self._woken.set()

    def _see_others(self, appointment_id: int) -> None:
        """Whoever is still in this call is known to have been there until now: how long two were together is told at once."""
        for stay in list(self._open.values()):
            if stay.appointment_id == appointment_id:
                self._keep(replace(stay, until_at=clock.now()))

    def _keep(self, stay: Stay) -> None:
        """Let this be written down next."""
        if stay.ended:
            self._open.pop(stay.key, None)
        else:
            self._open[stay.key] = stay
        self._unsaved[stay.key] = stay
        if len(self._unsaved) > MOST:
            del self._unsaved[next(iter(self._unsaved))]
            self.failures.note('one too many')

    def _run(self) -> None:
        while not self._stopping.is_set():
            wait = self._due - monotonic() if self._is_saved() else RETRY_SECONDS
            self._woken.wait(max(0, wait))
            self._woken.clear()
        self._is_saved()

    def _is_saved(self) -> bool:
        """Whether all that there is now could be written down."""
        try:
            if monotonic() >= self._due:
                self._confirm()
            self._save()
        except Exception as error:  # a database that does not answer must not end the thread
            self.failures.note(type(error).__name__)
            return False
        return True

    def _confirm(self) -> None:
        """Whoever is in a call is still there; whoever another process left there, long ago, is not."""
        now = clock.now()
        with self._lock:
            for stay in list(self._open.values()):
                self._keep(replace(stay, until_at=now))
        self._save()
        visits.close_silent(now - FORGOTTEN_AFTER)
        self._due = monotonic() + self._every_seconds

    def _save(self) -> None:
        with self._lock:
            batch = dict(self._unsaved)
        if not batch:
            return
        visits.keep(batch.values())
        with self._lock:
            self._unsaved = {key: stay for key, stay in self._unsaved.items() if batch.get(key) is not stay}
        for appointment_id in {stay.appointment_id for stay in batch.values()}:
            events.publish(events.VisitsStored(appointment_id))


def _left(stay: Stay, event: events.SeatLeft) -> Stay:
    """One who fell silent was last heard of before that was noticed."""
    until_at = event.heard_at if event.how == SILENT else clock.now()
    return replace(stay, until_at=max(stay.joined_at, until_at), ended=event.how)


def _judged(stay: Stay, event: events.LineJudged) -> Stay:
    seconds = f'{event.quality}_seconds'
    return replace(stay, is_relayed=stay.is_relayed or event.is_relayed, **{seconds: getattr(stay, seconds) + event.seconds})
