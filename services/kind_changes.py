"""What admins do about kinds: add them, change, order, hide and delete them. What is booked stays as it was booked."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from db import Appointment, Kind, KindRep, Rep, reading, writing
from services import clock, events, questions, revision, slugs
from services.errors import InvalidFields, KindInUse, NoSuchKind
from services.kind_fields import Typed, checked
from services.questions import Draft

GONE = 'This kind has been deleted meanwhile. Please look at the list again.'


@dataclass(frozen=True)
class Listed:
    """A kind, who is in it (also who is inactive), and whether it can be deleted."""

    kind: Kind
    reps: tuple[Rep, ...]
    can_be_deleted: bool


def listed() -> list[Listed]:
    """All kinds in their order."""
    is_booked = select(Appointment.id).where(Appointment.kind_id == Kind.id).exists()
    with reading() as session:
        kinds = session.execute(select(Kind, is_booked).order_by(Kind.position, Kind.id)).all()
        pairs = session.execute(select(KindRep.kind_id, Rep).join(Rep, Rep.id == KindRep.rep_id).order_by(Rep.name, Rep.id)).all()
    return [Listed(kind, tuple(rep for kind_id, rep in pairs if kind_id == kind.id), not booked) for kind, booked in kinds]


def proposed_slug(name: str) -> str:
    """The slug that a new kind of this name gets when none is given."""
    with reading() as session:
        return slugs.proposed(name, session.scalars(select(Kind.slug)))


def add(typed: Typed) -> Kind:
    """A new kind, active, at the end of the list.

    :raises InvalidFields: with one sentence a field
    """
    values, asked = checked(typed)

    def fn(session: Session) -> Kind:
        last = session.scalar(select(func.max(Kind.position)))
        kind = Kind(position=0 if last is None else last + 1, created_at=clock.now())
        session.add(kind)
        _write(session, kind, typed, values, asked)
        return kind

    return _change(fn)


def change(kind_id: int, typed: Typed) -> Kind:
    """The kind as it is typed now. Without a slug it keeps the one it has.

    :raises InvalidFields: with one sentence a field; nothing is changed then
    :raises NoSuchKind: when it has been deleted
    """
    values, asked = checked(typed)

    def fn(session: Session) -> Kind:
        kind = _get(session, kind_id)
        _write(session, kind, typed, values, asked)
        return kind

    return _change(fn)


def show(kind_id: int, *, is_active: bool) -> Kind:
    """The kind, which can be booked from now on; or cannot, when it is not to be active.

    :raises NoSuchKind: when it has been deleted
    """

    def fn(session: Session) -> Kind:
        kind = _get(session, kind_id)
        kind.is_active = is_active
        return kind

    return _change(fn)


def move(kind_id: int, places: int) -> Kind:
    """The kind, so many places further down in the list; up, when it is negative.

    :raises NoSuchKind: when it has been deleted
    """

    def fn(session: Session) -> Kind:
        kind = _get(session, kind_id)
        order = list(session.scalars(select(Kind).order_by(Kind.position, Kind.id)))
        index = order.index(kind)
        order.insert(max(0, index + places), order.pop(index))
        for position, other in enumerate(order):
            other.position = position
        return kind

    return _change(fn)


def remove(kind_id: int) -> Kind:
    """The kind that was, with its questions; whoever is just filling in its form cannot book it.

    :raises KindInUse: when somebody has booked it, ever
    :raises NoSuchKind: when it has been deleted
    """

    def fn(session: Session) -> Kind:
        kind = _get(session, kind_id)
        try:
            session.execute(delete(Kind).where(Kind.id == kind_id).execution_options(synchronize_session=False))
        except IntegrityError:
            raise KindInUse from None
        return kind

    return _change(fn)


def _change(fn: Callable[[Session], Kind]) -> Kind:
    """The result of `fn(session)` in a transaction; then everybody hears that the kind has changed."""

    def risen(session: Session) -> Kind:
        revision.rise(session)  # first: it makes two changes at once take turns
        kind = fn(session)
        session.flush()
        return kind

    kind = writing(risen)
    events.publish(events.KindChanged(kind.id))
    return kind


def _get(session: Session, kind_id: int) -> Kind:
    kind = session.get(Kind, kind_id)
    if kind is None:
        raise NoSuchKind(GONE)
    return kind


def _write(session: Session, kind: Kind, typed: Typed, values: dict[str, Any], asked: Sequence[Draft]) -> None:
    """:raises InvalidFields: when another kind has the address"""
    if not values['slug']:
        values = values | {'slug': kind.slug or slugs.proposed(values['name'], session.scalars(select(Kind.slug)))}
    for field, value in values.items():
        setattr(kind, field, value)
    try:
        session.flush()
    except IntegrityError:
        raise InvalidFields({'slug': f'Another kind has the address /{values["slug"]}. Please choose another one.'}) from None
    _write_reps(session, kind, typed.rep_ids)
    questions.write(session, kind.id, asked)


def _write_reps(session: Session, kind: Kind, rep_ids: Collection[int]) -> None:
    """Those who stay keep when it was last their turn."""
    session.execute(delete(KindRep).where(KindRep.kind_id == kind.id, KindRep.rep_id.not_in(rep_ids)))
    there = select(KindRep.rep_id).where(KindRep.kind_id == kind.id)
    new = session.scalars(select(Rep.id).where(Rep.id.in_(rep_ids), Rep.id.not_in(there)))
    session.add_all(KindRep(kind_id=kind.id, rep_id=rep_id) for rep_id in new)
