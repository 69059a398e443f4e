"""A line in a running call about the rep's next appointment."""

import math
from datetime import timedelta

from db import Appointment
from pages.components.words import Words
from services import clock
from services.times import Reader


class ComingHint:
    """`show` words it as time goes by; screen readers hear it once when it is near, and once when it begins."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._heard: tuple[int, bool] | None = None

    def build(self) -> None:
        self._words = Words(tag='p').classes('rep-call-hint')
        self._spoken = Words().classes('hidden-words').props('role=status')

    def show(self, appointment: Appointment | None) -> None:
        """Say when this appointment begins; nothing when there is none."""
        words = self._sentence(appointment) if appointment else ''
        heard = (appointment.id, appointment.starts_at <= clock.now()) if appointment else None
        self._words.set_text(words)
        if heard != self._heard:
            self._heard = heard
            self._spoken.set_text(words)

    def _sentence(self, appointment: Appointment) -> str:
        minutes = math.ceil((appointment.starts_at - clock.now()) / timedelta(minutes=1))
        unit = 'minute' if minutes == 1 else 'minutes'
        when = f'in {minutes} {unit}, at {self._reader.time(appointment.starts_at)}' if minutes > 0 else 'now'
        return f'Your next appointment, with {appointment.name}, begins {when}.'
