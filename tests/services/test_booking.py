"""Booking and cancelling, on both databases."""

import threading
from collections import Counter
from dataclasses import asdict
from datetime import timedelta
from inspect import signature
from typing import Any

import pytest
from sqlalchemy import func, select, update

import db
from services import appointment_changes, appointments, availability, customers, kind_changes, kinds, outbox
from services.customers import Customer
from services.errors import AlreadyCancelled, InvalidFields, NoSuchKind, SlotNotOffered, SlotTaken, UnknownLink
from services.kind_fields import Typed
from tests.conftest import coming


def test_a_slot_can_be_booked_only_once(riley: db.Rep, carol: Customer) -> None:
    appointments.book(kinds.FIRST, coming(riley), carol)
    with pytest.raises(SlotTaken):
        appointments.book(kinds.FIRST, coming(riley), carol)


def test_of_fifty_who_book_one_slot_at_once_exactly_one_succeeds(riley: db.Rep, carol: Customer) -> None:
    outcomes: list[str] = []

    def attempt() -> None:
        try:
            appointments.book(kinds.FIRST, coming(riley), carol)
            outcomes.append('booked')
        except SlotTaken:
            outcomes.append('taken')

    threads = [threading.Thread(target=attempt) for _ in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Counter(outcomes) == {'booked': 1, 'taken': 49}
    with db.reading() as session:
        assert session.scalar(select(func.count()).select_from(db.Appointment)) == 1
        assert session.scalar(select(func.count()).select_from(db.Cell)) == 12


def test_the_database_itself_refuses_overlapping_time(appointment: db.Appointment) -> None:
    def claim_again(session: db.Session) -> None:
        session.add(db.Cell(rep_id=appointment.rep_id, starts_at=appointment.starts_at, appointment_id=appointment.id))

    with pytest.raises(Exception, match=r'(?i)unique|duplicate'):
        db.writing(claim_again)


def test_an_appointment_and_what_to_tell_whom_are_stored_together(appointment: db.Appointment) -> None:
    assert queued() == [('confirmation', 'customer'), ('confirmation', 'rep')]


@pytest.mark.usefixtures('platform')
def test_where_a_platform_makes_the_session_of_a_call_it_is_asked_long_before(appointment: db.Appointment) -> None:
    assert queued() == [('confirmation', 'customer'), ('confirmation', 'rep'), ('video_session', '')]


def queued() -> list[tuple[str, str]]:
    """What is in the outbox, and to whom."""
    with db.reading() as session:
        rows = session.execute(select(db.OutboxItem.kind, db.OutboxItem.recipient).order_by(db.OutboxItem.id))
        return [(kind, recipient) for kind, recipient in rows]


def test_when_the_mail_cannot_be_stored_nothing_is_booked(riley: db.Rep, carol: Customer, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_args: object, **_kwargs: object) -> None:
        raise RuntimeError('no room')

    monkeypatch.setattr(outbox, 'add', fail)
    with pytest.raises(RuntimeError):
        appointments.book(kinds.FIRST, coming(riley), carol)
    assert appointments.booked_at(riley.id, coming(riley)) is None
    with db.reading() as session:
        assert session.scalar(select(func.count()).select_from(db.Cell)) == 0


def test_cancelling_frees_the_time_and_keeps_the_appointment(appointment: db.Appointment, carol: Customer) -> None:
    cancelled = appointment_changes.cancel(appointment.id)
    assert (cancelled.status, cancelled.calendar_sequence) == ('cancelled', 1)
    again = appointments.book(kinds.FIRST, appointment.starts_at, carol)
    assert again.id != appointment.id


def test_cancelling_twice_is_told(appointment: db.Appointment) -> None:
    appointment_changes.cancel(appointment.id)
    with pytest.raises(AlreadyCancelled):
        appointment_changes.cancel(appointment.id)


def test_a_kind_that_is_deleted_meanwhile_cannot_be_booked(riley: db.Rep, carol: Customer, monkeypatch: pytest.MonkeyPatch) -> None:
    kind = kind_changes.add(Typed('First talk', rep_ids=[riley.id]))
    bookable = availability.bookable

    def delete_then(*arguments: Any) -> list[int]:
        kind_changes.remove(kind.id)
        return bookable(*arguments)

    monkeypatch.setattr(availability, 'bookable', delete_then)
    with pytest.raises(NoSuchKind):
        appointments.book(kind.id, coming(riley), carol)


@pytest.mark.parametrize('shift', [timedelta(days=-9), timedelta(minutes=5), timedelta(days=500), timedelta(hours=12)])
def test_a_start_that_is_not_offered_cannot_be_booked(riley: db.Rep, carol: Customer, shift: timedelta) -> None:
    with pytest.raises(SlotNotOffered):
        appointments.book(kinds.FIRST, coming(riley) + shift, carol)


def test_every_field_of_a_customer_comes_back_from_the_booking(riley: db.Rep) -> None:
    given = {'email': 'sam@example.com', 'time_zone': 'Europe/Paris', 'clock': 24}
    sam = Customer(**{name: given.get(name, f'Sam’s {name}') for name in signature(Customer).parameters})
    booked = appointments.get(appointments.book(kinds.FIRST, coming(riley), sam).id)
    assert {name: getattr(booked, name) for name in asdict(sam)} == asdict(sam)


@pytest.mark.parametrize('field', customers.LONGEST)
def test_nothing_is_taken_that_is_longer_than_its_column(field: str) -> None:
    most = db.Appointment.__table__.columns[field].type.length
    with pytest.raises(InvalidFields) as error:
        customers.checked_customer(**(dict.fromkeys(signature(customers.checked_customer).parameters, '') | {field: 'x' * (most + 1)}))
    assert field in error.value.fields


def test_what_cannot_be_taken_is_told_field_by_field() -> None:
    with pytest.raises(InvalidFields) as error:
        customers.checked_customer(' ', 'carol@example', 'x' * 2001, 'Mars/Base')
    assert set(error.value.fields) == {'name', 'email', 'comment', 'tz'}


def test_a_chat_key_opens_the_chat_only_and_revoked_keys_open_nothing(appointment: db.Appointment) -> None:
    chat = appointments.key('chat', appointment)
    assert appointments.by_key('chat', chat).id == appointment.id
    with pytest.raises(UnknownLink):
        appointments.by_key('manage', chat)
    appointment_changes.cancel(appointment.id)
    assert appointments.by_key('chat', chat).status == 'cancelled'
    db.writing(lambda session: session.execute(update(db.Appointment).values(key_version=2)))
    with pytest.raises(UnknownLink):
        appointments.by_key('chat', chat)
