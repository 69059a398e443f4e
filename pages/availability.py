"""`/availability`: when a rep can be booked, and beside it what customers see of that. Their own, or for admins anybody's."""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import ParamSpec, TypeVar
from zoneinfo import ZoneInfo

from fastapi import Request
from nicegui import html, ui
from nicegui.events import GenericEventArguments

from db import Appointment, Kind, Rep, TimeOff
from pages import live, times, viewing
from pages.asking import ask, tell
from pages.components.availability_preview import AvailabilityPreview, Starts
from pages.components.busy_calendar_list import BusyCalendarList
from pages.components.form import Field
from pages.components.holiday_list import HolidayList
from pages.components.hours_editor import HoursEditor
from pages.components.outside_list import OutsideList
from pages.components.time_off_list import Entry, TimeOffList
from pages.components.words import Words
from pages.layout import frame
from services import availability, busy_calendars, clock, events, kinds, reps, wall_clock, working_hours
from services.busy_calendars import Source
from services.errors import EXPECTED, BadRequest, NotAllowed
from services.working_hours import Holiday, Range, Typed

P = ParamSpec('P')
T = TypeVar('T')

NO_KIND = 'Nobody can book here yet. An admin chooses on the page of kinds who can be booked for what.'
PREVIEW_DAYS = 28
REFRESH_SECONDS = 60  # times pass, and another process may have read a calendar
OF_ONE_REP = (events.AvailabilityChanged, events.BusyCalendarChanged, events.RepChanged, events.TimeTaken, events.TimeFreed)


async def page(request: Request, rep: str = '') -> None:
    viewer = await viewing.signed_in(request)
    subject = await ask(_whose, viewer, rep)
    shown = AvailabilityView(request, viewer, subject)
    for kind in OF_ONE_REP:
        live.on(kind, shown.on_rep)
    live.on(events.KindChanged, shown.on_kind)
    with frame('Availability', rep=viewer):
        await shown.build()
    ui.timer(REFRESH_SECONDS, shown.refresh, immediate=False)


@dataclass(frozen=True)
class State:
    """All that the page shows of a rep."""

    rep: Rep
    week: list[list[Range]]
    entries: list[Entry]
    holidays: list[Holiday]
    sources: list[Source]
    outside: list[Appointment]
    kinds: list[Kind]
    kind_id: int
    starts: Starts

    @property
    def place(self) -> tuple[str, str]:
        """Country and region of the holidays."""
        return self.rep.holiday_country, self.rep.holiday_region


class AvailabilityView:
    """The editors, and the preview. Each change comes back as an event, which changes what it is about."""

    def __init__(self, request: Request, viewer: Rep, rep: Rep) -> None:
        self.request, self.viewer, self.rep = request, viewer, rep
        self.reader = times.reader_of(request) or times.reader_in(request, rep.time_zone)
        self._kind_id = 0
        self._turn = asyncio.Lock()  # held while reading and showing, so that what happens between is not missed

    async def build(self) -> None:
        async with self._turn:
            everyone = await ask(reps.everyone) if self.viewer.is_admin else []
            state = await self._read()
            self._make(state)
            self._build(state, everyone)
            self._show(state)

    async def refresh(self) -> None:
        """Show what is the case now; an admin who is none any more goes back to their own."""
        async with self._turn:
            try:
                if not self._zone.is_deleted and await self._is_allowed():
                    self._show(await self._read())
            except NotAllowed:
                ui.navigate.to('/availability')

    async def on_rep(self, event: events.AvailabilityChanged) -> None:
        """Something about a rep has changed."""
        if event.rep_id == self.rep.id:
            await self.refresh()

    async def on_kind(self, _event: events.KindChanged) -> None:
        """A kind of appointment, or who can be booked for it, has changed."""
        await self.refresh()

    def _make(self, state: State) -> None:
        today = working_hours.today(state.rep)
        self._outside = OutsideList()
        self._hours = HoursEditor(state.week, on_save=self._save_hours)
        adding = {'on_time_off': self._add_time_off, 'on_extra_hours': self._add_extra_hours}
        self._time_off = TimeOffList(state.entries, today, self.reader, **adding, on_remove=self._remove_entry)
        choosing = {'on_place': self._set_place, 'on_work': self._work_on_holiday}
        self._holidays = HolidayList(state.place, state.holidays, words=self.reader.day_words, **choosing)
        self._calendars = BusyCalendarList(
            state.sources, on_add=self._add_calendar, on_remove=self._remove_calendar, on_read=self._read_calendar
        )
        self._preview = AvailabilityPreview(self.reader, on_kind=self._change_kind, on_zone=self._change_zone)

    def _build(self, state: State, everyone: list[Rep]) -> None:
        with html.div().classes('availability-head'):
            html.h1('Availability')
            if len(everyone) > 1:
                self._choose_rep(everyone)
        with html.div().classes('availability'):
            with html.div().classes('availability-editors'):
                self._outside.build()
                with _card('Weekly hours'):
                    self._zone = Words(tag='p').classes('quiet')
                    self._hours.build()
                with _card('Time off and extra hours'):
                    html.p('Days that are not like the others.').classes('quiet')
                    self._time_off.build()
                with _card('Public holidays'):
                    html.p('The holidays of your country are days off. Untick those on which you work.').classes('quiet')
                    self._holidays.build()
                with _card('Calendars elsewhere'):
                    html.p('When you are busy there, nobody can book you here. What it is about is not kept.').classes('quiet')
                    self._calendars.build(clock.now())
            with html.div().classes('availability-preview'), _card('What customers see'):
                self._nothing = Words(tag='p').classes('notice')
                self._preview.build(clock.now())

    def _choose_rep(self, everyone: list[Rep]) -> None:
        field = Field('Of', 'rep', tag='select')
        field.input.on('change', _go_to, js_handler='(e) => emit(e.target.value)')
        with field.input:
            for rep in everyone:
                option = Words(reps.display_name(rep), tag='option')
                option.props['value'], option.props['selected'] = str(rep.id), rep.id == self.rep.id

    def _show(self, state: State) -> None:
        self.rep, self._kind_id = state.rep, state.kind_id
        own, now = replace(self.reader, zone=ZoneInfo(state.rep.time_zone)), clock.now()
        self._zone.set_text(f'{own.place()} time. Midnight as the end means the end of the day.')
        self._outside.show(state.rep, state.outside, own)
        self._hours.show(state.week)
        self._time_off.show(state.entries, working_hours.today(state.rep))
        self._holidays.show(state.place, state.holidays)
        self._calendars.show(state.sources, now)
        self._nothing.set_text('' if state.kinds else NO_KIND)
        self._preview.show(state.kinds, state.kind_id, self.reader, state.starts, now)

    async def _read(self) -> State:
        return await ask(_state, self.rep.id, self._kind_id, self.reader.zone)

    async def _change_kind(self, kind_id: int) -> None:
        self._kind_id = kind_id
        await self.refresh()

    async def _change_zone(self, name: str) -> None:
        self.reader = replace(self.reader, zone=ZoneInfo(name))
        await self.refresh()

    async def _save_hours(self, weekdays: Sequence[int], typed: Sequence[Typed]) -> list[Range] | None:
        """:raises InvalidFields: what the editor shows"""
        return await self._change(working_hours.set_days, self.rep.id, weekdays, typed)

    async def _add_time_off(self, typed: dict[str, str]) -> None:
        """:raises InvalidFields: what the form shows"""
        await self._change(working_hours.add_time_off, self.rep, **_only(typed, 'first_day', 'last_day', 'starts', 'ends', 'note'))

    async def _add_extra_hours(self, typed: dict[str, str]) -> None:
        """:raises InvalidFields: what the form shows"""
        await self._change(working_hours.add_extra_hours, self.rep, **_only(typed, 'day', 'starts', 'ends'))

    async def _remove_entry(self, entry: Entry) -> bool:
        remove = working_hours.remove_time_off if isinstance(entry, TimeOff) else working_hours.remove_extra_hours
        return await self._succeeds(remove, self.rep.id, entry.id)

    async def _set_place(self, country: str, region: str) -> bool:
        return await self._succeeds(working_hours.set_holiday_place, self.rep.id, country, region)

    async def _work_on_holiday(self, name: str, works: bool) -> bool:
        return await self._succeeds(working_hours.work_on_holiday, self.rep.id, name, works=works)

    async def _add_calendar(self, address: str) -> None:
        """:raises InvalidFields: what the form shows"""
        await self._change(busy_calendars.add, self.rep.id, address)

    async def _remove_calendar(self, calendar_id: int) -> None:
        await self._succeeds(busy_calendars.remove, self.rep.id, calendar_id)

    async def _read_calendar(self, calendar_id: int) -> None:
        await self._succeeds(busy_calendars.read_now, self.rep.id, calendar_id)

    async def _change(self, service: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T | None:
        """What the service returns; None when the viewer may not do this any more, and then the page says so or leaves.

        :raises ProductError: what the service raises
        """
        async with self._turn:
            return await ask(service, *args, **kwargs) if await self._is_allowed() else None

    async def _succeeds(self, service: Callable[P, object], *args: P.args, **kwargs: P.kwargs) -> bool:
        """Whether it was done; an expected error is shown."""
        try:
            await self._change(service, *args, **kwargs)
        except EXPECTED as error:
            tell(str(error))
            return False
        return True

    async def _is_allowed(self) -> bool:
        """Whether the viewer is still signed in; then they still may.

        :raises NotAllowed: when this is not theirs to change any more
        """
        viewer = await viewing.signed_in_again(self.request)
        if viewer:
            reps.require_may_handle(viewer, self.rep.id)
        return viewer is not None


def _whose(viewer: Rep, rep: str) -> Rep:
    """The rep this part of the URL means; the viewer, when it is empty.

    :raises BadRequest: when there is no such rep
    :raises NotAllowed: when they are none of the viewer's business
    """
    if not rep:
        return viewer
    found = next((one for one in reps.everyone() if str(one.id) == rep), None)
    reps.require_may_handle(viewer, found.id if found else 0)
    if found is None:
        raise BadRequest('There is no such rep. Please choose one on the page of reps.')
    return found


def _state(rep_id: int, kind_id: int, zone: ZoneInfo) -> State:
    rep, offered = reps.get(rep_id), kinds.of_rep(rep_id)
    chosen = kind_id if kind_id in {kind.id for kind in offered} else next((kind.id for kind in offered), 0)
    return State(
        rep,
        working_hours.week(rep_id),
        sorted([*working_hours.time_off(rep), *working_hours.extra_hours(rep)], key=_first_day),
        working_hours.holidays(rep),
        busy_calendars.of(rep_id),
        working_hours.outside(rep),
        offered,
        chosen,
        _starts(rep_id, chosen, zone),
    )


def _starts(rep_id: int, kind_id: int, zone: ZoneInfo) -> Starts:
    """What can be booked on each of the next days in this zone."""
    now = clock.now()
    days = [now.astimezone(zone).date() + timedelta(days=index) for index in range(PREVIEW_DAYS)]
    starts: Starts = {day: [] for day in days}
    if kind_id:
        for start in availability.free_between(kind_id, now, wall_clock.day_span(days[-1], zone)[1], rep_id=rep_id):
            starts.get(start.astimezone(zone).date(), []).append(start)
    return starts


def _first_day(entry: Entry) -> date:
    return entry.first_day if isinstance(entry, TimeOff) else entry.day


def _only(typed: dict[str, str], *names: str) -> dict[str, str]:
    """What was typed, of these fields only."""
    return {name: typed.get(name, '') for name in names}


def _go_to(event: GenericEventArguments) -> None:
    ui.navigate.to(f'/availability?rep={int(event.args)}')


@contextmanager
def _card(title: str) -> Iterator[None]:
    with html.section().classes('card availability-card') as card:
        heading = html.h2(title)
        card.props['aria-labelledby'] = heading.html_id
        yield
