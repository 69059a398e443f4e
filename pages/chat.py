"""`/chat/{key}`: the call, for the customer; before and after its time, what else there is to know."""

import asyncio
import math
from datetime import timedelta
from zoneinfo import ZoneInfo

from fastapi import Request
from nicegui import html, ui

from db import Appointment
from pages import live, times
from pages.asking import ask, succeeds
from pages.components.video_call import VideoCall
from pages.components.words import Words
from pages.layout import frame
from services import appointments, calls, clock, events, reps
from services.times import Reader
from services.video.base import CUSTOMER

FINISH = 'You can finish your call.'
Changed = events.AppointmentRescheduled | events.AppointmentHandedOver | events.AppointmentCancelled
TICK_SECONDS = 0.5  # how late, at most, the page notices what time has made true


async def page(request: Request, key: str) -> None:
    appointment = await ask(appointments.by_key, 'chat', key)
    reader = times.reader_of(request) or Reader(ZoneInfo(appointment.time_zone), appointment.clock, times.language_of(request))
    shown = ChatView(key, appointment, reader)
    for kind in (events.AppointmentRescheduled, events.AppointmentHandedOver, events.AppointmentCancelled):
        live.on(kind, shown.on_changed)
    with frame('Your call', wide=True):
        await shown.show()
    ui.timer(TICK_SECONDS, shown.tick)


class ChatView:
    """The customer's side of the call, or why there is none now. It changes by itself when the time comes.

    Nobody is thrown out of a running call, but who waits alone for one that has been cancelled, or moved to later, is told.
    """

    def __init__(self, key: str, appointment: Appointment, reader: Reader) -> None:
        self._key, self.appointment, self.reader = key, appointment, reader
        self._turn = asyncio.Lock()  # held while reading and showing, so that what happens between is not missed

    async def show(self) -> None:
        async with self._turn:
            await self._read()
            self.call = self._new_call()
            self.build()

    @ui.refreshable_method
    def build(self) -> None:
        how = self._shown = calls.state(self.appointment, clock.now())
        if how == 'open':
            self._call()
        else:
            with html.div().classes('card narrow call-closed'):
                {'early': self._early, 'over': self._over, 'ended': self._over, 'cancelled': self._cancelled}[how]()

    async def on_changed(self, event: Changed) -> None:
        """Somebody moved the appointment, handed it over or cancelled it."""
        if event.appointment_id != self.appointment.id:
            return
        async with self._turn:
            await self._read()
            if self.call.is_joined:
                self.call.say(f'{self._news()} {FINISH}')
                self.tick()
            else:
                self.call = self._new_call()
                self.build.refresh()

    def tick(self) -> None:
        """Show what is true now, unless the call is running."""
        how = calls.state(self.appointment, clock.now())
        if how == self._shown:
            if how == 'early':
                self._countdown.set_text(self._time_left())
        elif not self.call.is_joined or (how in ('cancelled', 'early') and not self.call.is_talking):
            self.call = self._new_call()
            self.build.refresh()

    async def _read(self) -> None:
        self.appointment = await ask(appointments.get, self.appointment.id)
        self.person = reps.display_name(await ask(reps.get, self.appointment.rep_id))

    def _new_call(self) -> VideoCall:
        when = self.reader.moment(self.appointment.starts_at)
        return VideoCall(self.appointment, CUSTOMER, person=self.person, reader=self.reader, when=when, may_join=self._may_join)

    async def _may_join(self) -> bool:
        """The key is looked at again: it may have been revoked since the page was opened."""
        return await succeeds(appointments.by_key, 'chat', self._key)

    def _news(self) -> str:
        """What has become of the appointment whose call is running."""
        if self.appointment.status == appointments.CANCELLED:
            return 'This appointment has been cancelled.'
        if self.appointment.rep_id != self.call.appointment.rep_id:
            return f'{self.person} has taken this appointment over.'
        return f'This appointment has been moved to {self.reader.moment(self.appointment.starts_at)}.'

    def _call(self) -> None:
        html.h1(f'Your call on {self.reader.moment(self.appointment.starts_at)}').classes('hidden-words')
        self.call.build()

    def _early(self) -> None:
        opens_at, _closes_at = calls.window(self.appointment)
        html.h1(f'Your call with {self.person}')
        self._facts()
        html.p(f'The call opens on {self.reader.moment(opens_at)}. Leave this page open and it appears by itself.')
        self._countdown = Words(self._time_left(), tag='p').classes('notice').props('role=timer')

    def _over(self) -> None:
        html.h1('This call is over')
        self._facts()
        ui.link('Book a new appointment', '/').classes('button primary')

    def _cancelled(self) -> None:
        html.h1('This appointment is cancelled')
        self._facts()
        ui.link('Book a new appointment', '/').classes('button primary')

    def _facts(self) -> None:
        """When it was to be, and what about."""
        with html.div().classes('box'):
            html.h2(self.reader.span(self.appointment.starts_at, appointments.ends_at(self.appointment)))
            html.p(f'{self.reader.place()} time').classes('quiet')
            html.p(self.appointment.comment).classes('user-text')

    def _time_left(self) -> str:
        opens_at, _closes_at = calls.window(self.appointment)
        return f'It opens in {_length(opens_at - clock.now())}.'


def _length(length: timedelta) -> str:
    """`2 hours and 5 minutes`: the two largest units."""
    seconds = max(1, math.ceil(length.total_seconds()))
    units = []
    for name, size in (('day', 86400), ('hour', 3600), ('minute', 60), ('second', 1)):
        number, seconds = divmod(seconds, size)
        if number:
            units.append(f'{number} {name}' if number == 1 else f'{number} {name}s')
    return ' and '.join(units[:2])
