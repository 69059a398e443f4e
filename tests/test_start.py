"""`python main.py` as people start it: what it prints, what it refuses, what it leaves behind."""

import re
import signal
import socket
import stat
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import update

import db
from services import passwords, reps, sign_ins
from services.errors import NotSignedIn
from tests.site import Site

PRODUCTION = {
    'SLIM_MODE': 'production',
    'STORAGE_SECRET': 'sixteen characters at least',
    'BASE_URL': 'https://calls.example.com',
    'SMTP_HOST': '127.0.0.1',
    'MAIL_FROM': 'calls@example.com',
    'REP_EMAIL': 'riley@example.com',
    'REP_PASSWORD': 'correct horse',
}
NewSite = Callable[..., Site]


@pytest.fixture
def new_site(tmp_path: Path) -> Iterator[NewSite]:
    """`new_site(PORT='…')`: a site that is not started yet, and that stops after the test."""
    sites: list[Site] = []

    def make(**variables: str) -> Site:
        sites.append(Site(tmp_path, **variables))
        return sites[-1]

    yield make
    for site in sites:
        site.stop()


def refusal(site: Site) -> str:
    """What a start that is refused says."""
    process = site.launch()
    assert process.wait(60) != 0
    return site.output


def test_a_mail_text_of_the_owners_that_cannot_be_used_stops_the_start(new_site: NewSite, tmp_path: Path) -> None:
    (tmp_path / 'reminder_customer.jinja').write_text('{{ nobody }}')
    assert refusal(new_site(MAIL_TEMPLATES=str(tmp_path))).startswith('MAIL_TEMPLATES: "reminder_customer.jinja" cannot be used ')


def test_the_start_says_where_everything_is_once_and_plainly(new_site: NewSite) -> None:
    site = new_site(TIME_ZONE='Europe/Berlin')
    site.start()
    assert [line.replace(site.sign_in_link, 'LINK') for line in site.output.splitlines()] == [
        f'Scheduled calls is at {site.url}',
        'Sign in as the rep, once: LINK',
        f'The rep is at {site.url}/rep, in the time zone Europe/Berlin',
        f'Data: sqlite:///{site.data}/scheduled-calls.db',
    ]


def test_it_is_healthy_ready_and_holds_its_secret_for_its_owner_only(new_site: NewSite) -> None:
    site = new_site()
    site.start()
    for path in ('healthz', 'readyz'):
        with urllib.request.urlopen(f'{site.url}/{path}') as answer:
            assert answer.status == 200
    assert stat.S_IMODE((site.data / 'secret').stat().st_mode) == 0o600


def test_each_start_gives_a_new_link_until_the_rep_has_a_password(new_site: NewSite) -> None:
    site = new_site()
    site.start()
    first, secret = site.sign_in_link, (site.data / 'secret').read_text()
    site.kill()
    site.start()
    assert site.sign_in_link != first
    with pytest.raises(NotSignedIn):
        sign_ins.sign_in_by_link(first.rpartition('/')[2])
    reps.update(site.rep().id, name='Riley', email='riley@example.com', time_zone='UTC', password='long enough', repeated='long enough')
    links = site.output.count('/sign-in/')
    site.stop()
    site.start()
    assert site.output.count('/sign-in/') == links
    assert (site.data / 'secret').read_text() == secret


def test_settings_about_the_rep_are_written_down_at_every_start(new_site: NewSite) -> None:
    site = new_site(REP_NAME='Riley', REP_EMAIL='Riley@Example.com', REP_PASSWORD='correct horse', TIME_ZONE='Europe/Berlin')
    site.start()
    db.writing(lambda session: session.execute(update(db.Rep).values(name='Robin', time_zone='UTC', password_hash='')))
    site.stop()
    site.start()
    rep = site.rep()
    assert (rep.name, rep.email, rep.time_zone) == ('Riley', 'riley@example.com', 'Europe/Berlin')
    assert passwords.matches('correct horse', rep.password_hash)


@pytest.mark.parametrize(
    ('variables', 'sentence'),
    [
        ({'HORIZON_DAYS': 'ten'}, 'HORIZON_DAYS must be a whole number of days from 1 to 3650, but it is "ten".'),
        ({'HOST': '192.0.2.1'}, 'HOST is 192.0.2.1'),
        (
            {'DATABASE_URL': 'mysql://calls:hunter2@127.0.0.1:9/calls'},
            'DATABASE_URL must be a URL such as mysql://user:password@host:3306/name, but the one it names cannot be used',
        ),
        ({'DATA_DIR': '/proc/data'}, 'DATA_DIR must be a folder, but the database in "/proc/data" cannot be used'),
        (
            {'DATA_DIR': '/proc/data', 'DATABASE_URL': 'sqlite:///elsewhere.db'},
            'STORAGE_SECRET is not set, and none can be kept in DATA_DIR, "/proc/data"',
        ),
    ],
)
def test_a_start_that_cannot_work_is_refused_in_one_sentence(new_site: NewSite, variables: dict[str, str], sentence: str) -> None:
    said = refusal(new_site(**variables))
    assert sentence in said
    assert said.count('\n') == 1
    assert 'hunter2' not in said


def test_a_taken_port_is_told(new_site: NewSite) -> None:
    site = new_site()
    with socket.create_server(('127.0.0.1', site.port)):
        said = refusal(site)
    assert re.fullmatch(rf'PORT is {site.port} .*Address already in use.*\n', said)


@pytest.mark.parametrize('missing', ['STORAGE_SECRET', 'REP_EMAIL', 'REP_PASSWORD'])
def test_production_refuses_to_start_without_what_it_needs(new_site: NewSite, missing: str) -> None:
    said = refusal(new_site(**PRODUCTION | {missing: ''}))
    assert missing in said
    assert 'is not set, but production mode needs' in said
    assert said.count('\n') == 1


def test_production_prints_no_sign_in_link(new_site: NewSite) -> None:
    site = new_site(**PRODUCTION)
    site.start()
    assert site.output.startswith('Scheduled calls is at https://calls.example.com\n')
    assert 'sign-in' not in site.output


def test_ctrl_c_ends_it_without_a_complaint(new_site: NewSite) -> None:
    site = new_site()
    site.start()
    said = site.output
    site.stop(signal.SIGINT)
    assert site.output == said
