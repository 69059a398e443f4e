"""`python main.py` with a command, as people type it."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from services import password_links, passwords, reps, sign_ins
from tests.site import MAIN, Site, environment

PASSWORD = 'correct horse'


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """Where the commands are given; services called in this process afterwards work on the same data, once a command has made it."""
    site = Site(tmp_path)
    site.use()
    yield tmp_path
    site.stop()


def run(folder: Path, *words: str, **variables: str) -> 'subprocess.CompletedProcess[str]':
    """How the command went."""
    ours = {'TIME_ZONE': 'Europe/Berlin', 'STUN_URLS': 'none', 'DATA_DIR': str(folder / 'data')}
    return subprocess.run(
        [sys.executable, MAIN, *words],
        check=False,
        cwd=folder,
        env=environment(**ours, **variables),
        capture_output=True,
        text=True,
        timeout=60,
    )


def choose_password(printed: str) -> None:
    """Do what the printed link is for."""
    password_links.choose(printed.strip().rpartition('/')[2], PASSWORD, PASSWORD)


def test_an_admin_is_added_chooses_a_password_by_the_printed_link_and_is_listed(folder: Path) -> None:
    added = run(
        folder, 'add-admin', 'Robin@example.com', '--name', 'Robin Doe', '--zone', 'America/New_York', BASE_URL='https://calls.example'
    )
    assert added.stdout.startswith('Robin Doe chooses a password here, once, within a day:\nhttps://calls.example/password/')
    assert [line.split() for line in run(folder, 'list').stdout.splitlines()] == [
        ['-', '-', 'Europe/Berlin', 'admin'],
        ['Robin', 'Doe', 'robin@example.com', 'America/New_York', 'admin,', 'invited,', 'not', 'yet', 'here'],
    ]
    choose_password(added.stdout)
    assert sign_ins.sign_in('robin@example.com', PASSWORD, '192.0.2.1')


def test_a_forgotten_password_is_reset_by_the_printed_link(folder: Path) -> None:
    run(folder, 'add-admin', 'robin@example.com')
    reset = run(folder, 'reset-password', 'Robin@example.com')
    assert reset.returncode == 0
    choose_password(reset.stdout)
    assert passwords.matches(PASSWORD, reps.everyone()[-1].password_hash)


def test_what_cannot_be_done_is_said_in_one_sentence(folder: Path) -> None:
    fixed = {'REP_EMAIL': 'riley@example.com', 'REP_PASSWORD': PASSWORD}
    for words, variables, sentence in (
        (['reset-password', 'sam@example.com'], {}, 'No active rep has this address: `list` shows all.\n'),
        (['add-admin', 'sam'], {}, 'An email address must have an @-sign.\n'),
        (['list'], {'PORT': 'ninety'}, 'PORT must be a whole number from 1 to 65535, but it is "ninety".\n'),
        (['reset-password', 'riley@example.com'], fixed, 'REP_PASSWORD says the password of this rep: change it there, and start again.\n'),
    ):
        done = run(folder, *words, **variables)
        assert (done.returncode, done.stdout, done.stderr) == (1, '', sentence)


def test_the_help_says_a_whole_sentence_of_each_command(folder: Path) -> None:
    commands = run(folder, '--help', COLUMNS='80').stdout.partition('Commands:\n')[2].splitlines()
    assert len(commands) == 4
    assert all(line.endswith('.') and not line.endswith('...') for line in commands)


def test_the_doctor_says_one_line_each_and_fails_when_something_is_wrong(folder: Path) -> None:
    secrets = {'STORAGE_SECRET': 'sixteen characters at least', 'SMTP_USER': 'apikey', 'SMTP_PASSWORD': 'open sesame'}
    done = run(folder, 'doctor', SMTP_HOST='127.0.0.1', SMTP_PORT='9', SMTP_SECURITY='none', MAIL_FROM='calls@example.com', **secrets)
    assert done.returncode == 1
    found = {line[13:25].strip(): line[:12].strip() for line in done.stdout.splitlines()}
    assert (found['settings'], found['database'], found['mail'], found['OpenTok']) == ('ok', 'not checked', 'problem', 'not checked')
    assert done.stderr == ''
    assert not [secret for secret in secrets.values() if secret in done.stdout]
    run(folder, 'list')
    assert run(folder, 'doctor').returncode == 0
