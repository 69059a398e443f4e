"""One typed `Settings`; the only reader of the environment (and of `.env`).

Every setting names what it wants, so that a wrong value stops the start with one sentence; `setting_checks` looks at the values. The
README's table is compared with these fields by a test.
"""

import os
from pathlib import Path
from typing import Any

from dotenv import dotenv_values
from pydantic import AliasChoices, Field, ValidationError
from pydantic.config import JsonDict
from pydantic_settings import BaseSettings, SettingsConfigDict
from sqlalchemy.engine import URL, make_url

from services import passwords
from services import setting_checks as checks
from services.errors import WrongSetting

TOKBOX_SCRIPT = 'https://static.opentok.com/v2/js/opentok.min.js'
VONAGE_SCRIPT = 'https://video.standard.vonage.com/v2/js/opentok.min.js'
OPENTOK_SECOND_PART = 'the secret, or the path of a private key in a file whose name has an ending, such as private.key'


def setting(default: Any, *names: str, wants: str, secret: bool = False, **limits: Any) -> Any:
    """A field read from the first of these environment variables that is set. `wants` completes the sentence "NAME must be …"."""
    extra: JsonDict = {'wants': wants, 'secret': secret}
    return Field(default=default, validation_alias=AliasChoices(*names), repr=not secret, json_schema_extra=extra, **limits)


class Settings(BaseSettings):
    """What can be set. Lists are separated by commas. An empty variable counts as not set."""

    model_config = SettingsConfigDict(
        env_file='.env', env_ignore_empty=True, case_sensitive=True, extra='ignore', frozen=True, validate_default=False
    )

    host: str = setting('', 'HOST', wants='an address to listen on, such as 127.0.0.1 or 0.0.0.0')
    port: int = setting(8080, 'PORT', wants='a whole number from 1 to 65535', ge=1, le=65535)
    base_url: checks.Origin = setting('', 'BASE_URL', wants='the address people open, such as https://calls.example.com, without a path')
    mode: checks.Mode = setting('development', 'MODE', 'SLIM_MODE', wants='"development" or "production"')
    trusted_proxies: checks.Networks = setting('', 'TRUSTED_PROXIES', wants='addresses of your reverse proxies, or *')
    on_heroku: str = setting('', 'DYNO', wants='nothing: Heroku sets it')
    site_name: str = setting('Scheduled calls', 'SITE_NAME', wants='a name of at most 60 characters', min_length=1, max_length=60)
    horizon_days: int = setting(365, 'HORIZON_DAYS', wants='a whole number of days from 1 to 3650', ge=1, le=3650)
    data_dir: checks.Folder = setting(Path('data'), 'DATA_DIR', wants='a folder')
    storage_secret: checks.Secret = setting(
        '', 'STORAGE_SECRET', wants=f'at least {checks.SHORTEST_SECRET} characters that nobody can guess', secret=True
    )
    database: checks.Database = setting(
        '', 'CLEARDB_DATABASE_URL', 'DATABASE_URL', wants='a URL such as mysql://user:password@host:3306/name', secret=True
    )

    rep_name: str = setting('', 'REP_NAME', wants='a name of at most 100 characters', max_length=100)
    rep_email: checks.Email = setting('', 'REP_EMAIL', wants='an email address')
    rep_password: checks.Password = setting('', 'REP_PASSWORD', wants=f'at least {passwords.SHORTEST} characters', secret=True)
    time_zone: checks.Zone = setting('', 'TIME_ZONE', wants='an IANA time zone such as Europe/Berlin')

    smtp_host: str = setting('', 'SMTP_HOST', wants="a mail server's name")
    smtp_port: int = setting(0, 'SMTP_PORT', wants='a whole number from 1 to 65535', ge=1, le=65535)
    smtp_user: str = setting('', 'SMTP_USER', wants='the name to sign in to the mail server with')
    smtp_password: str = setting('', 'SMTP_PASSWORD', wants='the password that goes with SMTP_USER', secret=True)
    smtp_security: checks.Security = setting('starttls', 'SMTP_SECURITY', wants='"ssl", "starttls" or "none"')
    mail_from: checks.Email = setting('', 'MAIL_FROM', wants='an email address')
    gmail_user: checks.Email = setting('', 'GMAIL_USER', wants='a Gmail address')
    gmail_password: str = setting('', 'GMAIL_PW', wants='the app password that goes with GMAIL_USER', secret=True)
    mail_templates: checks.FolderThere = setting('', 'MAIL_TEMPLATES', wants='a folder that is there')
    reminders: checks.Lengths = setting(
        '1 day, 1 hour', 'REMINDERS', wants='times such as 1 day, 90 minutes, each at most 30 days, or none'
    )
    outbox_lease_seconds: int = setting(120, 'OUTBOX_LEASE_SECONDS', wants='a whole number of seconds from 1 to 3600', ge=1, le=3600)

    busy_calendar_minutes: int = setting(5, 'BUSY_CALENDAR_MINUTES', wants='a whole number of minutes from 1 to 1440', ge=1, le=1440)
    busy_calendars_private: bool = setting(False, 'BUSY_CALENDARS_PRIVATE', wants='"true" or "false"')

    keep_messages: bool = setting(False, 'KEEP_MESSAGES', wants='"true" or "false"')

    opentok_key: str = setting('', 'TB_KEY', 'OPENTOK_KEY', wants='the API key, or the application id of a unified account')
    opentok_secret: checks.SecretOrKey = setting('', 'TB_SECRET', 'OPENTOK_SECRET', wants=OPENTOK_SECOND_PART, secret=True)
    opentok_api_url: checks.Address = setting('', 'OPENTOK_API_URL', wants='an http or https address')
    opentok_script_url: checks.AddressOrPath = setting('', 'OPENTOK_SCRIPT_URL', wants='an http or https address, or a path of this site')
    stun_urls: checks.StunServers = setting(
        'stun:stun.l.google.com:19302', 'STUN_URLS', wants='addresses such as stun:stun.example.com:3478, or none'
    )
    turn_urls: checks.TurnServers = setting('', 'TURN_URLS', wants='addresses such as turn:turn.example.com:3478')
    turn_secret: str = setting('', 'TURN_SECRET', wants="the TURN server's static-auth-secret", secret=True)
    relay_always: bool = setting(False, 'RELAY_ALWAYS', wants='"true" or "false"')

    @property
    def production(self) -> bool:
        return self.mode == 'production'

    @property
    def listen_on(self) -> str:
        return self.host or ('0.0.0.0' if self.on_heroku else '127.0.0.1')  # noqa: S104

    @property
    def proxies(self) -> str:
        """Addresses whose X-Forwarded headers are believed; empty for none."""
        return self.trusted_proxies or ('*' if self.on_heroku else '')

    @property
    def site_url(self) -> str:
        """Where people open the site, without a slash at the end."""
        return self.base_url or f'http://localhost:{self.port}'

    @property
    def database_url(self) -> URL:
        """The URL with its driver: `mysql://` means PyMySQL with utf8mb4. Of other drivers' parameters only those for TLS are kept."""
        if not self.database:
            return make_url(f'sqlite:///{self.data_dir}/scheduled-calls.db')
        url = make_url(self.database)
        if url.get_backend_name() == 'sqlite':
            return url
        tls = {name: value for name, value in url.query.items() if name.startswith('ssl')}
        return url.set(drivername='mysql+pymysql', query={'charset': 'utf8mb4', **tls})

    @property
    def sends_mail(self) -> bool:
        """Whether mail leaves through a server; otherwise it stays in the built-in mailbox."""
        return bool(self.smtp_host or self.gmail_user)

    @property
    def reminder_minutes(self) -> tuple[int, ...]:
        """How many minutes before an appointment its reminders go out, the longest first."""
        lengths = [] if self.reminders.lower() == 'none' else checks.listed(self.reminders)
        return tuple(sorted({checks.minutes_of(length) for length in lengths}, reverse=True))

    @property
    def uses_opentok(self) -> bool:
        return bool(self.opentok_key)

    @property
    def opentok_unified(self) -> bool:
        """Whether the secret is a private key's path, which means the unified Vonage platform."""
        return bool(checks.KEY_PATH.search(self.opentok_secret))

    @property
    def script_url(self) -> str:
        """Where browsers load OpenTok.js from."""
        return self.opentok_script_url or (VONAGE_SCRIPT if self.opentok_unified else TOKBOX_SCRIPT)

    def check_whole(self) -> None:
        """:raises WrongSetting: when settings that belong together are only half there, or production lacks one"""
        for name, needs, why in self._belonging_together():
            if getattr(self, name) and not getattr(self, needs):
                raise WrongSetting(f'{variable(name)} is set but {_partner(name, needs)} is not: {why}')
        for name in ('storage_secret', 'base_url'):
            if self.production and not getattr(self, name):
                raise WrongSetting(f'{names(name)[0]} is not set, but production mode needs it: {wants(name)}.')
        if self.production and not self.sends_mail:
            raise WrongSetting('SMTP_HOST is not set, but production mode needs real mail: set SMTP_HOST, or GMAIL_USER and GMAIL_PW.')

    def why_not_database(self, reason: str) -> str:
        """The sentence for a database that cannot be used; `reason` is its own word for it."""
        name = 'database' if self.database else 'data_dir'
        got = 'the one it names' if self.database else f'the database in "{self.data_dir}"'
        return f'{variable(name)} must be {wants(name)}, but {got} cannot be used ({reason}).'

    def _belonging_together(self) -> list[tuple[str, str, str]]:
        return [
            ('opentok_key', 'opentok_secret', 'OpenTok needs both.'),
            ('opentok_secret', 'opentok_key', 'OpenTok needs both.'),
            ('smtp_user', 'smtp_password', 'signing in to the mail server needs both.'),
            ('smtp_password', 'smtp_user', 'signing in to the mail server needs both.'),
            ('smtp_user', 'smtp_host', "it must be the mail server's name."),
            ('smtp_port', 'smtp_host', 'there is no server to send mail through.'),
            ('mail_from', 'smtp_host' if not self.gmail_user else 'gmail_user', 'there is no server to send mail through.'),
            ('smtp_host', 'sender', 'it must be the address that mail comes from.'),
            ('gmail_user', 'gmail_password', 'Gmail needs both.'),
            ('gmail_password', 'gmail_user', 'Gmail needs both.'),
            ('turn_urls', 'turn_secret', 'the TURN server needs both.'),
            ('turn_secret', 'turn_urls', 'the TURN server needs both.'),
            ('relay_always', 'opentok_key' if self.uses_opentok else 'turn_urls', 'calls need a relay to go through.'),
        ]

    @property
    def sender(self) -> str:
        """The address mail comes from; empty when there is none."""
        return self.mail_from or self.gmail_user or (self.smtp_user if '@' in self.smtp_user else '')


def names(field: str) -> list[str]:
    """The environment variables of a field, the preferred one first."""
    if field == 'sender':
        return ['MAIL_FROM']
    alias = Settings.model_fields[field].validation_alias
    assert isinstance(alias, AliasChoices)
    return [str(choice) for choice in alias.choices]


def is_given(field: str) -> bool:
    """Whether the owner has set a field; otherwise it has its default."""
    return any(name in _environment() for name in names(field))


def variable(field: str) -> str:
    """The environment variable that a field was read from, else the preferred one."""
    return next((name for name in names(field) if name in _environment()), names(field)[0])


def wants(field: str) -> str:
    """What a field must be, as the end of a sentence."""
    return str(_extra(field)['wants'])


def is_secret(field: str) -> bool:
    """Whether nobody may read a field's value."""
    return bool(_extra(field)['secret'])


def load() -> Settings:
    """The settings from the environment and `.env`.

    :raises WrongSetting: with one sentence: the variable, what it got (never a secret), what it wants
    """
    try:
        settings = Settings()
    except ValidationError as error:
        raise WrongSetting(_sentence(error)) from None
    settings.check_whole()
    return settings


_current: Settings | None = None


def use(settings: Settings) -> None:
    """Make these the settings that `current()` gives."""
    global _current
    _current = settings


def current() -> Settings:
    """The settings in use."""
    assert _current is not None, 'settings.use() comes first'
    return _current


def _extra(field: str) -> dict[str, Any]:
    extra = Settings.model_fields[field].json_schema_extra
    assert isinstance(extra, dict)
    return dict(extra)


def _sentence(error: ValidationError) -> str:
    first = error.errors()[0]
    field = _field_of(str(first['loc'][0]))
    got = 'its value is not that' if is_secret(field) else f'it is "{first["input"]}"'
    return f'{variable(field)} must be {wants(field)}, but {got}.'


def _partner(name: str, needs: str) -> str:
    """The variable that goes with the one that `name` was read from: OPENTOK_SECRET with OPENTOK_KEY, TB_SECRET with TB_KEY."""
    return dict(zip(names(name), names(needs), strict=False)).get(variable(name), names(needs)[0])


def _environment() -> set[str]:
    """The names of all variables that are set, here or in `.env`."""
    return {name for name, value in {**dotenv_values('.env'), **os.environ}.items() if value}


def _field_of(name: str) -> str:
    return next(field for field in Settings.model_fields if name in (field, *names(field)))
