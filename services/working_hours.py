"""When reps work: weekly hours, time off and extra hours by date, and the public holidays of where they live."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, time, timedelta
from itertools import pairwise
from typing import TypeVar
from zoneinfo import ZoneInfo

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from db import Appointment, ExtraHours, Rep, TimeOff, WorkedHoliday, WorkingHours, reading, writing
from services import catalogue, clock, events, plans, public_holidays, revision
from services.catalogue import Catalogue
from services.errors import InvalidFields
from services.plain_text import one_line, too_long

T = TypeVar('T')

YEAR = timedelta(days=365)
FAR = 10 * YEAR  # how far ahead a date may be
NOTE_MAX = 100
STEP = 5  # minutes
MIDNIGHT = time()

Range = tuple[time, time]  # wall clock; 00:00 as the end is midnight at the end of the day
Typed = tuple[str, str]  # the same as a form sends it


@dataclass(frozen=True)
class Holiday:
    """A public holiday of the next twelve months, on these dates."""

    name: str
    days: tuple[date, ...]
    is_worked: bool


def week(rep_id: int) -> list[list[Range]]:
    """The hours of Monday to Sunday, each day's in order."""
    days: list[list[Range]] = [[] for _ in range(7)]
    with reading() as session:
        for row in session.scalars(select(WorkingHours).where(WorkingHours.rep_id == rep_id).order_by(WorkingHours.starts)):
            days[row.weekday].append((row.starts, row.ends))
    return days


def set_days(rep_id: int, weekdays: Sequence[int], typed: Sequence[Typed]) -> list[Range]:
    """Let the rep work these hours on these weekdays (0 = Monday) and no others there. Returns them in order.

    :raises InvalidFields: with a sentence for each that cannot be taken, by its place in `typed` (`'0'` for the first)
    """
    ranges = _checked_ranges(typed)

    def fn(session: Session) -> None:
        session.execute(delete(WorkingHours).where(WorkingHours.rep_id == rep_id, WorkingHours.weekday.in_(weekdays)))
        session.add_all(WorkingHours(rep_id=rep_id, weekday=day, starts=starts, ends=ends) for day in weekdays for starts, ends in ranges)

    _change(rep_id, fn)
    return ranges


def time_off(rep: Rep) -> list[TimeOff]:
    """The time off that is not over, in order."""
    with reading() as session:
        rows = select(TimeOff).where(TimeOff.rep_id == rep.id, TimeOff.last_day >= today(rep))
        return list(session.scalars(rows.order_by(TimeOff.first_day, TimeOff.starts)))


def add_time_off(rep: Rep, first_day: str, last_day: str = '', starts: str = '', ends: str = '', note: str = '') -> None:
    """Take off these days, the last one included (one day when it is not given); with times only that part of each.

    :raises InvalidFields: with one sentence a field
    """
    problems: dict[str, str] = {}
    first = _day(rep, first_day, 'first_day', problems)
    last = _day(rep, last_day, 'last_day', problems) if last_day else first
    hours = _range((starts, ends), 'starts', problems) if starts or ends else None
    note = one_line(note)
    if first and last and last < first:
        problems['last_day'] = 'Please let the last day be on or after the first.'
    if problem := too_long(note, NOTE_MAX, 'the note'):
        problems['note'] = problem
    if problems:
        raise InvalidFields(problems)
    from_time, until_time = hours or (None, None)
    row = {'first_day': first, 'last_day': last, 'starts': from_time, 'ends': until_time, 'note': note}
    _change(rep.id, lambda session: session.add(TimeOff(rep_id=rep.id, **row)))


def remove_time_off(rep_id: int, row_id: int) -> None:
    """Let the rep work then all the same; nothing when it is gone already."""
    _remove(rep_id, TimeOff, row_id)


def extra_hours(rep: Rep) -> list[ExtraHours]:
    """The extra hours that are not over, in order."""
    with reading() as session:
        rows = select(ExtraHours).where(ExtraHours.rep_id == rep.id, ExtraHours.day >= today(rep))
        return list(session.scalars(rows.order_by(ExtraHours.day, ExtraHours.starts)))


def add_extra_hours(rep: Rep, day: str, starts: str, ends: str) -> None:
    """Let the rep be booked at these hours of one date too, whatever time off and holidays say.

    :raises InvalidFields: with one sentence a field
    """
    problems: dict[str, str] = {}
    on, hours = _day(rep, day, 'day', problems), _range((starts, ends), 'starts', problems)
    if problems or hours is None:
        raise InvalidFields(problems)
    row = {'rep_id': rep.id, 'day': on, 'starts': hours[0], 'ends': hours[1]}

    def fn(session: Session) -> None:
        if session.scalar(select(ExtraHours.id).filter_by(**row)):
            raise InvalidFields({'starts': 'You have these extra hours on that day already.'})
        session.add(ExtraHours(**row))

    _change(rep.id, fn)


def remove_extra_hours(rep_id: int, row_id: int) -> None:
    """Take the extra hours back; nothing when they are gone already."""
    _remove(rep_id, ExtraHours, row_id)


def holidays(rep: Rep) -> list[Holiday]:
    """The public holidays of the next twelve months where the rep is, in order."""
    first = today(rep)
    found: defaultdict[str, list[date]] = defaultdict(list)
    for day, names in public_holidays.days(rep.holiday_country, rep.holiday_region, first, first + YEAR).items():
        for name in names.split('; '):
            found[name].append(day)
    with reading() as session:
        worked = set(session.scalars(select(WorkedHoliday.name).where(WorkedHoliday.rep_id == rep.id)))
    return [Holiday(name, tuple(days), name in worked) for name, days in found.items()]


def set_holiday_place(rep_id: int, country: str, region: str) -> Rep:
    """Let the rep have the holidays of this country and region off; with no country, none. A region of another country is left out.

    :raises InvalidFields: when the country is unknown
    """
    if country and country not in public_holidays.countries():
        raise InvalidFields({'country': 'Please choose a country from the list.'})
    region = region if region in public_holidays.regions(country) else ''

    def fn(session: Session) -> Rep:
        rep = session.get_one(Rep, rep_id)
        if rep.holiday_country != country:
            session.execute(delete(WorkedHoliday).where(WorkedHoliday.rep_id == rep_id))
        rep.holiday_country, rep.holiday_region = country, region
        return rep

    return _change(rep_id, fn)


def work_on_holiday(rep_id: int, name: str, *, works: bool) -> None:
    """Let the rep work on the holiday of this name, each year; or have it off."""

    def fn(session: Session) -> None:
        session.execute(delete(WorkedHoliday).where(WorkedHoliday.rep_id == rep_id, WorkedHoliday.name == name))
        if works:
            session.add(WorkedHoliday(rep_id=rep_id, name=name))

    _change(rep_id, fn)


def outside(rep: Rep) -> list[Appointment]:
    """The coming appointments that the rep's hours, as they are now, would not offer any more, in order; they stand all the same."""
    coming = Appointment.rep_id == rep.id, Appointment.starts_at > clock.now(), Appointment.cancelled_at.is_(None)
    with reading() as session:
        known = catalogue.current(session)
        booked = session.scalars(select(Appointment).where(*coming).order_by(Appointment.starts_at)).all()
    return [appointment for appointment in booked if not _is_inside(appointment, known)]


def today(rep: Rep) -> date:
    """Today's date where the rep is."""
    return clock.now().astimezone(ZoneInfo(rep.time_zone)).date()


def _is_inside(appointment: Appointment, known: Catalogue) -> bool:
    plan = known.plan(known.kind(appointment.kind_id), appointment.rep_id)
    return plans.is_open(appointment.starts_at, replace(plan, minutes=appointment.minutes))


def _remove(rep_id: int, table: type[TimeOff] | type[ExtraHours], row_id: int) -> None:
    _change(rep_id, lambda session: session.execute(delete(table).where(table.rep_id == rep_id, table.id == row_id)))


def _change(rep_id: int, fn: Callable[[Session], T]) -> T:
    """The result of `fn(session)` in a transaction; then everybody hears that the rep's availability has changed."""

    def risen(session: Session) -> T:
        revision.rise(session)  # first: it makes two changes of one day take turns
        return fn(session)

    result = writing(risen)
    events.publish(events.AvailabilityChanged(rep_id))
    return result


def _checked_ranges(typed: Sequence[Typed]) -> list[Range]:
    """:raises InvalidFields: with a sentence for each that cannot be taken, by its place"""
    problems: dict[str, str] = {}
    ranges = {index: _range(one, str(index), problems) for index, one in enumerate(typed)}
    in_order = sorted((hours, index) for index, hours in ranges.items() if hours)
    for (earlier, _), (later, index) in pairwise(in_order):
        if later[0] < earlier[1] or earlier[1] == MIDNIGHT:
            problems[str(index)] = f'These hours overlap those from {earlier[0]:%H:%M} to {earlier[1]:%H:%M}. Please change one of them.'
    if problems:
        raise InvalidFields(problems)
    return [hours for hours, _ in in_order]


def _range(typed: Typed, field: str, problems: dict[str, str]) -> Range | None:
    """The hours typed; None, with the sentence in `problems`, when they cannot be taken."""
    try:
        starts, ends = (time.fromisoformat(part) for part in typed)
    except ValueError:
        problems[field] = 'Please give both times, such as 09:00 and 17:30.'
        return None
    if any(part.tzinfo or part.second or part.microsecond or part.minute % STEP for part in (starts, ends)):
        problems[field] = f'Please use times in steps of {STEP} minutes, such as 09:00 or 09:05.'
    elif ends <= starts and ends != MIDNIGHT:
        problems[field] = 'Please let the hours end after they start; the end of the day is midnight.'
    else:
        return starts, ends
    return None


def _day(rep: Rep, typed: str, field: str, problems: dict[str, str]) -> date | None:
    """The date typed; None, with the sentence in `problems`, when it cannot be taken."""
    try:
        day = date.fromisoformat(typed)
    except ValueError:
        problems[field] = 'Please choose a day.'
        return None
    if not today(rep) <= day <= today(rep) + FAR:
        problems[field] = 'Please choose today or a day within the next ten years.'
        return None
    return day
