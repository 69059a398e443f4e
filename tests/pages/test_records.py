"""What a rep keeps of an appointment on their page: its outcome, private notes, who was there, and what there was before."""

import re
import threading
from dataclasses import replace
from datetime import timedelta

import pytest
from nicegui import ui
from nicegui.testing import User

import db
from services import appointment_changes, appointments, calls, clock, events, kinds, outcomes, visits
from services.customers import Customer
from services.errors import NotesChanged
from services.outcomes import CUSTOMER_MISSED, HELD
from services.places import HUNG_UP, REPLACED
from services.video.base import CUSTOMER, REP
from services.visits import Stay
from tests.conftest import coming, on_sqlite
from tests.pages.calling import at_rep, rep_in_call, store_talk
from tests.pages.conftest import Now
from tests.pages.rights import end_sign_in, sign_in
from tests.pages.seeing import answer, around, button, element_with, press, see, see_no, trigger, until, words_on

pytestmark = on_sqlite

MINUTE = timedelta(minutes=1)


def address(appointment: db.Appointment) -> str:
    """Where its rep finds it, also beside others at the same time."""
    return at_rep(appointment, f'&of={appointment.rep_id}')


def stored(appointment: db.Appointment) -> db.Appointment:
    return appointments.get(appointment.id)


def notes(user: User) -> ui.element:
    """The form of the private notes."""
    return around(element_with(user, name='notes'), 'form')


async def test_however_much_happens_while_it_is_read_it_is_read_once_more(
    opened: db.Appointment, rep_user: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    await rep_user.open(address(opened))
    await see(rep_user, 'Private notes')
    reads, is_free, read = 0, threading.Event(), outcomes.record

    def slow(rep: db.Rep, appointment_id: int) -> outcomes.Record:
        nonlocal reads
        reads += 1
        is_free.wait(20)
        return read(rep, appointment_id)

    monkeypatch.setattr(outcomes, 'record', slow)
    for minutes in range(1, 21):
        store_talk(opened, minutes)
    await until(lambda: reads > 0, rep_user, 'the first look')
    is_free.set()
    await see(rep_user, '20 minutes')
    assert reads <= 3


# how it went


async def test_before_its_end_nobody_is_asked_how_it_went(appointment: db.Appointment, now: Now, rep_user: User) -> None:
    now(appointment.starts_at + 59 * MINUTE)
    await rep_user.open(address(appointment))
    await see(rep_user, 'Private notes')
    assert 'How did it go?' not in words_on(rep_user)
    now(appointment.starts_at + 60 * MINUTE)
    await see(rep_user, 'How did it go?', seconds=8)


async def test_that_nobody_joined_is_offered_by_itself_and_one_click_away(appointment: db.Appointment, now: Now, rep_user: User) -> None:
    now(appointment.starts_at + 60 * MINUTE)
    await rep_user.open(address(appointment))
    await see(rep_user, 'Carol Tanaka did not join the call.')
    assert 'primary' in button(rep_user, 'Carol Tanaka did not come').classes
    press(rep_user, 'Carol Tanaka did not come')
    await until(lambda: stored(appointment).outcome == CUSTOMER_MISSED, rep_user, 'the outcome')
    marked = button(rep_user, 'Carol Tanaka did not come')
    await until(lambda: marked.props['aria-pressed'] == 'true', rep_user, 'the mark')
    assert 'primary' not in marked.classes
    press(rep_user, 'Carol Tanaka did not come')
    await until(lambda: stored(appointment).outcome == '', rep_user, 'the outcome to be taken back')


async def test_that_nobody_joined_is_offered_on_a_page_that_was_open_all_the_time(
    appointment: db.Appointment, now: Now, rep_user: User
) -> None:
    now(appointment.starts_at + 59 * MINUTE)
    await rep_user.open(address(appointment))
    await see(rep_user, 'Private notes')
    assert 'Carol Tanaka did not join the call.' not in words_on(rep_user)
    now(appointment.starts_at + 60 * MINUTE)
    await see(rep_user, 'Carol Tanaka did not join the call.', seconds=8)
    assert 'primary' in button(rep_user, 'Carol Tanaka did not come').classes


async def test_who_was_there_appears_while_the_page_is_open(appointment: db.Appointment, now: Now, rep_user: User) -> None:
    now(appointment.starts_at + 60 * MINUTE)
    await rep_user.open(address(appointment))
    await see(rep_user, 'How did it go?')
    assert 'Who was there' not in words_on(rep_user)
    store_talk(appointment, 12)
    await see(rep_user, 'Both were there together for 12 minutes.')
    assert 'primary' in button(rep_user, 'It took place').classes
    words = words_on(rep_user)
    shown = words[words.index('Who was there') :]
    assert [shown[shown.index(name) + 1] for name in ('Carol Tanaka', 'Riley Berger', 'Together', 'Line')] == [
        '11:00 AM – 11:12 AM',
        '11:00 AM – 11:12 AM',
        '12 minutes',
        'good, from browser to browser',
    ]


@pytest.mark.parametrize(
    ('stays', 'words'),
    [
        ([(0, 0.5)], '11:00 AM'),
        ([(0, 0.5), (3, 3.2), (5, 9)], '11:00 AM, 11:03 AM, 11:05 AM – 11:09 AM'),
        ([(minute, minute + 0.1) for minute in range(0, 16, 2)], '11:00 AM – 11:14 AM, with 7 breaks'),
    ],
)
async def test_short_stays_are_told_in_few_words(
    appointment: db.Appointment, now: Now, rep_user: User, stays: list[tuple[float, float]], words: str
) -> None:
    now(appointment.starts_at + 60 * MINUTE)
    times = [tuple(appointment.starts_at + minute * MINUTE for minute in stay) for stay in stays]
    visits.keep(Stay(f'{first}', appointment.id, CUSTOMER, 'peer', first, last, HUNG_UP) for first, last in times)
    await rep_user.open(address(appointment))
    await see(rep_user, 'Who was there')
    assert words in words_on(rep_user)


def told_of(user: User, name: str) -> str:
    """What `Who was there` says of whoever has this name."""
    words = words_on(user)
    shown = words[words.index('Who was there') :]
    return shown[shown.index(name) + 1]


async def test_a_colleague_who_takes_the_call_over_is_listed_with_their_own_times(
    appointment: db.Appointment, riley: db.Rep, robin: db.Rep, now: Now, rep_user: User
) -> None:
    now(appointment.starts_at + 4 * MINUTE)
    begun, taken, left = (appointment.starts_at + minutes * MINUTE for minutes in (0, 3, 4))
    own = Stay('own', appointment.id, REP, 'peer', begun, taken, REPLACED, rep_id=riley.id)
    theirs = Stay('theirs', appointment.id, REP, 'peer', taken, left, rep_id=robin.id)
    visits.keep([own, theirs])
    await rep_user.open(address(appointment))
    await see(rep_user, 'Who was there')
    assert told_of(rep_user, 'Riley Berger') == '11:00 AM – 11:03 AM'
    assert told_of(rep_user, 'Robin Doe') == 'since 11:03 AM'
    visits.keep([replace(theirs, ended=HUNG_UP)])
    events.publish(events.VisitsStored(appointment.id))
    await until(lambda: told_of(rep_user, 'Robin Doe') == '11:03 AM – 11:04 AM', rep_user, 'their end')


async def test_two_who_are_there_since_a_moment_were_not_never_together(appointment: db.Appointment, now: Now, rep_user: User) -> None:
    now(appointment.starts_at + MINUTE)
    visits.keep(Stay(seat, appointment.id, seat, 'peer', clock.now(), clock.now()) for seat in (CUSTOMER, REP))
    await rep_user.open(address(appointment))
    await see(rep_user, 'less than a minute')


async def test_whoever_was_signed_out_marks_nothing_any_more(appointment: db.Appointment, now: Now, rep_user: User, key: str) -> None:
    now(appointment.starts_at + 60 * MINUTE)
    await rep_user.open(address(appointment))
    await see(rep_user, 'How did it go?')
    end_sign_in(key)
    press(rep_user, 'It took place')
    await see(rep_user, 'Password')
    assert stored(appointment).outcome == ''


# private notes


async def test_notes_are_kept_while_they_are_typed_when_they_are_left_and_when_that_is_asked_for(
    appointment: db.Appointment, rep_user: User
) -> None:
    await rep_user.open(address(appointment))
    await see(rep_user, 'Save notes')
    for event, text in (('input', 'wants'), ('focusout', 'wants the offer'), ('submit', 'wants the offer in writing')):
        trigger(rep_user, notes(rep_user), event, {'notes': text})
        await until(lambda text=text: stored(appointment).notes == text, rep_user, text)
    await see(rep_user, 'Saved ')


async def test_what_another_admin_wrote_meanwhile_is_shown_and_not_overwritten_unasked(
    appointment: db.Appointment, riley: db.Rep, rep_user: User
) -> None:
    rep_user.javascript_rules[re.compile('is_untouched')] = lambda _match: False  # something has been typed
    await rep_user.open(address(appointment))
    await see(rep_user, 'Save notes')
    outcomes.note(riley, appointment.id, 'theirs', seen='')
    await see(rep_user, NotesChanged.sentence)
    await see(rep_user, 'theirs')
    trigger(rep_user, notes(rep_user), 'focusout', {'notes': 'mine'})
    trigger(rep_user, notes(rep_user), 'input', {'notes': 'mine'})
    assert stored(appointment).notes == 'theirs'
    trigger(rep_user, notes(rep_user), 'submit', {'notes': 'theirs and mine'})
    await see_no(rep_user, NotesChanged.sentence)
    assert stored(appointment).notes == 'theirs and mine'


async def test_notes_that_are_too_long_are_told(appointment: db.Appointment, rep_user: User) -> None:
    await rep_user.open(address(appointment))
    await see(rep_user, 'Save notes')
    trigger(rep_user, notes(rep_user), 'submit', {'notes': 'x' * 4001})
    await see(rep_user, 'Please shorten this to 4,000 characters; it has 4,001.')


@pytest.mark.parametrize('said', [None, 'text', [], {}, {'notes': 7}])
async def test_what_is_no_form_changes_no_notes(appointment: db.Appointment, riley: db.Rep, rep_user: User, said: object) -> None:
    outcomes.note(riley, appointment.id, 'call back', seen='')
    await rep_user.open(address(appointment))
    await see(rep_user, 'Save notes')
    for event in ('focusout', 'input', 'submit'):
        trigger(rep_user, notes(rep_user), event, said)
    trigger(rep_user, notes(rep_user), 'submit', {'notes': 'call back later'})
    await see(rep_user, 'Saved ')
    assert stored(appointment).notes == 'call back later'


async def test_notes_can_be_written_in_the_call(opened: db.Appointment, rep_user: User) -> None:
    await rep_in_call(rep_user, opened)
    trigger(rep_user, notes(rep_user), 'focusout', {'notes': 'in the call'})
    await until(lambda: stored(opened).notes == 'in the call', rep_user, 'the notes')


# what there was before


async def test_earlier_appointments_lead_there_and_a_rep_sees_only_their_own(
    riley: db.Rep, robin: db.Rep, carol: Customer, user: User
) -> None:
    with_riley = appointments.book(kinds.FIRST, coming(riley, 2), carol, rep_id=riley.id)
    with_robin = appointments.book(kinds.FIRST, coming(robin, 3), replace(carol, email='CAROL@example.com'), rep_id=robin.id)
    now = appointments.book(kinds.FIRST, coming(robin, 4), carol, rep_id=robin.id)
    outcomes.mark(riley, with_robin.id, HELD)
    outcomes.note(riley, with_robin.id, 'secret', seen='')
    seen = {}
    for rep in (riley, robin):
        sign_in(user, rep)
        await user.open(address(now))
        await see(user, 'took place · with notes')
        links = user.find(ui.link).elements
        seen[rep.id] = {link.props['href'] for link in links if '/rep?at=' in str(link.props.get('href'))}
    assert seen == {riley.id: {address(with_riley), address(with_robin)}, robin.id: {address(with_robin)}}


async def test_the_notes_of_an_earlier_appointment_that_was_cancelled_can_be_read(riley: db.Rep, carol: Customer, rep_user: User) -> None:
    cancelled = appointments.book(kinds.FIRST, coming(riley, 2), carol)
    outcomes.note(riley, cancelled.id, 'Prefers mornings', seen='')
    appointment_changes.cancel(cancelled.id)
    await rep_user.open(address(appointments.book(kinds.FIRST, coming(riley, 4), carol)))
    await see(rep_user, 'cancelled')
    await see(rep_user, 'Prefers mornings')


async def test_what_there_was_before_is_read_once_however_often_somebody_comes_and_goes(
    appointment: db.Appointment, now: Now, rep_user: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[int] = []
    monkeypatch.setattr(outcomes, 'history', lambda _rep, appointment: read.append(appointment.id) or [])
    now(appointment.starts_at + 20 * MINUTE)
    await rep_user.open(address(appointment))
    await until(lambda: read == [appointment.id], rep_user, 'the history')
    store_talk(appointment, 12)
    await see(rep_user, '12 minutes')
    assert read == [appointment.id]


# the end of a call


async def test_the_rep_ends_the_call_for_both_and_can_open_it_again(opened: db.Appointment, rep_user: User) -> None:
    trigger(rep_user, await rep_in_call(rep_user, opened), 'end')
    await see(rep_user, 'The call was ended for both at 11:00 AM.')
    await see_no(rep_user, 'Start chat')
    assert stored(opened).ended_at == opened.starts_at
    press(rep_user, 'Open the call again')
    await see(rep_user, 'Start chat')
    await see_no(rep_user, 'Open the call again')
    assert stored(opened).ended_at is None


@pytest.mark.parametrize(('words', 'is_ended'), [('End for both', True), ('Leave', False)])
async def test_whoever_stops_chatting_leaves_or_ends_it_for_both(
    opened: db.Appointment, rep_user: User, words: str, *, is_ended: bool
) -> None:
    element = await rep_in_call(rep_user, opened)
    press(rep_user, 'Stop chatting')
    await answer(rep_user, 'Stop chatting?', words)
    if not is_ended:
        trigger(rep_user, element, 'hang_up')  # as the browser answers
    await see(rep_user, 'How did it go?' if is_ended else 'Start chat')
    assert (stored(opened).ended_at is not None) == is_ended


async def test_whoever_was_signed_out_ends_no_call_any_more(opened: db.Appointment, rep_user: User, key: str) -> None:
    element = await rep_in_call(rep_user, opened)
    end_sign_in(key)
    trigger(rep_user, element, 'end')
    await see(rep_user, 'Password')
    assert stored(opened).ended_at is None


async def test_a_call_that_somebody_else_ended_says_so_on_the_open_page(opened: db.Appointment, rep_user: User) -> None:
    await rep_user.open(address(opened))
    await see(rep_user, 'Start chat')
    await calls.end(opened.id)
    await see(rep_user, 'Open the call again')
    await see_no(rep_user, 'Start chat')
