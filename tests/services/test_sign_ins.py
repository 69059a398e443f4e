"""Signing in by password and by link, what slows guessing down, and how a sign-in lives and ends."""

import threading
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

import db
from services import events, reps, sign_ins
from services.errors import NotSignedIn, TooManyTries, WrongPassword
from services.hashing import hashed

PASSWORD, HERE = 'correct horse', '192.0.2.1'
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.fixture
def password(riley: db.Rep) -> str:
    """Riley's password."""
    reps.update(riley.id, name=riley.name, email='riley@example.com', time_zone=riley.time_zone, password=PASSWORD, repeated=PASSWORD)
    return PASSWORD


def guess(email: str = 'riley@example.com', network: str = HERE) -> str:
    """The kind of refusal a wrong password gets."""
    with pytest.raises((WrongPassword, TooManyTries)) as error:
        sign_ins.sign_in(email, 'wrong horse', network)
    return type(error.value).__name__


def at_once(attempt: Callable[[], str], times: int) -> Counter[str]:
    """How often each outcome came when so many attempt it at the same moment."""
    outcomes: list[str] = []
    ready = threading.Barrier(times)

    def run() -> None:
        ready.wait()
        outcomes.append(attempt())

    threads = [threading.Thread(target=run) for _ in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return Counter(outcomes)


def test_the_right_password_signs_in_whatever_the_case_of_the_address(riley: db.Rep, password: str) -> None:
    assert sign_ins.rep_of(sign_ins.sign_in(' Riley@Example.com ', password, HERE)).id == riley.id


def test_each_sign_in_has_a_key_of_its_own_of_which_only_a_hash_is_stored(password: str) -> None:
    keys = {sign_ins.sign_in('riley@example.com', password, HERE) for _ in range(2)}
    with db.reading() as session:
        stored = set(session.scalars(select(db.SignIn.key_hash)))
    assert len(keys) == 2
    assert stored == {hashed(key) for key in keys}


def test_an_unknown_address_and_a_wrong_password_are_told_the_same(password: str) -> None:
    assert guess() == guess('sam@example.com') == 'WrongPassword'


def test_an_address_that_only_looks_like_the_rep_s_is_another_one(password: str) -> None:
    with pytest.raises(WrongPassword):
        sign_ins.sign_in('ríley@example.com', password, HERE)


def test_a_rep_without_a_password_cannot_sign_in_with_an_empty_one(riley: db.Rep) -> None:
    with pytest.raises(WrongPassword):
        sign_ins.sign_in('riley@example.com', '', HERE)


def test_after_four_wrong_passwords_the_next_try_waits_ever_longer(password: str, now: Callable[[datetime], None]) -> None:
    now(NOON)
    assert [guess() for _ in range(5)] == ['WrongPassword'] * 4 + ['TooManyTries']
    now(NOON + timedelta(seconds=1))
    assert [guess(), guess()] == ['WrongPassword', 'TooManyTries']
    now(NOON + timedelta(seconds=2))
    assert guess() == 'TooManyTries'
    now(NOON + timedelta(seconds=3))
    assert guess() == 'WrongPassword'


def test_whoever_must_wait_is_told_for_how_long(password: str, now: Callable[[datetime], None]) -> None:
    now(NOON)
    for _ in range(4):
        guess()
    with pytest.raises(TooManyTries, match='Please wait 1 second and'):
        sign_ins.sign_in('riley@example.com', password, HERE)


def test_guessing_many_addresses_from_one_network_is_slowed_down_too(password: str, now: Callable[[datetime], None]) -> None:
    now(NOON)
    assert [guess(f'rep{number}@example.com') for number in range(5)] == ['WrongPassword'] * 4 + ['TooManyTries']
    assert guess('rep9@example.com', '192.0.2.2') == 'WrongPassword'


def test_one_household_of_ipv6_counts_as_one_network(password: str, now: Callable[[datetime], None]) -> None:
    now(NOON)
    outcomes = [guess(f'rep{number}@example.com', f'2001:db8:0:1::{number}') for number in range(5)]
    assert outcomes == ['WrongPassword'] * 4 + ['TooManyTries']
    assert guess('rep9@example.com', '2001:db8:0:2::1') == 'WrongPassword'


def test_the_right_password_forgets_the_wrong_ones_of_its_address(password: str, now: Callable[[datetime], None]) -> None:
    now(NOON)
    for network in ('192.0.2.1', '192.0.2.2', '192.0.2.3'):
        guess(network=network)
    sign_ins.sign_in('riley@example.com', password, HERE)
    assert [guess(network=f'192.0.2.{number}') for number in range(4, 9)] == ['WrongPassword'] * 4 + ['TooManyTries']


def test_right_passwords_are_never_slowed_down(password: str, now: Callable[[datetime], None]) -> None:
    now(NOON)
    for _ in range(8):
        sign_ins.sign_in('riley@example.com', password, HERE)


def test_wrong_passwords_at_the_same_moment_are_all_counted(password: str, now: Callable[[datetime], None]) -> None:
    now(NOON)
    assert at_once(guess, 12) == {'WrongPassword': 4, 'TooManyTries': 8}


def test_wrong_passwords_are_forgotten_after_an_hour(password: str, now: Callable[[datetime], None]) -> None:
    now(NOON)
    for _ in range(4):
        guess()
    now(NOON + timedelta(hours=1, seconds=1))
    assert [guess() for _ in range(4)] == ['WrongPassword'] * 4


def test_a_link_signs_in_once(riley: db.Rep) -> None:
    link = sign_ins.new_link(riley.id)
    assert sign_ins.rep_of(sign_ins.sign_in_by_link(link)).id == riley.id
    with pytest.raises(NotSignedIn):
        sign_ins.sign_in_by_link(link)


def test_of_two_who_open_a_link_at_once_one_is_signed_in(riley: db.Rep) -> None:
    link = sign_ins.new_link(riley.id)

    def attempt() -> str:
        try:
            sign_ins.sign_in_by_link(link)
        except NotSignedIn:
            return 'refused'
        return 'signed in'

    assert at_once(attempt, 6) == {'signed in': 1, 'refused': 5}


def test_a_new_link_ends_the_one_before_and_a_day_ends_it_too(riley: db.Rep, now: Callable[[datetime], None]) -> None:
    now(NOON)
    first, second = sign_ins.new_link(riley.id), sign_ins.new_link(riley.id)
    with pytest.raises(NotSignedIn):
        sign_ins.sign_in_by_link(first)
    now(NOON + timedelta(days=1))
    with pytest.raises(NotSignedIn):
        sign_ins.sign_in_by_link(second)


def test_processes_that_start_at_once_leave_one_working_link(riley: db.Rep) -> None:
    links = list(at_once(lambda: sign_ins.new_link(riley.id), 4))
    assert len(links) == 4
    with db.reading() as session:
        stored = session.scalars(select(db.SignInLink.key_hash)).all()
    assert [link for link in links if hashed(link) in stored] != []
    assert len(stored) == 1


def test_a_sign_in_that_is_used_lasts_and_one_that_is_not_ends(riley: db.Rep, now: Callable[[datetime], None]) -> None:
    now(NOON)
    key = sign_ins.sign_in_by_link(sign_ins.new_link(riley.id))
    for days in (13, 26):
        now(NOON + timedelta(days=days))
        assert sign_ins.rep_of(key).id == riley.id
    now(NOON + timedelta(days=40))
    with pytest.raises(NotSignedIn):
        sign_ins.rep_of(key)


def test_a_sign_in_that_is_ended_is_over_and_everybody_hears_of_it(riley: db.Rep) -> None:
    key, heard = sign_ins.sign_in_by_link(sign_ins.new_link(riley.id)), list[events.Event]()
    stop = events.subscribe(heard.append)
    sign_ins.end(key)
    stop()
    assert heard == [events.SignInEnded(hashed(key))]
    with pytest.raises(NotSignedIn):
        sign_ins.rep_of(key)


def test_sign_ins_that_are_over_are_swept_away(riley: db.Rep, now: Callable[[datetime], None]) -> None:
    now(NOON)
    sign_ins.sign_in_by_link(sign_ins.new_link(riley.id))
    now(NOON + timedelta(days=15))
    sign_ins.sign_in_by_link(sign_ins.new_link(riley.id))
    with db.reading() as session:
        assert session.scalar(select(func.count()).select_from(db.SignIn)) == 1


@pytest.mark.parametrize('key', [None, '', 'nobody'])
def test_nobody_is_signed_in_with_a_key_we_did_not_make(riley: db.Rep, key: str | None) -> None:
    with pytest.raises(NotSignedIn):
        sign_ins.rep_of(key)
