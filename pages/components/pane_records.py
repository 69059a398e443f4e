"""What a rep keeps of an appointment, below its facts: how it went, and private notes, who was there, what there was before."""

import asyncio
from collections.abc import Callable

from nicegui import html, ui

from pages import live
from pages.asking import tell
from pages.components.icon import icon
from pages.components.pane_history import PaneHistory
from pages.components.pane_notes import PaneNotes
from pages.components.pane_outcome import PaneOutcome
from pages.components.pane_visits import PaneVisits
from pages.components.rep_records import RepRecords
from pages.components.words import Words
from services import calls, clock, events, outcomes
from services.errors import EXPECTED
from services.handling import Details
from services.outcomes import Outcome, Record
from services.times import Reader

About = events.AppointmentNoted | events.VisitsStored | events.CallChange


class PaneRecords:
    """Keeps itself true. `on_change`: the appointment of `details` has just been brought up to date, and others may show that."""

    def __init__(self, details: Details, reader: Reader, records: RepRecords, *, on_change: Callable[[], None]) -> None:
        self._appointment, self._reader, self._records, self._on_change = details.appointment, reader, records, on_change
        self._record: Record | None = None
        self._turn = asyncio.Lock()  # held while reading and showing
        self._is_behind = False  # something happened that waits to be read
        self._outcome = PaneOutcome(details, on_choose=self._mark)
        self._notes = PaneNotes(details.appointment, reader, records)
        self._visits, self._history = PaneVisits(reader), PaneHistory(reader)

    def build_outcome(self) -> None:
        """What is to be done once the appointment has begun."""
        with html.div().classes('pane-records'):
            self._build_ended()
            self._outcome.build()

    def build(self) -> None:
        """What is to be read and written."""
        with html.div().classes('pane-records') as self._all:
            with html.section().classes('card pane-card').props('aria-label="Private notes"'):
                self._notes.build()
            self._visits.build()
            self._history.build()
            ui.timer(0, self._begin, once=True)
        self._all.set_visibility(False)
        for kind in (events.AppointmentNoted, events.VisitsStored, events.CallChange):
            live.within(self._all, kind, self._hear)

    def _build_ended(self) -> None:
        with html.section().classes('card pane-card').props('aria-label="The call"') as self._ended:
            self._ended_words = Words(tag='p').props('role=status')
            with html.div().classes('buttons'), html.button().classes('button').props('type=button').on('click', self._reopen):
                icon('replay')
                html.span('Open the call again')
        self._ended.set_visibility(False)

    def tick(self) -> None:
        """Show what has become true by time alone."""
        if self._record:
            now, appointment = clock.now(), self._record.appointment
            self._ended.set_visibility(calls.state(appointment, now) == 'ended')
            self._outcome.show(self._record, is_due=outcomes.is_due(appointment, now))

    async def _begin(self) -> None:
        """Read what there was before once: it hardly changes while the appointment is shown."""
        await self._look()
        if self._record and not self._all.is_deleted:
            history = await self._records.history(self._record.appointment)
            if not self._all.is_deleted:
                self._history.show(history)

    async def _hear(self, event: About) -> None:
        if event.appointment_id == self._appointment.id:
            await self._look()

    async def _look(self) -> None:
        """Show what is known now. However much happens meanwhile, it is read once more."""
        if self._is_behind:
            return
        self._is_behind = True
        async with self._turn:
            self._is_behind = False
            try:
                record = await self._records.read(self._appointment.id)
            except EXPECTED:
                return  # it is not theirs any more, and the page says so
            if record and not self._all.is_deleted:
                self._show(record)

    def _show(self, record: Record) -> None:
        self._record = record
        for column in ('ended_at', 'outcome', 'notes'):
            setattr(self._appointment, column, getattr(record.appointment, column))
        self._all.set_visibility(True)
        if ended_at := record.appointment.ended_at:
            self._ended_words.set_text(f'The call was ended for both at {self._reader.time(ended_at)}.')
        self._visits.show(record)
        self.tick()
        self._on_change()

    async def _mark(self, outcome: Outcome) -> None:
        try:
            await self._records.mark(self._appointment.id, outcome)
        except EXPECTED as error:
            tell(str(error))

    async def _reopen(self) -> None:
        try:
            await self._records.reopen(self._appointment.id)
        except EXPECTED as error:
            tell(str(error))
