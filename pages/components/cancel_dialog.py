"""The question before an appointment is cancelled, with room for the reason."""

from collections.abc import Awaitable, Callable

from nicegui import html

from db import Appointment
from pages.components.booking_dialog import COUNT
from pages.components.call_warning import call_warning
from pages.components.dialog import Dialog
from pages.components.work_form import WorkForm
from services.appointment_changes import REASON_MAX


class CancelDialog:
    """`on_cancel(appointment, reason)` cancels it; its expected errors are shown here."""

    def __init__(self, *, on_cancel: Callable[[Appointment, str], Awaitable[None]]) -> None:
        self._on_cancel = on_cancel

    def build(self) -> None:
        self._dialog = Dialog(asks_first=True)

    def ask(self, appointment: Appointment, sentence: str, *, other: str) -> None:
        """Ask about this appointment. `sentence`: what comes of it; `other`: who reads the reason."""
        self._dialog.clear()
        with self._dialog.content():
            self._dialog.name_by(html.h2('Cancel this appointment?'))
            html.p(sentence)
            call_warning(appointment)
            form = WorkForm('Cancel appointment', 'Cancelling…', on_sent=lambda typed: self._cancel(appointment, typed))
            with form.build():
                self._ask_why(form, other)
            form.add_way_out('Keep it', self._dialog.close).props('autofocus')
        self._dialog.open()

    def close(self) -> None:
        """Ask no more."""
        self._dialog.close()

    def _ask_why(self, form: WorkForm, other: str) -> None:
        reason = form.field('Reason, if you like', 'reason', tag='textarea').props(f'rows=3 maxlength={REASON_MAX}')
        reason.hint(f'{other} reads it.')
        counter = html.p(f'0 / {REASON_MAX}').classes('counter quiet small').props('aria-hidden=true')
        reason.input.on('input', js_handler=COUNT % (counter.html_id, REASON_MAX))

    async def _cancel(self, appointment: Appointment, typed: dict[str, str]) -> str:
        await self._on_cancel(appointment, typed.get('reason', ''))
        self._dialog.close()
        return ''
