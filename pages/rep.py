"""`/rep`: the rep's day in the sidebar, and beside it the chosen appointment or its call. All of that is in the URL."""

import asyncio
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from urllib.parse import parse_qsl
from zoneinfo import ZoneInfo

from fastapi import Request
from nicegui import html, ui

from db import Appointment, Rep
from pages import live, times, viewing
from pages.asking import ask, succeeds
from pages.components.appointment_pane import AppointmentPane
from pages.components.confirmation import Confirmation
from pages.components.icon import icon
from pages.components.rep_notices import RepNotices
from pages.components.rep_sidebar import RepSidebar
from pages.components.video_call import VideoCall
from pages.components.words import Words
from pages.layout import frame
from services import agenda, appointments, calls, clock, events, outbox, reps, settings
from services.agenda import Entry
from services.outbox import MailState, Undelivered
from services.times import Reader
from services.video.base import REP

TICK_SECONDS = 5
FIRST, LAST = date(1990, 1, 1), date(2199, 12, 31)
FOCUS = "document.querySelector('.rep-main h1').focus()"
FOCUS_ON_PHONE = f"matchMedia('(max-width: 800px)').matches && {FOCUS}"


async def page(request: Request, day: str = '', at: str = '', call: str = '') -> None:
    rep = await viewing.signed_in(request)
    shown = RepView(request, rep)
    for kind in (events.AppointmentBooked, events.AppointmentCancelled):
        live.on(kind, shown.on_changed)
    live.on(events.OutboxChanged, shown.on_outbox)
    live.on(events.RepChanged, shown.on_rep)
    with frame('Your appointments', rep=rep, wide=True):
        await shown.build(Choice.read(shown.reader, day, at, call))
    for kind in (events.SeatTaken, events.SeatLeft):
        live.on(kind, shown.on_seat)
    ui.on('went_back', lambda event: shown.show(Choice.read(shown.reader, **_query(event.args))))
    ui.timer(TICK_SECONDS, shown.tick)


@dataclass(frozen=True)
class Choice:
    """What is shown: a day, perhaps one of its times, perhaps the call of that time's appointment."""

    day: date
    at: datetime | None = None
    in_call: bool = False

    @classmethod
    def read(cls, reader: Reader, day: str = '', at: str = '', call: str = '') -> 'Choice':
        """What these parts of a URL mean; today, where they mean nothing."""
        start = _instant(at)
        return cls(_day(day) or reader.date_of(start or clock.now()), start, bool(start and call))

    @property
    def url(self) -> str:
        at = f'&at={self.at:%Y-%m-%dT%H:%MZ}' if self.at else ''
        return f'/rep?day={self.day}{at}{"&call=1" if self.in_call else ""}'


@dataclass(frozen=True)
class Found:
    """What there is to show of a choice."""

    entries: list[Entry]
    appointment: Appointment | None
    mail: MailState | None
    undelivered: list[Undelivered]


class RepView:
    """Puts sidebar, notices and main area together, and keeps them true.

    Whoever reads and shows has the lock `_drawing` meanwhile, so that what happens between is neither missed nor overwritten.
    """

    def __init__(self, request: Request, rep: Rep) -> None:
        self.request, self.rep = request, rep
        self.reader = Reader(ZoneInfo(rep.time_zone), times.clock_of(request))
        self.pane: AppointmentPane | None = None
        self.call: VideoCall | None = None
        self._drawing = asyncio.Lock()

    async def build(self, choice: Choice) -> None:
        self.choice = choice
        async with self._drawing:
            self.found = await ask(_find, self.rep, choice)
            self._build(choice)

    def _build(self, choice: Choice) -> None:
        self.notices = RepNotices(self.rep, self.reader, self.found.undelivered, on_time=self._choose, on_send_again=self._send_again)
        self.sidebar = RepSidebar(self.reader, on_day=self._choose_day, on_time=self._choose)
        with html.div() as self._columns:
            self.sidebar.build(choice.day, self.found.entries, choice.at)
            with html.section().classes('rep-main').props('aria-label=Appointment'):
                self.notices.build()
                self._said = Words().classes('hidden-words').props('role=status')
                self._main = html.div().classes('rep-shown')
        self._show_main()

    async def show(self, choice: Choice) -> None:
        """Show another choice, without a new entry in the browser's history."""
        self.choice = choice
        async with self._drawing:
            found = await self._look_up(choice)
            if found is None:
                return
            self.found = found
            self.sidebar.show(choice.day, found.entries, choice.at)
            self.notices.show(self.rep, self.reader, found.undelivered)
            if self.call and replace(choice, day=self._shown.day) == self._shown:
                self._shown = choice  # another day beside the same call
            else:
                self._show_main()

    async def on_changed(self, event: events.AppointmentBooked | events.AppointmentCancelled) -> None:
        """Somebody booked or cancelled."""
        is_shown = event.starts_at == self.choice.at or self.reader.date_of(event.starts_at) == self.choice.day
        if is_shown and event.rep_id == self.rep.id:
            await self._catch_up()

    async def on_outbox(self, event: events.OutboxChanged) -> None:
        """A mail was sent, or was not. What went well elsewhere is not looked at: there may be very many of them."""
        async with self._drawing:  # what is shown after that
            told_of = {self.pane and self.pane.appointment.id, *(mail.appointment_id for mail in self.found.undelivered)}
        if event.appointment_id in told_of or not event.is_done:
            await self._catch_up()

    def on_seat(self, event: events.SeatTaken | events.SeatLeft) -> None:
        """Somebody joined or left a call."""
        self.sidebar.show_presence(event.appointment_id)
        if self.pane and event.appointment_id == self.pane.appointment.id:
            self.pane.show_presence()

    async def on_rep(self, event: events.RepChanged) -> None:
        """The rep's name, address, zone or hours may be others now."""
        if event.rep_id == self.rep.id:
            async with self._drawing:
                self.rep = await ask(reps.get, self.rep.id)
                self.reader = Reader(ZoneInfo(self.rep.time_zone), self.reader.clock)
                self.sidebar.change_reader(self.reader)
            await (self._catch_up() if self.choice.in_call else self.show(self.choice))

    def tick(self) -> None:
        """Show what has become true by time alone."""
        self.sidebar.age(clock.now())
        if self.pane:
            self.pane.tick()

    async def _catch_up(self) -> None:
        """Show the same choice as it is now; what did not change is left alone, and so is a call."""
        async with self._drawing:
            if self.choice is not self._shown:
                return  # `show` is next, and looks it up by itself
            found = await self._look_up(self.choice)
            if found is None:
                return
            before, self.found = self.found.appointment, found
            self.sidebar.update(found.entries)
            self.notices.show(self.rep, self.reader, found.undelivered)
            if not self.call:
                self._update_main(before)

    async def _look_up(self, choice: Choice) -> Found | None:
        """What there is to show; None when the sign-in has ended, or meanwhile something else was chosen or the page was closed."""
        if not await self._is_signed_in():
            return None
        found = await ask(_find, self.rep, choice)
        return found if self.choice is choice and not self._main.is_deleted else None

    def _update_main(self, before: Appointment | None) -> None:
        now = self.found.appointment
        if (before and before.id) != (now and now.id):
            self._show_main(cancelled=before)
        elif self.pane:
            self.pane.show_mail(self.found.mail)

    def _show_main(self, cancelled: Appointment | None = None) -> None:
        """What is chosen, built anew. Not refreshable: a refresh runs later, and `call` and `pane` are wanted at once."""
        appointment, at = self.found.appointment, self.choice.at
        self.pane = self.call = None
        if self.choice.in_call and not (appointment and calls.state(appointment, clock.now()) == 'open'):
            self.choice = replace(self.choice, in_call=False)
        self._columns.classes(replace='rep' + (' rep-chosen' if at else '') + (' rep-calling' if self.choice.in_call else ''))
        self._main.clear()
        with self._main:
            if appointment and self.choice.in_call:
                self._show_call(appointment)
            elif appointment:
                self._show_appointment(appointment)
            else:
                self._show_nothing(at, cancelled)
        self._shown = self.choice

    def _show_nothing(self, at: datetime | None, cancelled: Appointment | None) -> None:
        self._said.set_text(f'No appointment at {self.reader.time(at)}' if at else '')
        with html.div().classes('rep-appointment'):
            if at is None:
                html.h1('Please select an appointment')
                with html.p().classes('quiet'):
                    html.span('Customers book at ')
                    ui.link(settings.current().site_url, '/', new_tab=True)
                return
            self._back()
            html.h1(f'No appointment at {self.reader.time(at)}').props('tabindex=-1')
            html.p(self.reader.day(at)).classes('quiet')
            if cancelled:
                html.p(f'The appointment with {cancelled.name} has been cancelled.').classes('notice').props('role=status')

    def _show_appointment(self, appointment: Appointment) -> None:
        self._said.set_text(f'{appointment.name} at {self.reader.time(appointment.starts_at)}')
        with html.div().classes('rep-appointment'):
            self._back()
            self.pane = AppointmentPane(
                appointment,
                self.reader,
                self.found.mail,
                on_start=self._start,
                on_cancel=lambda: self._cancel(appointment),
                on_send_again=lambda: self._send_again(appointment.id),
            )
            self.pane.build()

    def _show_call(self, appointment: Appointment) -> None:
        with html.div().classes('rep-call'):
            with html.div().classes('rep-call-bar'):
                html.h1(self.reader.moment(appointment.starts_at))
                html.button('Stop chatting').classes('button').props('type=button').on('click', self._stop)
            self.call = VideoCall(appointment, REP, person=appointment.name, on_hung_up=self._end_call, may_join=self._is_signed_in)
            self.call.build()

    def _back(self) -> None:
        """On a phone the appointment covers the times."""
        with html.button().classes('button rep-back').props('type=button').on('click', self._show_times):
            icon('chevron_left')
            html.span('All times')

    async def _go(self, choice: Choice) -> None:
        ui.navigate.history.push(choice.url)
        await self.show(choice)

    async def _choose_day(self, day: date) -> None:
        """Another day leaves a call alone."""
        await self._go(replace(self.choice, day=day) if self.choice.in_call else Choice(day))

    async def _choose(self, at: datetime) -> None:
        with self._columns:  # what was clicked may go
            if not self.choice.in_call or (at != self.choice.at and await self._stop()):
                await self._go(Choice(self.reader.date_of(at), at))
                ui.run_javascript(FOCUS_ON_PHONE)

    async def _show_times(self) -> None:
        chosen = self.choice.at
        await self._choose_day(self.choice.day)
        self.sidebar.focus(chosen)

    async def _is_signed_in(self) -> bool:
        """Whether the rep still is; otherwise the page leaves."""
        return await viewing.signed_in_again(self.request) is not None

    async def _start(self) -> None:
        if await self._is_signed_in():
            await self._go(replace(self.choice, in_call=True))
            if self.call:
                self.call.join()

    async def _stop(self) -> bool:
        """Whether the rep is sure, and the call is left."""
        if not self.call:
            return True
        asked = Confirmation('Stop chatting?', f'{self.call.person} will be told that you left.', yes='Stop chatting', no='Stay')
        with self._columns:  # what was clicked goes with the call
            sure = await asked.given()
        if sure and self.call and self.call.is_joined:
            self.call.hang_up()
        elif sure:
            self._end_call()
        return sure

    def _end_call(self) -> None:
        """Back to the appointment."""
        if self.choice.in_call:
            self.choice = replace(self.choice, in_call=False)
            with self._columns:
                ui.navigate.history.push(self.choice.url)
                self._show_main()
                ui.run_javascript(FOCUS)

    async def _cancel(self, appointment: Appointment) -> None:
        asked = Confirmation(
            'Cancel this appointment?',
            f'{self.reader.moment(appointment.starts_at)} will be free for others, and {appointment.name} is told by mail.',
            yes='Cancel appointment',
            no='Keep it',
        )
        with self._columns:  # what was clicked goes with the appointment
            if await asked.given() and await self._is_signed_in():
                await succeeds(appointments.cancel, appointment.id)

    async def _send_again(self, appointment_id: int) -> None:
        with self._columns:
            if await self._is_signed_in():
                await succeeds(outbox.send_again, appointment_id)


def _find(rep: Rep, choice: Choice) -> Found:
    appointment = appointments.booked_at(rep.id, choice.at) if choice.at else None
    mail = outbox.mail_state(appointment.id) if appointment else None
    return Found(agenda.entries_on(rep, choice.day, rep.id), appointment, mail, outbox.undelivered(rep.id))


def _query(search: object) -> dict[str, str]:
    """The parts of the URL that we read, of a browser's `location.search`."""
    return {name: value for name, value in parse_qsl(str(search)[1:]) if name in ('day', 'at', 'call')}


def _day(text: str) -> date | None:
    try:
        return min(max(date.fromisoformat(text), FIRST), LAST)
    except ValueError:
        return None


def _instant(text: str) -> datetime | None:
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        return None
    return instant.astimezone(UTC) if instant.tzinfo and FIRST < instant.date() < LAST else None
