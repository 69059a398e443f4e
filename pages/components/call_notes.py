"""The private notes of an appointment, to be opened and written during its call."""

from nicegui import html

from db import Appointment
from pages.components.call_side import call_side
from pages.components.pane_notes import PaneNotes
from pages.components.rep_records import RepRecords
from services.times import Reader


class CallNotes:
    """Closed at first."""

    def __init__(self, appointment: Appointment, reader: Reader, records: RepRecords) -> None:
        self._notes = PaneNotes(appointment, reader, records)

    def build(self) -> None:
        with call_side('Private notes'), html.div().classes('rep-call-notes'):
            self._notes.build()
