"""`/account` in a simulated browser."""

import pytest
from nicegui.testing import User

import db
from services import feeds, first_rep, reps, sign_ins
from services.errors import NotSignedIn
from tests.conftest import BERLIN, TOKYO, Configure, on_sqlite
from tests.pages.rights import end_sign_in, new_key
from tests.pages.seeing import answer, element_with, press, see, send, words_on

pytestmark = on_sqlite

PASSWORD = 'correct horse'


def save(user: User, **changes: str) -> None:
    """Send the form with these changes."""
    values = {'name': 'Riley Berger', 'email': 'riley@example.com', 'time_zone': BERLIN, 'password': '', 'repeated': '', **changes}
    send(user, **values)


def problem_of(user: User, field: str) -> str:
    """The sentence beside a field; empty when it is not marked as wrong."""
    wrong = element_with(user, name=field)
    told = [element_with(user, id=name)._text for name in wrong.props['aria-describedby'].split()]
    return str(told[0]) if wrong.props.get('aria-invalid') == 'true' else ''


async def test_the_account_shows_what_is_known(rep_user: User) -> None:
    await rep_user.open('/account')
    assert element_with(rep_user, name='name').props['defaultValue'] == 'Riley Berger'
    assert element_with(rep_user, name='email').props['defaultValue'] == 'riley@example.com'
    assert '<option value="Europe/Berlin" selected>Berlin</option>' in element_with(rep_user, name='time_zone').props['innerHTML']
    await see(rep_user, 'You have none yet.')


async def test_what_is_saved_is_kept_and_said(rep_user: User) -> None:
    await rep_user.open('/account')
    save(rep_user, name='Riley B.', time_zone=TOKYO)
    await see(rep_user, 'Saved.')
    assert (reps.first().name, reps.first().time_zone, reps.first().password_hash) == ('Riley B.', TOKYO, None)
    await see(rep_user, 'Riley B.')


async def test_each_field_says_what_is_wrong_with_it(rep_user: User) -> None:
    await rep_user.open('/account')
    save(rep_user, name='', email='riley', password='short', repeated='short')
    await see(rep_user, 'Please give a name.')
    assert problem_of(rep_user, 'name') == 'Please give a name.'
    assert '@' in problem_of(rep_user, 'email')
    assert 'at least 8 characters' in problem_of(rep_user, 'password')
    assert (problem_of(rep_user, 'time_zone'), problem_of(rep_user, 'repeated')) == ('', '')
    assert reps.first().name == 'Riley Berger'
    save(rep_user, password=PASSWORD, repeated='another')
    await see(rep_user, 'This is not the same password.')
    assert problem_of(rep_user, 'name') == ''


async def test_a_new_password_keeps_this_sign_in_and_ends_the_others(riley: db.Rep, rep_user: User, key: str) -> None:
    other = new_key(riley)
    await rep_user.open('/account')
    save(rep_user, password=PASSWORD, repeated=PASSWORD)
    await see(rep_user, 'Saved.')
    await see(rep_user, 'Leave it empty to keep the one you have.')
    assert sign_ins.rep_of(key).id == riley.id
    with pytest.raises(NotSignedIn):
        sign_ins.rep_of(other)
    assert sign_ins.sign_in('riley@example.com', PASSWORD, '192.0.2.1')


async def test_whoever_was_signed_out_saves_nothing(rep_user: User, key: str) -> None:
    await rep_user.open('/account')
    end_sign_in(key)
    save(rep_user, name='Somebody')
    await see(rep_user, 'No password yet?')
    assert reps.first().name == 'Riley Berger'


async def test_what_the_settings_say_is_shown_as_fixed(riley: db.Rep, configure: Configure, database: str, rep_user: User) -> None:
    configure(DATABASE_URL=database, REP_NAME='Robin Doe', REP_EMAIL='robin@example.com', TIME_ZONE=TOKYO, REP_PASSWORD=PASSWORD)
    first_rep.set_up()
    rep_user.http_client.cookies.set('sign_in', sign_ins.sign_in('robin@example.com', PASSWORD, '192.0.2.1'))
    await rep_user.open('/account')
    for variable in ('REP_NAME', 'REP_EMAIL', 'TIME_ZONE', 'REP_PASSWORD'):
        await see(rep_user, f'Set where this was started ({variable}), so it cannot be changed here.')
    for field in ('name', 'email', 'time_zone'):
        assert element_with(rep_user, name=field).props['readonly']
    assert 'New password' not in words_on(rep_user)
    save(rep_user, name='Somebody', password='another horse', repeated='another horse')
    await see(rep_user, 'Saved.')
    assert reps.first().name == 'Robin Doe'
    assert sign_ins.sign_in('robin@example.com', PASSWORD, '192.0.2.1')


async def test_pressing_twice_saves_once(rep_user: User, monkeypatch: pytest.MonkeyPatch) -> None:
    saved: list[str] = []
    update = reps.update
    monkeypatch.setattr(reps, 'update', lambda *args, **values: saved.append(values['name']) or update(*args, **values))
    await rep_user.open('/account')
    save(rep_user, name='Once')
    save(rep_user, name='Twice')
    await see(rep_user, 'Saved.')
    assert saved == ['Once']


async def test_the_address_of_the_calendar_feed_can_be_renewed(riley: db.Rep, rep_user: User) -> None:
    await rep_user.open('/account')
    assert element_with(rep_user, name='feed').props['defaultValue'] == feeds.address(riley)
    press(rep_user, 'Renew')
    await answer(rep_user, 'Renew the address?', 'Renew')
    await see(rep_user, 'This is the new address.')
    assert element_with(rep_user, name='feed').props['defaultValue'] == feeds.address(reps.get(riley.id)) != feeds.address(riley)


async def test_whoever_was_signed_out_renews_nothing(riley: db.Rep, rep_user: User, key: str) -> None:
    await rep_user.open('/account')
    end_sign_in(key)
    press(rep_user, 'Renew')
    await answer(rep_user, 'Renew the address?', 'Renew')
    await see(rep_user, 'No password yet?')
    assert reps.get(riley.id).feed_version == riley.feed_version
