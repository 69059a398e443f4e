"""`/mailbox` in a simulated browser: who is shown the mails, and that none is missed. The messages themselves need a real one."""

import re
from base64 import b64decode
from dataclasses import replace

from nicegui.testing import User
from sqlalchemy import select, update

import db
from services import appointments, clock, events, kinds, mail_states, outbox
from services.customers import Customer
from tests.conftest import coming, on_sqlite
from tests.pages.conftest import RightAfter
from tests.pages.rights import end_admin_rights, end_sign_in
from tests.pages.seeing import element_with, find, see, words_on

pytestmark = on_sqlite


def deliver(appointment: db.Appointment) -> None:
    """All mails are delivered, as the outbox worker does it."""
    db.writing(lambda session: session.execute(update(db.OutboxItem).values(state='done', done_at=clock.now())))
    events.publish(events.OutboxChanged(appointment.id, is_done=True))


async def test_a_delivered_mail_appears(appointment: db.Appointment, rep_user: User) -> None:
    await rep_user.open('/mailbox')
    deliver(appointment)
    await see(rep_user, 'carol@example.com')


async def test_an_admin_is_led_to_the_samples_of_all_mails(rep_user: User) -> None:
    await rep_user.open('/mailbox')
    assert find(rep_user, 'See the text of every kind of mail (samples)').props['href'] == '/mails'


async def test_a_rep_who_is_no_admin_reads_only_what_went_to_them(riley: db.Rep, appointment: db.Appointment, rep_user: User) -> None:
    end_admin_rights()
    deliver(appointment)
    await rep_user.open('/mailbox')
    await see(rep_user, 'riley@example.com')
    assert 'carol@example.com' not in words_on(rep_user)
    with db.reading() as session:
        to_carol = session.scalars(select(db.OutboxItem.id).where(db.OutboxItem.recipient == outbox.CUSTOMER)).one()
    await rep_user.open(f'/mailbox?message={to_carol}')
    await see(rep_user, 'There is no such message.')


async def test_the_calendar_part_is_saved_as_it_was_sent(riley: db.Rep, carol: Customer, rep_user: User) -> None:
    sly = replace(carol, comment='Hello\u2028ATTENDEE:mailto:sam@example.com\x85LOCATION:elsewhere')
    deliver(appointments.book(kinds.FIRST, coming(riley), sly))
    await rep_user.open('/mailbox')
    await see(rep_user, 'Save the calendar part')
    saved = b64decode(element_with(rep_user, download='invitation.ics').props['href'].rpartition(',')[2]).decode()
    assert saved.endswith('END:VCALENDAR\r\n')
    assert re.findall(r'^(?:ATTENDEE:|LOCATION:elsewhere).*', saved, re.M) == []


async def test_whoever_was_signed_out_is_shown_no_new_mail(appointment: db.Appointment, rep_user: User, key: str) -> None:
    await rep_user.open('/mailbox')
    end_sign_in(key)
    deliver(appointment)
    await see(rep_user, 'Password')
    assert 'carol@example.com' not in words_on(rep_user)


async def test_a_mail_delivered_while_the_page_is_made_is_not_missed(
    appointment: db.Appointment, rep_user: User, right_after: RightAfter
) -> None:
    right_after(mail_states, 'delivered', lambda: deliver(appointment))
    await rep_user.open('/mailbox')
    await see(rep_user, 'carol@example.com')
