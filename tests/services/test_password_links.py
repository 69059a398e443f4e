"""The links with which reps choose a password: how long they last, what ends them, and who is sent one."""

import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

import db
from services import clock, events, outbox, password_links, passwords, reps, sign_ins, team
from services.errors import InvalidFields, PasswordLinkOver, TooManyTries
from services.hashing import hashed
from tests.conftest import Configure, on_sqlite

PASSWORD, HERE = 'correct horse', '192.0.2.1'
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


def mails(kind: str) -> list[db.OutboxItem]:
    """What is queued of this kind, in order."""
    with db.reading() as session:
        return list(session.scalars(select(db.OutboxItem).where(db.OutboxItem.kind == kind).order_by(db.OutboxItem.id)))


def key_in(mail: db.OutboxItem) -> str:
    """The key of the link in this mail."""
    return password_links.link_in(mail).rpartition('/')[2]


def is_over(key: str) -> bool:
    """Whether nobody can choose a password with this key."""
    try:
        password_links.rep_by_key(key)
    except PasswordLinkOver:
        return True
    return False


def test_the_link_of_an_invitation_lets_its_rep_choose_a_password_once(robin: db.Rep) -> None:
    (mail,) = mails(outbox.INVITATION)
    assert password_links.link_in(mail).startswith('http://localhost:8080/password/')
    assert not is_over(key_in(mail))
    assert password_links.rep_by_key(key_in(mail)).id == robin.id
    heard: list[events.Event] = []
    stop = events.subscribe(heard.append)
    assert password_links.choose(key_in(mail), PASSWORD, PASSWORD).id == robin.id
    stop()
    assert heard == [events.RepChanged(robin.id)]
    assert sign_ins.rep_of(sign_ins.sign_in('robin@example.com', PASSWORD, HERE)).id == robin.id
    assert is_over(key_in(mail))  # also when the mail is looked at again
    with pytest.raises(PasswordLinkOver):
        password_links.choose(key_in(mail), 'another horse', 'another horse')


def test_a_password_that_cannot_be_taken_uses_nothing_up(robin: db.Rep) -> None:
    (mail,) = mails(outbox.INVITATION)
    for typed in (('short', 'short'), (PASSWORD, 'another horse')):
        with pytest.raises(InvalidFields):
            password_links.choose(key_in(mail), *typed)
    assert not is_over(key_in(mail))


def test_of_two_who_use_a_link_at_once_one_chooses_the_password(robin: db.Rep, monkeypatch: pytest.MonkeyPatch) -> None:
    ready, done = threading.Barrier(2), list[str]()

    def hash_together(password: str) -> str:
        ready.wait()
        return f'hash of {password}'

    def choose(key: str, password: str) -> None:
        with suppress(PasswordLinkOver):
            password_links.choose(key, password, password)
            done.append(password)

    monkeypatch.setattr(passwords, 'hash_password', hash_together)
    for number in range(1, 11):
        key = password_links.new(reps.get(robin.id)).rpartition('/')[2]
        threads = [threading.Thread(target=choose, args=(key, f'{which} horse {number}')) for which in ('first', 'second')]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(done) == number
        assert reps.get(robin.id).password_hash == f'hash of {done[-1]}'


@on_sqlite
def test_an_invitation_lasts_three_days_and_a_forgotten_password_one(riley: db.Rep, robin: db.Rep, now: Callable[[datetime], None]) -> None:
    now(NOON)
    team.invite_again(robin.id)
    password_links.send('riley@example.com', HERE)
    invited, forgotten = key_in(mails(outbox.INVITATION)[-1]), key_in(mails(outbox.PASSWORD_LINK)[0])
    for later, over in ((timedelta(hours=23), (False, False)), (timedelta(days=1), (False, True)), (timedelta(days=3), (True, True))):
        now(NOON + later)
        assert (is_over(invited), is_over(forgotten)) == over


@on_sqlite
def test_nobody_makes_a_link_of_their_own(riley: db.Rep, robin: db.Rep) -> None:
    body, _, proof = key_in(mails(outbox.INVITATION)[0]).rpartition('.')
    other_body = password_links.new(riley).rpartition('/')[2].rpartition('.')[0]
    assert all(is_over(key) for key in ('', 'nonsense', f'{other_body}.{proof}', f'{body}.{proof[:-2]}'))


def test_a_forgotten_password_is_mailed_to_the_rep_who_has_the_address(riley: db.Rep, robin: db.Rep) -> None:
    password_links.send(' Robin@Example.com', HERE)
    (mail,) = mails(outbox.PASSWORD_LINK)
    assert (mail.rep_id, mail.recipient) == (robin.id, outbox.REP)
    old = sign_ins.sign_in_by_link(sign_ins.new_link(robin.id))
    heard: list[events.Event] = []
    stop = events.subscribe(heard.append)
    password_links.choose(key_in(mail), PASSWORD, PASSWORD)
    stop()
    assert events.SignInEnded(hashed(old)) in heard


def test_whoever_has_no_account_here_or_none_any_more_gets_no_mail_and_is_told_the_same(riley: db.Rep, robin: db.Rep) -> None:
    team.let_go(robin.id, by_id=riley.id, hand_over=False)
    for address in ('sam@example.com', 'robin@example.com', 'ríley@example.com', ''):
        password_links.send(address, HERE[:-1] + str(len(address)))
    assert mails(outbox.PASSWORD_LINK) == []


@on_sqlite
def test_a_password_that_the_settings_say_is_not_mailed(riley: db.Rep, configure: Configure, database: str) -> None:
    configure(DATABASE_URL=database, REP_PASSWORD=PASSWORD)
    password_links.send('riley@example.com', HERE)
    assert mails(outbox.PASSWORD_LINK) == []


def test_asking_for_links_is_slowed_down_for_known_and_unknown_addresses_alike(riley: db.Rep, now: Callable[[datetime], None]) -> None:
    now(clock.now())
    for address in ('riley@example.com', 'sam@example.com'):
        for number in range(4):
            password_links.send(address, f'192.0.2.{number}')
        with pytest.raises(TooManyTries, match='Too many mails were asked for'):
            password_links.send(address, '192.0.2.9')
    assert len(mails(outbox.PASSWORD_LINK)) == 4
    assert sign_ins.sign_in_by_link(sign_ins.new_link(riley.id))  # which is another matter


def test_asking_for_many_addresses_from_one_network_is_slowed_down(riley: db.Rep, now: Callable[[datetime], None]) -> None:
    now(clock.now())
    for number in range(4):
        password_links.send(f'sam{number}@example.com', HERE)
    with pytest.raises(TooManyTries):
        password_links.send('riley@example.com', HERE)
