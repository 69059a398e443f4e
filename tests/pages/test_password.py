"""`/password/{key}` and the way there from `/sign-in`, in a simulated browser."""

import pytest
from nicegui.testing import User
from sqlalchemy import select

import db
from services import clock, outbox, password_links, passwords, reps, sign_ins
from tests.conftest import on_sqlite
from tests.pages.conftest import Now
from tests.pages.seeing import element_with, press, see, send, words_on

pytestmark = on_sqlite

PASSWORD = 'correct horse'


@pytest.fixture
def path(robin: db.Rep) -> str:
    """Where Robin chooses a password."""
    return password_links.new(robin).removeprefix('http://localhost:8080')


async def test_a_password_is_chosen_once_and_what_is_wrong_with_it_is_said(
    robin: db.Rep, path: str, user: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    went: list[str] = []  # where the browser is sent: a plain route, which is not here
    monkeypatch.setattr(user.navigate, 'to', went.append)
    await user.open(path)
    await see(user, 'Choose a password')
    assert element_with(user, name='email').props['defaultValue'] == 'robin@example.com'
    send(user, password=PASSWORD, repeated='another horse')
    await see(user, 'This is not the same password.')
    assert reps.is_invited(reps.get(robin.id))
    send(user, password=PASSWORD, repeated=PASSWORD)
    await see(user, 'Saved. You are being signed in.')
    (link,) = went
    assert sign_ins.rep_of(sign_ins.sign_in_by_link(link.removeprefix('/sign-in/'))).id == robin.id
    assert passwords.matches(PASSWORD, reps.get(robin.id).password_hash)
    send(user, password='another horse', repeated='another horse')
    await see(user, 'This link has been used or is too old.')
    assert (await user.http_client.get(path)).status_code == 404


async def test_a_link_that_is_over_leads_to_the_way_to_a_new_one(path: str, user: User) -> None:
    answer = await user.http_client.get(path + 'x')
    assert answer.status_code == 404
    assert '“Forgot your password?”' in answer.text
    assert 'href="/sign-in"' in answer.text


@pytest.mark.parametrize('address', ['robin@example.com', 'sam@example.com'])
async def test_asking_for_a_link_says_the_same_to_everybody(robin: db.Rep, user: User, address: str) -> None:
    await user.open('/sign-in')
    press(user, 'Forgot your password?')
    await see(user, 'A link to choose a new one is sent there.')
    send(user, email=address)
    await see(user, 'If a rep has this address, a mail with a link to choose a new password is on its way to it.')
    with db.reading() as session:
        mails = session.scalars(select(db.OutboxItem.rep_id).where(db.OutboxItem.kind == outbox.PASSWORD_LINK)).all()
    assert mails == ([robin.id] if address == robin.email else [])


async def test_asking_too_often_is_told_to_wait(robin: db.Rep, user: User, now: Now) -> None:
    now(clock.now())
    await user.open('/sign-in')
    press(user, 'Forgot your password?')
    for _ in range(4):
        password_links.send('robin@example.com', '192.0.2.1')
    send(user, email='robin@example.com')
    await see(user, 'Too many mails were asked for. Please wait')
    assert not any('on its way' in words for words in words_on(user))
