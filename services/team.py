"""What admins do about reps: invite them, change them, let them go and come back."""

from collections.abc import Collection
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from db import Appointment, Kind, Rep, reading, writing
from services import appointment_changes, appointments, clock, events, outbox, reps, revision, sign_ins
from services.errors import AlreadyCancelled, AppointmentChanged, AppointmentOver, LastAdmin, OwnAccount, SlotTaken, StillBooked


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


def invite_again(rep_id: int) -> Rep:
    """The rep, to whom the invitation is sent once more; the links in the mails before it lead nowhere from now on."""

    def fn(session: Session) -> Rep:
        rep = session.get_one(Rep, rep_id)
        rep.link_version += 1
        outbox.add_for_rep(session, rep_id, outbox.INVITATION)
        return rep

    rep = writing(fn)
    _tell(rep, mailed=True)
    return rep


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


def appointments_to_come(rep_id: int) -> list[Appointment]:
    """The rep's booked appointments that are not over yet, in order."""
    with reading() as session:
        return _to_come(session, rep_id)


def let_go(rep_id: int, *, by_id: int, hand_over: bool, reason: str = '') -> Rep:
    """The rep, who is inactive now: signed out, and booked no more.

    What they have to come is first handed over, each appointment to a rep who works then and is free, or else cancelled for this reason.

    :raises OwnAccount: when they are the one who asks for it
    :raises LastAdmin: when no admin would be left
    :raises InvalidFields: when the reason is too long
    :raises StillBooked: when nobody else is free for some of it, or somebody has just booked more; the rest has been done then
    """
    if rep_id == by_id:
        raise OwnAccount
    writing(lambda session: _refuse_last_admin(session, session.get_one(Rep, rep_id)))  # before anything is changed in vain
    for appointment in appointments_to_come(rep_id):
        with suppress(AlreadyCancelled, AppointmentOver, AppointmentChanged):
            _hand_over(appointment) if hand_over else appointment_changes.cancel(appointment.id, reason=reason)
    rep, ended = writing(lambda session: _deactivate(session, rep_id))
    sign_ins.tell_ended(ended)
    _tell(rep)
    return rep


def reactivate(rep_id: int) -> Rep:
    """The rep, who can sign in and be booked again."""

    def fn(session: Session) -> Rep:
        rep = session.get_one(Rep, rep_id)
        _bring_back(session, rep)
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
        rep = session.scalar(select(Rep).where(Rep.email == values['email']))
        if rep is None or rep.email != values['email']:  # MySQL also finds é for e, who is somebody else
            rep = _new(session, values, ())
        if not rep.is_active:
            _bring_back(session, rep)
        rep.is_admin = True
        revision.rise(session)
        return rep

    rep = writing(fn)
    _tell(rep)
    return rep


def _to_come(session: Session, rep_id: int) -> list[Appointment]:
    now = clock.now()
    lately = Appointment.starts_at > now - timedelta(days=1)  # none takes that long
    booked = select(Appointment).where(Appointment.rep_id == rep_id, Appointment.cancelled_at.is_(None), lately)
    found = session.scalars(booked.order_by(Appointment.starts_at))
    return [appointment for appointment in found if not appointments.is_over(appointment, now)]


def _hand_over(appointment: Appointment) -> None:
    """Give it to the first who works then, is free, and still is when asked; if nobody is, it stays."""
    for other in appointment_changes.free_reps(appointment):
        if other.works_then:
            with suppress(SlotTaken):
                appointment_changes.hand_over(appointment.id, other.rep.id)
                return


def _deactivate(session: Session, rep_id: int) -> tuple[Rep, list[str]]:
    """The row is locked first: who is just booking it either is seen here, or sees that the rep is inactive.

    :raises StillBooked: when appointments are left
    """
    rep = session.get_one(Rep, rep_id, with_for_update=True)
    _refuse_last_admin(session, rep)
    if _to_come(session, rep_id):
        raise StillBooked
    rep.is_active = False
    revision.rise(session)
    return rep, sign_ins.end_all(session, rep)


def _bring_back(session: Session, rep: Rep) -> None:
    rep.is_active = True
    sign_ins.end_all(session, rep)  # one may have begun while they were let go
    revision.rise(session)


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
