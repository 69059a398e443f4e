"""What a waiting customer reads about the rep: whether they are there, and that they know."""

from collections.abc import Callable

from nicegui import ui
from nicegui.element import Element

from db import Appointment
from pages import live
from pages.asking import ask
from services import events, presence
from services.video.base import REP

WORDS: dict[presence.State, str] = {'online': 'is online', 'in_call': 'is in another call', 'away': 'is away just now'}
TOLD, WILL_BE_TOLD = ' and has been told that you are waiting.', '. As soon as they are back, they will see that you are waiting.'


class RepPresence:
    """Tells `on_change` two sentences about the appointment's rep, `person`, now and whenever they are others.

    The first is for one who has not joined, the second for one who waits in the call.
    """

    def __init__(self, appointment: Appointment, person: str, *, on_change: Callable[[str, str], object]) -> None:
        self._appointment, self._person, self._on_change = appointment, person, on_change
        self._state: presence.State | None = None

    def listen(self, element: Element) -> None:
        """Begin, for as long as this element is there."""
        live.within(element, events.PresenceChanged, self._hear)
        for kind in (events.SeatTaken, events.SeatLeft):
            live.within(element, kind, self._hear_seat)
        with element:
            ui.timer(0, self._look, once=True)

    async def _hear(self, event: events.PresenceChanged) -> None:
        if event.rep_id == self._appointment.rep_id:
            await self._look()

    async def _hear_seat(self, event: events.SeatTaken | events.SeatLeft) -> None:
        if event.seat == REP:
            await self._look()

    async def _look(self) -> None:
        state = await ask(presence.state, self._appointment.rep_id, but=self._appointment.id)
        if state != self._state:
            self._state = state
            how = f'{self._person} {WORDS[state]}'
            self._on_change(f'{how}.', how + (WILL_BE_TOLD if state == 'away' else TOLD))
