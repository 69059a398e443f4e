"""All that the page of a rep's availability shows: what they have chosen, and what can be booked of it."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from db import Appointment, ExtraHours, Kind, Rep, TimeOff
from services import availability, busy_calendars, clock, kinds, reps, wall_clock, working_hours
from services.busy_calendars import Source
from services.working_hours import Holiday, Range

PREVIEW_DAYS = 28

Entry = TimeOff | ExtraHours
Starts = dict[date, list[datetime]]


@dataclass(frozen=True)
class RepAvailability:
    """What holds for a rep now. `kind_id` is the one of their `kinds` that `starts` are of, 0 when they have none."""

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


def of(rep_id: int, kind_id: int, zone: ZoneInfo) -> RepAvailability:
    """What is so of this rep now, with the starts of this kind, or else of their first, on the next days in this zone."""
    rep, offered = reps.get(rep_id), kinds.of_rep(rep_id)
    chosen = kind_id if kind_id in {kind.id for kind in offered} else next((kind.id for kind in offered), 0)
    entries: list[Entry] = [*working_hours.time_off(rep), *working_hours.extra_hours(rep)]
    return RepAvailability(
        rep,
        working_hours.week(rep_id),
        sorted(entries, key=_first_day),
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
