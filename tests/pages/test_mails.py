"""`/mails` in a simulated browser: who is shown it, and that it shows every mail."""

from nicegui.testing import User

from services import letters
from tests.conftest import on_sqlite
from tests.pages.rights import end_admin_rights
from tests.pages.seeing import see, words_on

pytestmark = on_sqlite


async def test_an_admin_sees_every_mail_with_sample_data(rep_user: User) -> None:
    await rep_user.open('/mails')
    await see(rep_user, 'Your appointment on Tue Mar 30, 2027 at 5:00 PM')
    assert {letters.file_name(*message) for message in letters.MESSAGES} <= set(words_on(rep_user))
    await rep_user.open('/mails?message=invitation_rep.jinja')
    await see(rep_user, 'Riley Berger <riley@example.com>')
    assert not any('Calendar part' in words for words in words_on(rep_user))


async def test_a_rep_who_is_no_admin_is_told_so(rep_user: User) -> None:
    end_admin_rights()
    answer = await rep_user.http_client.get('/mails')
    assert answer.status_code == 403
