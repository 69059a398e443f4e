"""Passwords, one-time links and sign-ins, which are rows; wrong passwords slow the next try down."""

import secrets
from datetime import timedelta
from hashlib import sha256

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from db import Rep, SignIn, SignInFailure, SignInLink, reading, writing
from services import clock, events
from services.errors import InvalidFields, NotSignedIn, TooManyTries, WrongPassword

LASTS = timedelta(days=14)
LINK_LASTS = timedelta(days=1)
RENEWED_AFTER = timedelta(hours=1)
FREE_TRIES = 4
LONGEST_WAIT_SECONDS = 300
FORGOTTEN_AFTER = timedelta(hours=1)
PASSWORD_MIN = 8

_hasher = PasswordHasher()
_NO_PASSWORD = _hasher.hash(secrets.token_hex(16))  # checked for unknown addresses, so that they take as long


def sign_in(email: str, password: str, network_address: str) -> str:
    """The key of a new sign-in, to be put in a cookie.

    :raises WrongPassword: when address and password do not belong together; never says which is wrong
    :raises TooManyTries: when there were too many wrong ones lately for this address or from this network address
    """
    subjects = [_hash(f'email {email.strip().lower()}'), _hash(f'network {network_address}')]
    _refuse_early(subjects)
    with reading() as session:
        rep = session.scalar(select(Rep).where(Rep.email == email.strip().lower()))
    if not matches(password, rep.password_hash if rep and rep.password_hash else _NO_PASSWORD) or rep is None:
        _count_failure(subjects)
        raise WrongPassword
    return _start(rep.id, forget=subjects[:1])


def sign_in_by_link(key: str) -> str:
    """The key of a new sign-in; the link is used up.

    :raises NotSignedIn: when the link is unknown, used or too old
    """

    def fn(session: Session) -> int | None:
        rep_id = session.scalar(select(SignInLink.rep_id).where(SignInLink.key_hash == _hash(key), SignInLink.expires_at > clock.now()))
        used = session.execute(delete(SignInLink).where(SignInLink.key_hash == _hash(key)))
        return rep_id if used.rowcount == 1 else None  # type: ignore[attr-defined]

    rep_id = writing(fn)
    if rep_id is None:
        raise NotSignedIn('This sign-in link has been used or is too old. Start the app again for a new one, or sign in.')
    return _start(rep_id)


def new_link(rep_id: int) -> str:
    """A one-time key that signs this rep in; the one before it stops working."""
    key = secrets.token_urlsafe(32)

    def fn(session: Session) -> None:
        session.execute(delete(SignInLink).where(SignInLink.rep_id == rep_id))
        session.add(SignInLink(rep_id=rep_id, key_hash=_hash(key), expires_at=clock.now() + LINK_LASTS))

    writing(fn)
    return key


def rep_of(key: str | None) -> Rep:
    """The rep who is signed in with this key; using it makes it last longer.

    :raises NotSignedIn: when nobody is
    """
    now = clock.now()
    with reading() as session:
        row = session.execute(
            select(Rep, SignIn.expires_at)
            .join(SignIn, SignIn.rep_id == Rep.id)
            .where(SignIn.key_hash == _hash(key or ''), SignIn.expires_at > now)
        ).first()
    if row is None:
        raise NotSignedIn
    if row.expires_at < now + LASTS - RENEWED_AFTER:
        _renew(_hash(key or ''))
    rep: Rep = row[0]
    return rep


def end(key: str) -> None:
    """End this sign-in, if it is one."""
    hashed = key_hash(key)
    writing(lambda session: session.execute(delete(SignIn).where(SignIn.key_hash == hashed)))
    events.publish(events.SignInEnded(hashed))


def key_hash(key: str) -> str:
    """What a sign-in is known by in the database and in events."""
    return _hash(key)


def change_password(rep_id: int, password: str, *, keep: str) -> None:
    """Set a rep's password and end all of their sign-ins but the one with the key `keep`.

    :raises InvalidFields: when it is too short
    """
    if len(password) < PASSWORD_MIN:
        raise InvalidFields({'password': f'Please choose a password of at least {PASSWORD_MIN} characters.'})

    def fn(session: Session) -> list[str]:
        others = list(session.scalars(select(SignIn.key_hash).where(SignIn.rep_id == rep_id, SignIn.key_hash != _hash(keep))))
        set_password(session, session.get_one(Rep, rep_id), password, keep=_hash(keep))
        return others

    for other in writing(fn):
        events.publish(events.SignInEnded(other))


def set_password(session: Session, rep: Rep, password: str, keep: str = '') -> None:
    """Set the password in the caller's transaction; its sign-ins but `keep` (a hash) and its one-time link end."""
    rep.password_hash = _hasher.hash(password)
    session.execute(delete(SignIn).where(SignIn.rep_id == rep.id, SignIn.key_hash != keep))
    session.execute(delete(SignInLink).where(SignInLink.rep_id == rep.id))


def matches(password: str, password_hash: str | None) -> bool:
    """Whether this is the password that was hashed."""
    try:
        return password_hash is not None and _hasher.verify(password_hash, password)
    except (Argon2Error, InvalidHashError):
        return False


def _start(rep_id: int, forget: list[str] | None = None) -> str:
    key, now = secrets.token_urlsafe(32), clock.now()

    def fn(session: Session) -> None:
        session.execute(delete(SignIn).where(SignIn.expires_at < now))
        session.execute(delete(SignInFailure).where(SignInFailure.subject.in_(forget or [])))
        session.add(SignIn(key_hash=_hash(key), rep_id=rep_id, created_at=now, expires_at=now + LASTS))

    writing(fn)
    return key


def _renew(hashed: str) -> None:
    until = clock.now() + LASTS
    writing(lambda session: session.execute(update(SignIn).where(SignIn.key_hash == hashed).values(expires_at=until)))


def _refuse_early(subjects: list[str]) -> None:
    now = clock.now()
    with reading() as session:
        failures = session.scalars(select(SignInFailure).where(SignInFailure.subject.in_(subjects))).all()
    waits = [(failure.last_at + _pause(failure.count) - now).total_seconds() for failure in failures]
    if waits and max(waits) > 0:
        raise TooManyTries(max(1, round(max(waits))))


def _pause(count: int) -> timedelta:
    """No pause for the first wrong tries, then 1, 2, 4 … seconds, at most five minutes."""
    if count < FREE_TRIES:
        return timedelta()
    return timedelta(seconds=min(2 ** min(count - FREE_TRIES, 16), LONGEST_WAIT_SECONDS))


def _count_failure(subjects: list[str]) -> None:
    now = clock.now()

    def fn(session: Session) -> None:
        session.execute(delete(SignInFailure).where(SignInFailure.last_at < now - FORGOTTEN_AFTER))
        for subject in subjects:
            failure = session.get(SignInFailure, subject) or SignInFailure(subject=subject, count=0)
            failure.count, failure.last_at = failure.count + 1, now
            session.add(failure)

    writing(fn)


def _hash(text: str) -> str:
    return sha256(text.encode()).hexdigest()
