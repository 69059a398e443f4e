"""How it stands with the mails in the outbox: what pages tell of one, those that do not arrive, and those that lie in the mailbox."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import ColumnElement, and_, func, or_, select, true

from db import Appointment, OutboxItem, Rep, reading
from services import clock
from services.outbox import CONFIRMATION, CUSTOMER, DONE, DROPPED, FAILED, INVITATION, IS_MOOT, NOBODY, REP, WAITING

TOLD_AFTER = 3  # tries in vain, the rep is told


@dataclass(frozen=True)
class MailState:
    """How it stands with a mail, and since when, or until when the next try waits; `error` is why the last try failed."""

    state: Literal['waiting', 'trying', 'sent', 'failed']
    at: datetime
    error: str = ''


@dataclass(frozen=True)
class Undelivered:
    """A mail that has failed several times, about an appointment that is still to come."""

    appointment_id: int
    starts_at: datetime
    customer: str
    kind: str
    recipient: str
    is_given_up: bool  # or it is still tried


def of(appointment_id: int, *kinds: str) -> MailState | None:
    """How it stands with the last mail of these kinds to this appointment's customer (the confirmation, when none is named).

    None when there is none, or it was dropped.
    """
    is_one = OutboxItem.recipient == CUSTOMER, OutboxItem.kind.in_(kinds or (CONFIRMATION,))
    with reading() as session:
        item = session.scalar(
            select(OutboxItem).where(OutboxItem.appointment_id == appointment_id, *is_one).order_by(OutboxItem.id.desc()).limit(1)
        )
    if item is None or item.state == DROPPED:
        return None
    if item.done_at:
        return MailState('sent' if item.state == DONE else 'failed', item.done_at, item.last_error or '')
    return MailState('trying' if item.tries else 'waiting', item.due_at, item.last_error or '')


def undelivered(rep_id: int) -> list[Undelivered]:
    """The mails that keep failing or were given up, about this rep's appointments to come, in their order."""
    with reading() as session:
        rows = session.execute(
            select(OutboxItem, Appointment)
            .join(Appointment, Appointment.id == OutboxItem.appointment_id)
            .where(_is_undelivered(), ~IS_MOOT, _is_for(rep_id), Appointment.starts_at > clock.now())
            .order_by(Appointment.starts_at, OutboxItem.id)
        ).all()
    return [Undelivered(about.id, about.starts_at, about.name, item.kind, item.recipient, item.state == FAILED) for item, about in rows]


def undelivered_invitations() -> set[int]:
    """The row numbers of the reps whose last invitation keeps failing or was given up."""
    last = select(func.max(OutboxItem.id)).where(OutboxItem.kind == INVITATION).group_by(OutboxItem.rep_id)
    with reading() as session:
        found = session.scalars(select(OutboxItem.rep_id).where(OutboxItem.id.in_(last), _is_undelivered()))
        return {rep_id for rep_id in found if rep_id is not None}


def delivered(skip: int, limit: int, reader: Rep | None = None) -> list[OutboxItem]:
    """The mails that were delivered, which without a mail server means: lie in the mailbox; newest first. Only those for this reader."""
    newest = select(OutboxItem).where(_is_delivered(), _may_read(reader)).order_by(OutboxItem.done_at.desc(), OutboxItem.id.desc())
    with reading() as session:
        return list(session.scalars(newest.offset(skip).limit(limit)))


def delivered_one(item_id: int, reader: Rep | None = None) -> OutboxItem | None:
    """The mail with this row number, if it was delivered and is for this reader."""
    with reading() as session:
        return session.scalar(select(OutboxItem).where(OutboxItem.id == item_id, _is_delivered(), _may_read(reader)))


def _is_delivered() -> ColumnElement[bool]:
    return and_(OutboxItem.state == DONE, OutboxItem.recipient != NOBODY)


def _may_read(reader: Rep | None) -> ColumnElement[bool]:
    """An admin may read every mail, another rep only what went to them: mails hold links that open something."""
    if reader is None or reader.is_admin:
        return true()
    return and_(OutboxItem.recipient == REP, OutboxItem.rep_id == reader.id)


def _is_undelivered() -> ColumnElement[bool]:
    """A mail that was given up, or has failed so often that its appointment may come first."""
    keeps_failing = and_(OutboxItem.state == WAITING, OutboxItem.tries >= TOLD_AFTER)
    return and_(OutboxItem.recipient != NOBODY, or_(OutboxItem.state == FAILED, keeps_failing))


def _is_for(rep_id: int) -> ColumnElement[bool]:
    """To this rep, or to a customer of theirs."""
    to_customer = and_(OutboxItem.recipient == CUSTOMER, Appointment.rep_id == rep_id)
    return or_(to_customer, and_(OutboxItem.recipient == REP, OutboxItem.rep_id == rep_id))
