"""Moving, handing over and cancelling, also all at once, on both databases. Whatever happens, the claimed cells are the booked ones."""

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select, update

import db
from services import (
    appointment_changes,
    appointments,
    availability,
    cells,
    clock,
    handling,
    holds,
    kinds,
    outbox,
    reps,
    revision,
    slots,
    team,
    wall_clock,
)
from services.customers import Customer
from services.errors import (
    AlreadyCancelled,
    AppointmentChanged,
    InvalidFields,
    NotAllowed,
    ProductError,
    SlotNotOffered,
    SlotTaken,
    TooLateToChange,
)
from services.team import Profile
from tests.conftest import BERLIN, NEW_YORK

HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def _cells_are_what_is_booked_or_held(database: str) -> Iterator[None]:
    """After each test exactly the cells of booked appointments and of holds are claimed."""
    yield
    with db.reading() as session:
        claimed = {(cell.rep_id, cell.starts_at, cell.appointment_id, cell.hold_id) for cell in session.scalars(select(db.Cell))}
        booked = session.scalars(select(db.Appointment).where(db.Appointment.status == 'booked')).all()
        held = session.scalars(select(db.Hold)).all()
    wanted = {(own.rep_id, cell, own.id, None) for own in booked for cell in slots.cells(*cells.claim_of(own)[1:])}
    wanted |= {(own.rep_id, cell, None, own.id) for own in held for cell in slots.cells(*cells.claim_of(own)[1:])}
    assert claimed == wanted


@pytest.fixture
def robin(riley: db.Rep) -> db.Rep:
    """Another rep, Robin in New York, who can be booked for the same kind."""
    return team.invite(Profile('Robin Ray', 'robin@example.com', NEW_YORK), [kinds.FIRST])


def change_kind(**values: object) -> None:
    """Let the one kind there is be otherwise."""

    def fn(session: db.Session) -> None:
        session.execute(update(db.Kind).values(values))
        revision.rise(session)

    db.writing(fn)


def at_once(*acts: Callable[[], object]) -> Counter[str]:
    """How these went, all begun at the same moment: `done`, or the name of the error."""
    outcomes: list[str] = []
    start = threading.Barrier(len(acts))

    def attempt(act: Callable[[], object]) -> None:
        start.wait()
        try:
            act()
            outcomes.append('done')
        except ProductError as error:
            outcomes.append(type(error).__name__)

    threads = [threading.Thread(target=attempt, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return Counter(outcomes)


def mails(appointment: db.Appointment) -> list[tuple[str, str, int]]:
    """(kind, recipient, sequence) of what was queued about it after the confirmation."""
    with db.reading() as session:
        rows = session.scalars(select(db.OutboxItem).where(db.OutboxItem.appointment_id == appointment.id).order_by(db.OutboxItem.id))
        return [(row.kind, row.recipient, row.sequence) for row in rows if row.kind not in (outbox.CONFIRMATION, outbox.VIDEO_SESSION)]


def test_a_moved_appointment_is_the_same_one_at_another_time(appointment: db.Appointment, carol: Customer) -> None:
    chat, earlier = appointments.key('chat', appointment), appointment.starts_at
    moved = appointment_changes.reschedule(appointment.id, earlier + HOUR, by=outbox.CUSTOMER, seen=0)
    assert (moved.id, moved.public_id, moved.starts_at) == (appointment.id, appointment.public_id, earlier + HOUR)
    assert moved.calendar_sequence == 1
    assert appointments.by_key('chat', chat).starts_at == earlier + HOUR
    assert mails(appointment) == [('reschedule', 'customer', 1), ('reschedule', 'rep', 1)]
    appointments.book(kinds.FIRST, earlier, carol)
    with pytest.raises(SlotTaken):
        appointments.book(kinds.FIRST, earlier + HOUR, carol)


def test_it_can_be_moved_into_time_of_its_own(appointment: db.Appointment) -> None:
    change_kind(step_minutes=30)
    moved = appointment_changes.reschedule(appointment.id, appointment.starts_at + HOUR / 2, by=outbox.CUSTOMER)
    assert moved.starts_at == appointment.starts_at + HOUR / 2


@pytest.mark.parametrize('shift', [timedelta(), timedelta(minutes=30), timedelta(days=-9), timedelta(days=500), timedelta(hours=12)])
def test_it_cannot_be_moved_to_where_nothing_is_offered(appointment: db.Appointment, shift: timedelta) -> None:
    for by in (outbox.CUSTOMER, outbox.REP):
        with pytest.raises(SlotNotOffered):
            appointment_changes.reschedule(appointment.id, appointment.starts_at + shift, by=by)


def test_it_cannot_be_moved_to_where_another_one_is_booked_or_held(appointment: db.Appointment, carol: Customer) -> None:
    appointments.book(kinds.FIRST, appointment.starts_at + HOUR, carol)
    holds.take(kinds.FIRST, appointment.starts_at + 2 * HOUR, 'browser', 'network')
    for hours in (1, 2):
        with pytest.raises(SlotTaken):
            appointment_changes.reschedule(appointment.id, appointment.starts_at + hours * HOUR, by=outbox.REP)
    assert (appointments.get(appointment.id).starts_at, mails(appointment)) == (appointment.starts_at, [])


def test_of_several_moves_of_one_appointment_at_once_one_wins_and_the_others_are_told(appointment: db.Appointment) -> None:
    def move(hours: int) -> Callable[[], object]:
        return lambda: appointment_changes.reschedule(appointment.id, appointment.starts_at + hours * HOUR, by=outbox.REP, seen=0)

    assert at_once(*(move(hours) for hours in (-1, 1, 2, 3, 4, 5))) == {'done': 1, 'AppointmentChanged': 5}
    assert len(mails(appointment)) == 2


def test_of_a_move_and_a_cancelling_at_once_one_wins(appointment: db.Appointment) -> None:
    outcomes = at_once(
        lambda: appointment_changes.reschedule(appointment.id, appointment.starts_at + HOUR, by=outbox.REP, seen=0),
        lambda: appointment_changes.cancel(appointment.id, by=outbox.CUSTOMER, seen=0),
    )
    assert outcomes in ({'done': 1, 'AppointmentChanged': 1}, {'done': 1, 'AlreadyCancelled': 1})
    is_moved = appointments.get(appointment.id).status == appointments.BOOKED
    assert {kind for kind, _, _ in mails(appointment)} == {'reschedule' if is_moved else 'cancellation'}


def test_of_a_hand_over_a_cancelling_and_a_move_at_once_one_wins(appointment: db.Appointment, robin: db.Rep) -> None:
    outcomes = at_once(
        lambda: appointment_changes.hand_over(appointment.id, robin.id, seen=0),
        lambda: appointment_changes.cancel(appointment.id, seen=0),
        lambda: appointment_changes.reschedule(appointment.id, appointment.starts_at + HOUR, by=outbox.CUSTOMER, seen=0),
    )
    assert outcomes['done'] == 1
    assert set(outcomes) <= {'done', 'AppointmentChanged', 'AlreadyCancelled'}


def test_of_moves_bookings_and_holds_of_one_slot_at_once_one_wins(appointment: db.Appointment, carol: Customer) -> None:
    aim = appointment.starts_at + 3 * HOUR
    others = [appointments.book(kinds.FIRST, appointment.starts_at + hours * HOUR, carol) for hours in (1, 2)]
    outcomes = at_once(
        *(lambda own=own: appointment_changes.reschedule(own.id, aim, by=outbox.CUSTOMER, seen=0) for own in (appointment, *others)),
        *(lambda: appointments.book(kinds.FIRST, aim, carol) for _ in range(3)),
        *(lambda browser=browser: holds.take(kinds.FIRST, aim, browser, 'network') for browser in 'ab'),
    )
    assert outcomes == {'done': 1, 'SlotTaken': 7}


def test_two_that_change_places_at_once_leave_no_cell_behind(appointment: db.Appointment, carol: Customer) -> None:
    other = appointments.book(kinds.FIRST, appointment.starts_at + HOUR, carol)
    outcomes = at_once(
        lambda: appointment_changes.reschedule(appointment.id, other.starts_at, by=outbox.REP, seen=0),
        lambda: appointment_changes.reschedule(other.id, appointment.starts_at, by=outbox.REP, seen=0),
    )
    assert outcomes == {'SlotTaken': 2}


def test_whoever_changes_what_is_no_longer_so_is_told(appointment: db.Appointment, robin: db.Rep) -> None:
    appointment_changes.reschedule(appointment.id, appointment.starts_at + HOUR, by=outbox.REP, seen=0)
    with pytest.raises(AppointmentChanged):
        appointment_changes.reschedule(appointment.id, appointment.starts_at + 2 * HOUR, by=outbox.CUSTOMER, seen=0)
    with pytest.raises(AppointmentChanged):
        appointment_changes.hand_over(appointment.id, robin.id, seen=0)
    with pytest.raises(AppointmentChanged):
        appointment_changes.cancel(appointment.id, by=outbox.CUSTOMER, seen=0)
    appointment_changes.cancel(appointment.id, seen=1)
    with pytest.raises(AlreadyCancelled):
        appointment_changes.reschedule(appointment.id, appointment.starts_at, by=outbox.REP, seen=2)


def test_notice_binds_the_customer_and_not_the_rep(appointment: db.Appointment, now: Callable[[datetime], None]) -> None:
    change_kind(change_notice_minutes=24 * 60)
    kind = kinds.get(kinds.FIRST)
    until = appointment_changes.changeable_until(appointment, kind)
    now(until)
    assert appointment_changes.can_change(appointment, kind)
    now(until + timedelta(seconds=1))
    assert not appointment_changes.can_change(appointment, kind)
    with pytest.raises(TooLateToChange, match='until 1 day before it begins'):
        appointment_changes.reschedule(appointment.id, appointment.starts_at + HOUR, by=outbox.CUSTOMER)
    with pytest.raises(TooLateToChange):
        appointment_changes.cancel(appointment.id, by=outbox.CUSTOMER)
    appointment_changes.reschedule(appointment.id, appointment.starts_at + HOUR, by=outbox.REP)
    appointment_changes.cancel(appointment.id)


def test_the_customer_moves_only_to_what_the_kind_s_notice_leaves(
    appointment: db.Appointment, riley: db.Rep, now: Callable[[datetime], None]
) -> None:
    change_kind(notice_minutes=120)
    soon = appointment.starts_at - HOUR
    now(soon - HOUR)
    zone = ZoneInfo(riley.time_zone)
    states = [
        {slot.starts_at: slot.state for slot in availability.slots_to_move(appointment, soon.date(), zone, is_bound=is_bound)}[soon]
        for is_bound in (True, False)
    ]
    assert states == ['soon', 'free']
    with pytest.raises(SlotNotOffered):
        appointment_changes.reschedule(appointment.id, soon, by=outbox.CUSTOMER)
    assert appointment_changes.reschedule(appointment.id, soon, by=outbox.REP).starts_at == soon


def test_the_month_counts_what_it_can_be_moved_to(appointment: db.Appointment, riley: db.Rep, carol: Customer) -> None:
    zone, day = ZoneInfo(riley.time_zone), appointment.starts_at.date()
    appointments.book(kinds.FIRST, appointment.starts_at + HOUR, carol)
    counts = availability.free_to_move_per_day(appointment, day - wall_clock.DAY, day + wall_clock.DAY, zone, is_bound=True)
    assert counts == {day - wall_clock.DAY: 7, day: 5, day + wall_clock.DAY: 7}


def test_the_reason_is_kept_and_has_an_end(appointment: db.Appointment) -> None:
    with pytest.raises(InvalidFields, match='shorten this to 500 characters; it has 501'):
        appointment_changes.cancel(appointment.id, by=outbox.CUSTOMER, reason='x' * 501)
    cancelled = appointment_changes.cancel(appointment.id, by=outbox.CUSTOMER, reason=' I am ill. ')
    assert (cancelled.cancelled_by, cancelled.cancel_reason) == ('customer', 'I am ill.')
    assert appointments.last_cancelled_at(appointment.rep_id, appointment.starts_at).id == appointment.id  # type: ignore[union-attr]


def test_a_handed_over_appointment_is_another_rep_s_at_the_same_time(appointment: db.Appointment, robin: db.Rep, carol: Customer) -> None:
    handed = appointment_changes.hand_over(appointment.id, robin.id, seen=0)
    assert (handed.rep_id, handed.starts_at, handed.calendar_sequence) == (robin.id, appointment.starts_at, 1)
    assert mails(appointment) == [('hand_over', 'customer', 1), ('hand_over', 'rep', 1), ('release', 'rep', 1)]
    appointments.book(kinds.FIRST, appointment.starts_at, carol, rep_id=appointment.rep_id)


def test_those_who_are_free_can_take_it_over_those_of_its_kind_first(appointment: db.Appointment, robin: db.Rep, carol: Customer) -> None:
    amy = team.invite(Profile('Amy', 'amy@example.com', NEW_YORK), [])
    assert [found.rep.name for found in appointment_changes.free_reps(appointment)] == ['Robin Ray', 'Amy']
    first = appointment_changes.hand_over(appointment.id, amy.id)
    assert [found.rep.name for found in appointment_changes.free_reps(first)] == ['Riley Berger', 'Robin Ray']
    second = appointments.book(kinds.FIRST, appointment.starts_at, carol)
    assert amy.id not in [found.rep.id for found in appointment_changes.free_reps(second)]
    with pytest.raises(SlotTaken):
        appointment_changes.hand_over(second.id, amy.id)


def test_who_works_then_comes_first_and_of_the_others_it_is_said(appointment: db.Appointment, robin: db.Rep) -> None:
    team.invite(Profile('Zoe', 'zoe@example.com', BERLIN), [])  # it is 11:00 there, and 5:00 in New York
    free = [(found.rep.name, found.works_then) for found in appointment_changes.free_reps(appointment)]
    assert free == [('Zoe', True), (robin.name, False)]


def test_nobody_hands_over_to_who_is_not_active_or_has_it_already(appointment: db.Appointment, robin: db.Rep) -> None:
    team.let_go(robin.id, by_id=appointment.rep_id, hand_over=True)
    for rep_id in (robin.id, appointment.rep_id):
        with pytest.raises(SlotTaken):
            appointment_changes.hand_over(appointment.id, rep_id)
    assert appointment_changes.free_reps(appointment) == []


def test_of_a_hand_over_and_the_recipient_s_going_at_once_nothing_is_left_hanging(appointment: db.Appointment, robin: db.Rep) -> None:
    outcomes = at_once(
        lambda: appointment_changes.hand_over(appointment.id, robin.id, seen=0),
        lambda: team.let_go(robin.id, by_id=appointment.rep_id, hand_over=True),
    )
    assert set(outcomes) <= {'done', 'SlotTaken', 'StillBooked'}
    assert reps.get(appointments.get(appointment.id).rep_id).is_active


def test_a_rep_handles_their_own_and_an_admin_everybody_s(appointment: db.Appointment, riley: db.Rep, robin: db.Rep) -> None:
    for act in (
        lambda: handling.find(robin, appointment.id),
        lambda: handling.reschedule(robin, appointment.id, appointment.starts_at + HOUR, seen=0),
        lambda: handling.hand_over(robin, appointment.id, robin.id, seen=0),
        lambda: handling.cancel(robin, appointment.id, '', seen=0),
        lambda: handling.send_mails_again(robin, appointment.id),
    ):
        with pytest.raises(NotAllowed):
            act()
    handling.hand_over(riley, appointment.id, robin.id, seen=0)
    handling.reschedule(robin, appointment.id, appointment.starts_at + 5 * HOUR, seen=1)
    handling.cancel(riley, appointment.id, 'Riley is an admin', seen=2)
    assert appointments.get(appointment.id).cancel_reason == 'Riley is an admin'


def test_a_customer_handles_theirs_by_its_key(appointment: db.Appointment) -> None:
    key = appointments.key('manage', appointment)
    handling.reschedule_by_key(key, appointment.starts_at + HOUR, seen=0)
    handling.cancel_by_key(key, 'No time', seen=1)
    found = handling.by_key(key)
    assert (found.appointment.cancelled_by, found.appointment.cancel_reason, found.kind.id) == ('customer', 'No time', kinds.FIRST)
    assert found.mail is not None
    assert found.mail.state == 'waiting'
    assert found.mail.at <= clock.now()
