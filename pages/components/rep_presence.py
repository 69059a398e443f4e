"""What a waiting customer reads about the rep: whether they are there, and that they know."""

from collections.abc import Callable

from nicegui import ui
from nicegui.element import Element

from db import Appointment
from pages import live
from pages.asking import ask
from services import events, presence
from services.video.base import REP

WORDS: dict[presence.State, str] = {
    'online': '{person} is online and has been told that you are waiting.',
    'in_call': '{person} is in another call and has been told that you are waiting.',
    'away': '{person} is away just now and will see that you are waiting.',
}


class RepPresence:
    """Tells `on_change` the sentence about the appointment's rep, `person`, now and whenever it is another one."""

    def __init__(self, appointment: Appointment, person: str, *, on_change: Callable[[str], object]) -> None:
        self._appointment, self._person, self._on_change = appointment, person, on_change
        self._words = ''

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
        words = WORDS[state].format(person=self._person)
        if words != self._words:
            self._words = words
            self._on_change(words)
