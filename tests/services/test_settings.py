"""Settings: the seed's names, what is refused and in which words, what production insists on."""

import subprocess
import sys
from pathlib import Path

import pytest

from services import settings
from services.errors import WrongSetting
from tests.conftest import Configure

PRODUCTION = {
    'MODE': 'production',
    'STORAGE_SECRET': 'sixteen characters at least',
    'BASE_URL': 'https://calls.example.com',
    'SMTP_HOST': 'mail.example.com',
    'MAIL_FROM': 'calls@example.com',
}
MYSQL = 'mysql://root@db.example.com:3307/calls'


def test_with_nothing_set_everything_has_a_default(configure: Configure, tmp_path: Path) -> None:
    current = configure()
    assert (current.listen_on, current.port, current.site_url) == ('127.0.0.1', 8080, 'http://localhost:8080')
    assert str(current.database_url) == f'sqlite:///{tmp_path}/scheduled-calls.db'
    assert [current.production, current.sends_mail, current.uses_opentok, current.proxies] == [False, False, False, '']
    assert (current.site_name, current.horizon_days) == ('Scheduled calls', 365)


@pytest.mark.parametrize(
    ('variables', 'field', 'value'),
    [
        ({'CLEARDB_DATABASE_URL': MYSQL}, 'database', MYSQL),
        ({'DATABASE_URL': MYSQL}, 'database', MYSQL),
        ({'TB_KEY': '123', 'TB_SECRET': 'abc'}, 'opentok_key', '123'),
        ({'TB_KEY': '123', 'TB_SECRET': 'abc'}, 'opentok_secret', 'abc'),
        ({'OPENTOK_KEY': '123', 'OPENTOK_SECRET': 'abc'}, 'opentok_key', '123'),
        ({'OPENTOK_KEY': '123', 'OPENTOK_SECRET': 'abc'}, 'opentok_secret', 'abc'),
        ({'PORT': '5000'}, 'port', 5000),
        (PRODUCTION, 'production', True),
        (PRODUCTION | {'MODE': '', 'SLIM_MODE': 'Production'}, 'production', True),
        ({'GMAIL_USER': 'riley@gmail.com', 'GMAIL_PW': 'word'}, 'sends_mail', True),
        ({'GMAIL_USER': 'riley@gmail.com', 'GMAIL_PW': 'word'}, 'sender', 'riley@gmail.com'),
    ],
)
def test_the_names_of_the_starter_kit_work(configure: Configure, variables: dict[str, str], field: str, value: object) -> None:
    assert getattr(configure(**variables), field) == value


@pytest.mark.parametrize('url', [MYSQL, MYSQL.replace('mysql', 'mariadb'), f'{MYSQL}?reconnect=true'])
def test_a_mysql_address_means_the_driver_we_have_and_every_character(configure: Configure, url: str) -> None:
    assert str(configure(DATABASE_URL=url).database_url) == 'mysql+pymysql://root@db.example.com:3307/calls?charset=utf8mb4'


def test_a_variable_wins_over_the_file_and_an_empty_one_counts_as_not_set(configure: Configure, tmp_path: Path) -> None:
    (tmp_path / '.env').write_text('SITE_NAME=From the file\nREP_NAME=Riley\nHORIZON_DAYS=\n')
    current = configure(SITE_NAME='From the environment', PORT='')
    assert (current.site_name, current.rep_name, current.horizon_days, current.port) == ('From the environment', 'Riley', 365, 8080)


def test_on_heroku_the_app_listens_to_everybody_and_trusts_the_router(configure: Configure) -> None:
    current = configure(DYNO='web.1')
    assert (current.listen_on, current.proxies) == ('0.0.0.0', '*')


def test_a_secret_that_is_the_path_of_a_key_means_the_unified_platform(configure: Configure, tmp_path: Path) -> None:
    (tmp_path / 'private.key').write_text('a key')
    assert configure(TB_KEY='app', TB_SECRET='private.key').opentok_unified
    assert configure(TB_KEY='app', TB_SECRET='private.key').script_url == settings.VONAGE_SCRIPT
    assert configure(TB_KEY='app', TB_SECRET='abcdef').script_url == settings.TOKBOX_SCRIPT


@pytest.mark.parametrize('secret', ['nowhere.key', 'private'])
def test_a_key_that_opentok_would_not_find_stops_the_start(configure: Configure, tmp_path: Path, secret: str) -> None:
    (tmp_path / 'private').write_text('a key whose name has no ending: the library would take the path itself for the secret')
    with pytest.raises(WrongSetting, match=r'^TB_SECRET must be the secret, or the path of a private key'):
        configure(TB_KEY='app', TB_SECRET=secret)


@pytest.mark.parametrize(
    ('variables', 'sentence'),
    [
        ({'PORT': '80a'}, 'PORT must be a whole number from 1 to 65535, but it is "80a".'),
        ({'PORT': '70000'}, 'PORT must be a whole number from 1 to 65535, but it is "70000".'),
        ({'SMTP_PORT': '0'}, 'SMTP_PORT must be a whole number from 1 to 65535, but it is "0".'),
        ({'MODE': 'staging'}, 'MODE must be "development" or "production", but it is "staging".'),
        ({'SLIM_MODE': 'staging'}, 'SLIM_MODE must be "development" or "production", but it is "staging".'),
        (
            {'BASE_URL': 'calls.example.com'},
            'BASE_URL must be the address people open, such as https://calls.example.com, without a path, but it is "calls.example.com".',
        ),
        (
            {'BASE_URL': 'https://example.com/calls'},
            'BASE_URL must be the address people open, such as https://calls.example.com, without a path, '
            'but it is "https://example.com/calls".',
        ),
        ({'TIME_ZONE': 'Berlin'}, 'TIME_ZONE must be an IANA time zone such as Europe/Berlin, but it is "Berlin".'),
        *(
            (
                {'REMINDERS': wrong},
                f'REMINDERS must be times such as 1 day, 90 minutes, each at most 30 days, or none, but it is "{wrong}".',
            )
            for wrong in ('1 week', '31 days', '0 minutes', '90', 'an hour', '1 hour, ½ hour')
        ),
        ({'HORIZON_DAYS': '0'}, 'HORIZON_DAYS must be a whole number of days from 1 to 3650, but it is "0".'),
        ({'SITE_NAME': 'x' * 61}, f'SITE_NAME must be a name of at most 60 characters, but it is "{"x" * 61}".'),
        ({'REP_EMAIL': 'riley'}, 'REP_EMAIL must be an email address, but it is "riley".'),
        ({'REP_PASSWORD': 'short'}, 'REP_PASSWORD must be at least 8 characters, but its value is not that.'),
        (
            {'STORAGE_SECRET': 'short'},
            'STORAGE_SECRET must be at least 16 characters that nobody can guess, but its value is not that.',
        ),
        (
            {'CLEARDB_DATABASE_URL': 'postgres://me:pw@host/calls'},
            'CLEARDB_DATABASE_URL must be a URL such as mysql://user:password@host:3306/name, but its value is not that.',
        ),
        (
            {'DATABASE_URL': 'mysql://me:pw@host'},
            'DATABASE_URL must be a URL such as mysql://user:password@host:3306/name, but its value is not that.',
        ),
        ({'SMTP_SECURITY': 'tls'}, 'SMTP_SECURITY must be "ssl", "starttls" or "none", but it is "tls".'),
        (
            {'STUN_URLS': 'stun.example.com'},
            'STUN_URLS must be addresses such as stun:stun.example.com:3478, or none, but it is "stun.example.com".',
        ),
        (
            {'TURN_URLS': 'stun:example.com'},
            'TURN_URLS must be addresses such as turn:turn.example.com:3478, but it is "stun:example.com".',
        ),
        ({'TRUSTED_PROXIES': 'proxy'}, 'TRUSTED_PROXIES must be addresses of your reverse proxies, or *, but it is "proxy".'),
        ({'OPENTOK_API_URL': 'example.com'}, 'OPENTOK_API_URL must be an http or https address, but it is "example.com".'),
        ({'OPENTOK_SCRIPT_URL': 'x.js'}, 'OPENTOK_SCRIPT_URL must be an http or https address, or a path of this site, but it is "x.js".'),
        ({'DATA_DIR': '/etc/hostname'}, 'DATA_DIR must be a folder, but it is "/etc/hostname".'),
    ],
)
def test_a_wrong_value_is_told_in_one_sentence(configure: Configure, variables: dict[str, str], sentence: str) -> None:
    with pytest.raises(WrongSetting) as error:
        configure(**variables)
    assert str(error.value) == sentence


@pytest.mark.parametrize(
    ('variables', 'sentence'),
    [
        ({'TB_KEY': '123'}, 'TB_KEY is set but TB_SECRET is not: OpenTok needs both.'),
        ({'OPENTOK_KEY': '123'}, 'OPENTOK_KEY is set but OPENTOK_SECRET is not: OpenTok needs both.'),
        ({'OPENTOK_SECRET': 'abc'}, 'OPENTOK_SECRET is set but OPENTOK_KEY is not: OpenTok needs both.'),
        ({'SMTP_HOST': 'mail.example.com'}, 'SMTP_HOST is set but MAIL_FROM is not: it must be the address that mail comes from.'),
        ({'SMTP_USER': 'me@example.com'}, 'SMTP_USER is set but SMTP_PASSWORD is not: signing in to the mail server needs both.'),
        ({'SMTP_PASSWORD': 'word'}, 'SMTP_PASSWORD is set but SMTP_USER is not: signing in to the mail server needs both.'),
        (
            {'SMTP_USER': 'me@example.com', 'SMTP_PASSWORD': 'word'},
            "SMTP_USER is set but SMTP_HOST is not: it must be the mail server's name.",
        ),
        ({'MAIL_FROM': 'me@example.com'}, 'MAIL_FROM is set but SMTP_HOST is not: there is no server to send mail through.'),
        ({'SMTP_PORT': '587'}, 'SMTP_PORT is set but SMTP_HOST is not: there is no server to send mail through.'),
        ({'GMAIL_USER': 'me@gmail.com'}, 'GMAIL_USER is set but GMAIL_PW is not: Gmail needs both.'),
        ({'GMAIL_PW': 'word'}, 'GMAIL_PW is set but GMAIL_USER is not: Gmail needs both.'),
        ({'TURN_URLS': 'turn:example.com'}, 'TURN_URLS is set but TURN_SECRET is not: the TURN server needs both.'),
        ({'TURN_SECRET': 'word'}, 'TURN_SECRET is set but TURN_URLS is not: the TURN server needs both.'),
        ({'RELAY_ALWAYS': 'true'}, 'RELAY_ALWAYS is set but TURN_URLS is not: calls need a relay to go through.'),
    ],
)
def test_a_half_set_pair_is_told_in_one_sentence(configure: Configure, variables: dict[str, str], sentence: str) -> None:
    with pytest.raises(WrongSetting) as error:
        configure(**variables)
    assert str(error.value) == sentence


@pytest.mark.parametrize('field', [name for name in settings.Settings.model_fields if settings.is_secret(name)])
def test_no_sentence_ever_holds_a_secret(configure: Configure, field: str) -> None:
    for name in settings.names(field):
        for value in ('hunter2', 'mysql://me:hunter2@host:port/x'):
            assert 'hunter2' not in outcome(configure, {name: value})


def outcome(configure: Configure, variables: dict[str, str]) -> str:
    """All that a person can come to read of these settings."""
    try:
        return repr(configure(**variables))
    except WrongSetting as error:
        return str(error)


@pytest.mark.parametrize(
    ('without', 'sentence'),
    [
        ('STORAGE_SECRET', 'STORAGE_SECRET is not set, but production mode needs it: at least 16 characters that nobody can guess.'),
        (
            'BASE_URL',
            'BASE_URL is not set, but production mode needs it: '
            'the address people open, such as https://calls.example.com, without a path.',
        ),
        ('SMTP_HOST', 'MAIL_FROM is set but SMTP_HOST is not: there is no server to send mail through.'),
    ],
)
def test_production_refuses_to_start_half_configured(configure: Configure, without: str, sentence: str) -> None:
    assert configure(**PRODUCTION).production
    with pytest.raises(WrongSetting) as error:
        configure(**PRODUCTION | {without: ''})
    assert str(error.value) == sentence


def test_production_refuses_to_start_without_real_mail(configure: Configure) -> None:
    with pytest.raises(WrongSetting, match=r'^SMTP_HOST is not set, but production mode needs real mail'):
        configure(**PRODUCTION | {'SMTP_HOST': '', 'MAIL_FROM': ''})


def test_who_reads_settings_hashes_no_password() -> None:
    look = 'import argon2; del argon2.PasswordHasher.hash; import services.settings'
    subprocess.run([sys.executable, '-c', look], check=True, cwd=Path(settings.__file__).parent.parent)
