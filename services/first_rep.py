"""The rep who is there from the start: made when there is none, and with what the settings fix about them written down."""

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from tzlocal import get_localzone_name

from db import Rep, reading, writing
from services import clock, kinds, passwords, reps, settings, sign_ins
from services.errors import InvalidFields, WrongSetting
from services.time_zones import zone_names


def set_up() -> Rep:
    """The first rep, made if there is none, with what the settings fix about them written down.

    :raises WrongSetting: when nobody could sign in and be told, in production
    """
    password_hash = _new_password_hash()

    def fn(session: Session) -> Rep:
        rep = session.scalar(reps.FIND_FIRST) or _new(session)
        _write_fixed(session, rep)
        if password_hash:
            sign_ins.set_password(session, rep, password_hash)
        session.flush()
        _refuse_unreachable(session, rep)
        return rep

    return writing(fn)


def _new_password_hash() -> str:
    """What is to be stored of the password in the settings; empty when there is none, or the first rep has it already."""
    password = settings.current().rep_password
    if not password:
        return ''
    with reading() as session:
        rep = session.scalar(reps.FIND_FIRST)
    return '' if rep and passwords.matches(password, rep.password_hash) else passwords.hash_password(password)


def _new(session: Session) -> Rep:
    """A new first rep, or the one that another process has just made: both want row 1."""
    rep = Rep(id=reps.FIRST, name='', time_zone=_host_zone(), is_admin=True, created_at=clock.now())
    try:
        with session.begin_nested():
            session.add(rep)
    except IntegrityError:
        return session.scalars(reps.FIND_FIRST).one()
    reps.let_be_booked(session, rep, [kinds.FIRST])
    return rep


def _write_fixed(session: Session, rep: Rep) -> None:
    """:raises WrongSetting: when the settings give the first rep another one's address"""
    fixed = reps.fixed_fields(rep.id)
    if any(getattr(rep, field) != value for field, value in fixed.items()):
        try:
            reps.write(session, rep, fixed)
        except InvalidFields:
            raise WrongSetting(f'REP_EMAIL is {fixed["email"]}, but another rep has this address: change theirs, or this.') from None


def _refuse_unreachable(session: Session, rep: Rep) -> None:
    """:raises WrongSetting: when nobody could sign in and be told, in production, or the first rep not with the password they have"""
    if settings.current().production and not reps.able_admins(session):
        raise WrongSetting(
            'REP_EMAIL or REP_PASSWORD is not set, but production mode needs an admin with an address and a password: '
            'set REP_EMAIL and REP_PASSWORD.'
        )
    if settings.current().rep_password and not rep.email:
        raise WrongSetting('REP_PASSWORD is set but REP_EMAIL is not: the rep signs in with both.')


def _host_zone() -> str:
    """The IANA zone this machine keeps, or UTC when it keeps none we know."""
    try:
        name = get_localzone_name()
    except (LookupError, ValueError):
        return 'UTC'
    return name if name in zone_names() else 'UTC'
