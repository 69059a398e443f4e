"""What admins do about reps: whoever is let go leaves nothing hanging, and an admin always remains."""

import threading
from contextlib import suppress
from dataclasses import replace

import pytest
from sqlalchemy import func, select, update

import db
from services import appointment_changes, appointments, clock, events, kinds, outbox, password_links, reps, sign_ins, team
from services.customers import Customer
from services.errors import (
    AppointmentChanged,
    InvalidFields,
    LastAdmin,
    NotAllowed,
    NotSignedIn,
    OwnAccount,
    PasswordLinkOver,
    SlotNotOffered,
    SlotTaken,
    StillBooked,
    WrongPassword,
)
from services.hashing import hashed
from services.team import Profile
from tests.conftest import NEW_YORK, TOKYO, coming, on_sqlite

ROBIN = Profile('Robin Doe', 'robin@example.com', NEW_YORK, '#2c6e2f')
PASSWORD = 'correct horse'


def give_password(rep: db.Rep) -> None:
    """Let this rep have come."""
    password_links.choose(password_links.new(rep).rpartition('/')[2], PASSWORD, PASSWORD)


def to_come(rep: db.Rep) -> int:
    """How many booked appointments this rep has."""
    with db.reading() as session:
        booked = select(func.count()).select_from(db.Appointment).where(db.Appointment.status == 'booked')
        return session.scalar(booked.where(db.Appointment.rep_id == rep.id)) or 0


def test_whoever_is_invited_has_the_default_hours_is_booked_for_the_kinds_ticked_and_is_told(riley: db.Rep) -> None:
    heard: list[events.Event] = []
    stop = events.subscribe(heard.append)
    rep = team.invite(replace(ROBIN, name=' Robin  Doe ', email=' Robin@Example.com'), [kinds.FIRST])
    stop()
    assert (rep.name, rep.email, rep.time_zone, rep.colour, rep.is_admin) == ('Robin Doe', 'robin@example.com', NEW_YORK, '#2c6e2f', False)
    assert reps.is_invited(rep)
    assert [own.id for own in kinds.reps_of(kinds.FIRST)] == [riley.id, rep.id]
    with db.reading() as session:
        assert session.scalar(select(func.count()).select_from(db.WorkingHours).where(db.WorkingHours.rep_id == rep.id)) == 7
        (mail,) = session.scalars(select(db.OutboxItem))
    assert (mail.kind, mail.recipient, mail.rep_id, mail.appointment_id) == (outbox.INVITATION, outbox.REP, rep.id, None)
    assert heard == [events.KindChanged(kinds.FIRST), events.RepChanged(rep.id), events.OutboxChanged(None, is_done=False)]


def test_what_cannot_be_taken_of_an_invitation_is_told_field_by_field(riley: db.Rep) -> None:
    with pytest.raises(InvalidFields) as error:
        team.invite(Profile(' ', 'robin', 'Mars/Base', '#ffffff'), [])
    assert set(error.value.fields) == {'name', 'email', 'time_zone', 'colour'}
    with pytest.raises(InvalidFields) as error:
        team.invite(replace(ROBIN, email='RILEY@example.com'), [])
    assert error.value.fields == {'email': 'Another rep already has this address.'}
    assert [rep.id for rep in reps.everyone()] == [riley.id]


def test_what_an_admin_changes_of_a_rep_takes_effect_at_once(riley: db.Rep, robin: db.Rep, carol: Customer) -> None:
    ten = coming(robin, hour=10)
    team.change(robin.id, replace(ROBIN, time_zone=TOKYO, is_admin=True))
    assert (reps.get(robin.id).time_zone, reps.get(robin.id).is_admin) == (TOKYO, True)
    with pytest.raises(SlotNotOffered):
        appointments.book(kinds.FIRST, ten, carol, rep_id=robin.id)


def test_another_address_ends_the_links_sent_to_the_one_before(robin: db.Rep) -> None:
    link = password_links.new(robin)
    team.change(robin.id, replace(ROBIN, email='robin.doe@example.com'))
    with pytest.raises(PasswordLinkOver):
        password_links.rep_by_key(link.rpartition('/')[2])


def test_an_invitation_that_is_sent_again_ends_the_one_before(robin: db.Rep) -> None:
    team.invite_again(robin.id)
    with db.reading() as session:
        first, second = [password_links.link_in(mail).rpartition('/')[2] for mail in session.scalars(select(db.OutboxItem).order_by('id'))]
    with pytest.raises(PasswordLinkOver):
        password_links.rep_by_key(first)
    assert password_links.rep_by_key(second).id == robin.id


def test_the_last_admin_who_can_sign_in_stays_one(riley: db.Rep, robin: db.Rep) -> None:
    own = Profile('Riley Berger', 'riley@example.com', riley.time_zone)
    give_password(riley)
    team.change(robin.id, replace(ROBIN, is_admin=True))  # who has not come yet
    for attempt in (lambda: team.change(riley.id, own), lambda: team.let_go(riley.id, by_id=robin.id, hand_over=False)):
        with pytest.raises(LastAdmin):
            attempt()
    give_password(reps.get(robin.id))
    assert not team.change(riley.id, own).is_admin


def test_two_admins_who_let_each_other_go_at_once_leave_one(riley: db.Rep, robin: db.Rep) -> None:
    team.change(robin.id, replace(ROBIN, is_admin=True))
    for rep in (riley, reps.get(robin.id)):
        give_password(reps.get(rep.id))
    ready = threading.Barrier(2)

    def let_go(rep_id: int, by_id: int) -> None:
        ready.wait()
        with suppress(LastAdmin):
            team.let_go(rep_id, by_id=by_id, hand_over=False)

    threads = [threading.Thread(target=let_go, args=pair) for pair in ((riley.id, robin.id), (robin.id, riley.id))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [rep.is_active for rep in reps.everyone()] == [True, False]


def test_nobody_deactivates_themselves(riley: db.Rep) -> None:
    with pytest.raises(OwnAccount):
        team.let_go(riley.id, by_id=riley.id, hand_over=False)


def test_what_is_handed_over_goes_to_those_who_work_then_and_are_free_and_the_rest_keeps_the_rep(
    riley: db.Rep, robin: db.Rep, carol: Customer
) -> None:
    both = coming(robin, hour=10)
    appointments.book(kinds.FIRST, both, carol, rep_id=riley.id)
    taken, free = (appointments.book(kinds.FIRST, at, carol, rep_id=robin.id) for at in (both, coming(robin, days=3, hour=10)))
    with pytest.raises(StillBooked):
        team.let_go(robin.id, by_id=riley.id, hand_over=True)
    assert reps.get(robin.id).is_active
    assert appointments.get(free.id).rep_id == riley.id
    assert [left.id for left in team.appointments_to_come(robin.id)] == [taken.id]
    team.let_go(robin.id, by_id=riley.id, hand_over=False, reason='We are fewer now.')
    left = appointments.get(taken.id)
    assert (left.status, left.cancelled_by, left.cancel_reason) == ('cancelled', outbox.REP, 'We are fewer now.')
    assert not reps.get(robin.id).is_active


def test_an_appointment_that_is_changed_meanwhile_is_left_for_another_look(
    riley: db.Rep, robin: db.Rep, carol: Customer, monkeypatch: pytest.MonkeyPatch
) -> None:
    appointments.book(kinds.FIRST, coming(robin), carol, rep_id=robin.id)

    def change(*_args: object, **_values: object) -> None:
        raise AppointmentChanged

    monkeypatch.setattr(appointment_changes, 'hand_over', change)
    with pytest.raises(StillBooked):
        team.let_go(robin.id, by_id=riley.id, hand_over=True)


def test_what_is_over_keeps_nobody(riley: db.Rep, robin: db.Rep, carol: Customer) -> None:
    old = appointments.book(kinds.FIRST, coming(robin), carol, rep_id=robin.id)
    past = update(db.Appointment).values(starts_at=clock.now() - appointments.ends_at(old) + old.starts_at)
    db.writing(lambda session: session.execute(past))
    assert not team.let_go(robin.id, by_id=riley.id, hand_over=True).is_active
    assert appointments.get(old.id).status == 'booked'


def test_whoever_is_deactivated_is_out_at_once_and_stays_out_until_they_are_reactivated(riley: db.Rep, robin: db.Rep) -> None:
    give_password(robin)
    key, link = sign_ins.sign_in('robin@example.com', PASSWORD, '192.0.2.1'), sign_ins.new_link(robin.id)
    to_choose = password_links.new(reps.get(robin.id)).rpartition('/')[2]
    heard: list[events.Event] = []
    stop = events.subscribe(heard.append)
    team.let_go(robin.id, by_id=riley.id, hand_over=True)
    stop()
    assert heard == [events.SignInEnded(hashed(key)), events.RepChanged(robin.id)]
    late = sign_ins.sign_in_by_link(sign_ins.new_link(riley.id))
    db.writing(lambda session: session.execute(update(db.SignIn).values(rep_id=robin.id)))  # one that began in the same moment
    for _ in range(2):
        for way_in in (
            lambda: sign_ins.rep_of(key),
            lambda: sign_ins.rep_of(late),
            lambda: sign_ins.sign_in_by_link(link),
            lambda: password_links.rep_by_key(to_choose),
        ):
            with pytest.raises((NotSignedIn, PasswordLinkOver)):
                way_in()
        if not reps.get(robin.id).is_active:
            with pytest.raises(WrongPassword):
                sign_ins.sign_in('robin@example.com', PASSWORD, '192.0.2.1')
            team.reactivate(robin.id)
    assert sign_ins.rep_of(sign_ins.sign_in('robin@example.com', PASSWORD, '192.0.2.1')).id == robin.id


def test_nobody_who_books_while_a_rep_is_let_go_is_left_with_them(riley: db.Rep, robin: db.Rep, carol: Customer) -> None:
    starts = [coming(robin, days=2 + index // 7, hour=10 + index % 7) for index in range(28)]
    ready, refused = threading.Barrier(5), list[str]()

    def book(own: list[object]) -> None:
        ready.wait()
        for start in own:
            try:
                appointments.book(kinds.FIRST, start, carol, rep_id=robin.id)  # type: ignore[arg-type]
            except (SlotTaken, SlotNotOffered) as error:
                refused.append(type(error).__name__)

    threads = [threading.Thread(target=book, args=(starts[index::4],)) for index in range(4)]
    for thread in threads:
        thread.start()
    ready.wait()
    while reps.get(robin.id).is_active:
        with suppress(StillBooked):
            team.let_go(robin.id, by_id=riley.id, hand_over=False)
    for thread in threads:
        thread.join()
    assert to_come(robin) == 0
    with db.reading() as session:
        assert session.scalar(select(func.count()).select_from(db.Cell).where(db.Cell.rep_id == robin.id)) == 0
        assert session.scalar(select(func.count()).select_from(db.Appointment)) == 28 - len(refused)


@on_sqlite
def test_a_rep_handles_their_own_and_an_admin_everybodys(riley: db.Rep, robin: db.Rep) -> None:
    reps.require_admin(riley)
    reps.require_may_handle(riley, robin.id)
    reps.require_may_handle(robin, robin.id)
    for refused in (lambda: reps.require_admin(robin), lambda: reps.require_may_handle(robin, riley.id)):
        with pytest.raises(NotAllowed):
            refused()


@on_sqlite
def test_an_admin_made_in_the_terminal_is_a_new_rep_or_the_one_with_that_address(riley: db.Rep, robin: db.Rep) -> None:
    team.let_go(robin.id, by_id=riley.id, hand_over=False)
    again = team.make_admin(Profile('robin', 'Robin@example.com', TOKYO))
    assert (again.id, again.name, again.is_admin, again.is_active) == (robin.id, 'Robin Doe', True, True)
    new = team.make_admin(Profile('sam', 'sam@example.com', TOKYO))
    assert (new.is_admin, [rep.id for rep in kinds.reps_of(kinds.FIRST)]) == (True, [riley.id, robin.id])


def test_nobody_becomes_admin_for_having_nearly_the_address_that_was_given(robin: db.Rep) -> None:
    with suppress(InvalidFields):  # by MySQL, which takes the two for one
        team.make_admin(Profile('robin', 'róbin@example.com', TOKYO))
    assert not reps.get(robin.id).is_admin


@on_sqlite
def test_what_began_while_a_rep_was_let_go_has_ended_when_they_are_made_admin(riley: db.Rep, robin: db.Rep) -> None:
    team.let_go(robin.id, by_id=riley.id, hand_over=False)
    late = sign_ins.sign_in_by_link(sign_ins.new_link(riley.id))
    db.writing(lambda session: session.execute(update(db.SignIn).values(rep_id=robin.id)))
    team.make_admin(ROBIN)
    with pytest.raises(NotSignedIn):
        sign_ins.rep_of(late)
