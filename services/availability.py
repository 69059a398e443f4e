"""When reps can be booked: what their plans offer, without what is taken."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Row, Select, bindparam, literal_column, null, select, union_all
from sqlalchemy.orm import Session

from db import Appointment, BusyTime, Hold, Kind, reading
from services import catalogue, clock, slots, wall_clock
from services.catalogue import Catalogue
from services.errors import NoSuchKind, SlotNotOffered
from services.plans import Plan, is_offered
from services.slots import Offer, Slot, Taken
from services.wall_clock import DAY

MOMENT = timedelta(microseconds=1)
FAR = timedelta(days=31)  # how much is looked at together when the next free slot is searched


def slots_on(kind_id: int, day: date, viewer: ZoneInfo, *, rep_id: int | None = None, browser_hash: str = '') -> list[Slot]:
    """The slots that start on this date in the viewer's zone, in order: with any rep of the kind, or this one.

    A slot that this browser holds counts as free.

    :raises NoSuchKind: when there is no such kind
    """
    first, last = wall_clock.day_span(day, viewer)
    with reading() as session:
        known = catalogue.current(session)
        kind = known.kind(kind_id)
        offers = _offers(session, known, kind, _plans(known, kind, rep_id), first, last, browser_hash=browser_hash)
    return _on(day, viewer, kind, offers, earliest(kind, clock.now()))


def free_between(kind_id: int, first: datetime, last: datetime, *, rep_id: int | None = None) -> dict[datetime, list[int]]:
    """The starts from `first` to before `last` that can be booked now, in order, each with the reps who are free then.

    :raises NoSuchKind: when there is no such kind
    """
    now = clock.now()
    with reading() as session:
        known = catalogue.current(session)
        kind = known.kind(kind_id)
        first, last = max(first, earliest(kind, now)), min(last, catalogue.horizon(kind) + MOMENT)
        if first >= last:
            return {}
        return slots.free_reps(first, last, _offers(session, known, kind, _plans(known, kind, rep_id), first, last))


def free_on(kind_id: int, first: date, last: date, viewer: ZoneInfo, *, rep_id: int | None = None) -> dict[datetime, list[int]]:
    """The same for whole days in the viewer's zone, from `first` to `last`.

    :raises NoSuchKind: when there is no such kind
    """
    found = free_between(kind_id, wall_clock.day_span(first, viewer)[0], wall_clock.day_span(last, viewer)[1], rep_id=rep_id)
    return {start: reps for start, reps in found.items() if first <= start.astimezone(viewer).date() <= last}


def free_per_day(kind_id: int, first: date, last: date, viewer: ZoneInfo, *, rep_id: int | None = None) -> dict[date, int]:
    """How many free slots each date from `first` to `last` has in the viewer's zone; dates without any are left out.

    :raises NoSuchKind: when there is no such kind
    """
    return dict(Counter(start.astimezone(viewer).date() for start in free_on(kind_id, first, last, viewer, rep_id=rep_id)))


def next_free(kind_id: int, after: datetime, *, rep_id: int | None = None) -> datetime | None:
    """The first start from this instant on that can be booked; None when there is none before the horizon.

    :raises NoSuchKind: when there is no such kind
    """
    with reading() as session:
        last = catalogue.horizon(catalogue.current(session).kind(kind_id))
    first = max(after, clock.now())
    while first <= last:
        found = free_between(kind_id, first, first + FAR, rep_id=rep_id)
        if found:
            return next(iter(found))
        first += FAR
    return None


def first_and_last_day(kind: Kind, viewer: ZoneInfo) -> tuple[date, date]:
    """Today and the last day that can be booked, as dates in the viewer's zone."""
    return clock.now().astimezone(viewer).date(), catalogue.horizon(kind).astimezone(viewer).date()


def earliest(kind: Kind, now: datetime) -> datetime:
    """The first instant that can be booked: a start must be later than now, and later by the kind's notice."""
    return now + max(timedelta(minutes=kind.notice_minutes), MOMENT)


def bookable(known: Catalogue, kind: Kind, starts_at: datetime, rep_id: int | None = None) -> list[int]:
    """The reps of the kind, or this one of them, who offer this start, free or not.

    :raises NoSuchKind: when the kind is not offered any more
    :raises SlotNotOffered: when nobody does, or it is too soon or beyond the horizon
    """
    if not kind.is_active:
        raise NoSuchKind
    if not earliest(kind, clock.now()) <= starts_at <= catalogue.horizon(kind):
        raise SlotNotOffered  # looked at first: near the ends of the calendar no zone can be reckoned
    own = [rep for rep in known.reps_of.get(kind.id, ()) if rep_id in (None, rep) and is_offered(starts_at, known.plan(kind, rep))]
    if not own:
        raise SlotNotOffered
    return own


def slots_to_move(appointment: Appointment, day: date, viewer: ZoneInfo, *, is_bound: bool) -> list[Slot]:
    """The slots to which an appointment can be moved, with its rep: its own time counts as free. `is_bound`: the kind's notice holds."""
    found = _to_move(appointment, *wall_clock.day_span(day, viewer), is_bound=is_bound)
    return [slot for slot in found if slot.starts_at.astimezone(viewer).date() == day]


def free_to_move_per_day(appointment: Appointment, first: date, last: date, viewer: ZoneInfo, *, is_bound: bool) -> dict[date, int]:
    """How many of these slots, but for its own time, are free on each date from `first` to `last`; dates without any are left out."""
    found = _to_move(appointment, wall_clock.day_span(first, viewer)[0], wall_clock.day_span(last, viewer)[1], is_bound=is_bound)
    free = [slot.starts_at for slot in found if slot.state == 'free' and slot.starts_at != appointment.starts_at]
    counts = Counter(start.astimezone(viewer).date() for start in free)
    return {day: count for day, count in counts.items() if first <= day <= last}


def plan_to_move(known: Catalogue, appointment: Appointment, rep_id: int | None = None) -> Plan:
    """What its rep, or another one, offers for an appointment as long as it is, whatever its kind is now."""
    lengths = {name: getattr(appointment, name) for name in ('minutes', 'before_minutes', 'after_minutes')}
    return replace(known.plan(known.kind(appointment.kind_id), rep_id or appointment.rep_id), **lengths)


def _to_move(appointment: Appointment, first: datetime, last: datetime, *, is_bound: bool) -> list[Slot]:
    with reading() as session:
        known = catalogue.current(session)
        kind, plans = known.kind(appointment.kind_id), {appointment.rep_id: plan_to_move(known, appointment)}
        offers = _offers(session, known, kind, plans, first, last, without=appointment.id)
    now = clock.now()
    return slots.slots_between(
        first, min(last, catalogue.horizon(kind) + MOMENT), offers, now, earliest(kind, now) if is_bound else now + MOMENT
    )


def _on(day: date, viewer: ZoneInfo, kind: Kind, offers: list[Offer], from_at: datetime) -> list[Slot]:
    first, last = wall_clock.day_span(day, viewer)
    found = slots.slots_between(first, min(last, catalogue.horizon(kind) + MOMENT), offers, clock.now(), from_at)
    return [slot for slot in found if slot.starts_at.astimezone(viewer).date() == day]


def _plans(known: Catalogue, kind: Kind, rep_id: int | None) -> dict[int, Plan]:
    rep_ids = known.reps_of.get(kind.id, ()) if rep_id is None else (rep_id,)
    return {own: known.plan(kind, own) for own in rep_ids}


def _offers(
    session: Session,
    known: Catalogue,
    kind: Kind,
    plans: Mapping[int, Plan],
    first: datetime,
    last: datetime,
    *,
    browser_hash: str = '',
    without: int | None = None,
) -> list[Offer]:
    """What each rep offers, with all that is taken of their time thereabouts. Nothing that takes time is longer than a day."""
    taken: defaultdict[int, list[Taken]] = defaultdict(list)
    claims = _claims(session, plans, first - DAY, last + DAY, browser_hash)
    found = [row for row in claims if without is None or row.appointment_id != without]
    for row in found:
        ends_at = row.ends_at or row.starts_at + timedelta(minutes=row.minutes + row.after_minutes)
        taken[row.rep_id].append(Taken(row.starts_at - timedelta(minutes=row.before_minutes), ends_at, row.is_held == 1))
    full = _full_days(known, kind, found)
    return [Offer(rep_id, plan, taken[rep_id], full[rep_id]) for rep_id, plan in plans.items()]


def _claims(session: Session, rep_ids: Collection[int], first: datetime, last: datetime, browser_hash: str) -> Sequence[Row[Any]]:
    """What takes these reps' time and starts between these instants: busy times, appointments, and what other browsers hold."""
    given = {'reps': list(rep_ids), 'first': first, 'last': last, 'now': clock.now(), 'browser': browser_hash}
    return session.execute(CLAIMS, given).all()


def _claimed(table: type[Appointment | BusyTime | Hold], *where: ColumnElement[bool], **columns: ColumnElement[Any]) -> Select[Any]:
    """A table's part of `CLAIMS`; columns it has not are named."""
    names = 'appointment_id', 'kind_id', 'starts_at', 'ends_at', 'before_minutes', 'minutes', 'after_minutes', 'is_held'
    chosen = [(columns[name] if name in columns else getattr(table, name)).label(name) for name in names]
    span = table.starts_at >= bindparam('first'), table.starts_at < bindparam('last')
    return select(table.rep_id, *chosen).where(table.rep_id.in_(bindparam('reps', expanding=True)), *span, *where)


NO: ColumnElement[int] = literal_column('0')
YES: ColumnElement[int] = literal_column('1')
NO_LENGTH = {'before_minutes': NO, 'minutes': NO, 'after_minutes': NO}
HELD = Hold.expires_at > bindparam('now'), Hold.browser_hash != bindparam('browser')
CLAIMS = union_all(  # one statement, because each costs more than what it finds
    _claimed(BusyTime, appointment_id=NO, kind_id=NO, is_held=NO, **NO_LENGTH),
    _claimed(Appointment, Appointment.cancelled_at.is_(None), appointment_id=Appointment.id.expression, ends_at=null(), is_held=NO),
    _claimed(Hold, *HELD, appointment_id=NO, ends_at=null(), is_held=YES),
)


def _full_days(known: Catalogue, kind: Kind, found: Iterable[Row[Any]]) -> defaultdict[int, set[date]]:
    """The days on which a rep has as many appointments of this kind as they may."""
    full: defaultdict[int, set[date]] = defaultdict(set)
    if kind.most_a_day is not None:
        own = (row for row in found if row.appointment_id and row.kind_id == kind.id)
        counts = Counter((row.rep_id, row.starts_at.astimezone(known.plan(kind, row.rep_id).zone).date()) for row in own)
        for (rep_id, day), count in counts.items():
            if count >= kind.most_a_day:
                full[rep_id].add(day)
    return full
