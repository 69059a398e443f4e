"""The private notes of an appointment: kept while they are typed, when the field is left, and by a button."""

import asyncio

from nicegui import html, ui
from nicegui.events import GenericEventArguments

from db import Appointment
from pages import live
from pages.components.form import EMIT_FORM, Field
from pages.components.heard import heard
from pages.components.rep_records import RepRecords
from pages.components.typed_text import TypedText
from pages.components.words import Words
from services import clock, events
from services.errors import EXPECTED, NotesChanged
from services.outcomes import NOTES_MAX
from services.times import Reader

EMIT_NOTES = '(e) => emit(Object.fromEntries(new FormData(e.currentTarget)))'
TYPING_SECONDS = 2.0  # while somebody types, it is kept this often


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
            self._typed = TypedText(self._field.input, f'notes {self._id}', self._seen, rep_id=self._records.rep_id, seconds=TYPING_SECONDS)
            self._field.hint('Only reps read them. They are kept while you write.')
            self._build_theirs()
            with html.div().classes('buttons'):
                html.button('Save notes').classes('button').props('type=submit')
                self._said = Words().classes('quiet small').props('role=status')
            ui.timer(0, self._begin, once=True)
        self._form.on('submit', lambda event: self._keep(event, is_asked=True), js_handler=EMIT_FORM)
        self._form.on('focusout', self._keep, js_handler=EMIT_NOTES)
        self._form.on('input', self._keep, js_handler=self._typed.emit)
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
            text = heard(event.args, notes=str | None)['notes']
            if text is not None and (is_asked or (self._theirs is None and text.strip() != self._seen)):
                await self._store(text)

    async def _store(self, text: str) -> None:
        try:
            kept = await self._records.note(self._id, text, seen=self._seen if self._theirs is None else self._theirs)
        except NotesChanged as error:
            self._show_theirs(error.notes)
        except EXPECTED as error:
            self._field.show_problem(str(error))
        else:
            self._show_kept(kept)

    async def _begin(self) -> None:
        """Take up what was typed here and not kept, and see whether somebody else has written."""
        if typed := await self._typed.restored():
            async with self._turn:
                self._see(typed[0])
                await self._store(typed[1])
        await self._look()

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
            if await self._typed.is_replaced(self._seen, notes):
                self._see(notes)
            else:
                self._show_theirs(notes)

    def _see(self, notes: str) -> None:
        """From now on, what is typed is made of these notes; what was typed of others has been kept or given up."""
        self._seen, self._theirs = notes, None
        self._typed.made_of(notes)

    def _use_theirs(self) -> None:
        self._see(self._theirs or '')
        self._typed.put(self._seen)
        self._below.set_visibility(False)
        self._field.input.run_method('focus')

    def _show_theirs(self, notes: str) -> None:
        self._theirs = notes
        self._their_words.set_text(notes or '(nothing)')
        self._below.set_visibility(True)
        self._said.set_text('')

    def _show_kept(self, notes: str | None) -> None:
        if notes is not None:
            self._see(notes)
            self._typed.forget(notes)
            self._below.set_visibility(False)
            self._field.show_problem('')
            self._said.set_text(f'Saved {self._reader.time(clock.now())}')
