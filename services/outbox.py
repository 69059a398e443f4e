"""The durable queue of what to tell whom. Rows are added in the transaction that causes them; `outbox_worker` carries them out.

A row is claimed for a while by a conditional UPDATE, so of several processes one does it, and one that died is replaced. It is tried
again after growing pauses; a mail is given up a day after it was queued, a video session when the appointment is over.
"""

import secrets
import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Integer, and_, bindparam, exists, or_, select, update
from sqlalchemy.orm import Session, aliased

from db import Appointment, OutboxItem, Rep, UtcDateTime, reading, writing
from services import clock, events, settings
from services.errors import EXPECTED

CONFIRMATION, RESCHEDULE, CANCELLATION, REMINDER = 'confirmation', 'reschedule', 'cancellation', 'reminder'
HAND_OVER, RELEASE = 'hand_over', 'release'  # to the customer and the new rep; to the rep who had it
NEWS = CONFIRMATION, RESCHEDULE, HAND_OVER, CANCELLATION  # of these, the last one to the customer says how it is now
ABOUT_ACCOUNTS = INVITATION, PASSWORD_LINK = 'invitation', 'password_link'  # to a rep
VIDEO_SESSION = 'video_session'
CUSTOMER, REP, NOBODY = 'customer', 'rep', ''  # what has a recipient is a mail
WAITING, DONE, FAILED, DROPPED = 'waiting', 'done', 'failed', 'dropped'

PAUSES = tuple(timedelta(seconds=seconds) for seconds in (5, 15, 60, 300, 900, 1800))  # the last one again and again
LIFETIME = timedelta(days=1)


def add(
    session: Session,
    appointment: Appointment,
    kind: str,
    recipient: str,
    *,
    rep_id: int | None = None,
    earlier_starts_at: datetime | None = None,
) -> None:
    """Queue this about an appointment, in the caller's transaction, to be done at once. A rep who has no address is not told.

    `rep_id`: another rep than the appointment's.
    """
    rep_id = rep_id or appointment.rep_id
    if recipient == REP and not session.get_one(Rep, rep_id).email:
        return
    row = _new(kind, recipient, rep_id)
    row.appointment_id, row.starts_at, row.earlier_starts_at = appointment.id, appointment.starts_at, earlier_starts_at
    row.sequence = appointment.calendar_sequence
    session.add(row)


def tell_both(session: Session, appointment: Appointment, kind: str, *, earlier_starts_at: datetime | None = None) -> None:
    """Queue this for the customer and the rep of an appointment, in the caller's transaction."""
    for recipient in (CUSTOMER, REP):
        add(session, appointment, kind, recipient, earlier_starts_at=earlier_starts_at)


def add_for_rep(session: Session, rep_id: int, kind: str) -> None:
    """Queue this about a rep's account, to the rep, in the caller's transaction, to be done at once.

    Its `sequence` is the version of the rep's links, so that a mail that is looked at later holds no newer link than it did then.
    """
    row = _new(kind, REP, rep_id)
    row.sequence = session.get_one(Rep, rep_id).link_version
    session.add(row)


def _new(kind: str, recipient: str, rep_id: int) -> OutboxItem:
    now, message_id = clock.now(), f'<{uuid.uuid4()}@scheduled-calls>'
    return OutboxItem(kind=kind, recipient=recipient, rep_id=rep_id, message_id=message_id, due_at=now, created_at=now)


@dataclass(frozen=True)
class Attempt:
    """How it went with a claimed row."""

    item: OutboxItem
    error: Exception | None


def send_again(appointment_id: int) -> None:
    """Try this appointment's given-up mails again, for another day."""
    now = clock.now()
    fresh: dict[str, Any] = {'state': WAITING, 'due_at': now, 'created_at': now, 'tries': 0, 'last_error': None, 'done_at': None}
    failed = and_(OutboxItem.appointment_id == appointment_id, OutboxItem.state == FAILED)
    writing(lambda session: _change(session, failed, fresh))
    events.publish(events.OutboxChanged(appointment_id, is_done=False))


def drop_moot() -> list[int | None]:
    """Drop what a change has made pointless before it was done; the appointments it was about."""
    with reading() as session:
        rows = session.execute(TO_DROP).all()
    if rows:
        these, now = and_(OutboxItem.id.in_([row.id for row in rows]), IS_FREE, IS_MOOT), clock.now()
        writing(lambda session: _change(session, these, {'state': DROPPED, 'done_at': now}))
    return [row.appointment_id for row in rows]


def claim(kinds: Collection[str], limit: int) -> list[OutboxItem]:
    """Up to so many rows of these kinds that are due, from now on the caller's alone until the lease ends.

    What one appointment has for one recipient comes one after the other, in the order it was queued.
    """
    if limit < 1:
        return []
    now, token = clock.now(), secrets.token_hex(16)
    with reading() as session:
        ids = session.scalars(READY, {'kinds': list(kinds), 'limit': limit}).all()

    def fn(session: Session) -> list[OutboxItem]:
        _change(session, and_(OutboxItem.id.in_(ids), IS_DUE), {'claimed_by': token, 'claimed_until': now + lease()})
        return list(session.scalars(select(OutboxItem).where(OutboxItem.id.in_(ids), OutboxItem.claimed_by == token)))

    return writing(fn) if ids else []


def renew(items: Collection[OutboxItem]) -> None:
    """Keep what is claimed for another lease."""
    ours, until = or_(*(_is_ours(item) for item in items)), clock.now() + lease()
    writing(lambda session: _change(session, ours, {'claimed_until': until}))


def record(attempts: Collection[Attempt]) -> list[OutboxItem]:
    """Write down how it went, and get the rows that are given up. A row that has meanwhile been claimed by somebody else stays theirs."""
    now = clock.now()

    def fn(session: Session) -> list[OutboxItem]:
        given_up = []
        for attempt in attempts:
            values = _after(session, attempt, now)
            _change(session, _is_ours(attempt.item), {'claimed_by': None, 'claimed_until': None, 'tries': OutboxItem.tries + 1, **values})
            if values.get('state') == FAILED:
                given_up.append(attempt.item)
        return given_up

    return writing(fn)


def lease() -> timedelta:
    """How long a claim lasts that is not renewed."""
    return timedelta(seconds=settings.current().outbox_lease_seconds)


def _after(session: Session, attempt: Attempt, now: datetime) -> dict[str, Any]:
    """What changes in the row."""
    if attempt.error is None:
        return {'state': DONE, 'done_at': now, 'last_error': None}
    values = {'last_error': _words(attempt.error)}
    if final := _final_state(session, attempt.item, now):
        return values | {'state': final, 'done_at': now}
    return values | {'due_at': now + PAUSES[min(attempt.item.tries, len(PAUSES) - 1)]}


def _final_state(session: Session, item: OutboxItem, now: datetime) -> str | None:
    """What a row becomes that has failed and is not tried again."""
    if item.kind == VIDEO_SESSION:
        appointment = session.get_one(Appointment, item.appointment_id)
        return DROPPED if now >= appointment.starts_at + timedelta(minutes=appointment.minutes) else None
    return FAILED if now >= item.created_at + LIFETIME else None


def _words(error: Exception) -> str:
    """Our own sentence, or only the kind of error: what others write into theirs may be an address or a key."""
    return str(error)[:255] if isinstance(error, EXPECTED) else type(error).__name__


def _change(session: Session, where: ColumnElement[bool], values: dict[str, Any]) -> None:
    session.execute(update(OutboxItem).where(where).values(values).execution_options(synchronize_session=False))


def _is_ours(item: OutboxItem) -> ColumnElement[bool]:
    return and_(OutboxItem.id == item.id, OutboxItem.claimed_by == item.claimed_by, OutboxItem.state == WAITING)


def _moot() -> ColumnElement[bool]:
    """Only good while the appointment stands, and it has been cancelled; or a reminder, and the time is past or another one now."""
    about = aliased(Appointment)
    cancelled = and_(OutboxItem.kind.not_in((CANCELLATION, RELEASE)), about.cancelled_at.is_not(None))
    handed_over = and_(OutboxItem.recipient == REP, about.rep_id != OutboxItem.rep_id)
    stale = and_(OutboxItem.kind == REMINDER, or_(about.starts_at != OutboxItem.starts_at, about.starts_at <= NOW, handed_over))
    return exists().where(about.id == OutboxItem.appointment_id, or_(cancelled, stale))


def _behind_another() -> ColumnElement[bool]:
    """Something was queued earlier for the same person, and it is not done."""
    earlier = aliased(OutboxItem)
    return exists().where(
        earlier.appointment_id == OutboxItem.appointment_id,
        earlier.recipient == OutboxItem.recipient,
        or_(earlier.recipient != REP, earlier.rep_id == OutboxItem.rep_id),
        earlier.id < OutboxItem.id,
        earlier.state == WAITING,
    )


# Made once: the worker looks at the queue twenty times a second while it has work, and making these costs more than what they find.
NOW = bindparam('now', callable_=lambda: clock.now(), type_=UtcDateTime())  # noqa: PLW0108 - as the clock is then
IS_FREE = and_(OutboxItem.state == WAITING, or_(OutboxItem.claimed_until.is_(None), OutboxItem.claimed_until < NOW))
IS_MOOT = _moot()
IS_DUE = and_(IS_FREE, OutboxItem.due_at <= NOW, ~IS_MOOT)
TO_DROP = select(OutboxItem.id, OutboxItem.appointment_id).where(IS_FREE, IS_MOOT)
READY = (
    select(OutboxItem.id)
    .where(OutboxItem.kind.in_(bindparam('kinds', expanding=True)), IS_DUE, ~_behind_another())
    .order_by(OutboxItem.due_at, OutboxItem.id)
    .limit(bindparam('limit', type_=Integer))
)
