"""`/rep`: the day in the sidebar, and beside it the chosen appointment or its call. All of that is in the URL."""

import asyncio
import json
from dataclasses import dataclass, replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from fastapi import Request
from nicegui import html, ui

from db import Appointment, Rep
from pages import live, times, viewing
from pages.acting import RepActs
from pages.asking import ask, succeeds
from pages.choosing import Choice, parts_of, rep_or_everyone
from pages.components.appointment_pane import AppointmentPane
from pages.components.confirmation import Confirmation
from pages.components.icon import icon
from pages.components.rep_filter import EVERYONE
from pages.components.rep_notices import RepNotices
from pages.components.rep_sidebar import RepSidebar
from pages.components.video_call import VideoCall
from pages.components.words import Words
from pages.layout import frame
from services import agenda, appointments, calls, clock, events, handling, outbox, reps, settings
from services.agenda import Entry
from services.handling import Details
from services.outbox import Undelivered
from services.times import Reader
from services.video.base import REP

TICK_SECONDS = 5
WHOSE = 'whose'  # the cookie that remembers whose appointments an admin looks at
FOCUS = "document.querySelector('.rep-main h1').focus()"
FOCUS_ON_PHONE = f"matchMedia('(max-width: 800px)').matches && {FOCUS}"
FOCUS_IF_LOST = f'document.activeElement === document.body && {FOCUS}'
Changed = events.AppointmentBooked | events.AppointmentRescheduled | events.AppointmentHandedOver | events.AppointmentCancelled


async def page(request: Request) -> None:
    rep = await viewing.signed_in(request)
    is_shared = rep.is_admin and len(await ask(reps.everyone)) > 1
    shown = RepView(request, rep, _usual(request) if is_shared else rep.id)
    for kind in (events.AppointmentBooked, events.AppointmentRescheduled, events.AppointmentHandedOver, events.AppointmentCancelled):
        live.on(kind, shown.on_changed)
    for kind in (events.TimeTaken, events.TimeFreed):
        live.on(kind, shown.on_time)
    for kind in (events.AvailabilityChanged, events.KindChanged):
        live.on(kind, shown.on_hours)
    live.on(events.OutboxChanged, shown.on_outbox)
    live.on(events.RepChanged, shown.on_rep)
    with frame('Your appointments', rep=rep, wide=True):
        await shown.build(dict(request.query_params))
    for kind in (events.SeatTaken, events.SeatLeft):
        live.on(kind, shown.on_seat)
    ui.on('went_back', lambda event: shown.show(shown.read(parts_of(event.args))))
    ui.timer(TICK_SECONDS, shown.tick)


@dataclass(frozen=True)
class Found:
    """What there is to show of a choice. `cancelled`: what was booked at the chosen time, when nothing is.

    `latest`: the appointment that was open before, as it is now. It is read last, so it explains what the rest is no longer.
    """

    entries: list[Entry]
    details: Details | None
    cancelled: Appointment | None
    undelivered: list[Undelivered]
    team: dict[int, Rep]
    latest: Appointment | None


class RepView:
    """Puts sidebar, notices and main area together, and keeps them true.

    Whoever reads and shows has the lock `_drawing` meanwhile, so that what happens between is neither missed nor overwritten.
    """

    def __init__(self, request: Request, rep: Rep, usual: int | None) -> None:
        """`usual`: whose appointments are shown when nothing else is asked for; None: everyone's."""
        self.request, self.rep, self._usual = request, rep, usual
        self.reader = Reader(ZoneInfo(rep.time_zone), times.clock_of(request), times.language_of(request))
        self.pane: AppointmentPane | None = None
        self.call: VideoCall | None = None
        self._drawing = asyncio.Lock()
        self._is_behind = False  # something happened that waits to be shown

    def read(self, parts: dict[str, str]) -> Choice:
        """What these parts of an address mean to whoever looks."""
        return Choice.read(parts, self.reader, self.rep, self._usual)

    async def build(self, parts: dict[str, str]) -> None:
        self.choice = self.read(parts)
        async with self._drawing:
            self.found = await ask(_find, self.rep, self.choice, None)
            self._build()

    def _build(self) -> None:
        self.notices = RepNotices(self.rep, self.reader, self.found.undelivered, on_time=self._choose_own, on_send_again=self._send_again)
        self.sidebar = RepSidebar(self.reader, on_day=self._choose_day, on_entry=self._choose_entry, on_whose=self._choose_whose)
        self.acts = RepActs(self.reader, who=lambda: viewing.signed_in_again(self.request))
        with html.div() as self._columns:
            self.sidebar.build()
            with html.section().classes('rep-main').props('aria-label=Appointment'):
                self.notices.build()
                self._said = Words().classes('hidden-words').props('role=status')
                self._main = html.div().classes('rep-shown')
        self.acts.build()
        self._show_beside(self.choice)
        self._show_main()

    async def show(self, choice: Choice) -> None:
        """Show another choice, without a new entry in the browser's history."""
        self.choice = choice
        async with self._drawing:
            found = await self._look_up(choice)
            if found is None:
                return
            self.found = found
            self._show_beside(choice)
            if self.call and replace(choice, day=self._shown.day, whose=self._shown.whose) == self._shown:
                self._shown = choice  # another day beside the same call
            else:
                self._show_main()

    async def on_changed(self, event: Changed) -> None:
        """Somebody booked, moved, handed over or cancelled."""
        starts = {event.starts_at, getattr(event, 'earlier_starts_at', event.starts_at)}
        whose = {event.rep_id, getattr(event, 'earlier_rep_id', event.rep_id)}
        is_open = self.choice.at in starts and self.choice.of in whose
        is_listed = self.choice.whose in {None, *whose} and self.choice.day in map(self.reader.date_of, starts)
        if is_open or is_listed:
            await self._catch_up()

    async def on_time(self, event: events.TimeTaken | events.TimeFreed) -> None:
        """Some time was held, or is free again; of what is booked the page hears as that."""
        if self.call is None and self.choice.at:
            await self.acts.on_time(event)
        is_booked = isinstance(event, events.TimeTaken) and event.held_until is None
        days = self.reader.date_of(event.from_at), self.reader.date_of(event.until_at)
        if not is_booked and self.choice.whose in (None, event.rep_id) and days[0] <= self.choice.day <= days[1]:
            await self._catch_up()

    async def on_hours(self, event: events.AvailabilityChanged | events.KindChanged) -> None:
        """When somebody can be booked, or for what, is not what it was."""
        if isinstance(event, events.KindChanged) or self.choice.whose in (None, event.rep_id):
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
        """Somebody's name, address, zone, hours or rights may be others now; if they are the viewer's, all of it is shown anew."""
        if event.rep_id != self.rep.id:
            await self._catch_up()
            return
        async with self._drawing:
            self.rep = await ask(reps.get, self.rep.id)
            self.reader = self.acts.reader = replace(self.reader, zone=ZoneInfo(self.rep.time_zone))
            self.sidebar.change_reader(self.reader)
        await (self._catch_up() if self.choice.in_call else self.show(self.choice.seen_by(self.rep)))

    def tick(self) -> None:
        """Show what has become true by time alone."""
        self.sidebar.age(clock.now())
        if self.pane:
            self.pane.tick()

    async def _catch_up(self) -> None:
        """Show the same choice as it is now; what did not change is left alone, and so is a call."""
        if self._is_behind:
            return
        self._is_behind = True
        async with self._drawing:
            self._is_behind = False
            if self.choice is not self._shown:
                return  # `show` is next, and looks it up by itself
            was = self.found.details
            found = await self._look_up(self.choice, was)
            if found and was and found.latest and self._follow(was.appointment, found.latest):
                found = await self._look_up(self.choice, was)
            if found is None:
                return
            self.found = found
            self._show_beside(self.choice)
            self._update_main(was)

    def _follow(self, was: Appointment, now: Appointment) -> bool:
        """Choose where the open appointment has gone. Whether it has, and the viewer may see it there."""
        day = self.reader.date_of(now.starts_at) if self.choice.day == self.reader.date_of(was.starts_at) else self.choice.day
        gone = replace(self.choice, day=day, at=now.starts_at, of=now.rep_id)
        if now.status == appointments.CANCELLED or gone == self.choice or gone != gone.seen_by(self.rep):
            return False
        self.choice = self._shown = gone
        ui.navigate.history.replace(self._address(gone))
        return True

    async def _look_up(self, choice: Choice, was: Details | None = None) -> Found | None:
        """What there is to show; None when the sign-in has ended, or meanwhile something else was chosen or the page was closed."""
        viewer = await viewing.signed_in_again(self.request)
        if viewer is None:
            return None
        found = await ask(_find, viewer, choice.seen_by(viewer), was)
        return found if self.choice is choice and not self._main.is_deleted else None

    def _show_beside(self, choice: Choice) -> None:
        """Everything but the main area."""
        self.sidebar.show(choice.day, choice.whose, (choice.at, choice.of))
        self.sidebar.offer(self.found.team, is_filtered=self.rep.is_admin and len(self.found.team) > 1)
        self.sidebar.update(self.found.entries)
        self.notices.show(self.rep, self.reader, self.found.undelivered)

    def _update_main(self, was: Details | None) -> None:
        """Show what became of the appointment that was open, or that there is one now."""
        now = self.found.details
        if _state(was) == _state(now):
            if self.pane and now:
                self.pane.show_mail(now.mail)
            return
        news = self._news(was, self.found.latest) if was and self.found.latest else ''
        if self.call:
            self.call.say(f'{news} You can finish your call.')
            return
        self.acts.stop()
        self._show_main(news)
        ui.run_javascript(FOCUS_IF_LOST)

    def _news(self, was: Details, now: Appointment) -> str:
        """What became of an appointment, in words."""
        if now.status == appointments.CANCELLED:
            return _cancelled(now)
        if now.rep_id != was.rep.id:
            return f'The appointment with {now.name} is now {self._name(now.rep_id)}’s. Before, it was {self._name(was.rep.id)}’s.'
        return f'The appointment with {now.name} has been moved. Before, it was on {self.reader.moment(was.appointment.starts_at)}.'

    def _name(self, rep_id: int) -> str:
        return reps.display_name(self.found.team[rep_id])

    def _show_main(self, news: str = '') -> None:
        """What is chosen, built anew. Not refreshable: a refresh runs later, and `call` and `pane` are wanted at once."""
        details, at = self.found.details, self.choice.at
        self.pane = self.call = None
        if self.choice.in_call and not (details and calls.state(details.appointment, clock.now()) == 'open'):
            self.choice = replace(self.choice, in_call=False)
        self._columns.classes(replace='rep' + (' rep-chosen' if at else '') + (' rep-calling' if self.choice.in_call else ''))
        self._main.clear()
        with self._main:
            if details and self.choice.in_call:
                self._show_call(details.appointment)
            elif details:
                self._show_appointment(details, news)
            elif at:
                self._show_nothing(at, news)
            else:
                self._ask_to_select()
        self._shown = self.choice

    def _ask_to_select(self) -> None:
        self._said.set_text('')
        with html.div().classes('rep-appointment'):
            html.h1('Please select an appointment')
            with html.p().classes('quiet'):
                html.span('Customers book at ')
                ui.link(settings.current().site_url, '/', new_tab=True)

    def _show_nothing(self, at: datetime, news: str) -> None:
        self._said.set_text(f'No appointment at {self.reader.time(at)}')
        with html.div().classes('rep-appointment'):
            self._back()
            html.h1(f'No appointment at {self.reader.time(at)}').props('tabindex=-1')
            html.p(self.reader.day(at)).classes('quiet')
            html.p(news or _cancelled(self.found.cancelled)).classes('notice user-text').props('role=status')

    def _show_appointment(self, details: Details, news: str) -> None:
        appointment = details.appointment
        self._said.set_text(f'{appointment.name} at {self.reader.time(appointment.starts_at)}')
        others = [rep for rep in self.found.team.values() if rep.is_active and rep.id != details.rep.id]
        acts = {'Reschedule': lambda: self.acts.ask_when(details)}
        if others:
            acts['Hand over'] = lambda: self.acts.ask_to_whom(details)
        acts['Cancel appointment'] = lambda: self.acts.ask_why(details)
        with html.div().classes('rep-appointment'):
            self._back()
            html.p(news).classes('notice').props('role=status')
            self.pane = AppointmentPane(
                details,
                self.reader,
                is_shared=len(self.found.team) > 1,
                acts=acts,
                on_start=self._start,
                on_send_again=lambda: self._send_again(appointment.id),
            )
            self.pane.build()

    def _show_call(self, appointment: Appointment) -> None:
        with html.div().classes('rep-call'):
            with html.div().classes('rep-call-bar'):
                html.h1(self.reader.moment(appointment.starts_at))
                html.button('Stop chatting').classes('button').props('type=button').on('click', self._stop)
            self.call = VideoCall(
                appointment, REP, person=appointment.name, on_hung_up=self._end_call, may_join=lambda: self._may_join(appointment.id)
            )
            self.call.build()

    def _back(self) -> None:
        """On a phone the appointment covers the times."""
        with html.button().classes('button rep-back').props('type=button').on('click', self._show_times):
            icon('chevron_left')
            html.span('All times')

    def _address(self, choice: Choice) -> str:
        return choice.address(self.rep, is_shared=self.rep.is_admin and len(self.found.team) > 1)

    async def _go(self, choice: Choice) -> None:
        ui.navigate.history.push(self._address(choice))
        await self.show(choice)

    async def _choose_day(self, day: date) -> None:
        """Another day leaves a call alone."""
        await self._go(replace(self.choice, day=day) if self.choice.in_call else self._nothing_on(day, self.choice.whose))

    async def _choose_whose(self, whose: int | None) -> None:
        """Show everyone's appointments, or one rep's, and remember that; it leaves a call alone."""
        self._usual = whose
        _remember(whose)
        await self._go(replace(self.choice, whose=whose) if self.choice.in_call else self._nothing_on(self.choice.day, whose))

    def _nothing_on(self, day: date, whose: int | None) -> Choice:
        return Choice(day, whose, None, whose or self.rep.id)

    async def _choose_entry(self, entry: Entry) -> None:
        await self._choose(entry.starts_at, next(iter(entry.rep_ids), self.choice.whose or self.rep.id))

    async def _choose_own(self, at: datetime) -> None:
        await self._choose(at, self.rep.id)

    async def _choose(self, at: datetime, of: int) -> None:
        with self._columns:  # what was clicked may go
            is_other = (at, of) != (self.choice.at, self.choice.of)
            if not self.choice.in_call or (is_other and await self._stop()):
                whose = self.choice.whose if self.choice.whose in (None, of) else of
                await self._go(Choice(self.reader.date_of(at), whose, at, of))
                ui.run_javascript(FOCUS_ON_PHONE)

    async def _show_times(self) -> None:
        chosen = self.choice.at, self.choice.of
        await self._choose_day(self.choice.day)
        self.sidebar.focus(chosen)

    async def _may_join(self, appointment_id: int) -> bool:
        """Whether the viewer still is signed in, and may handle the appointment."""
        viewer = await viewing.signed_in_again(self.request)
        return viewer is not None and await succeeds(handling.find, viewer, appointment_id)

    async def _start(self) -> None:
        if await viewing.signed_in_again(self.request):
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
                ui.navigate.history.push(self._address(self.choice))
                self._show_main()
                ui.run_javascript(FOCUS)

    async def _send_again(self, appointment_id: int) -> None:
        with self._columns:
            if viewer := await viewing.signed_in_again(self.request):
                await succeeds(handling.send_mails_again, viewer, appointment_id)


def _find(viewer: Rep, choice: Choice, was: Details | None) -> Found:
    """:raises NotAllowed: when the viewer may not see it"""
    reps.require_may_handle(viewer, choice.of)
    booked = appointments.booked_at(choice.of, choice.at) if choice.at else None
    return Found(
        agenda.entries_on(viewer, choice.day, choice.whose),
        handling.details(booked) if booked else None,
        appointments.last_cancelled_at(choice.of, choice.at) if choice.at and not booked else None,
        outbox.undelivered(viewer.id),
        {rep.id: rep for rep in reps.everyone()},
        appointments.get(was.appointment.id) if was else None,
    )


def _state(details: Details | None) -> tuple[int, int] | None:
    """What changes whenever the appointment does."""
    return (details.appointment.id, details.appointment.calendar_sequence) if details else None


def _cancelled(appointment: Appointment | None) -> str:
    """Who cancelled it, and why; nothing when there is none."""
    if appointment is None:
        return ''
    by_customer = f'{appointment.name} has cancelled this appointment.'
    by_rep = f'The appointment with {appointment.name} has been cancelled.'
    reason = f' “{appointment.cancel_reason}”' if appointment.cancel_reason else ''
    return f'{by_customer if appointment.cancelled_by == outbox.CUSTOMER else by_rep}{reason}'


def _usual(request: Request) -> int | None:
    """Whose appointments the viewer looked at last; None: everyone's."""
    return rep_or_everyone(request.cookies.get(WHOSE, ''), None)


def _remember(whose: int | None) -> None:
    cookie = f'{WHOSE}={EVERYONE if whose is None else whose};path=/rep;max-age=31536000;samesite=lax'
    ui.run_javascript(f'document.cookie = {json.dumps(cookie)}')
