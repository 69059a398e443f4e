"""When reps can be booked: what their plans offer, without what is taken."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from db import Appointment, BusyTime, Hold, Kind, reading
from services import catalogue, clock, slots
from services.catalogue import Catalogue
from services.errors import NoSuchKind, SlotNotOffered
from services.slots import DAY, Offer, Plan, Slot, Taken

MOMENT = timedelta(microseconds=1)
FAR = timedelta(days=31)  # how much is looked at together when the next free slot is searched


def slots_on(kind_id: int, day: date, viewer: ZoneInfo, *, rep_id: int | None = None, browser_hash: str = '') -> list[Slot]:
    """The slots that start on this date in the viewer's zone, in order: with any rep of the kind, or this one.

    A slot that this browser holds counts as free.

    :raises NoSuchKind: when there is no such kind
    """
    first, last = slots.day_span(day, viewer)
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
    found = free_between(kind_id, slots.day_span(first, viewer)[0], slots.day_span(last, viewer)[1], rep_id=rep_id)
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
    now = clock.now()
    own = [rep for rep in known.reps_of.get(kind.id, ()) if rep_id in (None, rep) and slots.is_offered(starts_at, known.plan(kind, rep))]
    if not own or not earliest(kind, now) <= starts_at <= catalogue.horizon(kind):
        raise SlotNotOffered
    return own


def slots_to_move(appointment: Appointment, day: date, viewer: ZoneInfo, *, is_bound: bool) -> list[Slot]:
    """The slots to which an appointment can be moved, with its rep: its own time counts as free. `is_bound`: the kind's notice holds."""
    first, last = slots.day_span(day, viewer)
    with reading() as session:
        known = catalogue.current(session)
        kind, plans = known.kind(appointment.kind_id), {appointment.rep_id: plan_to_move(known, appointment)}
        offers = _offers(session, known, kind, plans, first, last, without=appointment.id)
    return _on(day, viewer, kind, offers, earliest(kind, clock.now()) if is_bound else clock.now() + MOMENT)


def plan_to_move(known: Catalogue, appointment: Appointment) -> Plan:
    """What its rep offers for an appointment as long as it is, whatever its kind is now."""
    lengths = {name: getattr(appointment, name) for name in ('minutes', 'before_minutes', 'after_minutes')}
    return replace(known.plan(known.kind(appointment.kind_id), appointment.rep_id), **lengths)


def _on(day: date, viewer: ZoneInfo, kind: Kind, offers: list[Offer], from_at: datetime) -> list[Slot]:
    first, last = slots.day_span(day, viewer)
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
    booked = [row for row in _booked(session, plans, first - DAY, last + DAY) if row.id != without]
    for row in booked:
        taken[row.rep_id].append(Taken(*slots.claim(row.starts_at, row.before_minutes, row.minutes, row.after_minutes)))
    for rep_id, held in _held(session, plans, browser_hash):
        taken[rep_id].append(held)
    for rep_id, busy in _busy(session, plans, first - DAY, last + DAY):
        taken[rep_id].append(busy)
    full = _full_days(known, kind, booked)
    return [Offer(rep_id, plan, taken[rep_id], full[rep_id]) for rep_id, plan in plans.items()]


def _booked(session: Session, rep_ids: Collection[int], first: datetime, last: datetime) -> list[Appointment]:
    """Only what is needed of each, as rows."""
    about = Appointment.id, Appointment.rep_id, Appointment.kind_id, Appointment.starts_at
    lengths = Appointment.before_minutes, Appointment.minutes, Appointment.after_minutes
    where = Appointment.rep_id.in_(rep_ids), Appointment.starts_at >= first, Appointment.starts_at < last
    return list(session.execute(select(*about, *lengths).where(*where, Appointment.cancelled_at.is_(None))))  # type: ignore[arg-type]


def _held(session: Session, rep_ids: Collection[int], browser_hash: str) -> Iterable[tuple[int, Taken]]:
    rows = session.scalars(select(Hold).where(Hold.rep_id.in_(rep_ids), Hold.expires_at > clock.now(), Hold.browser_hash != browser_hash))
    for hold in rows:
        yield hold.rep_id, Taken(*slots.claim(hold.starts_at, hold.before_minutes, hold.minutes, hold.after_minutes), is_held=True)


def _busy(session: Session, rep_ids: Collection[int], first: datetime, last: datetime) -> Iterable[tuple[int, Taken]]:
    where = BusyTime.rep_id.in_(rep_ids), BusyTime.starts_at >= first, BusyTime.starts_at < last
    for rep_id, starts_at, ends_at in session.execute(select(BusyTime.rep_id, BusyTime.starts_at, BusyTime.ends_at).where(*where)):
        yield rep_id, Taken(starts_at, ends_at)


def _full_days(known: Catalogue, kind: Kind, booked: Iterable[Appointment]) -> defaultdict[int, set[date]]:
    """The days on which a rep has as many appointments of this kind as they may."""
    full: defaultdict[int, set[date]] = defaultdict(set)
    if kind.most_a_day is not None:
        own = (row for row in booked if row.kind_id == kind.id)
        counts = Counter((row.rep_id, row.starts_at.astimezone(known.plan(kind, row.rep_id).zone).date()) for row in own)
        for (rep_id, day), count in counts.items():
            if count >= kind.most_a_day:
                full[rep_id].add(day)
    return full
