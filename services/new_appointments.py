"""The rows of a new appointment, with the first rep who is free."""

from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import asdict
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from db import Answer, Appointment, Kind, Rep
from services import cells, clock, keys, turns
from services.catalogue import Catalogue
from services.cells import claim_of
from services.customers import Customer
from services.errors import SlotTaken


def add_with_one_of(
    session: Session, known: Catalogue, kind: Kind, candidates: list[int], starts_at: datetime, customer: Customer
) -> Appointment:
    """A new appointment with the first of these reps who is free, in the order of their turns, and the cells it claims.

    :raises SlotTaken: when none is
    """
    has_choice = len(candidates) > 1
    if has_choice or kind.most_a_day is not None:
        turns.hold_the_line(session, kind)
    for rep_id in turns.free_in_order(session, known, kind, candidates, starts_at):
        try:
            with session.begin_nested() if has_choice else nullcontext():  # a savepoint is only worth its time when there is a next one
                appointment = _stored(session, _new(kind, rep_id, starts_at, customer))
        except SlotTaken:
            continue
        if has_choice:
            turns.note(session, kind, rep_id)
        return appointment
    raise SlotTaken


def add_answers(session: Session, appointment: Appointment, answers: Sequence[tuple[str, str]]) -> None:
    """Keep the questions as they were asked, each with what was answered."""
    own = appointment.id
    session.add_all(Answer(appointment_id=own, position=index, label=label, text=text) for index, (label, text) in enumerate(answers))


def _stored(session: Session, appointment: Appointment) -> Appointment:
    """:raises SlotTaken: when its rep is not free, or has just become inactive: since the row is there, that cannot happen any more"""
    session.add(appointment)
    session.flush()
    cells.take(session, claim_of(appointment), appointment_id=appointment.id)
    if not session.scalar(select(Rep.is_active).where(Rep.id == appointment.rep_id)):
        raise SlotTaken
    return appointment


def _new(kind: Kind, rep_id: int, starts_at: datetime, customer: Customer) -> Appointment:
    lengths = {name: getattr(kind, name) for name in ('minutes', 'before_minutes', 'after_minutes')}
    when = {'starts_at': starts_at, 'created_at': clock.now()}
    return Appointment(public_id=keys.new_id(), kind_id=kind.id, rep_id=rep_id, **when, **lengths, **asdict(customer))
