"""What to know before an appointment is changed while its call is running."""

from nicegui import html

from db import Appointment
from services import seats


def call_warning(appointment: Appointment) -> None:
    """Say that somebody is in the appointment's call right now, if somebody is."""
    if seats.who_is_there(appointment.id):
        html.p('Somebody is in the call of this appointment right now. They can finish it, and are told.').classes('notice')
