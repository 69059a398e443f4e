"""The booked appointments that a rep's hours would not offer any more."""

from nicegui import html, ui

from db import Appointment, Rep
from services import invitations
from services.times import Reader

SHOWN = 5


class OutsideList:
    """A notice with a link to each; nothing, when there are none."""

    def __init__(self) -> None:
        self._appointments: list[int] = []

    def build(self) -> None:
        self._box = html.div().classes('notice outside').props('role=status')
        self._box.set_visibility(False)

    def show(self, rep: Rep, appointments: list[Appointment], reader: Reader) -> None:
        """Show these."""
        ids = [appointment.id for appointment in appointments]
        if ids == self._appointments:
            return
        self._appointments = ids
        self._box.clear()
        self._box.set_visibility(bool(ids))
        with self._box:
            many = 'One appointment is' if len(ids) == 1 else f'{len(ids)} appointments are'
            html.p(f'{many} booked outside these hours. Nothing happens to what is booked: move or cancel it, if it does not suit.')
            with html.ul():
                for appointment in appointments[:SHOWN]:
                    with html.li():
                        ui.link(f'{reader.moment(appointment.starts_at)}, {appointment.name}', invitations.rep_link(appointment, rep))
            if len(ids) > SHOWN:
                html.p(f'And {len(ids) - SHOWN} more after these.')
