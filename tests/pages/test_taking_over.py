"""A rep in the call of a colleague: who is told, what is asked, and what each of the three reads."""

import pytest
from nicegui.testing import User

import db
from services import appointment_changes, calls, places, presence, reps, seats
from tests.conftest import on_sqlite
from tests.pages.calling import at_rep, customer_in_call, open_chat, rep_in_call, sit
from tests.pages.rights import end_admin_rights
from tests.pages.seeing import answer, press, see, see_no, trigger, until, words_on

pytestmark = [on_sqlite, pytest.mark.usefixtures('opened')]

TAKEN = 'Robin Doe has taken this call over.'
ASKED = 'Robin Doe is in this call. Take it over?'


async def open_with(user: User, appointment: db.Appointment, there: db.Rep, words: str) -> places.Place:
    """This rep is in the call, and whoever opens the appointment reads these words."""
    place = sit(appointment, there.id)
    await user.open(at_rep(appointment))
    await see(user, words)
    return place


async def test_the_appointment_says_that_a_colleague_is_in_its_call_as_long_as_they_are(
    appointment: db.Appointment, robin: db.Rep, rep_user: User
) -> None:
    there = await open_with(rep_user, appointment, robin, 'Robin Doe is in this call')
    seats.leave(there)
    await see_no(rep_user, 'Robin Doe is in this call')


async def test_a_colleagues_call_is_taken_over_only_by_who_is_sure(appointment: db.Appointment, robin: db.Rep, rep_user: User) -> None:
    await open_with(rep_user, appointment, robin, 'Robin Doe is in this call')
    press(rep_user, 'Start chat')
    await answer(rep_user, ASKED, 'Leave it alone')
    await see_no(rep_user, ASKED)
    assert 'Stop chatting' not in words_on(rep_user)
    press(rep_user, 'Start chat')
    await answer(rep_user, ASKED, 'Take over')
    await see(rep_user, 'Stop chatting')


async def test_one_alone_or_in_the_call_already_is_asked_nothing(appointment: db.Appointment, riley: db.Rep, rep_user: User) -> None:
    await open_with(rep_user, appointment, riley, 'Start chat')
    press(rep_user, 'Start chat')
    await see(rep_user, 'Stop chatting')


async def test_the_address_of_a_call_leads_to_the_appointment_while_a_colleague_is_in_it(
    appointment: db.Appointment, robin: db.Rep, rep_user: User
) -> None:
    there = sit(appointment, robin.id)
    await rep_user.open(at_rep(appointment, '&call=1'))
    await see(rep_user, 'Robin Doe is in this call')
    assert 'Stop chatting' not in words_on(rep_user)
    seats.leave(there)
    await rep_user.open(at_rep(appointment, '&call=1'))
    await see(rep_user, 'Stop chatting')


async def test_whose_call_a_colleague_takes_over_reads_who_and_is_back_at_the_appointment(
    appointment: db.Appointment, robin: db.Rep, rep_user: User
) -> None:
    await rep_in_call(rep_user, appointment)
    sit(appointment, robin.id)
    await see(rep_user, TAKEN)
    assert 'Start chat' in words_on(rep_user)
    assert 'Use here instead' not in words_on(rep_user)


async def test_who_took_a_call_over_is_told_even_if_their_name_cannot_be_read(
    appointment: db.Appointment, robin: db.Rep, rep_user: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    await rep_in_call(rep_user, appointment)
    get, names = reps.get, iter([db.Busy()])

    def busy_once(rep_id: int) -> db.Rep:
        for error in names:
            raise error
        return get(rep_id)

    monkeypatch.setattr(reps, 'get', busy_once)
    sit(appointment, robin.id)
    await see(rep_user, 'A colleague has taken this call over.')


@pytest.mark.parametrize('is_admin', [True, False])
async def test_whose_appointment_was_handed_over_reads_it_when_the_colleague_comes(
    appointment: db.Appointment, robin: db.Rep, rep_user: User, *, is_admin: bool
) -> None:
    if not is_admin:
        end_admin_rights()
    await rep_in_call(rep_user, appointment)
    appointment_changes.hand_over(appointment.id, robin.id, seen=appointment.calendar_sequence)
    sit(appointment, robin.id)
    await see(rep_user, TAKEN)
    assert 'Use here instead' not in words_on(rep_user)


async def test_who_takes_their_own_call_elsewhere_may_take_it_back(appointment: db.Appointment, riley: db.Rep, rep_user: User) -> None:
    await rep_in_call(rep_user, appointment)
    sit(appointment, riley.id)
    await see(rep_user, 'You joined from another window.')
    assert 'Use here instead' in words_on(rep_user)


async def test_a_rep_is_in_a_call_who_sits_in_one_and_not_whose_appointment_it_is(
    appointment: db.Appointment, riley: db.Rep, robin: db.Rep, rep_user: User
) -> None:
    await rep_user.open('/rep')
    sit(appointment, robin.id)
    sit(appointment)
    await see(rep_user, 'in call')
    assert 'In a call' not in words_on(rep_user)
    sit(appointment, riley.id)
    await see(rep_user, 'In a call')


async def test_the_customer_reads_who_talks_to_them_now(appointment: db.Appointment, riley: db.Rep, robin: db.Rep, user: User) -> None:
    customer = await customer_in_call(user, appointment)
    for rep, name in ((riley, 'Riley Berger'), (robin, 'Robin Doe'), (riley, 'Riley Berger')):
        sit(appointment, rep.id)
        await until(lambda name=name: customer.props['person'] == name, user, name)


async def test_a_customer_who_is_left_by_a_colleague_reads_how_it_stands_with_their_own_rep(
    appointment: db.Appointment, riley: db.Rep, robin: db.Rep, user: User
) -> None:
    customer = await customer_in_call(user, appointment)
    there = sit(appointment, robin.id)
    await until(lambda: customer.props['person'] == 'Robin Doe', user, 'Robin')
    presence.arrive(riley.id, 'desk')
    seats.leave(there)
    await until(lambda: customer.props['about'] == 'Riley Berger is online and has been told that you are waiting.', user, 'Riley')
    assert customer.props['status'] == 'Robin Doe has left the call.'
    trigger(user, customer, 'hang_up')
    await see(user, 'Call with Riley Berger')


async def test_a_customer_before_the_door_reads_that_a_colleague_waits(appointment: db.Appointment, robin: db.Rep, user: User) -> None:
    await open_chat(user, appointment)
    sit(appointment, robin.id)
    await see(user, 'Robin Doe is in the call and waits for you.')


async def test_who_talked_to_a_colleague_is_thanked_for_that(appointment: db.Appointment, robin: db.Rep, user: User) -> None:
    customer = await customer_in_call(user, appointment)
    sit(appointment, robin.id)
    await until(lambda: customer.props['person'] == 'Robin Doe', user, 'Robin')
    await calls.end(appointment.id)
    await see(user, 'Thank you for talking to Robin Doe.')
