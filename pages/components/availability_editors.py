"""What a rep chooses about when they can be booked, each part in a card of its own."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import ParamSpec, Protocol, TypeVar
from zoneinfo import ZoneInfo

from nicegui import html

from db import TimeOff
from pages.asking import tell
from pages.components.availability_card import availability_card
from pages.components.busy_calendar_list import BusyCalendarList
from pages.components.holiday_list import HolidayList
from pages.components.hours_editor import HoursEditor
from pages.components.outside_list import OutsideList
from pages.components.time_off_list import TimeOffList
from pages.components.words import Words
from services import busy_calendars, working_hours
from services.errors import EXPECTED
from services.rep_availability import Entry, RepAvailability
from services.times import Reader
from services.working_hours import Range, Typed

P = ParamSpec('P')
T = TypeVar('T')


class Change(Protocol):
    """Does what somebody wants, and gives what the service returns; None when they may not any more."""

    async def __call__(self, service: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T | None: ...


class AvailabilityEditors:
    """`on_change` is called with the service that does what somebody wants here, and what it is to be given."""

    def __init__(self, state: RepAvailability, reader: Reader, *, on_change: Change) -> None:
        self._rep, self._reader, self._change = state.rep, reader, on_change
        self._outside = OutsideList()
        self._hours = HoursEditor(state.week, on_save=self._save_hours)
        adding = {'on_time_off': self._add_time_off, 'on_extra_hours': self._add_extra_hours}
        self._time_off = TimeOffList(state.entries, working_hours.today(state.rep), reader, **adding, on_remove=self._remove_entry)
        choosing = {'on_place': self._set_place, 'on_work': self._work_on_holiday}
        self._holidays = HolidayList(state.place, state.holidays, words=reader.day_words, **choosing)
        calling = {'on_add': self._add_calendar, 'on_remove': self._remove_calendar, 'on_read': self._read_calendar}
        self._calendars = BusyCalendarList(state.sources, **calling)

    def build(self, now: datetime) -> None:
        with html.div().classes('availability-editors'):
            self._outside.build()
            with availability_card('Weekly hours'):
                self._zone = Words(tag='p').classes('quiet')
                self._hours.build()
            with availability_card('Time off and extra hours'):
                html.p('Days that are not like the others.').classes('quiet')
                self._time_off.build()
            with availability_card('Public holidays'):
                html.p('The holidays of your country are days off. Untick those on which you work.').classes('quiet')
                self._holidays.build()
            with availability_card('Calendars elsewhere'):
                html.p('When you are busy there, nobody can book you here. What it is about is not kept.').classes('quiet')
                self._calendars.build(now)

    def show(self, state: RepAvailability, now: datetime) -> None:
        """Show what is the case now."""
        self._rep, own = state.rep, replace(self._reader, zone=ZoneInfo(state.rep.time_zone))
        self._zone.set_text(f'{own.place()} time. Midnight as the end means the end of the day.')
        self._outside.show(state.rep, state.outside, own)
        self._hours.show(state.week)
        self._time_off.show(state.entries, working_hours.today(state.rep))
        self._holidays.show(state.place, state.holidays)
        self._calendars.show(state.sources, now)

    async def _save_hours(self, weekdays: Sequence[int], typed: Sequence[Typed]) -> list[Range] | None:
        """:raises InvalidFields: what the editor shows"""
        return await self._change(working_hours.set_days, self._rep.id, weekdays, typed)

    async def _add_time_off(self, typed: dict[str, str]) -> None:
        """:raises InvalidFields: what the form shows"""
        await self._change(working_hours.add_time_off, self._rep, **_only(typed, 'first_day', 'last_day', 'starts', 'ends', 'note'))

    async def _add_extra_hours(self, typed: dict[str, str]) -> None:
        """:raises InvalidFields: what the form shows"""
        await self._change(working_hours.add_extra_hours, self._rep, **_only(typed, 'day', 'starts', 'ends'))

    async def _remove_entry(self, entry: Entry) -> bool:
        remove = working_hours.remove_time_off if isinstance(entry, TimeOff) else working_hours.remove_extra_hours
        return await self._succeeds(remove, self._rep.id, entry.id)

    async def _set_place(self, country: str, region: str) -> bool:
        return await self._succeeds(working_hours.set_holiday_place, self._rep.id, country, region)

    async def _work_on_holiday(self, name: str, works: bool) -> bool:
        return await self._succeeds(working_hours.work_on_holiday, self._rep.id, name, works=works)

    async def _add_calendar(self, address: str) -> None:
        """:raises InvalidFields: what the form shows"""
        await self._change(busy_calendars.add, self._rep.id, address)

    async def _remove_calendar(self, calendar_id: int) -> None:
        await self._succeeds(busy_calendars.remove, self._rep.id, calendar_id)

    async def _read_calendar(self, calendar_id: int) -> None:
        await self._succeeds(busy_calendars.read_now, self._rep.id, calendar_id)

    async def _succeeds(self, service: Callable[P, object], *args: P.args, **kwargs: P.kwargs) -> bool:
        """Whether it was done; an expected error is shown."""
        try:
            await self._change(service, *args, **kwargs)
        except EXPECTED as error:
            tell(str(error))
            return False
        return True


def _only(typed: dict[str, str], *names: str) -> dict[str, str]:
    """What was typed, of these fields only."""
    return {name: typed.get(name, '') for name in names}
