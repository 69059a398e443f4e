"""The first rep: made once, set by settings, changed on the account page."""

import threading
from collections.abc import Callable

import pytest
from sqlalchemy import func, select

import db
from services import events, first_rep, passwords, reps, sign_ins
from services.errors import InvalidFields, NotSignedIn, WrongSetting
from services.hashing import hashed
from tests.conftest import BERLIN, TOKYO, Configure, on_sqlite

PASSWORD = 'correct horse'


def account(**changes: str) -> dict[str, str]:
    """Riley's fields, with these changes."""
    return {'name': 'Riley Berger', 'email': 'riley@example.com', 'time_zone': BERLIN, **changes}


def problems(rep: db.Rep, **changes: str) -> dict[str, str]:
    """The sentences beside the fields when the account is saved with these changes."""
    with pytest.raises(InvalidFields) as error:
        reps.update(rep.id, **account(**changes))
    return error.value.fields


def test_processes_that_start_at_once_make_one_rep(database: str) -> None:
    made: list[db.Rep] = []
    threads = [threading.Thread(target=lambda: made.append(first_rep.set_up())) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [rep.id for rep in made] == [reps.first().id] * 4
    with db.reading() as session:
        assert session.scalar(select(func.count()).select_from(db.Rep)) == 1
        assert session.scalar(select(func.count()).select_from(db.WorkingHours)) == 7


def test_a_new_rep_keeps_the_host_s_zone_and_lacks_the_rest(database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(first_rep, 'get_localzone_name', lambda: TOKYO)
    rep = first_rep.set_up()
    assert rep.time_zone == TOKYO
    assert reps.missing(rep) == ['name', 'email', 'password']


def test_a_host_without_a_zone_we_know_is_in_utc(database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(first_rep, 'get_localzone_name', lambda: 'Mars/Base')
    assert first_rep.set_up().time_zone == 'UTC'


def test_what_is_given_on_the_account_page_is_kept_tidy(riley: db.Rep) -> None:
    reps.update(riley.id, **account(name='  Riley   Berger ', email=' Riley@Example.com ', time_zone=TOKYO))
    rep = reps.first()
    assert (rep.name, rep.email, rep.time_zone) == ('Riley Berger', 'riley@example.com', TOKYO)
    assert reps.missing(rep) == ['password']


def test_what_cannot_be_taken_is_told_field_by_field_and_nothing_changes(riley: db.Rep) -> None:
    told = problems(riley, name=' ', email='riley@example', time_zone='Mars/Base', password='short', repeated='short')
    assert set(told) == {'name', 'email', 'time_zone', 'password'}
    assert problems(riley, name='x' * 101, email='')['email'] == 'Please give an email address.'
    assert set(problems(riley, name='Robin', password=PASSWORD, repeated='another horse')) == {'repeated'}
    assert reps.first().name == 'Riley Berger'


def test_an_address_belongs_to_one_rep_only(riley: db.Rep) -> None:
    robin = db.Rep(name='Robin', email='robin@example.com', time_zone=BERLIN, created_at=riley.created_at)
    db.writing(lambda session: session.add(robin))
    assert set(problems(riley, email='robin@example.com')) == {'email'}


def test_a_new_password_ends_the_other_sign_ins(riley: db.Rep) -> None:
    here, there = (sign_ins.sign_in_by_link(sign_ins.new_link(riley.id)) for _ in range(2))
    link, heard = sign_ins.new_link(riley.id), list[events.Event]()
    stop = events.subscribe(heard.append)
    reps.update(riley.id, **account(password=PASSWORD, repeated=PASSWORD), keep=here)
    stop()
    assert sign_ins.rep_of(here).id == riley.id
    assert heard == [events.SignInEnded(hashed(there)), events.RepChanged(riley.id)]
    for use in (lambda: sign_ins.rep_of(there), lambda: sign_ins.sign_in_by_link(link)):
        with pytest.raises(NotSignedIn):
            use()


def test_saving_without_a_password_keeps_the_old_one_and_its_sign_ins(riley: db.Rep) -> None:
    reps.update(riley.id, **account(password=PASSWORD, repeated=PASSWORD))
    key = sign_ins.sign_in('riley@example.com', PASSWORD, '192.0.2.1')
    reps.update(riley.id, **account(name='Riley B.'))
    assert sign_ins.rep_of(key).name == 'Riley B.'
    assert sign_ins.sign_in('riley@example.com', PASSWORD, '192.0.2.1')


def test_what_the_settings_say_is_written_at_every_start_and_cannot_be_changed(riley: db.Rep, database: str, configure: Configure) -> None:
    configure(
        DATABASE_URL=database, REP_NAME='Robin Doe', REP_EMAIL='Robin@example.com', TIME_ZONE='America/New_York', REP_PASSWORD=PASSWORD
    )
    first_rep.set_up()
    reps.update(riley.id, **account(password='another horse', repeated='another horse'))
    rep = reps.first()
    assert (rep.id, rep.name, rep.email, rep.time_zone) == (riley.id, 'Robin Doe', 'robin@example.com', 'America/New_York')
    assert reps.password_is_fixed(riley.id)
    assert sign_ins.sign_in('robin@example.com', PASSWORD, '192.0.2.1')


def test_a_start_with_another_password_mends_a_forgotten_one_and_the_same_one_keeps_sign_ins(
    riley: db.Rep, database: str, configure: Configure
) -> None:
    configure(DATABASE_URL=database, REP_PASSWORD=PASSWORD)
    first_rep.set_up()
    key = sign_ins.sign_in('riley@example.com', PASSWORD, '192.0.2.1')
    first_rep.set_up()
    assert sign_ins.rep_of(key).id == riley.id
    configure(DATABASE_URL=database, REP_PASSWORD='another horse')
    first_rep.set_up()
    with pytest.raises(NotSignedIn):
        sign_ins.rep_of(key)


def test_the_clock_of_the_rep_s_browser_is_kept(riley: db.Rep) -> None:
    reps.remember_clock(riley.id, 24)
    assert reps.first().clock == 24


@on_sqlite
def test_a_password_without_an_address_to_sign_in_with_stops_the_start(database: str, configure: Configure) -> None:
    configure(DATABASE_URL=database, REP_PASSWORD=PASSWORD)
    with pytest.raises(WrongSetting, match='REP_EMAIL is not'):
        first_rep.set_up()


def test_an_address_in_the_settings_that_another_rep_has_stops_the_start(robin: db.Rep, database: str, configure: Configure) -> None:
    configure(DATABASE_URL=database, REP_EMAIL='robin@example.com')
    with pytest.raises(WrongSetting, match='but another rep has this address'):
        first_rep.set_up()


def test_what_the_settings_say_is_about_the_first_rep_only(riley: db.Rep, robin: db.Rep, database: str, configure: Configure) -> None:
    configure(DATABASE_URL=database, REP_NAME='Riley B.', REP_EMAIL='riley@example.com', TIME_ZONE=BERLIN, REP_PASSWORD=PASSWORD)
    reps.update(robin.id, name='Robin D.', email='robin@example.com', time_zone=TOKYO, password=PASSWORD, repeated=PASSWORD)
    assert (reps.get(robin.id).name, reps.get(robin.id).time_zone) == ('Robin D.', TOKYO)
    assert sign_ins.sign_in('robin@example.com', PASSWORD, '192.0.2.1')


def noted(done: list[str], name: str, do: Callable[..., object]) -> Callable[..., object]:
    """The same, which is written down when it begins."""

    def note_and_do(*args: object) -> object:
        done.append(name)
        return do(*args)

    return note_and_do


def test_a_password_of_the_settings_is_compared_and_hashed_before_the_transaction(
    database: str, configure: Configure, monkeypatch: pytest.MonkeyPatch
) -> None:
    given, done = {'REP_EMAIL': 'riley@example.com', 'REP_PASSWORD': PASSWORD}, list[str]()
    configure(**given)
    first_rep.set_up()
    for module, name in ((passwords, 'matches'), (passwords, 'hash_password'), (first_rep, 'writing')):
        monkeypatch.setattr(module, name, noted(done, name, getattr(module, name)))
    first_rep.set_up()
    assert done == ['matches', 'writing']
    configure(**given | {'REP_PASSWORD': 'another horse'})
    first_rep.set_up()
    assert done[2:] == ['matches', 'hash_password', 'writing']
