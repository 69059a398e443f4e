"""A rep in the call of a colleague: who is told, what is asked, and what each of the three reads."""

from collections.abc import Callable
from datetime import datetime

import pytest
from nicegui.testing import User
from sqlalchemy import update

import db
from pages.components.call_engine import CallEngine
from services import appointment_changes, appointments, places, seats
from services.video.base import CUSTOMER, REP
from tests.conftest import on_sqlite
from tests.occupants import Nobody
from tests.pages.seeing import answer, press, see, see_no, trigger, until, words_on

pytestmark = on_sqlite

SETTLED = {'microphone': True, 'camera': True, 'reason': '', 'touches': 0}
TAKEN = 'Robin Doe has taken this call over.'
ASKED = 'Robin Doe is in this call. Take it over?'


@pytest.fixture(autouse=True)
def _begun(appointment: db.Appointment, now: Callable[[datetime], None]) -> None:
    now(appointment.starts_at)


def address(appointment: db.Appointment, extra: str = '') -> str:
    return f'/rep?at={appointment.starts_at:%Y-%m-%dT%H:%MZ}{extra}'


def engine(user: User) -> CallEngine:
    return next(iter(user.find(CallEngine).elements))


def sit(appointment: db.Appointment, rep: db.Rep) -> places.Place:
    """This rep is in the call, at a page that does not care."""
    return seats.take(appointment.id, REP, Nobody(), rep_id=rep.id)


async def in_call(user: User, appointment: db.Appointment) -> None:
    """Riley is in the call."""
    await user.open(address(appointment, '&call=1'))
    trigger(user, engine(user), 'join', SETTLED)
    await until(lambda: REP in seats.who_is_there(appointment.id), user, 'the seat to be taken')


async def test_the_appointment_says_that_a_colleague_is_in_its_call_as_long_as_they_are(
    appointment: db.Appointment, robin: db.Rep, rep_user: User
) -> None:
    there = sit(appointment, robin)
    await rep_user.open(address(appointment))
    await see(rep_user, 'Robin Doe is in this call')
    seats.leave(there)
    await see_no(rep_user, 'Robin Doe is in this call')


async def test_a_colleagues_call_is_taken_over_only_by_who_is_sure(appointment: db.Appointment, robin: db.Rep, rep_user: User) -> None:
    sit(appointment, robin)
    await rep_user.open(address(appointment))
    await see(rep_user, 'Robin Doe is in this call')
    press(rep_user, 'Start chat')
    await answer(rep_user, ASKED, 'Leave it alone')
    await see_no(rep_user, ASKED)
    assert 'Stop chatting' not in words_on(rep_user)
    press(rep_user, 'Start chat')
    await answer(rep_user, ASKED, 'Take over')
    await see(rep_user, 'Stop chatting')


async def test_one_alone_or_in_the_call_already_is_asked_nothing(appointment: db.Appointment, riley: db.Rep, rep_user: User) -> None:
    sit(appointment, riley)
    await rep_user.open(address(appointment))
    await see(rep_user, 'Start chat')
    press(rep_user, 'Start chat')
    await see(rep_user, 'Stop chatting')


async def test_whose_call_a_colleague_takes_over_reads_who_and_is_back_at_the_appointment(
    appointment: db.Appointment, robin: db.Rep, rep_user: User
) -> None:
    await in_call(rep_user, appointment)
    sit(appointment, robin)
    await see(rep_user, TAKEN)
    assert 'Start chat' in words_on(rep_user)
    assert 'Use here instead' not in words_on(rep_user)


@pytest.mark.parametrize('is_admin', [True, False])
async def test_whose_appointment_was_handed_over_reads_it_when_the_colleague_comes(
    appointment: db.Appointment, robin: db.Rep, rep_user: User, *, is_admin: bool
) -> None:
    if not is_admin:
        db.writing(lambda session: session.execute(update(db.Rep).values(is_admin=False)))
    await in_call(rep_user, appointment)
    appointment_changes.hand_over(appointment.id, robin.id, seen=appointment.calendar_sequence)
    sit(appointment, robin)
    await see(rep_user, TAKEN)
    assert 'Use here instead' not in words_on(rep_user)


async def test_who_takes_their_own_call_elsewhere_may_take_it_back(appointment: db.Appointment, riley: db.Rep, rep_user: User) -> None:
    await in_call(rep_user, appointment)
    sit(appointment, riley)
    await see(rep_user, 'You joined from another window.')
    assert 'Use here instead' in words_on(rep_user)


async def test_a_rep_is_in_a_call_who_sits_in_one_and_not_whose_appointment_it_is(
    appointment: db.Appointment, riley: db.Rep, robin: db.Rep, rep_user: User
) -> None:
    await rep_user.open('/rep')
    sit(appointment, robin)
    seats.take(appointment.id, CUSTOMER, Nobody())
    await see(rep_user, 'in call')
    assert 'In a call' not in words_on(rep_user)
    sit(appointment, riley)
    await see(rep_user, 'In a call')


async def test_the_customer_reads_who_talks_to_them_now(appointment: db.Appointment, riley: db.Rep, robin: db.Rep, user: User) -> None:
    await user.open(f'/chat/{appointments.key("chat", appointment)}')
    trigger(user, engine(user), 'join', SETTLED)
    await until(lambda: CUSTOMER in seats.who_is_there(appointment.id), user, 'the seat to be taken')
    for rep, name in ((riley, 'Riley Berger'), (robin, 'Robin Doe'), (riley, 'Riley Berger')):
        sit(appointment, rep)
        await until(lambda name=name: engine(user).props['person'] == name, user, name)
