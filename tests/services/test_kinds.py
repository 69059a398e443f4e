"""Kinds of appointment: what admins may say about them, and what follows for whoever books, on both databases."""

import random
import threading
from collections import Counter
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise

import pytest

import db
from services import appointment_changes, appointments, availability, cells, events, holds, kind_changes, kinds, reps, slugs, team
from services.customers import Customer
from services.errors import InvalidFields, KindInUse, NoSuchKind, SlotNotOffered, SlotTaken
from services.kind_fields import Typed
from services.questions import Draft
from services.team import Profile
from tests.conftest import NEW_YORK, coming, on_sqlite

TALK = Typed('First talk', minutes='30', step_minutes='30', rep_ids=[reps.FIRST])


@pytest.fixture
def reserved(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages of our own at `/rep` and `/chat/…`."""
    monkeypatch.setattr(slugs, '_reserved', set())
    slugs.reserve(['/', '/rep', '/chat/{key}'])


def robin(*kind_ids: int) -> db.Rep:
    """Robin in New York, who can be booked for these."""
    return team.invite(Profile('Robin', 'robin@example.com', NEW_YORK), kind_ids)


def free_that_day(kind: db.Kind, riley: db.Rep, days: int = 2) -> list[datetime]:
    """The starts that can still be booked on Riley's day so far ahead."""
    return list(availability.free_between(kind.id, coming(riley, days, hour=0), coming(riley, days + 1, hour=0)))


def taken(booked: db.Appointment) -> tuple[datetime, datetime]:
    """From when until when it takes its rep's time, buffers included."""
    starts_at = booked.starts_at - timedelta(minutes=booked.before_minutes)
    return starts_at, booked.starts_at + timedelta(minutes=booked.minutes + booked.after_minutes)


def problems(typed: Typed) -> dict[str, str]:
    """The sentences beside the fields."""
    with pytest.raises(InvalidFields) as error:
        kind_changes.add(typed)
    return error.value.fields


def test_a_new_kind_is_offered_at_the_end_of_the_list_with_what_was_typed(riley: db.Rep) -> None:
    typed = replace(
        TALK,
        name='  First   talk ',
        before_minutes='5',
        after_minutes=' 15 ',
        notice='2',
        notice_unit='days',
        change_notice='90',
        change_notice_unit='minutes',
        horizon_days='60',
        most_a_day='3',
        customer_chooses_rep=True,
    )
    heard: list[events.Event] = []
    stop = events.subscribe(heard.append)
    kind = kind_changes.add(typed)
    stop()
    assert heard == [events.KindChanged(kind.id)]
    assert [found.name for found in kinds.active()] == ['Video call', 'First talk']
    found = kinds.by_slug('first-talk')
    assert (found.minutes, found.step_minutes, found.before_minutes, found.after_minutes) == (30, 30, 5, 15)
    assert (found.notice_minutes, found.change_notice_minutes) == (2 * 24 * 60, 90)
    assert (found.horizon_days, found.most_a_day, found.customer_chooses_rep, found.is_active) == (60, 3, True, True)
    assert [rep.id for rep in kinds.reps_of(kind.id)] == [riley.id]


@on_sqlite
@pytest.mark.parametrize(
    ('field', 'wrong'),
    [
        ('name', ' '),
        ('name', 'x' * 101),
        ('description', 'x' * 1001),
        ('slug', 'First talk'),
        ('slug', 'gespräch'),
        ('slug', 'a--b'),
        ('slug', '-a'),
        ('slug', 'x' * 65),
        ('slug', 'rep'),
        ('slug', 'CHAT'),
        ('slug', 'video-call'),
        ('minutes', ''),
        ('minutes', '0'),
        ('minutes', '32'),
        ('minutes', '485'),
        ('minutes', '9' * 5000),
        ('minutes', '３０'),
        ('step_minutes', '0'),
        ('step_minutes', '7'),
        ('before_minutes', '-5'),
        ('before_minutes', '1'),
        ('after_minutes', '485'),
        ('notice', 'two'),
        ('notice_unit', 'weeks'),
        ('notice', '366'),
        ('change_notice', '1.5'),
        ('horizon_days', '0'),
        ('horizon_days', '3651'),
        ('most_a_day', '0'),
    ],
)
def test_what_cannot_be_taken_is_told_beside_its_field_and_nothing_is_stored(riley: db.Rep, reserved: None, field: str, wrong: str) -> None:
    told = problems(replace(TALK, notice_unit='days', **{field: wrong}) if field == 'notice' else replace(TALK, **{field: wrong}))
    assert list(told) == [field.removesuffix('_unit')]
    assert told[field.removesuffix('_unit')].count('Please ') == 1
    assert len(kind_changes.listed()) == 1


@on_sqlite
def test_a_notice_as_long_as_it_can_be_booked_ahead_is_refused(riley: db.Rep) -> None:
    assert set(problems(replace(TALK, horizon_days='2', notice='48'))) == {'notice'}
    assert kind_changes.add(replace(TALK, horizon_days='2', notice='47')).notice_minutes == 47 * 60


@on_sqlite
@pytest.mark.parametrize(
    ('name', 'slug'),
    [
        ('Erstgespräch für Käufer', 'erstgesprach-fur-kaufer'),
        ('Große Straße', 'grosse-strasse'),
        ("Ana's 2nd — Łódź", 'anas-2nd-lodz'),
        ('相談', 'appointment'),
        ('Rep', 'rep-2'),
        ('Video call', 'video-call-2'),
        ('x' * 100, 'x' * 60),
    ],
)
def test_an_address_is_made_of_the_name_when_none_is_given(riley: db.Rep, reserved: None, name: str, slug: str) -> None:
    assert kind_changes.proposed_slug(name) == slug
    assert kind_changes.add(replace(TALK, name=name)).slug == slug


def test_two_kinds_cannot_have_one_address_and_each_keeps_its_own(riley: db.Rep) -> None:
    talk = kind_changes.add(TALK)
    with pytest.raises(InvalidFields, match='/video-call'):
        kind_changes.change(talk.id, replace(TALK, slug='video-call'))
    assert kind_changes.change(talk.id, replace(TALK, name='Talk', slug='')).slug == 'first-talk'
    assert kind_changes.change(talk.id, replace(TALK, slug='talk')).slug == 'talk'


def test_who_stays_in_a_kind_keeps_their_turn_and_who_leaves_cannot_be_booked_for_it(riley: db.Rep, carol: Customer) -> None:
    talk = kind_changes.add(TALK)
    other = robin(talk.id)
    first = appointments.book(talk.id, coming(riley, hour=16), carol)
    assert first.rep_id == riley.id
    kind_changes.change(talk.id, replace(TALK, rep_ids=[riley.id, other.id, 99]))
    with db.reading() as session:
        assert session.get_one(db.KindRep, (talk.id, riley.id)).chosen_at is not None
    kind_changes.change(talk.id, replace(TALK, rep_ids=[other.id]))
    with pytest.raises(SlotNotOffered):
        appointments.book(talk.id, coming(riley), carol)
    assert appointments.get(first.id).rep_id == riley.id


def test_changing_a_kind_leaves_what_is_booked_as_it_was(riley: db.Rep, appointment: db.Appointment) -> None:
    kind_changes.change(kinds.FIRST, replace(TALK, minutes='15', before_minutes='60', after_minutes='60'))
    found = appointments.get(appointment.id)
    assert (found.minutes, found.before_minutes, found.after_minutes) == (60, 0, 0)
    assert cells.claim_of(found).until_at == appointment.starts_at + timedelta(hours=1)


def test_a_hidden_kind_cannot_be_found_held_or_booked_until_it_is_shown_again(riley: db.Rep, carol: Customer) -> None:
    kind_changes.show(kinds.FIRST, is_active=False)
    for attempt in (
        kinds.default,
        lambda: kinds.by_slug('video-call'),
        lambda: holds.take(kinds.FIRST, coming(riley), 'browser', '192.0.2.1'),
        lambda: appointments.book(kinds.FIRST, coming(riley), carol),
    ):
        with pytest.raises(NoSuchKind):
            attempt()
    kind_changes.show(kinds.FIRST, is_active=True)
    assert appointments.book(kinds.FIRST, coming(riley), carol).kind_id == kinds.FIRST


def test_kinds_are_put_in_order(riley: db.Rep) -> None:
    talk, tour = kind_changes.add(TALK), kind_changes.add(replace(TALK, name='Tour'))
    kind_changes.move(tour.id, -1)
    assert [kind.name for kind in kinds.active()] == ['Video call', 'Tour', 'First talk']
    kind_changes.move(talk.id, -5)
    kind_changes.move(talk.id, -1)
    assert [row.kind.name for row in kind_changes.listed()] == ['First talk', 'Video call', 'Tour']
    assert kinds.default().id == talk.id


def test_only_what_was_never_booked_can_be_deleted(riley: db.Rep, appointment: db.Appointment) -> None:
    talk = kind_changes.add(replace(TALK, questions=[Draft('a', 'Which office?')]))
    holds.take(talk.id, coming(riley, hour=15), 'browser', '192.0.2.1')
    assert [row.can_be_deleted for row in kind_changes.listed()] == [False, True]
    kind_changes.remove(talk.id)
    appointment_changes.cancel(appointment.id)
    with pytest.raises(KindInUse):
        kind_changes.remove(kinds.FIRST)
    assert [row.kind.id for row in kind_changes.listed()] == [kinds.FIRST]
    for attempt in (
        lambda: kind_changes.remove(talk.id),
        lambda: kind_changes.change(talk.id, TALK),
        lambda: kind_changes.move(talk.id, 1),
    ):
        with pytest.raises(NoSuchKind, match='deleted meanwhile'):
            attempt()


def test_lengths_and_buffers_of_all_kinds_fill_a_day_without_sharing_time(riley: db.Rep, carol: Customer) -> None:
    mixed = [
        kind_changes.add(
            replace(TALK, name=str(lengths), minutes=lengths[0], before_minutes=lengths[1], after_minutes=lengths[2], step_minutes='5')
        )
        for lengths in (('20', '5', '0'), ('35', '0', '15'), ('5', '10', '10'))
    ]
    wishes = [(kind.id, start) for kind in mixed for start in free_that_day(kind, riley)]
    random.Random(7).shuffle(wishes)
    booked: list[db.Appointment] = []
    for kind_id, start in wishes:
        with suppress(SlotTaken):
            booked.append(appointments.book(kind_id, start, carol))
    claims = sorted(taken(found) for found in booked)
    assert len(claims) > 5
    assert all(earlier[1] <= later[0] for earlier, later in pairwise(claims))
    assert {found.kind_id for found in booked} == {kind.id for kind in mixed}
    assert not any(free_that_day(kind, riley) for kind in mixed)


def test_of_many_who_book_a_day_at_once_no_more_get_it_than_the_most(riley: db.Rep, carol: Customer) -> None:
    talk = kind_changes.add(replace(TALK, most_a_day='2'))
    starts = free_that_day(talk, riley)
    outcomes: list[str] = []

    def attempt(start: datetime) -> None:
        try:
            appointments.book(talk.id, start, carol)
            outcomes.append('booked')
        except SlotTaken:
            outcomes.append('full')

    threads = [threading.Thread(target=attempt, args=[start]) for start in starts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Counter(outcomes) == {'booked': 2, 'full': len(starts) - 2}
    assert len(starts) == 14
    assert free_that_day(talk, riley) == []
    assert len(free_that_day(talk, riley, days=3)) == 14
