"""That a colleague is in a call, for a rep who could join it."""

import asyncio

from nicegui import ui

from pages import live
from pages.asking import ask
from pages.components.words import Words
from services import events, reps, standings


class ColleagueInCall:
    """Says who else sits on the rep's side of this appointment's call, as long as they do. `rep_id`: the rep who looks."""

    def __init__(self, appointment_id: int, rep_id: int) -> None:
        self._appointment_id, self._rep_id = appointment_id, rep_id
        self._turn = asyncio.Lock()  # the last look is the newest

    def build(self) -> None:
        self._words = Words(tag='p').classes('tag').props('role=status')
        self._words.set_visibility(False)
        live.within(self._words, events.SeatChange, self._hear)
        with self._words:
            ui.timer(0, self._look, once=True)

    async def _hear(self, event: events.SeatChange) -> None:
        if event.appointment_id == self._appointment_id:
            await self._look()

    async def _look(self) -> None:
        async with self._turn:
            colleague = standings.colleague_in(self._appointment_id, self._rep_id)
            if colleague:
                self._words.set_text(f'{reps.display_name(await ask(reps.get, colleague))} is in this call')
            self._words.set_visibility(colleague is not None)
