"""The dialog that asks, before a rep is deactivated, what becomes of their appointments."""

from collections.abc import Awaitable, Callable

from nicegui import html

from db import Appointment, Rep
from pages.components.dialog import Dialog
from pages.components.tick import tick
from pages.components.work_form import WorkForm
from services import reps
from services.appointment_changes import REASON_MAX
from services.errors import StillBooked
from services.times import Reader

SHOWN = 20  # of a long list


class LeavingDialog:
    """`on_decided(rep, hand_over, reason)` lets them go; when it raises `StillBooked`, the dialog asks again about what is left."""

    def __init__(
        self,
        reader: Reader,
        *,
        find: Callable[[int], Awaitable[list[Appointment]]],
        on_decided: Callable[[Rep, bool, str], Awaitable[None]],
    ) -> None:
        self.reader = reader
        self._find, self._on_decided = find, on_decided

    def build(self) -> None:
        self._dialog = Dialog()

    async def ask(self, rep: Rep) -> None:
        """Ask about this rep; what is decided is done."""
        found = await self._find(rep.id)
        self._dialog.clear()
        with self._dialog.content():
            self._dialog.name_by(html.h2(f'Deactivate {reps.display_name(rep)}?'))
            html.p('They are signed out, cannot sign in and cannot be booked, until somebody reactivates them.')
            self._form(rep, found)
        self._dialog.open()

    def _form(self, rep: Rep, appointments: list[Appointment]) -> None:
        async def decide(typed: dict[str, str]) -> str:
            try:
                await self._on_decided(rep, typed.get('then') == 'hand over', typed.get('reason', ''))
            except StillBooked:
                self._show(await self._find(rep.id))
                raise
            self._dialog.close()
            return ''

        form = WorkForm('Deactivate', 'Deactivating…', on_sent=decide)
        with form.build():
            self._choice = html.div().classes('form')
            with self._choice:
                self._ask_what_becomes(form)
            self._show(appointments)
        form.add_way_out('Keep', self._dialog.close).props('autofocus')

    def _ask_what_becomes(self, form: WorkForm) -> None:
        self._appointments = html.ul().classes('team-appointments')
        with html.fieldset().classes('ticks'):
            html.legend('What becomes of their appointments to come?')
            tick('Hand each over to another rep who works then and is free', 'then', chosen=True, value='hand over', one_of_several=True)
            tick('Cancel, and tell the customers', 'then', chosen=False, value='cancel', one_of_several=True)
        reason = form.field('Reason, if you cancel', 'reason', tag='textarea').props(f'rows=2 maxlength={REASON_MAX}')
        reason.hint('The customers read it.')

    def _show(self, appointments: list[Appointment]) -> None:
        """Show what there is to decide about; when there is nothing, nothing is asked."""
        self._choice.set_visibility(bool(appointments))
        self._appointments.clear()
        with self._appointments:
            for appointment in appointments[:SHOWN]:
                html.li(f'{self.reader.moment(appointment.starts_at)}: {appointment.name}').classes('user-text')
            if len(appointments) > SHOWN:
                html.li(f'and {len(appointments) - SHOWN} more')
