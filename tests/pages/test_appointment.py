"""The customer's page of an appointment: what it says of its rep, kind, mail and call, while that changes."""

from nicegui.testing import User

import db
from services import appointment_changes, calls, kind_changes, kinds, outbox, reps
from services.kind_fields import Typed
from tests.conftest import on_sqlite
from tests.pages.calling import link
from tests.pages.seeing import find, see, see_no, words_on

pytestmark = on_sqlite

TALK = Typed('First talk', minutes='30', step_minutes='30', rep_ids=[reps.FIRST])


async def test_a_customer_reads_at_once_what_the_rep_and_the_kind_are_called_now(
    appointment: db.Appointment, riley: db.Rep, user: User
) -> None:
    await user.open(link('manage', appointment))
    await see(user, 'Video call with Riley Berger')
    reps.update(riley.id, name='Riley Vogel', email=riley.email, time_zone=riley.time_zone)
    await see(user, 'Video call with Riley Vogel')
    kind_changes.change(kinds.FIRST, TALK)
    await see(user, 'First talk with Riley Vogel')


async def test_when_the_call_was_ended_there_is_no_way_into_it_but_to_another_appointment(opened: db.Appointment, user: User) -> None:
    await user.open(link('manage', opened))
    await see(user, 'Join the call')
    await calls.end(opened.id)
    await see(user, 'This call has ended')
    await see(user, 'The call was ended at ')
    assert find(user, 'Book a new appointment').props['href'] == f'/{kinds.get(kinds.FIRST).slug}'
    assert not {'Join the call', 'Scheduling successful', 'The call opens one hour before. '} & set(words_on(user))
    await calls.reopen(opened.id)
    await see(user, 'Join the call')
    await see_no(user, 'The call was ended at ')


async def test_where_no_mail_server_is_set_nobody_is_told_of_a_mail(appointment: db.Appointment, user: User) -> None:
    await user.open(link('manage', appointment))
    await see(user, 'This site sends no mails. Please keep the address of this page.')
    appointment_changes.cancel(appointment.id, by=outbox.CUSTOMER)
    await see(user, 'This appointment is cancelled')
    await see(user, 'This site sends no mails.')
    assert not any('keep the address' in words for words in words_on(user))
