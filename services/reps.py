"""Reps, and when they can be booked."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from email_validator import EmailNotValidError, validate_email
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from tzlocal import get_localzone_name

from db import KindRep, Rep, WorkingHours, reading, writing
from services import clock, events, kinds, revision, settings, sign_ins
from services.errors import InvalidFields, WrongSetting
from services.slots import Hours, Plan
from services.time_zones import zone_names

NO_REP = 'REP_EMAIL or REP_PASSWORD is not set, but production mode needs a rep with an address and a password'
DEFAULT_HOURS = (time(10), time(17))


def first() -> Rep:
    """The rep that is booked at `/`."""
    with reading() as session:
        return _first(session)


def get(rep_id: int) -> Rep:
    """The rep with this row number, which must exist."""
    with reading() as session:
        return session.get_one(Rep, rep_id)


def display_name(rep: Rep) -> str:
    """What to call a rep, who may not have given a name yet."""
    return rep.name or settings.current().site_name


def set_up_first() -> Rep:
    """The first rep, made if there is none, with what the settings fix about them written down.

    :raises WrongSetting: when nobody could sign in and be told, in production
    """

    def fn(session: Session) -> Rep:
        rep = _first_or_none(session) or _new(session)
        for field, value in fixed_fields().items():
            setattr(rep, field, value)
        password = settings.current().rep_password
        if password and not sign_ins.matches(password, rep.password_hash):
            sign_ins.set_password(session, rep, sign_ins.hash_password(password))
        if settings.current().production and not (rep.email and rep.password_hash):
            raise WrongSetting(f'{NO_REP}: set REP_EMAIL and REP_PASSWORD.')
        if password and not rep.email:
            raise WrongSetting('REP_PASSWORD is set but REP_EMAIL is not: the rep signs in with both.')
        return rep

    return writing(fn)


def fixed_fields() -> dict[str, str]:
    """What the settings say about the first rep: nobody changes it on a page."""
    current = settings.current()
    given = {'name': current.rep_name, 'email': current.rep_email.lower(), 'time_zone': current.time_zone}
    return {field: value for field, value in given.items() if value}


def password_is_fixed() -> bool:
    """Whether the settings say the first rep's password: nobody changes it on a page."""
    return bool(settings.current().rep_password)


def plan(rep: Rep) -> Plan:
    """What this rep offers."""
    with reading() as session:
        return plan_of(session, rep)


def plan_of(session: Session, rep: Rep) -> Plan:
    """What this rep offers, read in the caller's session."""
    rows = session.execute(
        select(WorkingHours.weekday, WorkingHours.starts, WorkingHours.ends)
        .where(WorkingHours.rep_id == rep.id)
        .order_by(WorkingHours.weekday, WorkingHours.starts)
    )
    return Plan(ZoneInfo(rep.time_zone), tuple(Hours(*row) for row in rows))


def horizon() -> datetime:
    """The last instant that can be booked."""
    return clock.now() + timedelta(days=settings.current().horizon_days)


def missing(rep: Rep) -> list[str]:
    """What the rep has not given yet of what their account needs: `name`, `email`, `password`."""
    given = {'name': rep.name, 'email': rep.email, 'password': rep.password_hash}
    return [field for field, value in given.items() if not value]


def update(rep_id: int, *, name: str, email: str, time_zone: str, password: str = '', repeated: str = '', keep: str = '') -> Rep:
    """Change a rep's name, address and zone, and the password unless it is empty; what the settings fix stays.

    A new password ends all of the rep's sign-ins but the one with the key `keep`.

    :raises InvalidFields: with one sentence a field; nothing is changed then
    """
    if password_is_fixed():
        password = repeated = ''
    values, password_hash = _checked(name, email, time_zone, password, repeated)

    def fn(session: Session) -> tuple[Rep, list[str]]:
        rep = session.get_one(Rep, rep_id)
        _change(session, rep, values)
        return rep, sign_ins.set_password(session, rep, password_hash, keep) if password_hash else []

    rep, ended = writing(fn)
    for key_hash in ended:
        events.publish(events.SignInEnded(key_hash))
    events.publish(events.RepChanged(rep.id))
    return rep


def remember_clock(rep_id: int, hours: int) -> None:
    """Note whether this rep's mails show 12 or 24 hours."""

    def fn(session: Session) -> None:
        session.get_one(Rep, rep_id).clock = hours

    writing(fn)


def _first(session: Session) -> Rep:
    rep = _first_or_none(session)
    assert rep is not None, 'set_up_first() comes first'
    return rep


def _first_or_none(session: Session) -> Rep | None:
    return session.scalar(select(Rep).order_by(Rep.id).limit(1))


def _new(session: Session) -> Rep:
    """A new first rep, or the one that another process has just made: both want row 1."""
    rep = Rep(id=1, name='', time_zone=_host_zone(), is_admin=True, created_at=clock.now())
    starts, ends = DEFAULT_HOURS
    try:
        with session.begin_nested():
            session.add(rep)
    except IntegrityError:
        return _first(session)
    session.add_all(WorkingHours(rep_id=rep.id, weekday=day, starts=starts, ends=ends) for day in range(7))
    session.add(KindRep(kind_id=kinds.FIRST, rep_id=rep.id))
    revision.rise(session)
    return rep


def _host_zone() -> str:
    """The IANA zone this machine keeps, or UTC when it keeps none we know."""
    try:
        name = get_localzone_name()
    except (LookupError, ValueError):
        return 'UTC'
    return name if name in zone_names() else 'UTC'


def _change(session: Session, rep: Rep, values: dict[str, str]) -> None:
    for field, value in values.items():
        setattr(rep, field, value)
    try:
        session.flush()
    except IntegrityError:
        raise InvalidFields({'email': 'Another rep already has this address.'}) from None


def _checked(name: str, email: str, time_zone: str, password: str, repeated: str) -> tuple[dict[str, str], str]:
    """What to store: the rep's fields, and the password's hash if there is a password.

    :raises InvalidFields: with one sentence a field
    """
    values = {'name': ' '.join(name.split()), 'email': email.strip().lower(), 'time_zone': time_zone} | fixed_fields()
    problems = _problems(values)
    if password or repeated:
        problems |= sign_ins.password_problems(password, repeated)
    if problems:
        raise InvalidFields(problems)
    return values, sign_ins.hash_password(password) if password else ''


def _problems(values: dict[str, str]) -> dict[str, str]:
    problems = {}
    if not values['name']:
        problems['name'] = 'Please give your name.'
    elif len(values['name']) > 100:
        problems['name'] = f'Please shorten your name to 100 characters; it has {len(values["name"])}.'
    if values['time_zone'] not in zone_names():
        problems['time_zone'] = 'Please choose a time zone from the list.'
    try:
        validate_email(values['email'], check_deliverability=False)
    except EmailNotValidError as error:
        problems['email'] = str(error) if values['email'] else 'Please give your email address.'
    return problems
