"""Who is called and what about, to be opened and read during the call."""

from nicegui import html

from pages.components.call_side import call_side
from services.handling import Details


class AboutAppointment:
    """Closed at first."""

    def __init__(self, details: Details) -> None:
        self._details = details

    def build(self) -> None:
        appointment = self._details.appointment
        with call_side('About this appointment'), html.dl():
            for name, text in {'Name': appointment.name, 'Email': appointment.email, 'What': self._details.kind.name}.items():
                self._fact(name, text)
            for name, text in (('Comment', appointment.comment), *self._details.answers):
                if text:
                    self._fact(name, text)

    def _fact(self, name: str, text: str) -> None:
        html.dt(name).classes('user-text')
        html.dd(text).classes('user-text')
