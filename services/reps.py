"""Reps, and when they can be booked."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from email_validator import EmailNotValidError, validate_email
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from tzlocal import get_localzone_name

from db import Rep, WorkingHours, reading, writing
from services import clock, events, settings, sign_ins
from services.errors import InvalidFields
from services.slots import Hours, Plan
from services.time_zones import zone_names

DEFAULT_HOURS = (time(10), time(17))


def first() -> Rep:
    """The rep that is booked at `/`."""
    with reading() as session:
        return _first(session)


def get(rep_id: int) -> Rep:
    """The rep with this row number, which must exist."""
    with reading() as session:
        return session.get_one(Rep, rep_id)


def set_up_first() -> Rep:
    """The first rep, made if there is none, with what the settings fix about them written down."""

    def fn(session: Session) -> Rep:
        rep = session.scalar(select(Rep).order_by(Rep.id).limit(1)) or _new(session)
        for field, value in fixed_fields().items():
            setattr(rep, field, value)
        password = settings.current().rep_password
        if password and not sign_ins.matches(password, rep.password_hash):
            sign_ins.set_password(session, rep, password)
        return rep

    return writing(fn)


def fixed_fields() -> dict[str, str]:
    """What the settings say about the first rep: nobody changes it on a page."""
    current = settings.current()
    given = {'name': current.rep_name, 'email': current.rep_email.lower(), 'time_zone': current.time_zone}
    return {field: value for field, value in given.items() if value}


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


def is_complete(rep: Rep) -> bool:
    """Whether the rep has given all that their account needs."""
    return bool(rep.name and rep.email and rep.password_hash)


def update(rep_id: int, *, name: str, email: str, time_zone: str) -> Rep:
    """Change a rep's name, address and zone; what the settings fix stays.

    :raises InvalidFields: with one sentence a field
    """
    values = {'name': name.strip(), 'email': email.strip().lower(), 'time_zone': time_zone} | fixed_fields()
    _check(values)

    def fn(session: Session) -> Rep:
        rep = session.get_one(Rep, rep_id)
        for field, value in values.items():
            setattr(rep, field, value)
        try:
            session.flush()
        except IntegrityError:
            raise InvalidFields({'email': 'Another rep already has this address.'}) from None
        return rep

    rep = writing(fn)
    events.publish(events.RepChanged(rep.id))
    return rep


def remember_clock(rep_id: int, hours: int) -> None:
    """Note whether this rep's mails show 12 or 24 hours."""

    def fn(session: Session) -> None:
        session.get_one(Rep, rep_id).clock = hours

    writing(fn)


def _first(session: Session) -> Rep:
    return session.scalars(select(Rep).order_by(Rep.id).limit(1)).one()


def _new(session: Session) -> Rep:
    rep = Rep(name='', time_zone=_host_zone(), created_at=clock.now())
    session.add(rep)
    session.flush()
    starts, ends = DEFAULT_HOURS
    session.add_all(WorkingHours(rep_id=rep.id, weekday=day, starts=starts, ends=ends) for day in range(7))
    return rep


def _host_zone() -> str:
    """The IANA zone this machine keeps, or UTC when it keeps none we know."""
    try:
        name = get_localzone_name()
    except (LookupError, ValueError):
        return 'UTC'
    return name if name in zone_names() else 'UTC'


def _check(values: dict[str, str]) -> None:
    problems = {}
    if not 1 <= len(values['name']) <= 100:
        problems['name'] = 'Please give a name of at most 100 characters.'
    if values['time_zone'] not in zone_names():
        problems['time_zone'] = 'Please choose a time zone from the list.'
    try:
        validate_email(values['email'], check_deliverability=False)
    except EmailNotValidError as error:
        problems['email'] = str(error)
    if problems:
        raise InvalidFields(problems)
