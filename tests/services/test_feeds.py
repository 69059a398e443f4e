"""A rep's feed: what is in it, and whom it is for."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from icalendar import Calendar
from sqlalchemy import update

import db
from services import appointment_changes, appointments, clock, feeds, kinds, outbox
from services.customers import Customer
from services.errors import UnknownLink
from tests import icalendar_rules
from tests.conftest import coming, on_sqlite

pytestmark = on_sqlite

Now = Callable[[datetime], None]


def feed(rep: db.Rep) -> feeds.Feed:
    """What the rep's calendar program gets."""
    return feeds.by_key(feeds.address(rep).rpartition('/')[2].removesuffix('.ics'))


def said(rep: db.Rep) -> dict[str, tuple[str, datetime]]:
    """The events in the rep's feed by UID: what they are called and when they start. The calendar must be without a fault."""
    content = feed(rep).content()
    assert icalendar_rules.faults(content) == []
    return {str(event['UID']): (str(event['SUMMARY']), event.start) for event in Calendar.from_ical(content).walk('VEVENT')}


def test_a_feed_holds_what_is_booked_with_its_rep(riley: db.Rep, appointment: db.Appointment) -> None:
    other = db.Rep(name='Robin Doe', time_zone='UTC', created_at=clock.now())
    db.writing(lambda session: session.add(other))
    assert said(riley) == {f'{appointment.public_id}@scheduled-calls': ('Video call with Carol Tanaka', appointment.starts_at)}
    assert said(other) == {}


def test_a_feed_goes_back_a_month(riley: db.Rep, appointment: db.Appointment, now: Now) -> None:
    now(appointment.starts_at + timedelta(days=30, seconds=-1))
    assert len(said(riley)) == 1
    now(appointment.starts_at + timedelta(days=30))
    assert said(riley) == {}


def test_every_change_shows_and_gives_the_feed_another_tag(riley: db.Rep, carol: Customer, appointment: db.Appointment) -> None:
    seen = [feed(riley).etag]
    assert feed(riley).etag == seen[0]
    moved = appointment_changes.reschedule(appointment.id, coming(riley, hour=14), by=outbox.CUSTOMER)
    assert [start for _, start in said(riley).values()] == [moved.starts_at]
    seen.append(feed(riley).etag)
    appointment_changes.cancel(appointments.book(kinds.FIRST, coming(riley), carol).id)
    assert len(said(riley)) == 1
    seen.append(feed(riley).etag)
    assert seen[1] == seen[2] != seen[0]
    db.writing(lambda session: session.execute(update(db.Kind).values(name='Consultation')))
    assert [name for name, _ in said(riley).values()] == ['Consultation with Carol Tanaka']
    assert feed(riley).etag not in seen


def test_a_renewed_address_is_the_only_one(riley: db.Rep) -> None:
    feed(riley)
    renewed = feeds.renew(riley.id)
    with pytest.raises(UnknownLink):
        feed(riley)
    assert feed(renewed).rep.id == riley.id


def test_nobody_reads_the_feed_of_somebody_who_has_left(riley: db.Rep) -> None:
    db.writing(lambda session: session.execute(update(db.Rep).values(is_active=False)))
    with pytest.raises(UnknownLink):
        feed(riley)
