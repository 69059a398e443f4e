"""What pages say of mails to come, with a mail server and without one."""

import pytest
from nicegui.testing import User

import db
from services import kind_changes, kinds, reps
from services.kind_fields import Typed
from tests.conftest import Configure, on_sqlite
from tests.pages.calling import at_rep, link
from tests.pages.conftest import Now
from tests.pages.seeing import press, see, see_no

pytestmark = on_sqlite

SERVER = {'SMTP_HOST': 'localhost', 'MAIL_FROM': 'calls@example.com'}


@pytest.fixture(params=[True, False], ids=['with a server', 'without'])
def has_server(request: pytest.FixtureRequest, configure: Configure, database: str) -> bool:
    configure(DATABASE_URL=database, **SERVER if request.param else {})
    return bool(request.param)


async def see_one(user: User, has_server: bool, with_one: str, without: str) -> None:
    """See the sentence that is true, and not the other one."""
    await see(user, with_one if has_server else without)
    await see_no(user, without if has_server else with_one)


async def test_who_books_reads_where_the_link_will_be(riley: db.Rep, user: User, has_server: bool) -> None:
    await user.open('/')
    await see_one(user, has_server, 'You will get a mail with the link.', 'The link is on the page that follows.')


async def test_a_customer_who_cancels_reads_who_learns_of_it(appointment: db.Appointment, user: User, has_server: bool) -> None:
    await user.open(link('manage', appointment))
    press(user, 'Cancel appointment')
    await see_one(user, has_server, 'You both get a mail.', 'Riley Berger reads so on this site.')


async def test_a_customer_for_whom_it_is_too_late_reads_what_to_do_instead(
    appointment: db.Appointment, user: User, now: Now, has_server: bool
) -> None:
    kind_changes.change(kinds.FIRST, Typed('Talk', change_notice='1', rep_ids=[reps.FIRST]))
    now(appointment.starts_at)
    await user.open(link('manage', appointment))
    await see_one(user, has_server, 'Please answer the mail instead.', 'Please say so in the call instead.')


async def test_a_rep_who_cancels_reads_whether_the_customer_is_told(appointment: db.Appointment, rep_user: User, has_server: bool) -> None:
    await rep_user.open(at_rep(appointment))
    press(rep_user, 'Cancel appointment')
    await see_one(rep_user, has_server, 'Carol Tanaka is told by mail.', 'No mail server is set, so please tell Carol Tanaka yourself.')


async def test_a_rep_who_hands_over_reads_whether_the_customer_is_told(
    appointment: db.Appointment, robin: db.Rep, rep_user: User, has_server: bool
) -> None:
    await rep_user.open(at_rep(appointment))
    press(rep_user, 'Hand over')
    told = 'Carol Tanaka and both reps are told by mail.'
    await see_one(rep_user, has_server, told, 'No mail server is set, so please tell Carol Tanaka yourself.')


async def test_who_invites_a_rep_reads_where_the_link_will_be(rep_user: User, has_server: bool) -> None:
    await rep_user.open('/reps')
    press(rep_user, 'Invite a rep')
    await see_one(rep_user, has_server, 'They get a mail with a link', 'will lie in the mailbox here')
