"""The course of a call for one side: from the door into it, and out of it again."""

from collections.abc import Callable
from typing import Any

from nicegui import background_tasks
from nicegui.element import Element

from pages import live
from pages.asking import ask
from pages.components.browser_in_use import browser_in_use
from pages.components.call_chat import CallChat
from pages.components.call_door import CallDoor
from pages.components.call_engine import CallEngine
from pages.components.call_entry import CallEntry
from pages.components.call_talk import CallTalk
from pages.components.device_advice import DEVICES, advice, obstacle, please_allow
from pages.components.heard import heard
from services import calls, events, places, reps, seats, standings
from services.calls import Admission
from services.errors import EXPECTED
from services.video.base import Seat

REPLACED = 'You joined from another window.'
TAKEN_OVER = '{} has taken this call over.'


class CallCourse:
    """Does what the browser asks for and what becomes of the call, and tells the page by `tell`.

    `rep_id`: the rep who looks; nothing for a customer · `engine_name`: to be written down with the seat.
    """

    def __init__(
        self,
        appointment_id: int,
        seat: Seat,
        *,
        rep_id: int | None,
        engine_name: str,
        entry: CallEntry,
        engine: CallEngine,
        talk: CallTalk,
        door: CallDoor,
        chat: CallChat,
        tell: Callable[..., None],
    ) -> None:
        self._appointment_id, self._seat, self._rep_id, self._engine_name = appointment_id, seat, rep_id, engine_name
        self._entry, self._engine, self._talk, self._door, self._chat, self._tell = entry, engine, talk, door, chat, tell
        self._browser = browser_in_use()
        self._is_over = False  # and that was told

    def listen(self, section: Element) -> None:
        """Begin, for as long as this element is there."""
        self._section = section
        self._engine.on('asking', lambda event: self._handle_asking(**heard(event.args, kinds=list)))
        self._engine.on('join', lambda event: self._handle_join(heard(event.args, **DEVICES), **heard(event.args, was=str)))
        self._engine.on('gives', lambda event: self._handle_gives(heard(event.args, microphone=bool, camera=bool, screen=bool)))
        self._engine.on('devices', lambda event: self._show_missing(heard(event.args, **DEVICES)))
        self._engine.on('lost', self._handle_lost)
        self._engine.on('hang_up', self._handle_hang_up)
        self._engine.on('problem', lambda event: self._handle_problem(**heard(event.args, name=str, touches=int)))
        live.within(section, events.AppointmentRescheduled, self._on_rescheduled)
        live.within(section, events.CallEnded, self._on_call_ended)
        live.within(section, events.CallReopened, self._on_call_reopened)

    async def _on_rescheduled(self, event: events.AppointmentRescheduled) -> None:
        """Who is in the call stays there until it closes by what its time is now."""
        if event.appointment_id == self._appointment_id:
            self._talk.stay_until(calls.closing(event.starts_at, event.ends_at))
            await self._prolong()

    async def _prolong(self) -> None:
        """Give the browser in the call what is good until then; failing that, it goes on with what it has."""
        if place := self._talk.place:
            try:
                await self._entry.require_right()
                credentials = await calls.prolong(self._appointment_id, self._seat)
            except EXPECTED:
                return
            if place is self._talk.place:
                self._engine.run_method('prolong', credentials)

    def put_out(self, how: places.How) -> None:
        """The seat was taken away."""
        if how != places.REPLACED:
            self._go_outside(calls.CLOSED['ended'] if how == places.ENDED else calls.CLOSED['over'], 'Join again')
            self._tell_end()
        elif colleague := self._rep_id and standings.colleague_in(self._appointment_id, self._rep_id):
            self._go_outside('', 'Join again')
            background_tasks.create(self._tell_who_took_over(colleague), context=self._section)
        else:
            self._go_outside(REPLACED, 'Use here instead')

    def _handle_asking(self, kinds: list[str]) -> None:
        self._entry.phase = 'asking'
        self._door.show_work(please_allow([kind for kind in ('camera', 'microphone') if kind in kinds]))

    async def _handle_join(self, devices: dict[str, Any], was: str) -> None:
        """Let in whoever has asked: they may, the time is right, the platform answers, the seat is theirs.

        `was`: a page that was loaded again, or woke up, comes back by itself to the place with this key; not if they sit elsewhere by now.
        """
        if not self._entry.is_open:
            return
        if was and seats.is_taken_elsewhere(self._appointment_id, self._seat, was):
            self.put_out(places.REPLACED)
            return
        self._door.show_work('One moment, please.')
        try:
            admission = await self._entry.admit()
        except EXPECTED as error:
            self._fail(str(error))
        else:
            if admission and not self._engine.is_deleted:
                self._enter(admission, devices)

    async def _handle_lost(self) -> None:
        """Give a browser whose connection to the platform broke down what it needs to make another."""
        place = self._talk.place
        if place is None or self._entry.phase == 'renewing':
            return
        try:
            admission = await self._entry.renew()
        except EXPECTED as error:
            self._fail(str(error))
        else:
            if admission and place is self._talk.place:
                self._engine.run_method('connect', admission.credentials)

    def _enter(self, admission: Admission, devices: dict[str, Any]) -> None:
        self._show_missing(devices)
        key = places.new_key()
        self._engine.run_method('start', admission.credentials, key)
        self._door.hide()
        self._is_over = False
        self._talk.begin(self._appointment_id, self._seat, admission, engine_name=self._engine_name, key=key, rep_id=self._rep_id)
        self._chat.enter()

    def _handle_gives(self, on: dict[str, Any]) -> None:
        if self._talk.place:
            self._tell('devices', **on)

    def _handle_hang_up(self) -> None:
        """Whoever is outside already has left nothing."""
        if self._entry.phase != 'outside':
            self._go_outside('You have left the call.', 'Join again')
            self._tell('hung_up')

    def _handle_problem(self, name: str, touches: int) -> None:
        self._fail(obstacle(name, self._browser.touched(touches)) or self._engine.words_for(name))

    def _fail(self, sentence: str) -> None:
        self._go_outside(sentence, 'Try again')
        self._tell('problem', sentence)

    def _go_outside(self, sentence: str, label: str) -> None:
        self._talk.end()
        self._talk.say('')
        self._chat.leave()
        self._entry.leave()
        self._engine.run_method('stop')
        self._door.show(sentence, label)

    async def _tell_who_took_over(self, colleague: int) -> None:
        try:
            name = reps.display_name(await ask(reps.get, colleague))
        except EXPECTED:
            name = 'A colleague'
        sentence = TAKEN_OVER.format(name)
        if not self._section.is_deleted:
            self._door.say(sentence)
            self._tell('taken_over', sentence)

    def _on_call_ended(self, event: events.CallEnded) -> None:
        """One who was outside or silent just then, and had no seat, was not told."""
        if event.appointment_id != self._appointment_id:
            return
        if self._entry.phase != 'outside':
            self._go_outside(calls.CLOSED['ended'], 'Join again')
        self._tell_end()

    def _on_call_reopened(self, event: events.CallReopened) -> None:
        if event.appointment_id == self._appointment_id:
            self._is_over = False

    def _tell_end(self) -> None:
        if not self._is_over:
            self._is_over = True
            self._tell('ended')

    def _show_missing(self, devices: dict[str, Any]) -> None:
        self._engine.props['lacking'] = advice(devices, self._browser)
