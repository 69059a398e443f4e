"""The rows of the outbox, on both databases: whose turn it is, what becomes of them, what pages are told."""

from collections.abc import Callable, Collection
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import inspect, select, text, update

import db
from services import appointment_changes, appointments, clock, events, kinds, mail, mail_states, outbox, team
from services.customers import Customer
from services.errors import MailNotSent
from services.mail_states import MailState, Undelivered
from services.outbox import CANCELLATION, CONFIRMATION, CUSTOMER, HAND_OVER, RELEASE, REP, VIDEO_SESSION, Attempt
from tests.conftest import coming, on_sqlite

MAILS = (CONFIRMATION, CANCELLATION)
NINE = datetime(2026, 11, 22, 9, tzinfo=UTC)
REFUSED = MailNotSent('The mail server refuses the address (SMTPRecipientsRefused 550).')

Now = Callable[[datetime], None]


def rows(appointment: db.Appointment) -> dict[tuple[str, str], db.OutboxItem]:
    """The appointment's rows, by kind and recipient."""
    with db.reading() as session:
        found = session.scalars(select(db.OutboxItem).where(db.OutboxItem.appointment_id == appointment.id))
        return {(item.kind, item.recipient): item for item in found}


def fail(items: Collection[db.OutboxItem], error: Exception = REFUSED) -> list[db.OutboxItem]:
    """Record that these were tried in vain."""
    return outbox.record([Attempt(item, error) for item in items])


def succeed(items: Collection[db.OutboxItem]) -> None:
    outbox.record([Attempt(item, None) for item in items])


@pytest.fixture
def given_up(appointment: db.Appointment, now: Now) -> db.Appointment:
    """Carol's appointment, whose mails have failed for a day."""
    now(clock.now() + timedelta(days=1))
    assert len(fail(outbox.claim(MAILS, 9))) == 2
    return appointment


@pytest.mark.usefixtures('platform')
def test_what_one_has_claimed_nobody_else_gets(appointment: db.Appointment) -> None:
    assert [item.kind for item in outbox.claim(MAILS, 1)] == [CONFIRMATION]
    assert [item.kind for item in outbox.claim((*MAILS, VIDEO_SESSION), 9)] == [CONFIRMATION, VIDEO_SESSION]
    assert outbox.claim((*MAILS, VIDEO_SESSION), 9) == []


def test_what_is_done_is_not_due_again(appointment: db.Appointment, now: Now) -> None:
    succeed(outbox.claim(MAILS, 9))
    now(clock.now() + timedelta(days=9))
    assert outbox.claim(MAILS, 9) == []


def test_pauses_grow_between_tries(appointment: db.Appointment, now: Now) -> None:
    tried_at = clock.now()
    now(tried_at)
    for seconds in (5, 15, 60, 300, 900, 1800, 1800, 1800):
        fail(outbox.claim(MAILS, 9))
        now(tried_at + timedelta(seconds=seconds - 1))
        assert outbox.claim(MAILS, 9) == []
        tried_at += timedelta(seconds=seconds)
        now(tried_at)
    assert {item.tries for item in outbox.claim(MAILS, 9)} == {8}


def test_a_mail_is_given_up_after_a_day_and_not_before(appointment: db.Appointment, now: Now) -> None:
    queued_at = rows(appointment)[CONFIRMATION, CUSTOMER].created_at
    now(queued_at + timedelta(hours=23, minutes=50))
    assert fail(outbox.claim(MAILS, 9)) == []
    now(queued_at + timedelta(hours=24, minutes=20))
    assert len(fail(outbox.claim(MAILS, 9))) == 2
    now(queued_at + timedelta(days=3))
    assert outbox.claim(MAILS, 9) == []


def test_the_rep_is_told_what_was_given_up(given_up: db.Appointment, riley: db.Rep, now: Now) -> None:
    expected = Undelivered(given_up.id, given_up.starts_at, 'Carol Tanaka', CONFIRMATION, CUSTOMER, is_given_up=True)
    assert [item for item in mail_states.undelivered(riley.id) if item.recipient == CUSTOMER] == [expected]
    assert mail_states.undelivered(riley.id + 1) == []
    now(given_up.starts_at)
    assert mail_states.undelivered(riley.id) == []


def test_the_rep_is_told_of_what_fails_again_and_again_while_it_is_still_tried(
    appointment: db.Appointment, riley: db.Rep, now: Now
) -> None:
    for told in ([], [], [CUSTOMER, REP]):
        fail(outbox.claim((*MAILS, VIDEO_SESSION), 9))
        assert [item.recipient for item in mail_states.undelivered(riley.id) if not item.is_given_up] == told
        now(clock.now() + timedelta(minutes=1))
    succeed(outbox.claim(MAILS, 9))
    assert mail_states.undelivered(riley.id) == []


def test_what_was_given_up_can_be_sent_again_for_another_day(given_up: db.Appointment, riley: db.Rep, now: Now) -> None:
    heard: list[events.Event] = []
    unsubscribe = events.subscribe(heard.append)
    outbox.send_again(given_up.id)
    unsubscribe()
    assert heard == [events.OutboxChanged(given_up.id, is_done=False)]
    assert mail_states.undelivered(riley.id) == []
    again = outbox.claim(MAILS, 9)
    assert {item.message_id for item in again} == {item.message_id for key, item in rows(given_up).items() if key[0] == CONFIRMATION}
    now(clock.now() + timedelta(hours=23))
    assert fail(again) == []


def test_sending_again_repeats_nothing_that_was_delivered(appointment: db.Appointment) -> None:
    succeed(outbox.claim(MAILS, 9))
    outbox.send_again(appointment.id)
    assert outbox.claim(MAILS, 9) == []


def test_a_cancellation_never_overtakes_its_confirmation(appointment: db.Appointment) -> None:
    (leaving,) = outbox.claim([CONFIRMATION], 1)
    appointment_changes.cancel(appointment.id)
    outbox.drop_moot()
    assert {item.recipient for item in outbox.claim(MAILS, 9)} == {'customer', 'rep'} - {leaving.recipient}
    succeed([leaving])
    assert [(item.kind, item.recipient) for item in outbox.claim(MAILS, 9)] == [(CANCELLATION, leaving.recipient)]


def test_a_rep_whose_mails_fail_holds_up_nobody_to_whom_an_appointment_is_handed_over(
    appointment: db.Appointment, robin: db.Rep, riley: db.Rep, now: Now
) -> None:
    now(clock.now())
    (to_riley,) = [item for item in outbox.claim([CONFIRMATION], 9) if item.recipient == REP]
    for _ in range(3):
        fail([to_riley])
        now(clock.now() + timedelta(minutes=1))
        (to_riley,) = [item for item in outbox.claim([CONFIRMATION], 9) if item.recipient == REP]
    appointment_changes.hand_over(appointment.id, robin.id)
    succeed([item for item in outbox.claim([CONFIRMATION], 9) if item.recipient == CUSTOMER])
    due = {(item.kind, item.recipient, item.rep_id) for item in outbox.claim((HAND_OVER, RELEASE), 9)}
    assert due == {(HAND_OVER, REP, robin.id)}
    told = {rep.name: [item.recipient for item in mail_states.undelivered(rep.id)] for rep in (riley, robin)}
    assert told == {'Riley Berger': [REP], 'Robin Doe': []}


def test_what_failed_holds_up_what_is_queued_later_for_the_same_person(appointment: db.Appointment, now: Now) -> None:
    now(clock.now())
    succeeding, failing = outbox.claim([CONFIRMATION], 2)
    succeed([succeeding])
    fail([failing])
    for recipient in (CUSTOMER, REP):
        db.writing(lambda session, recipient=recipient: outbox.add(session, appointment, 'reminder', recipient))
    assert [item.recipient for item in outbox.claim(['reminder'], 9)] == [succeeding.recipient]


@pytest.mark.usefixtures('platform')
def test_a_confirmation_whose_appointment_was_cancelled_before_it_left_is_dropped(appointment: db.Appointment) -> None:
    fail(outbox.claim(MAILS, 9))
    appointment_changes.cancel(appointment.id)
    assert outbox.claim((CONFIRMATION, VIDEO_SESSION), 9) == []
    assert outbox.drop_moot() == [appointment.id] * 3
    assert {item.state for key, item in rows(appointment).items() if key[0] != CANCELLATION} == {outbox.DROPPED}
    assert [item.kind for item in outbox.claim((*MAILS, VIDEO_SESSION), 9)] == [CANCELLATION, CANCELLATION]
    assert outbox.drop_moot() == []
    assert mail_states.of(appointment.id) is None


def test_a_failed_confirmation_of_a_cancelled_appointment_is_not_sent_again(given_up: db.Appointment) -> None:
    appointment_changes.cancel(given_up.id)
    assert mail_states.undelivered(given_up.rep_id) == []
    outbox.send_again(given_up.id)
    outbox.drop_moot()
    assert [item.kind for item in outbox.claim(MAILS, 9)] == [CANCELLATION, CANCELLATION]


def test_the_claim_of_one_who_died_is_taken_over_after_its_lease(appointment: db.Appointment, now: Now) -> None:
    start = clock.now()
    now(start)
    theirs = outbox.claim(MAILS, 9)
    now(start + timedelta(seconds=120))
    assert outbox.claim(MAILS, 9) == []
    now(start + timedelta(seconds=121))
    assert [item.id for item in outbox.claim(MAILS, 9)] == [item.id for item in theirs]
    succeed(theirs)
    assert rows(appointment)[CONFIRMATION, CUSTOMER].state == outbox.WAITING


def test_a_claim_that_is_renewed_is_kept(appointment: db.Appointment, now: Now) -> None:
    start = clock.now()
    now(start + timedelta(seconds=100))
    ours = outbox.claim(MAILS, 9)
    now(start + timedelta(seconds=200))
    outbox.renew(ours)
    now(start + timedelta(seconds=300))
    assert outbox.claim(MAILS, 9) == []


@pytest.mark.usefixtures('platform')
def test_a_video_session_is_tried_until_the_appointment_is_over_and_then_dropped(appointment: db.Appointment, now: Now) -> None:
    now(appointment.starts_at + timedelta(minutes=59))
    assert fail(outbox.claim([VIDEO_SESSION], 1)) == []
    assert rows(appointment)[VIDEO_SESSION, ''].state == outbox.WAITING
    now(appointment.starts_at + timedelta(minutes=60))
    assert fail(outbox.claim([VIDEO_SESSION], 1)) == []
    assert rows(appointment)[VIDEO_SESSION, ''].state == outbox.DROPPED


@on_sqlite
def test_a_rep_without_an_address_is_not_mailed(riley: db.Rep, carol: Customer, robin: db.Rep) -> None:
    db.writing(lambda session: session.execute(update(db.Rep).values(email=None)))
    appointment = appointments.book(kinds.FIRST, coming(riley), carol, rep_id=riley.id)
    appointment_changes.hand_over(appointment.id, robin.id)
    appointment_changes.cancel(appointment.id)
    assert {recipient for _, recipient in rows(appointment)} == {outbox.CUSTOMER}


@on_sqlite
def test_pages_are_told_how_it_stands_with_a_mail(appointment: db.Appointment, now: Now) -> None:
    first = mail_states.of(appointment.id)
    assert first is not None
    assert (first.state, mail_states.of(appointment.id, CANCELLATION)) == ('waiting', None)
    moment = clock.now()
    now(moment)
    fail(outbox.claim(MAILS, 9))
    assert mail_states.of(appointment.id) == MailState('trying', moment + timedelta(seconds=5), str(REFUSED))
    now(moment + timedelta(seconds=5))
    succeed(outbox.claim(MAILS, 9))
    assert mail_states.of(appointment.id) == MailState('sent', moment + timedelta(seconds=5))


@on_sqlite
def test_pages_are_told_of_a_mail_that_was_given_up(given_up: db.Appointment) -> None:
    assert mail_states.of(given_up.id) == MailState('failed', clock.now(), str(REFUSED))


@on_sqlite
def test_errors_of_others_are_kept_by_their_kind_only(appointment: db.Appointment) -> None:
    fail(outbox.claim(MAILS, 9), RuntimeError('carol@example.com'))
    assert rows(appointment)[CONFIRMATION, CUSTOMER].last_error == 'RuntimeError'


def test_the_built_in_mailbox_holds_what_was_delivered_newest_first(riley: db.Rep, carol: Customer, now: Now) -> None:
    now(NINE)
    appointment = appointments.book(kinds.FIRST, coming(riley), carol)
    succeed(outbox.claim((*MAILS, VIDEO_SESSION), 9))
    now(NINE + timedelta(minutes=1))
    appointment_changes.cancel(appointment.id)
    (newest, _) = mail_states.delivered(0, 9)
    succeed(outbox.claim(MAILS, 9))
    assert [item.kind for item in mail_states.delivered(0, 9)] == [CANCELLATION, CANCELLATION, CONFIRMATION, CONFIRMATION]
    dates = [mail.compose(item)['Date'].datetime for item in mail_states.delivered(1, 2)]
    assert dates == [NINE + timedelta(minutes=1), NINE]
    assert [found.id for found in (mail_states.delivered_one(newest.id), mail_states.delivered_one(99)) if found] == [newest.id]


def test_no_link_key_lies_in_the_database(appointment: db.Appointment) -> None:
    fail(outbox.claim(MAILS, 1))
    succeed(outbox.claim(MAILS, 9))
    stored = repr([_everything(table) for table in inspect(db.engine()).get_table_names()])
    assert appointment.public_id in stored
    for kind in ('chat', 'manage'):
        key = appointments.key(kind, appointment)
        assert key not in stored
        assert key.rpartition('.')[2] not in stored


def _everything(table: str) -> list[Any]:
    with db.reading() as session:
        return list(session.execute(text(f'SELECT * FROM {table}')))


def test_only_the_last_invitation_of_a_rep_counts_as_undelivered(robin: db.Rep) -> None:
    db.writing(lambda session: session.execute(update(db.OutboxItem).values(state=outbox.FAILED)))
    assert mail_states.undelivered_invitations() == {robin.id}
    team.invite_again(robin.id)
    assert mail_states.undelivered_invitations() == set()
    db.writing(lambda session: session.execute(update(db.OutboxItem).values(tries=mail_states.TOLD_AFTER)))
    assert mail_states.undelivered_invitations() == {robin.id}
