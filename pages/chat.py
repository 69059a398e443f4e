"""`/chat/{key}`: the call, for the customer; before and after its time, what else there is to know."""

import asyncio
from zoneinfo import ZoneInfo

from fastapi import Request
from nicegui import ui

from db import Appointment
from pages import live, times
from pages.asking import ask, is_allowed
from pages.components.no_call import NoCall
from pages.components.video_call import VideoCall
from pages.components.words import Words
from pages.layout import FOCUS_IF_LOST, frame
from services import appointments, calls, clock, events, kinds, reps, seats, visits
from services.times import Reader
from services.video.base import CUSTOMER, REP

FINISH = 'You can finish your call.'
TICK_SECONDS = 0.5  # how late, at most, the page notices what time has made true


async def page(request: Request, key: str) -> None:
    appointment = await ask(appointments.by_key, 'chat', key)
    reader = times.reader_of(request) or Reader(ZoneInfo(appointment.time_zone), appointment.clock, times.language_of(request))
    shown = ChatView(key, appointment, reader)
    live.on(events.AppointmentChange, shown.on_changed)
    live.on(events.CallChange, shown.on_ended)
    with frame('Your call', wide=True):
        await shown.show()
    ui.timer(TICK_SECONDS, shown.tick)


class ChatView:
    """The customer's side of the call, or why there is none now. It changes by itself when the time comes.

    Nobody is thrown out of a running call, but who waits alone for one that has been cancelled, or moved to later, is told.
    """

    def __init__(self, key: str, appointment: Appointment, reader: Reader) -> None:
        self._key, self.appointment, self.reader = key, appointment, reader
        self._has_left = False  # by their own will, after the appointment's end
        self._met = ''  # the rep they have talked to last, since the page is open
        self._turn = asyncio.Lock()  # held while reading and showing, so that what happens between is not missed

    async def show(self) -> None:
        async with self._turn:
            await self._read()
            self.call = self._new_call()
            self._said = Words().classes('hidden-words').props('role=status').mark('page-news')
            self.build()

    @ui.refreshable_method
    def build(self) -> None:
        how = self._shown = calls.state(self.appointment, clock.now())
        if how == 'open' and not self._has_left:
            self._title = Words(self._call_title(), tag='h1').classes('hidden-words').props('tabindex=-1')
            self._said.set_text(self._call_title())
            self.call.build()
        else:
            self._no_call = self._new_absence()
            self._said.set_text(self._no_call.title(how))
            self._no_call.build(how)

    async def on_changed(self, event: events.AppointmentChange) -> None:
        """Somebody moved the appointment, handed it over or cancelled it."""
        if event.appointment_id != self.appointment.id:
            return
        async with self._turn:
            await self._read()
            if self.call.is_joined:
                await self._go_on()
            else:
                self._build_anew()

    async def on_ended(self, event: events.CallChange) -> None:
        """The rep has ended the call for both, or lets it be joined again."""
        if event.appointment_id == self.appointment.id:
            async with self._turn:
                await self._read()
                if not self.call.is_joined:
                    self._build_anew()

    def tick(self) -> None:
        """Show what is true now, unless the call is running."""
        how = calls.state(self.appointment, clock.now())
        if how == self._shown:
            if how == 'early':
                self._no_call.tick()
        elif not self.call.is_joined or (how in ('cancelled', 'early') and not self.call.is_talking):
            self._build_anew()

    async def _go_on(self) -> None:
        """The call of those who talk stays theirs; who waits alone waits for who has the appointment now."""
        if self.appointment.calendar_sequence == self.call.appointment.calendar_sequence:
            return  # it has been told already
        is_talking = self.call.is_talking
        self.call.say(f'{self._news()} {FINISH}' if is_talking else self._news())
        await self.call.follow(self.appointment, person=self.person, when=self.reader.moment(self.appointment.starts_at))
        self._title.set_text(self._call_title())
        self.tick()

    def _call_title(self) -> str:
        return f'Your call on {self.reader.moment(self.appointment.starts_at)}'

    async def _read(self) -> None:
        self.appointment = await ask(appointments.get, self.appointment.id)
        self.person = reps.display_name(await ask(reps.get, self.appointment.rep_id))
        self._kind = await ask(kinds.get, self.appointment.kind_id)
        self._length = await ask(visits.length, self.appointment.id)

    def _new_call(self) -> VideoCall:
        call = VideoCall(
            self.appointment,
            CUSTOMER,
            person=self.person,
            reader=self.reader,
            when=self.reader.moment(self.appointment.starts_at),
            may_join=self._may_join,
            on_hung_up=self._on_hung_up,
            on_peer_joined=lambda: self._on_peer_joined(call),
        )
        return call

    def _new_absence(self) -> NoCall:
        return NoCall(
            self.appointment,
            self._kind,
            self.reader,
            person=self.person,
            met=self._met,
            length=self._length,
            on_return=self._build_anew,
        )

    def _build_anew(self) -> None:
        self._has_left = False
        self.call = self._new_call()
        self._show_anew()

    def _show_anew(self) -> None:
        """Who had the focus on what is gone gets it on the title of what is there now."""
        self.build.refresh()
        ui.run_javascript(FOCUS_IF_LOST)

    async def _on_peer_joined(self, call: VideoCall) -> None:
        """Another rep than the appointment's may have come."""
        self._met = self._met or self.person
        place = seats.place_of(self.appointment.id, REP)
        if place and place.rep_id:
            name = reps.display_name(await ask(reps.get, place.rep_id))
            if seats.place_of(self.appointment.id, REP) is place:
                self._met = name
                call.rename(name)

    def _on_hung_up(self) -> None:
        """Whoever leaves after the appointment's end will hardly come back, but can."""
        self.call.rename(self.person)
        if appointments.is_over(self.appointment, clock.now()):
            self._has_left = True
            self._show_anew()

    async def _may_join(self) -> bool:
        """The key is looked at again: it may have been revoked since the page was opened."""
        return await is_allowed(appointments.by_key, 'chat', self._key)

    def _news(self) -> str:
        """What has become of the appointment whose call is running."""
        if self.appointment.status == appointments.CANCELLED:
            return 'This appointment has been cancelled.'
        if self.appointment.rep_id != self.call.appointment.rep_id:
            return f'{self.person} has taken this {"appointment over" if self.call.is_talking else "over and calls you here"}.'
        return f'This appointment has been moved to {self.reader.moment(self.appointment.starts_at)}.'
