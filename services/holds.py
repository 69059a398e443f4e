"""A slot is kept five minutes for the browser in which its form is open: a hold claims cells just as an appointment does."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from db import Hold, Kind, reading, writing
from services import availability, catalogue, cells, clock, events, revision, turns
from services.catalogue import Catalogue
from services.cells import Claim, claim_of
from services.errors import SlotTaken, TooManyHolds
from services.hashing import hashed
from services.networks import network_of

LASTS = timedelta(minutes=5)
MOST_PER_NETWORK = 3
EVERY_SECONDS = 1.0  # how late the end of a hold is noticed


def take(kind_id: int, starts_at: datetime, browser: str, network: str, rep_id: int | None = None) -> Hold:
    """The browser's hold on this slot, for five minutes from now. What it held before is free.

    `browser` is what the browser is known by, `network` its network address.

    :raises NoSuchKind: when this kind is not offered
    :raises SlotNotOffered: when it cannot be booked
    :raises SlotTaken: when nobody is free then
    :raises TooManyHolds: when others of the same network address hold as many as they may
    """
    with reading() as session:
        known = catalogue.current(session)
    kind = known.kind(kind_id)
    candidates = availability.bookable(known, kind, starts_at, rep_id)

    def fn(session: Session) -> tuple[Hold, list[Claim]]:
        revision.hold_the_line(session)  # the cap is counted, and then used
        freed = end(session, browser)
        _refuse_too_many(session, network)
        return _new(session, known, kind, starts_at, candidates, browser, network), freed

    hold, freed = writing(fn)
    tell_freed(freed, but=claim_of(hold))
    events.publish(events.TimeTaken(*claim_of(hold), held_until=hold.expires_at, held_by=hold.browser_hash))
    return hold


def release(browser: str, expires_at: datetime) -> None:
    """End the hold of this browser that runs out then, if it is still there. (SQLite gives the row numbers of old holds to new ones.)"""
    own = Hold.browser_hash == hashed(browser), Hold.expires_at == expires_at
    with reading() as session:
        hold = session.scalar(select(Hold).where(*own))
    if hold and writing(lambda session: session.execute(delete(Hold).where(*own)).rowcount):  # type: ignore[attr-defined]
        tell_freed([claim_of(hold)])


def reap() -> None:
    """End the holds that have run out."""
    now = clock.now()
    with reading() as session:
        old = session.scalars(select(Hold).where(Hold.expires_at <= now)).all()
    if old:
        ids = [hold.id for hold in old]
        writing(lambda session: session.execute(delete(Hold).where(Hold.id.in_(ids), Hold.expires_at <= now)))
        tell_freed([claim_of(hold) for hold in old])


def end(session: Session, browser: str) -> list[Claim]:
    """End this browser's hold in the caller's transaction; what is free by that, to be published after it."""
    own = session.scalars(select(Hold).where(Hold.browser_hash == hashed(browser))).all()
    if own:
        session.execute(delete(Hold).where(Hold.id.in_([hold.id for hold in own])))
    return [claim_of(hold) for hold in own]


def tell_freed(claims: Iterable[Claim], but: Claim | None = None) -> None:
    """Publish that these times are free, all but the one that was taken at once."""
    for claim in claims:
        if claim != but:
            events.publish(events.TimeFreed(*claim))


def _new(session: Session, known: Catalogue, kind: Kind, starts_at: datetime, candidates: list[int], browser: str, network: str) -> Hold:
    """A hold with the first of these reps who is free, in the order of their turns."""
    for rep_id in turns.free_in_order(session, known, kind, candidates, starts_at):
        try:
            with session.begin_nested():
                return _stored(session, kind, starts_at, rep_id, browser, network)
        except (SlotTaken, IntegrityError):
            continue
    raise SlotTaken


def _stored(session: Session, kind: Kind, starts_at: datetime, rep_id: int, browser: str, network: str) -> Hold:
    hold = Hold(
        browser_hash=hashed(browser),
        network_hash=hashed(network_of(network)),
        kind_id=kind.id,
        rep_id=rep_id,
        starts_at=starts_at,
        minutes=kind.minutes,
        before_minutes=kind.before_minutes,
        after_minutes=kind.after_minutes,
        expires_at=clock.now() + LASTS,
    )
    session.add(hold)
    session.flush()
    cells.take(session, claim_of(hold), hold_id=hold.id)
    return hold


def _refuse_too_many(session: Session, network: str) -> None:
    alive = select(func.count()).select_from(Hold).where(Hold.network_hash == hashed(network_of(network)), Hold.expires_at > clock.now())
    if (session.scalar(alive) or 0) >= MOST_PER_NETWORK:
        raise TooManyHolds
