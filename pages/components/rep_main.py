"""The main area beside the day: the chosen appointment, its call, or that there is none."""

from collections.abc import Awaitable, Callable
from datetime import datetime

from nicegui import html, ui

from db import Appointment
from pages.components.about_appointment import AboutAppointment
from pages.components.appointment_pane import AppointmentPane, Handler
from pages.components.call_notes import CallNotes
from pages.components.coming_hint import ComingHint
from pages.components.icon import icon
from pages.components.pane_messages import PaneMessages
from pages.components.pane_records import PaneRecords
from pages.components.rep_records import RepRecords
from pages.components.video_call import VideoCall
from pages.components.words import Words
from services import settings
from services.handling import Details
from services.times import Reader
from services.video.base import REP


class RepMain:
    """Shows one of four things. `pane` is there while an appointment is shown, `call` while its call is.

    `on_send_again` and `may_join` get the row number of the appointment. `records`: what the rep keeps of it.
    """

    def __init__(
        self,
        *,
        on_back: Handler,
        on_start: Handler,
        on_stop: Handler,
        on_hung_up: Callable[[], None],
        on_taken_over: Callable[[str], None],
        on_send_again: Callable[[int], Awaitable[None]],
        may_join: Callable[[int], Awaitable[bool]],
        records: RepRecords,
    ) -> None:
        self._on_back, self._on_start, self._on_stop = on_back, on_start, on_stop
        self._on_hung_up, self._on_taken_over = on_hung_up, on_taken_over
        self._on_send_again, self._may_join, self._records = on_send_again, may_join, records
        self.pane: AppointmentPane | None = None
        self.call: VideoCall | None = None

    def build(self) -> None:
        self._said = Words().classes('hidden-words').props('role=status')
        self._shown = html.div().classes('rep-shown')

    def ask_to_select(self) -> None:
        """Nothing is chosen."""
        self._clear()
        self._said.set_text('')
        with self._shown, html.div().classes('rep-appointment'):
            html.h1('Please select an appointment')
            with html.p().classes('quiet'):
                html.span('Customers book at ')
                ui.link(settings.current().site_url, '/', new_tab=True)

    def show_nothing(self, at: datetime, reader: Reader, *, why: str) -> None:
        """There is no appointment at that time."""
        self._clear()
        self._said.set_text(f'No appointment at {reader.time(at)}')
        with self._shown, html.div().classes('rep-appointment'):
            self._back()
            html.h1(f'No appointment at {reader.time(at)}').props('tabindex=-1')
            html.p(reader.day(at)).classes('quiet')
            html.p(why).classes('notice user-text').props('role=status')

    def show_appointment(self, details: Details, reader: Reader, *, news: str, is_shared: bool, acts: dict[str, Handler]) -> None:
        """This appointment; `is_shared` and `acts` as its pane wants them."""
        self._clear()
        appointment = details.appointment
        self._said.set_text(f'{appointment.name} at {reader.time(appointment.starts_at)}')
        with self._shown, html.div().classes('rep-appointment'):
            self._back()
            html.p(news).classes('notice').props('role=status')
            self.pane = AppointmentPane(
                details,
                reader,
                is_shared=is_shared,
                acts=acts,
                viewer_id=self._records.rep_id,
                on_start=self._on_start,
                on_send_again=lambda: self._on_send_again(appointment.id),
            )
            self.pane.build()
            self._kept = PaneRecords(details, reader, self._records, on_change=self.pane.tick)
            self._kept.build_outcome()
            self._messages = PaneMessages(
                appointment, reader, viewer_id=self._records.rep_id, may_write=lambda: self._may_join(appointment.id)
            )
            self._messages.build()
            self._messages.come_first(self.pane.heading)
            self._kept.build()

    def show_call(self, details: Details, reader: Reader) -> None:
        """The call of this appointment."""
        self._clear()
        appointment = details.appointment
        with self._shown, html.div().classes('rep-call'):
            with html.div().classes('rep-call-bar'):
                html.h1(reader.moment(appointment.starts_at))
                html.button('Stop chatting').classes('button').props('type=button').on('click', self._on_stop)
                with html.div().classes('rep-call-more'):
                    AboutAppointment(details).build()
                    CallNotes(appointment, reader, self._records).build()
            self.call = VideoCall(
                appointment,
                REP,
                person=appointment.name,
                reader=reader,
                on_hung_up=self._on_hung_up,
                on_ended=self._on_hung_up,
                on_taken_over=self._on_taken_over,
                may_join=lambda: self._may_join(appointment.id),
                rep_id=self._records.rep_id,
            )
            self.call.build()
            with self.call.top:
                self._coming = ComingHint(reader)
                self._coming.build()

    def show_presence(self, appointment_id: int) -> None:
        """Show who is in the call of this appointment right now."""
        if self.pane and appointment_id == self.pane.appointment.id:
            self.pane.show_presence()

    def show_coming(self, appointment: Appointment | None) -> None:
        """Say in the call when the rep's next appointment begins."""
        if self.call:
            self._coming.show(appointment)

    def tick(self) -> None:
        """Show what has become true by time alone."""
        if self.pane:
            self.pane.tick()
            self._messages.tick()
            self._kept.tick()

    def _clear(self) -> None:
        """Not refreshable: a refresh runs later, and `call` and `pane` are wanted at once."""
        self.pane = self.call = None
        self._shown.clear()

    def _back(self) -> None:
        """On a phone the appointment covers the times."""
        with html.button().classes('button rep-back').props('type=button').on('click', self._on_back):
            icon('chevron_left')
            html.span('All times')
