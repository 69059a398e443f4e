"""`/reps` in a simulated browser: who may see it, and what an admin does there."""

from datetime import time

import pytest
from nicegui.testing import User
from sqlalchemy import update

import db
from services import appointments, clock, events, kinds, outbox, password_links, reps, team
from services.customers import Customer
from services.team import Profile
from tests.conftest import NEW_YORK, coming, on_sqlite
from tests.pages.conftest import RightAfter
from tests.pages.rights import end_admin_rights, end_sign_in
from tests.pages.seeing import element_with, press, press_named, see, see_no, send, until, words_on

pytestmark = on_sqlite

TYPED = {'name': 'Robin Doe', 'email': 'robin@example.com', 'time_zone': NEW_YORK, 'colour': '#2c6e2f'}


async def test_it_is_for_admins(riley: db.Rep, rep_user: User) -> None:
    end_admin_rights()
    answer = await rep_user.http_client.get('/reps')
    assert (answer.status_code, 'This is for admins.' in answer.text) == (403, True)
    await rep_user.open('/account')
    assert not {'Reps', 'Kinds'} & set(words_on(rep_user))


async def test_an_invited_rep_appears_in_the_list_and_gets_a_mail(rep_user: User) -> None:
    await rep_user.open('/reps')
    press(rep_user, 'Invite a rep')
    await see(rep_user, 'Send the invitation')
    send(rep_user, **TYPED, **{f'kind {kinds.FIRST}': 'on', 'is_admin': 'on'})
    await see(rep_user, 'Robin Doe is invited: the link for them is in the mailbox here.')
    await see(rep_user, 'Invited, not yet here')
    robin = reps.everyone()[-1]
    assert (robin.name, robin.time_zone, robin.colour, robin.is_admin) == ('Robin Doe', NEW_YORK, '#2c6e2f', True)
    assert robin.id in [rep.id for rep in kinds.reps_of(kinds.FIRST)]
    password_links.choose(password_links.new(robin).rpartition('/')[2], 'long enough', 'long enough')
    await see_no(rep_user, 'Invited, not yet here')


async def test_who_invites_reads_when_the_new_rep_can_be_booked(rep_user: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reps, 'DEFAULT_HOURS', (time(8), time(12, 30)))
    await rep_user.open('/reps')
    press(rep_user, 'Invite a rep')
    await see(rep_user, 'From now on, every day from 08:00 to 12:30 in their time zone, until they change their hours.')


async def test_what_is_wrong_is_said_beside_its_field_and_what_was_typed_stays(rep_user: User) -> None:
    await rep_user.open('/reps')
    press(rep_user, 'Invite a rep')
    await see(rep_user, 'Send the invitation')
    send(rep_user, **TYPED | {'email': 'riley@example.com'})
    await see(rep_user, 'Another rep already has this address.')
    assert element_with(rep_user, name='email').props['aria-invalid'] == 'true'
    assert len(reps.everyone()) == 1


async def test_a_rep_is_changed_where_they_stand(robin: db.Rep, rep_user: User) -> None:
    await rep_user.open('/reps')
    press_named(rep_user, 'Edit: Robin Doe')
    await see(rep_user, 'Edit Robin Doe')
    assert element_with(rep_user, name='email').props['defaultValue'] == 'robin@example.com'
    send(rep_user, **TYPED | {'name': 'Robin Frost'})
    await see(rep_user, 'Robin Frost is saved.')
    await until(lambda: 'Robin Frost' in words_on(rep_user), rep_user, 'the new name in the list')


async def test_the_invitation_is_sent_again(robin: db.Rep, rep_user: User) -> None:
    await rep_user.open('/reps')
    press_named(rep_user, 'Invite again: Robin Doe')
    await see(rep_user, 'Robin Doe is invited again')
    with db.reading() as session:
        assert [mail.kind for mail in session.query(db.OutboxItem)] == [outbox.INVITATION] * 2


async def test_an_invitation_that_is_not_delivered_is_told_until_another_one_is(robin: db.Rep, rep_user: User) -> None:
    await rep_user.open('/reps')
    assert 'The invitation is not delivered' not in words_on(rep_user)
    db.writing(lambda session: session.execute(update(db.OutboxItem).values(state='failed', done_at=clock.now())))
    events.publish(events.OutboxChanged(None, is_done=False))
    await see(rep_user, 'The invitation is not delivered')
    press_named(rep_user, 'Invite again: Robin Doe')
    await see_no(rep_user, 'The invitation is not delivered')


async def test_what_nobody_can_take_over_is_shown_and_can_be_cancelled(
    riley: db.Rep, robin: db.Rep, carol: Customer, rep_user: User
) -> None:
    at = coming(robin, hour=10)
    appointments.book(kinds.FIRST, at, carol, rep_id=riley.id)
    taken, free = (appointments.book(kinds.FIRST, start, carol, rep_id=robin.id) for start in (at, coming(robin, days=3, hour=10)))
    await rep_user.open('/reps')
    press_named(rep_user, 'Deactivate: Robin Doe')
    await see(rep_user, 'What becomes of their appointments to come?')
    assert sum('Carol Tanaka' in words for words in words_on(rep_user)) == 2
    send(rep_user, then='hand over', reason='')
    await see(rep_user, 'These are left: nobody else works then and is free')
    assert sum('Carol Tanaka' in words for words in words_on(rep_user)) == 1
    send(rep_user, then='cancel', reason='We are fewer now.')
    await see(rep_user, 'Robin Doe is inactive.')
    await see(rep_user, 'Inactive')
    assert (appointments.get(free.id).rep_id, appointments.get(taken.id).cancel_reason) == (riley.id, 'We are fewer now.')
    press_named(rep_user, 'Reactivate: Robin Doe')
    await see(rep_user, 'Robin Doe is active again.')
    assert reps.get(robin.id).is_active


async def test_without_appointments_nothing_is_asked_about_them(robin: db.Rep, rep_user: User) -> None:
    await rep_user.open('/reps')
    press_named(rep_user, 'Deactivate: Robin Doe')
    await see(rep_user, 'Deactivate Robin Doe?')
    assert 'What becomes of their appointments to come?' not in words_on(rep_user)
    send(rep_user)
    await see(rep_user, 'Robin Doe is inactive.')


async def test_rights_are_asked_again_at_each_step(riley: db.Rep, robin: db.Rep, rep_user: User, key: str) -> None:
    await rep_user.open('/reps')
    press(rep_user, 'Invite a rep')
    await see(rep_user, 'Send the invitation')
    end_admin_rights()
    send(rep_user, **TYPED | {'email': 'sam@example.com'})
    await see(rep_user, 'This is for admins.')
    assert len(reps.everyone()) == 2
    end_sign_in(key)
    send(rep_user, **TYPED | {'email': 'sam@example.com'})
    await see(rep_user, 'Password')
    assert len(reps.everyone()) == 2


async def test_an_admin_who_is_none_any_more_reads_no_more_about_the_others(
    riley: db.Rep, robin: db.Rep, carol: Customer, rep_user: User
) -> None:
    appointments.book(kinds.FIRST, coming(robin), carol, rep_id=robin.id)
    await rep_user.open('/reps')
    end_admin_rights()
    press_named(rep_user, 'Deactivate: Robin Doe')
    await until(lambda: 'This is for admins. Please ask one of yours.' in rep_user.notify.messages, rep_user, 'the refusal')
    assert not any('Carol Tanaka' in words for words in words_on(rep_user))
    events.publish(events.RepChanged(robin.id))
    await see(rep_user, 'Please select an appointment')


async def test_nobody_can_press_away_their_own_account(riley: db.Rep, rep_user: User) -> None:
    await rep_user.open('/reps')
    await see(rep_user, 'You')
    with pytest.raises(StopIteration):
        element_with(rep_user, **{'aria-label': 'Deactivate: Riley Berger'})


async def test_a_rep_who_comes_in_while_the_page_is_made_is_not_missed(riley: db.Rep, rep_user: User, right_after: RightAfter) -> None:
    right_after(reps, 'everyone', lambda: team.invite(Profile('Robin Doe', 'robin@example.com', NEW_YORK), []))
    await rep_user.open('/reps')
    await see(rep_user, 'Robin Doe')
