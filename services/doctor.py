"""Tries every setting against the real thing. A finding never holds a secret."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from importlib import metadata
from pathlib import Path
from typing import Any

import httpx
from sqlalchemy import URL, Engine, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

import db
from services import busy_calendars, clock, delivery, mail, relay_probe, reps, revision, settings, video
from services.errors import MailNotSent, VideoUnavailable, WrongSetting
from services.time_zones import zone_names
from services.video.peer import PeerBackend

OK, PROBLEM, NOT_CHECKED = 'ok', 'problem', 'not checked'
TIME_SERVER = 'https://www.google.com'
CLOCK_MAY_DIFFER_SECONDS = 5
ANSWER_SECONDS = 10


@dataclass(frozen=True)
class Finding:
    """How it is with one part: `ok`, `problem`, or `not checked`; the words say why, and what to do."""

    what: str
    state: str
    words: str


def examine(is_current: Callable[[Engine], bool]) -> Iterator[Finding]:
    """All findings, one by one. `is_current` tells whether the database has today's schema."""
    try:
        settings.use(settings.load())
    except WrongSetting as error:
        yield Finding('settings', PROBLEM, str(error))
        return
    yield Finding('settings', OK, 'all can be read')
    database = _database(is_current)
    yield database
    yield _mail()
    yield _mail_texts()
    yield _opentok()
    yield from _relays()
    yield _time_zones([rep.time_zone for rep in reps.everyone()] if database.state == OK else [])
    if database.state == OK:
        yield _busy_calendars()
    yield _clock()
    yield _address()


def _database(is_current: Callable[[Engine], bool]) -> Finding:
    url = settings.current().database_url
    if url.get_backend_name() == 'sqlite' and not Path(url.database or '').exists():
        return Finding('database', NOT_CHECKED, f'there is none at {url.database} yet: the first start makes it')
    engine = db.connect(url)
    try:
        with engine.connect() as connection:
            connection.execute(text('SELECT 1'))
        if not is_current(engine):
            return Finding('database', PROBLEM, 'its tables are not those of this version: start the app, which upgrades them')
        _write_nothing()
    except db.Busy:
        return Finding('database', PROBLEM, f'{_shown(url)} is locked: another program is writing to it for longer than we wait')
    except SQLAlchemyError as error:
        reason = str(getattr(error, 'orig', None) or type(error).__name__)
        return Finding('database', PROBLEM, settings.current().why_not_database(reason))
    return Finding('database', OK, f'{_shown(url)} can be read and written, its tables are those of this version')


def _shown(url: URL) -> str:
    return url.render_as_string(hide_password=True)


class _Undone(Exception):
    """A transaction has done enough, and is to leave nothing behind."""


def _write_nothing() -> None:
    """Change something, and take it back.

    :raises SQLAlchemyError: when nothing can be written
    """

    def fn(session: Session) -> None:
        revision.rise(session)
        raise _Undone

    with suppress(_Undone):
        db.writing(fn)


def _mail() -> Finding:
    current = settings.current()
    if not current.sends_mail:
        return Finding('mail', NOT_CHECKED, 'no mail server is set: mails stay in /mailbox')
    try:
        delivery.try_out()
    except MailNotSent as error:
        return Finding('mail', PROBLEM, f'{error} Check the SMTP_ or GMAIL_ variables.')
    return Finding('mail', OK, f'{current.smtp_host or "Gmail"} lets us in')


def _mail_texts() -> Finding:
    folder = settings.current().mail_templates
    if not folder:
        return Finding('mail texts', NOT_CHECKED, 'no folder of your own is set: ours are used')
    try:
        mail.check_templates()
    except WrongSetting as error:
        return Finding('mail texts', PROBLEM, str(error))
    return Finding('mail texts', OK, f'every text in {folder} can be used')


def _opentok() -> Finding:
    if not settings.current().uses_opentok:
        return Finding('OpenTok', NOT_CHECKED, 'no account is set: calls go from browser to browser')
    try:
        video.backend().create_session()
    except VideoUnavailable:
        names = ', '.join(settings.variable(field) for field in ('opentok_key', 'opentok_secret', 'opentok_api_url'))
        return Finding('OpenTok', PROBLEM, f'it makes no session: check {names}, and whether it can be reached from here')
    return Finding('OpenTok', OK, 'it makes sessions for our key')


def _relays() -> Iterator[Finding]:
    """One finding for each address of STUN_URLS and TURN_URLS."""
    for servers in PeerBackend(settings.current()).trial()['ice_servers']:
        for url in servers['urls']:
            yield _relay(url, servers)


def _relay(url: str, server: dict[str, Any]) -> Finding:
    what = 'STUN' if url.startswith('stun') else 'TURN'
    try:
        if what == 'STUN':
            relay_probe.bind(url)
        else:
            relay_probe.allocate(url, server['username'], server['credential'])
    except relay_probe.Refused as error:
        advice = 'check TURN_SECRET and the clocks' if what == 'TURN' else 'check STUN_URLS'
        return Finding(what, PROBLEM, f'{url} refuses ({error}): {advice}')
    except OSError as error:
        if what == 'STUN' and not settings.is_given('stun_urls'):
            return Finding(what, NOT_CHECKED, f'{url}, which is used when STUN_URLS is not set, cannot be reached from here')
        return Finding(what, PROBLEM, f'{url} cannot be reached ({type(error).__name__}): check {what}_URLS and the firewall')
    return Finding(what, OK, f'{url} answers' if what == 'STUN' else f'{url} relays for us')


def _time_zones(used: list[str]) -> Finding:
    unknown = sorted({zone for zone in used if zone not in zone_names()})
    if unknown:
        return Finding('time zones', PROBLEM, f'not known here: {", ".join(unknown)}; install the newest tzdata, or choose others on /reps')
    return Finding(
        'time zones',
        OK,
        f'{len(zone_names())} are known (tzdata {metadata.version("tzdata")})' + (', those of all reps among them' if used else ''),
    )


def _busy_calendars() -> Finding:
    count, unreadable = busy_calendars.standing()
    if not count:
        return Finding('calendars', NOT_CHECKED, 'no rep has added one from elsewhere')
    if unreadable:
        return Finding('calendars', PROBLEM, f'{unreadable} of {count} from elsewhere cannot be read: /availability tells its rep why')
    return Finding('calendars', OK, f'{count} from elsewhere, none with a problem when it was read last')


def _clock() -> Finding:
    try:
        answer = httpx.head(TIME_SERVER, timeout=ANSWER_SECONDS)
        ahead = round((clock.now() - parsedate_to_datetime(answer.headers['Date'])).total_seconds())
    except (httpx.HTTPError, KeyError, ValueError):
        return Finding('clock', NOT_CHECKED, f'{TIME_SERVER}, with which it is compared, cannot be reached')
    if abs(ahead) > CLOCK_MAY_DIFFER_SECONDS:
        way = 'fast' if ahead > 0 else 'slow'
        return Finding('clock', PROBLEM, f'it is {abs(ahead)} seconds {way}: let it be set by NTP (`timedatectl set-ntp true`)')
    return Finding('clock', OK, f'it goes like that of {TIME_SERVER}')


def _address() -> Finding:
    site = settings.current().site_url
    if not site.startswith(('https://', 'http://localhost')):
        return Finding('address', PROBLEM, f'{site} is not https, so browsers give calls neither camera nor microphone: change BASE_URL')
    try:
        is_ours = httpx.get(f'{site}/healthz', timeout=ANSWER_SECONDS).status_code == httpx.codes.OK
    except httpx.HTTPError:
        return Finding('address', NOT_CHECKED, f'nobody answers at {site}: the app is not running, or cannot be reached from here')
    return Finding('address', OK if is_ours else PROBLEM, f'the app answers at {site}' if is_ours else f'something else answers at {site}')
