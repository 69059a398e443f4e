"""The private notes of an appointment: kept while they are typed, when the field is left, and by a button."""

import asyncio
import json

from nicegui import html, ui
from nicegui.events import GenericEventArguments

from db import Appointment
from pages import live
from pages.components.form import EMIT_FORM, Field
from pages.components.words import Words
from pages.recording import RepRecords
from services import clock, events
from services.errors import EXPECTED, NotesChanged
from services.outcomes import NOTES_MAX
from services.times import Reader

EMIT_NOTES = '(e) => emit(Object.fromEntries(new FormData(e.currentTarget)))'
TYPING_SECONDS = 2.0  # while somebody types, it is kept this often
TAKE = """(() => {
    const [field, seen, notes] = [document.getElementById(%s), %s, %s];
    const is_untouched = field?.value.trim() === seen;
    if (is_untouched) field.value = notes;
    return is_untouched;
})()"""


class PaneNotes:
    """What somebody else writes meanwhile appears here, unless it would take away what is being typed: then it is shown below.

    `_seen`: the notes that what stands in the field was made of; `_theirs`: what somebody else made of them, not to be lost unread.
    """

    def __init__(self, appointment: Appointment, reader: Reader, records: RepRecords) -> None:
        self._id, self._seen, self._reader, self._records = appointment.id, appointment.notes, reader, records
        self._theirs: str | None = None
        self._turn = asyncio.Lock()  # one after the other, so that nobody's own words are taken for somebody else's

    def build(self) -> None:
        with html.form().classes('form pane-notes').props('novalidate') as self._form:
            self._field = Field('Private notes', 'notes', value=self._seen, tag='textarea').props(f'rows=4 maxlength={NOTES_MAX}')
            self._field.hint('Only reps read them. They are kept while you write.')
            self._build_theirs()
            with html.div().classes('buttons'):
                html.button('Save notes').classes('button').props('type=submit')
                self._said = Words().classes('quiet small').props('role=status')
            ui.timer(0, self._look, once=True)
        self._form.on('submit', lambda event: self._keep(event, is_asked=True), js_handler=EMIT_FORM)
        self._form.on('focusout', self._keep, js_handler=EMIT_NOTES)
        self._form.on('input', self._keep, js_handler=EMIT_NOTES, throttle=TYPING_SECONDS, leading_events=False)
        live.within(self._form, events.AppointmentNoted, self._on_noted)

    def _build_theirs(self) -> None:
        with html.div().classes('pane-theirs') as self._below:
            html.p(NotesChanged.sentence).classes('problem').props('role=alert')
            self._their_words = Words(tag='p').classes('box user-text')
            html.button('Use theirs').classes('button').props('type=button').on('click', self._use_theirs)
        self._below.set_visibility(False)

    async def _keep(self, event: GenericEventArguments, *, is_asked: bool = False) -> None:
        """Store what stands in the field. What would replace somebody else's words waits until that is asked for."""
        async with self._turn:
            text = str(event.args.get('notes', ''))
            if not is_asked and (self._theirs is not None or text.strip() == self._seen):
                return
            try:
                kept = await self._records.note(self._id, text, seen=self._seen if self._theirs is None else self._theirs)
            except NotesChanged as error:
                self._show_theirs(error.notes)
            except EXPECTED as error:
                self._field.show_problem(str(error))
            else:
                self._show_kept(kept)

    async def _on_noted(self, event: events.AppointmentNoted) -> None:
        if event.appointment_id == self._id:
            await self._look()

    async def _look(self) -> None:
        """See whether somebody else has written."""
        async with self._turn:
            try:
                notes = await self._records.notes(self._id)
            except EXPECTED:
                return  # it is not theirs any more, and the page says so
            if notes is None or notes == self._seen:
                return
            if await self._takes(self._seen, notes):
                self._seen = notes
            else:
                self._show_theirs(notes)

    async def _takes(self, seen: str, notes: str) -> bool:
        """Whether these notes stand in the field now, because nothing else than what was seen stood there."""
        code = TAKE % tuple(json.dumps(part) for part in (self._field.input.html_id, seen, notes))
        try:
            return bool(await ui.run_javascript(code))
        except TimeoutError:
            return False

    def _use_theirs(self) -> None:
        self._seen, self._theirs = self._theirs or '', None
        code = f'document.getElementById({json.dumps(self._field.input.html_id)}).value = {json.dumps(self._seen)}'
        ui.run_javascript(code)
        self._below.set_visibility(False)
        self._field.input.run_method('focus')

    def _show_theirs(self, notes: str) -> None:
        self._theirs = notes
        self._their_words.set_text(notes or '(nothing)')
        self._below.set_visibility(True)
        self._said.set_text('')

    def _show_kept(self, notes: str | None) -> None:
        if notes is not None:
            self._seen, self._theirs = notes, None
            self._below.set_visibility(False)
            self._field.show_problem('')
            self._said.set_text(f'Saved {self._reader.time(clock.now())}')
