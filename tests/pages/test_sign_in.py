"""`/sign-in` in a simulated browser. What its form is sent to is a plain route, tested with the others."""

import json
from urllib.parse import quote

import pytest
from nicegui.testing import User

import db
from services import reps, sign_ins
from tests.conftest import BERLIN, on_sqlite
from tests.pages.seeing import element_with, see, until, words_on

pytestmark = on_sqlite

HINT = 'No password yet? Open the sign-in link that was printed where this was started.'


def come_back_with(user: User, flash: str) -> None:
    """What a wrong password leaves in the browser."""
    user.http_client.cookies.set('sign_in_problem', flash)


async def test_the_form_asks_for_address_and_password(riley: db.Rep, user: User) -> None:
    await user.open('/sign-in')
    await see(user, 'Email')
    assert element_with(user, name='email').props['autocomplete'] == 'username'
    assert element_with(user, name='email').props['autofocus']
    assert element_with(user, name='password').props['autocomplete'] == 'current-password'
    assert (element_with(user, method='post').props['action'], element_with(user, method='post').tag) == ('/sign-in', 'form')


async def test_a_wrong_password_says_so_and_keeps_the_address(riley: db.Rep, user: User) -> None:
    address = 'riley"><img src=x onerror=alert(1)>@example.com'
    come_back_with(user, quote(json.dumps({'email': address, 'sentence': 'This email and password do not belong together.'})))
    await user.open('/sign-in')
    await see(user, 'This email and password do not belong together.')
    assert element_with(user, role='alert')
    assert element_with(user, name='email').props['defaultValue'] == address
    assert element_with(user, name='password').props['autofocus']
    assert '<img src=x' not in (await user.http_client.get('/sign-in')).text


@pytest.mark.parametrize('flash', ['nonsense', quote('[1]'), quote('{"email": "riley@example.com"}')])
async def test_a_cookie_that_cannot_be_read_is_passed_over(riley: db.Rep, user: User, flash: str) -> None:
    come_back_with(user, flash)
    await user.open('/sign-in')
    await see(user, 'Email')


@pytest.mark.parametrize(
    ('target', 'taken'),
    [
        ('/rep?day=2026-11-22', '/rep?day=2026-11-22'),
        ('//evil.example', '/rep'),
        ('/\\evil.example', '/rep'),
        ('https://evil.example', '/rep'),
        ('', '/rep'),
    ],
)
async def test_the_way_on_stays_on_this_site(riley: db.Rep, user: User, target: str, taken: str) -> None:
    await user.open(f'/sign-in?next={quote(target)}')
    assert element_with(user, name='next').props['value'] == taken


async def test_a_page_that_needs_a_rep_asks_to_sign_in_and_remembers_where_to_go(riley: db.Rep, user: User) -> None:
    await user.open('/rep?day=2026-11-22')
    await see(user, 'Password')
    assert element_with(user, name='next').props['value'] == '/rep?day=2026-11-22'


async def test_whoever_is_signed_in_goes_on_at_once(rep_user: User) -> None:
    await rep_user.open('/sign-in?next=/account')
    await see(rep_user, 'Your account')


async def test_as_long_as_nobody_has_a_password_the_printed_link_is_named(riley: db.Rep, user: User) -> None:
    await user.open('/sign-in')
    await see(user, HINT)
    reps.update(riley.id, name='Riley', email='riley@example.com', time_zone=BERLIN, password='long enough', repeated='long enough')
    await user.open('/sign-in')
    await see(user, 'Password')
    assert HINT not in words_on(user)


async def test_a_sign_in_that_ends_sends_its_open_pages_away(rep_user: User, key: str) -> None:
    await rep_user.open('/rep')
    await see(rep_user, 'Please select an appointment')
    sign_ins.end('another key')
    sign_ins.end(key)
    await see(rep_user, 'Password')


async def test_a_browser_that_stays_on_a_page_whose_sign_in_ended_is_heard_no_more(
    rep_user: User, key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from pages import viewing

    monkeypatch.setattr(viewing, 'LEAVING_SECONDS', 0.05, raising=False)
    await rep_user.open('/rep')
    page = rep_user.client
    sign_ins.end(key)
    await until(lambda: page.is_deleted, rep_user, 'the end of the page')
