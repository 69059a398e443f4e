"""What admins do about reps: invite them, change them, let them go and come back."""

from collections.abc import Collection
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from db import Kind, Rep, writing
from services import clock, events, outbox, reps, revision, sign_ins
from services.errors import LastAdmin


@dataclass(frozen=True)
class Profile:
    """What an admin says about a rep, as it was typed. `colour` is one of `reps.COLOURS`."""

    name: str
    email: str
    time_zone: str
    colour: str = next(iter(reps.COLOURS))
    is_admin: bool = False


def invite(profile: Profile, kind_ids: Collection[int]) -> Rep:
    """The new rep, with the default hours, who can be booked for these kinds and gets a mail with a link to choose a password.

    :raises InvalidFields: with one sentence a field
    """
    values = reps.tidied(asdict(profile))

    def fn(session: Session) -> Rep:
        rep = _new(session, values, kind_ids)
        outbox.add_for_rep(session, rep.id, outbox.INVITATION)
        return rep

    rep = writing(fn)
    for kind_id in kind_ids:
        events.publish(events.KindChanged(kind_id))
    _tell(rep, mailed=True)
    return rep


def invite_again(rep_id: int) -> None:
    """Send the invitation once more; the links in the mails before it lead nowhere from now on."""

    def fn(session: Session) -> Rep:
        rep = session.get_one(Rep, rep_id)
        rep.link_version += 1
        outbox.add_for_rep(session, rep_id, outbox.INVITATION)
        return rep

    _tell(writing(fn), mailed=True)


def change(rep_id: int, profile: Profile) -> Rep:
    """The rep with another profile; what the settings fix stays.

    :raises InvalidFields: with one sentence a field; nothing is changed then
    :raises LastAdmin: when no admin would be left
    """
    values = reps.tidied(asdict(profile) | reps.fixed_fields(rep_id))

    def fn(session: Session) -> Rep:
        rep = session.get_one(Rep, rep_id)
        if not profile.is_admin:
            _refuse_last_admin(session, rep)
        reps.write(session, rep, values)
        return rep

    rep = writing(fn)
    _tell(rep)
    return rep


def reactivate(rep_id: int) -> Rep:
    """The rep, who can sign in and be booked again."""

    def fn(session: Session) -> Rep:
        rep = session.get_one(Rep, rep_id)
        rep.is_active = True
        sign_ins.end_all(session, rep)  # one may have begun while they were let go
        revision.rise(session)
        return rep

    rep = writing(fn)
    _tell(rep)
    return rep


def make_admin(profile: Profile) -> Rep:
    """An active admin with this address: the rep who has it, or a new one, who can be booked for nothing yet.

    :raises InvalidFields: with one sentence a field
    """
    values = reps.tidied(asdict(profile))

    def fn(session: Session) -> Rep:
        rep = session.scalar(select(Rep).where(Rep.email == values['email'])) or _new(session, values, ())
        rep.is_admin = rep.is_active = True
        revision.rise(session)
        return rep

    rep = writing(fn)
    _tell(rep)
    return rep


def _new(session: Session, values: dict[str, Any], kind_ids: Collection[int]) -> Rep:
    rep = Rep(created_at=clock.now())
    session.add(rep)
    reps.write(session, rep, values)
    reps.let_be_booked(session, rep, session.scalars(select(Kind.id).where(Kind.id.in_(kind_ids))).all())
    return rep


def _refuse_last_admin(session: Session, rep: Rep) -> None:
    """:raises LastAdmin: when nobody else is an admin who can sign in"""
    if rep.is_admin and not set(reps.able_admins(session)) - {rep.id}:
        raise LastAdmin


def _tell(rep: Rep, *, mailed: bool = False) -> None:
    """Say that a rep has changed; `mailed`: and that there is a mail to be sent."""
    events.publish(events.RepChanged(rep.id))
    if mailed:
        events.publish(events.OutboxChanged(None, is_done=False))
