"""The dialog in which an appointment is given to another rep who is free then."""

from collections.abc import Awaitable, Callable
from zoneinfo import ZoneInfo

from nicegui import html
from nicegui.element import Element

from db import Appointment
from pages.components import mail_words
from pages.components.call_warning import call_warning
from pages.components.dialog import Dialog
from pages.components.rep_badge import RepBadge
from pages.components.tick import tick
from pages.components.work_form import WorkForm
from services.appointment_changes import Candidate
from services.errors import InvalidFields
from services.times import Reader


class HandOverDialog:
    """`on_hand_over(appointment, rep_id)` gives it to that rep; its expected errors are shown here."""

    def __init__(self, *, on_hand_over: Callable[[Appointment, int], Awaitable[None]]) -> None:
        self._on_hand_over = on_hand_over

    def build(self) -> None:
        self._dialog = Dialog()

    def ask(self, appointment: Appointment, moment: str, free: list[Candidate]) -> None:
        """Ask which of these reps is to have the appointment; `moment` is when it is, in words."""
        self._dialog.clear()
        with self._dialog.content():
            self._dialog.name_by(html.h2('Hand this appointment over'))
            html.p(f'{moment}, with {appointment.name}')
            call_warning(appointment)
            if free:
                self._form(appointment, free)
            else:
                self._say_nobody()
        self._dialog.open()

    def close(self) -> None:
        """Ask no more."""
        self._dialog.close()

    def _form(self, appointment: Appointment, free: list[Candidate]) -> None:
        form = WorkForm('Hand over', 'Handing over…', on_sent=lambda typed: self._hand_over(appointment, typed))
        with form.build():
            with html.fieldset().classes('ticks'):
                html.legend('To whom? These reps are free then.')
                for candidate in free:
                    _choice(candidate, appointment)
            html.p(mail_words.is_told(f'{appointment.name} and both reps are', appointment.name)).classes('quiet small')
        form.add_way_out('Keep it', self._dialog.close)

    def _say_nobody(self) -> None:
        html.p('No other rep is free then. Please move the appointment to another time first, or cancel it.').classes('notice')
        with html.div().classes('buttons'):
            html.button('Close').classes('button').props('type=button autofocus').on('click', self._dialog.close)

    async def _hand_over(self, appointment: Appointment, typed: dict[str, str]) -> str:
        if not typed.get('to', '').isdecimal():
            raise InvalidFields({'to': 'Please choose who is to have it.'})
        await self._on_hand_over(appointment, int(typed['to']))
        self._dialog.close()
        return ''


def _choice(candidate: Candidate, appointment: Appointment) -> Element:
    """`Robin · 9:00 PM in New York, outside their hours`"""
    rep = candidate.rep
    theirs = Reader(ZoneInfo(rep.time_zone), rep.clock)
    with tick('', 'to', chosen=False, value=str(rep.id), one_of_several=True) as words:
        RepBadge(rep)
        outside = '' if candidate.works_then else ', outside their hours'
        html.span(f'{theirs.time(appointment.starts_at)} in {theirs.place()}{outside}').classes('quiet small')
    return words
