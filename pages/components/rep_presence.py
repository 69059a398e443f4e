"""What a waiting customer reads about the rep: whether they are there, and that they know."""

import asyncio
from collections.abc import Callable
from datetime import datetime

from nicegui import ui
from nicegui.element import Element

from db import Appointment
from pages import live
from pages.asking import ask
from services import clock, events, presence
from services.video.base import REP

AWAY = 'is away just now'
WORDS: dict[presence.State, str] = {'online': 'is online', 'in_call': 'is in another call', 'away': AWAY, 'absent': AWAY}
TOLD, WILL_BE_TOLD = ' and has been told that you are waiting.', '. As soon as they are back, they will see that you are waiting.'


class RepPresence:
    """Tells `on_change` two sentences about the appointment's rep, `person`, now and whenever they are others.

    The first is for one who has not joined, the second for one who waits in the call. `time`: puts an instant into words.
    """

    def __init__(
        self, appointment: Appointment, person: str, *, time: Callable[[datetime], str], on_change: Callable[[str, str], object]
    ) -> None:
        self._appointment, self._person, self._on_change = appointment, person, on_change
        self._time = time
        self._state: presence.State | None = None
        self._turn = asyncio.Lock()  # the last look is the newest

    def listen(self, element: Element) -> None:
        """Begin, for as long as this element is there."""
        live.within(element, events.PresenceChanged, self._hear)
        for kind in (events.SeatTaken, events.SeatLeft):
            live.within(element, kind, self._hear_seat)
        with element:
            ui.timer(0, self._look, once=True)

    async def follow(self, appointment: Appointment, person: str) -> None:
        """Go on with the appointment as it is now, and its rep."""
        self._appointment, self._person, self._state = appointment, person, None
        await self._look()

    def _how(self, state: presence.State) -> str:
        return 'is not here yet' if self._is_yet_to_come(state) else WORDS[state]

    def _what_then(self, state: presence.State) -> str:
        if self._is_yet_to_come(state):
            return f'. Your call is at {self._time(self._appointment.starts_at)}.'
        return WILL_BE_TOLD if state in ('away', 'absent') else TOLD

    def _is_yet_to_come(self, state: presence.State) -> bool:
        """Whether they need not be here: nobody is missed before the appointment's start."""
        return state == 'absent' and clock.now() < self._appointment.starts_at

    async def _hear(self, event: events.PresenceChanged) -> None:
        if event.rep_id == self._appointment.rep_id:
            await self._look()

    async def _hear_seat(self, event: events.SeatTaken | events.SeatLeft) -> None:
        if event.seat == REP:
            await self._look()

    async def _look(self) -> None:
        async with self._turn:
            state = await ask(presence.state, self._appointment.rep_id, but=self._appointment.id)
            if state != self._state:
                self._state = state
                how = f'{self._person} {self._how(state)}'
                self._on_change(f'{how}.', how + self._what_then(state))
