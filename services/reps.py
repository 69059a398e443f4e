"""Reps: who they are and what they may do."""

from collections.abc import Collection
from datetime import time
from typing import Any

from email_validator import EmailNotValidError, validate_email
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from db import KindRep, Rep, WorkingHours, reading, writing
from services import busy_calendars, events, passwords, revision, settings, sign_ins
from services.errors import InvalidFields, NotAllowed
from services.plain_text import one_line, too_long
from services.time_zones import zone_names

DEFAULT_HOURS = (time(10), time(17))
FIRST = 1  # the row number of the rep who is there from the start, and whom the settings may describe
FIND_FIRST = select(Rep).order_by(Rep.id).limit(1)
COLOURS = {  # white words can be read on each of them
    '#1d5fa8': 'Blue',
    '#0f6b66': 'Teal',
    '#2c6e2f': 'Green',
    '#756100': 'Olive',
    '#a34700': 'Orange',
    '#b3261e': 'Red',
    '#a8246f': 'Pink',
    '#6b3fa0': 'Purple',
    '#56606e': 'Grey',
}


def first() -> Rep:
    """The rep who is there from the start."""
    with reading() as session:
        return session.scalars(FIND_FIRST).one()


def get(rep_id: int) -> Rep:
    """The rep with this row number, which must exist."""
    with reading() as session:
        return session.get_one(Rep, rep_id)


def everyone() -> list[Rep]:
    """All reps by name, those who are inactive at the end."""
    with reading() as session:
        return sorted(session.scalars(select(Rep)), key=lambda rep: (not rep.is_active, rep.name.casefold(), rep.id))


def is_invited(rep: Rep) -> bool:
    """Whether this rep has been asked to come and has not come yet."""
    return rep.is_active and bool(rep.email) and rep.password_hash is None


def require_admin(rep: Rep) -> None:
    """:raises NotAllowed: when this rep is no admin"""
    if not rep.is_admin:
        raise NotAllowed


def require_may_handle(rep: Rep, rep_id: int) -> None:
    """A rep handles what is theirs, an admin what is anybody's.

    :raises NotAllowed: when this rep may not handle what belongs to the rep with this row number
    """
    if not (rep.is_admin or rep.id == rep_id):
        raise NotAllowed('This belongs to somebody else. Please ask an admin.')


def display_name(rep: Rep) -> str:
    """What to call a rep, who may not have given a name yet."""
    return rep.name or settings.current().site_name


def display_names(rep_ids: Collection[int]) -> dict[int, str]:
    """What to call each of these reps."""
    with reading() as session:
        return {rep.id: display_name(rep) for rep in session.scalars(select(Rep).where(Rep.id.in_(rep_ids)))}


def fixed_fields(rep_id: int) -> dict[str, str]:
    """What the settings say about this rep, who must be the first: nobody changes it on a page."""
    if rep_id != FIRST:
        return {}
    current = settings.current()
    given = {'name': current.rep_name, 'email': current.rep_email.lower(), 'time_zone': current.time_zone}
    return {field: value for field, value in given.items() if value}


def password_is_fixed(rep_id: int) -> bool:
    """Whether the settings say this rep's password, who must be the first: nobody changes it on a page."""
    return rep_id == FIRST and bool(settings.current().rep_password)


def missing(rep: Rep) -> list[str]:
    """What the rep has not given yet of what their account needs: `name`, `email`, `password`."""
    given = {'name': rep.name, 'email': rep.email, 'password': rep.password_hash}
    return [field for field, value in given.items() if not value]


def update(rep_id: int, *, name: str, email: str, time_zone: str, password: str = '', repeated: str = '', keep: str = '') -> Rep:
    """Change a rep's name, address and zone, and the password unless it is empty; what the settings fix stays.

    A new password ends all of the rep's sign-ins but the one with the key `keep`.

    :raises InvalidFields: with one sentence a field; nothing is changed then
    """
    if password_is_fixed(rep_id):
        password = repeated = ''
    problems = passwords.problems(password, repeated) if password or repeated else {}
    values = tidied({'name': name, 'email': email, 'time_zone': time_zone} | fixed_fields(rep_id), problems)
    password_hash = passwords.hash_password(password) if password else ''

    def fn(session: Session) -> tuple[Rep, list[str]]:
        rep = session.get_one(Rep, rep_id)
        write(session, rep, values)
        return rep, sign_ins.set_password(session, rep, password_hash, keep) if password_hash else []

    rep, ended = writing(fn)
    sign_ins.tell_ended(ended)
    events.publish(events.RepChanged(rep.id))
    return rep


def tidied(values: dict[str, Any], problems: dict[str, str] | None = None) -> dict[str, Any]:
    """A rep's fields as they are stored.

    :raises InvalidFields: with one sentence for each that cannot be taken, and for the other `problems`
    """
    values = values | {'name': one_line(values['name']), 'email': values['email'].strip().lower()}
    if problems := _problems(values) | (problems or {}):
        raise InvalidFields(problems)
    return values


def write(session: Session, rep: Rep, values: dict[str, Any]) -> None:
    """Write a rep's fields in the caller's transaction. Another address ends the links that were sent to the one before.

    :raises InvalidFields: when another rep has the address
    """
    if rep.email and values.get('email', rep.email) != rep.email:
        rep.link_version += 1
    if rep.id and values.get('time_zone', rep.time_zone) != rep.time_zone:
        busy_calendars.read_anew(session, rep.id)
    for field, value in values.items():
        setattr(rep, field, value)
    revision.rise(session)
    try:
        session.flush()
    except IntegrityError:
        raise InvalidFields({'email': 'Another rep already has this address.'}) from None


def let_be_booked(session: Session, rep: Rep, kind_ids: Collection[int]) -> None:
    """Give a new rep the default hours, and put them into these kinds, in the caller's transaction."""
    starts, ends = DEFAULT_HOURS
    session.add_all(WorkingHours(rep_id=rep.id, weekday=day, starts=starts, ends=ends) for day in range(7))
    session.add_all(KindRep(kind_id=kind_id, rep_id=rep.id) for kind_id in kind_ids)
    revision.rise(session)


def able_admins(session: Session) -> list[int]:
    """The admins who can sign in. Of two who cease to be one at once, the second waits here for the first."""
    able = Rep.is_admin, Rep.is_active, Rep.email.is_not(None), Rep.password_hash.is_not(None)
    return list(session.scalars(select(Rep.id).where(*able).order_by(Rep.id).with_for_update()))


def remember_clock(rep_id: int, hours: int) -> None:
    """Note whether this rep's mails show 12 or 24 hours."""

    def fn(session: Session) -> None:
        session.get_one(Rep, rep_id).clock = hours

    writing(fn)


def _problems(values: dict[str, Any]) -> dict[str, str]:
    problems = {}
    if not values['name']:
        problems['name'] = 'Please give a name.'
    elif problem := too_long(values['name'], 100, 'the name'):
        problems['name'] = problem
    if values['time_zone'] not in zone_names():
        problems['time_zone'] = 'Please choose a time zone from the list.'
    if values.get('colour', next(iter(COLOURS))) not in COLOURS:
        problems['colour'] = 'Please choose one of the colours shown.'
    try:
        validate_email(values['email'], check_deliverability=False)
    except EmailNotValidError as error:
        problems['email'] = str(error) if values['email'] else 'Please give an email address.'
    return problems
