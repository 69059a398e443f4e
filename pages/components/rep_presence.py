"""What a waiting customer reads about the rep: whether they are there, and that they know; and how long it is until the call begins."""

import asyncio
import math
from collections.abc import Callable
from datetime import datetime, timedelta

from nicegui import ui
from nicegui.element import Element

from db import Appointment
from pages import live
from pages.asking import ask
from services import clock, events, presence, reps, seats
from services.times import duration
from services.video.base import REP

TICK_SECONDS = 1
AWAY = 'is away just now'
WORDS: dict[presence.State, str] = {
    'waiting': 'is in the call and waits for you',
    'online': 'is online',
    'in_call': 'is in another call',
    'away': AWAY,
    'absent': AWAY,
}
TOLD, WILL_BE_TOLD = ' and has been told that you are waiting.', '. As soon as they are back, they will see that you are waiting.'


class RepPresence:
    """Tells `on_change` three sentences about the appointment's rep, `person`, and its start, now and whenever they are others.

    The first is for one who has not joined, the second for one who waits in the call, the third counts down to the start.
    `time`: puts an instant into words.
    """

    def __init__(
        self, appointment: Appointment, person: str, *, time: Callable[[datetime], str], on_change: Callable[[str, str, str], object]
    ) -> None:
        self._appointment, self._person, self._on_change = appointment, person, on_change
        self._time = time
        self._state: presence.State | None = None
        self._waits = person  # who does, when somebody does
        self._told: tuple[str, str, str] | None = None
        self._turn = asyncio.Lock()  # the last look is the newest

    def listen(self, element: Element) -> None:
        """Begin, for as long as this element is there."""
        live.within(element, events.PresenceChanged, self._hear)
        live.within(element, events.SeatChange, self._hear_seat)
        with element:
            ui.timer(0, self._look, once=True)
            ui.timer(TICK_SECONDS, self._tell)

    async def follow(self, appointment: Appointment, person: str) -> None:
        """Go on with the appointment as it is now, and its rep."""
        self._appointment, self._person, self._state, self._told = appointment, person, None, None
        await self._look()

    async def _hear(self, event: events.PresenceChanged) -> None:
        if event.rep_id == self._appointment.rep_id:
            await self._look()

    async def _hear_seat(self, event: events.SeatChange) -> None:
        if event.seat == REP or event.appointment_id == self._appointment.id:
            await self._look()

    async def _look(self) -> None:
        async with self._turn:
            self._state = await ask(presence.state, self._appointment.rep_id, but=self._appointment.id)
            if self._state == 'waiting' and (place := seats.place_of(self._appointment.id, REP)) and place.rep_id:
                self._waits = reps.display_name(await ask(reps.get, place.rep_id))
            self._tell()

    def _tell(self) -> None:
        """Time alone makes other words true, too."""
        if self._state and (words := self._words(self._state)) != self._told:
            self._told = words
            self._on_change(*words)

    def _words(self, state: presence.State) -> tuple[str, str, str]:
        left = self._appointment.starts_at - clock.now()
        begins = f' Your call begins at {self._time(self._appointment.starts_at)}.' if left > timedelta() else ''
        is_yet_to_come = bool(begins) and state == 'absent'  # nobody is missed before the appointment's start
        how = f'{self._waits if state == "waiting" else self._person} {"is not here yet" if is_yet_to_come else WORDS[state]}'
        then = '.' if is_yet_to_come or state == 'waiting' else WILL_BE_TOLD if state in ('away', 'absent') else TOLD
        countdown = f'It begins in {duration(math.ceil(left / timedelta(minutes=1)))}.' if begins else ''
        return f'{how}.{begins}', f'{how}{then}{begins}', countdown
