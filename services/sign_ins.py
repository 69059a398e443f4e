"""Passwords, the links to choose one, one-time links and sign-ins, which are rows; wrong passwords slow the next try down."""

import secrets
import threading
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from hashlib import sha256
from math import ceil

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError
from sqlalchemy import Update, delete, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from db import Base, OutboxItem, Rep, SignIn, SignInFailure, SignInLink, reading, writing
from services import clock, events, keys, outbox, settings
from services.errors import InvalidFields, NotSignedIn, PasswordLinkOver, TooManyTries, WrongPassword

LASTS = timedelta(days=14)
LINK_LASTS = timedelta(days=1)
INVITATION_LASTS = timedelta(days=3)
RENEWED_AFTER = timedelta(hours=1)
FREE_TRIES = 4
LONGEST_WAIT_SECONDS = 300
FORGOTTEN_AFTER = timedelta(hours=1)
PASSWORD_MIN = 8

_hasher = PasswordHasher()
_hashing = threading.BoundedSemaphore(2)  # one hash takes 64 MB: many tries at once must not take all there is
_NO_PASSWORD = _hasher.hash(secrets.token_hex(16))  # checked for unknown addresses, so that they take as long


def sign_in(email: str, password: str, network_address: str) -> str:
    """The key of a new sign-in, to be put in a cookie.

    :raises WrongPassword: when address and password do not belong together; never says which is wrong
    :raises TooManyTries: when there were too many wrong ones lately for this address or from this network address
    """
    email = email.strip().lower()
    subjects = _hash(f'email {email}'), _hash(f'network {network_address}')
    _count_try(subjects, 'Too many wrong passwords.')
    rep = rep_with(email)
    if not matches(password, rep.password_hash if rep and rep.password_hash else _NO_PASSWORD) or rep is None:
        raise WrongPassword
    _uncount_try(*subjects)
    return _start(rep.id)


def sign_in_by_link(key: str) -> str:
    """The key of a new sign-in; the link is used up.

    :raises NotSignedIn: when the link is unknown, used or too old
    """

    def fn(session: Session) -> int | None:
        link = select(SignInLink.rep_id).join(Rep, Rep.id == SignInLink.rep_id).where(SignInLink.key_hash == _hash(key))
        rep_id = session.scalar(link.where(SignInLink.expires_at > clock.now(), Rep.is_active))
        used = session.execute(delete(SignInLink).where(SignInLink.key_hash == _hash(key)))
        return rep_id if used.rowcount == 1 else None  # type: ignore[attr-defined]

    rep_id = writing(fn)
    if rep_id is None:
        raise NotSignedIn('This sign-in link has been used or is too old. Start the app again for a new one, or sign in.')
    return _start(rep_id)


def new_link(rep_id: int) -> str:
    """A one-time key that signs this rep in; the one before it stops working."""
    key = secrets.token_urlsafe(32)
    values = {'key_hash': _hash(key), 'expires_at': clock.now() + LINK_LASTS}
    change = update(SignInLink).where(SignInLink.rep_id == rep_id).values(values)
    writing(lambda session: _change_or_add(session, change, SignInLink(rep_id=rep_id, **values)))
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
            .where(SignIn.key_hash == _hash(key or ''), SignIn.expires_at > now, Rep.is_active)
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


def password_problems(password: str, repeated: str) -> dict[str, str]:
    """One sentence for each of `password` and `repeated` that cannot be taken."""
    if len(password) < PASSWORD_MIN:
        return {'password': f'Please choose a password of at least {PASSWORD_MIN} characters.'}
    return {} if password == repeated else {'repeated': 'This is not the same password. Please type it again.'}


def hash_password(password: str) -> str:
    """What is stored of a password. Takes a while on purpose: not for a transaction."""
    with _hashing:
        return _hasher.hash(password)


def set_password(session: Session, rep: Rep, password_hash: str, keep: str = '') -> list[str]:
    """Set the password in the caller's transaction, and `end_all`, whose result this is."""
    rep.password_hash = password_hash
    return end_all(session, rep, keep)


def end_all(session: Session, rep: Rep, keep: str = '') -> list[str]:
    """End the rep's links and sign-ins, but for the one with the key `keep`, in the caller's transaction.

    Returns the hashes of the sign-ins that ended, for `tell_ended` after it.
    """
    others = SignIn.rep_id == rep.id, SignIn.key_hash != _hash(keep)
    ended = list(session.scalars(select(SignIn.key_hash).where(*others)))
    rep.link_version += 1
    session.execute(delete(SignIn).where(*others))
    session.execute(delete(SignInLink).where(SignInLink.rep_id == rep.id))
    return ended


def tell_ended(key_hashes: Collection[str]) -> None:
    """Say that these sign-ins have ended, which sends their open pages away."""
    for hashed in key_hashes:
        events.publish(events.SignInEnded(hashed))


def password_link(item: OutboxItem) -> str:
    """Where the rep to whom this mail goes chooses a password: three days for an invitation, else one, and until it has been done."""
    lasts = INVITATION_LASTS if item.kind == outbox.INVITATION else LINK_LASTS
    return _password_link(item.rep_id or 0, item.sequence, item.created_at + lasts)


def new_password_link(rep: Rep) -> str:
    """Where this rep chooses a password, for a day, and until it has been done."""
    return _password_link(rep.id, rep.link_version, clock.now() + LINK_LASTS)


def rep_by_password_key(key: str) -> Rep:
    """The rep who may choose a password with the key of such a link. Looking uses nothing up.

    :raises PasswordLinkOver: when it lets nobody
    """
    rep_id, version = keys.read_password_key(key)
    with reading() as session:
        return _let_in(session.get(Rep, rep_id), version)


def choose_password(key: str, password: str, repeated: str) -> Rep:
    """The rep, who has this password now; the link, the rep's other links and their sign-ins end.

    :raises InvalidFields: when the password cannot be taken
    :raises PasswordLinkOver: when the link lets nobody choose one
    """
    if problems := password_problems(password, repeated):
        raise InvalidFields(problems)
    rep_id, version = keys.read_password_key(key)
    password_hash = hash_password(password)

    def fn(session: Session) -> tuple[Rep, list[str]]:
        rep = _let_in(session.get(Rep, rep_id, with_for_update=True), version)  # of two who use it at once, one is too late
        return rep, set_password(session, rep, password_hash)

    rep, ended = writing(fn)
    tell_ended(ended)
    events.publish(events.RepChanged(rep.id))
    return rep


def count_wish_for_link(email: str, network_address: str) -> None:
    """Count that somebody asks for a link to choose a password.

    :raises TooManyTries: when there were too many lately for this address or from this network address
    """
    subjects = _hash(f'link for {email}'), _hash(f'link from {network_address}')
    _count_try(subjects, 'Too many mails were asked for.')


def matches(password: str, password_hash: str | None) -> bool:
    """Whether this is the password that was hashed."""
    try:
        with _hashing:
            return password_hash is not None and _hasher.verify(password_hash, password)
    except (Argon2Error, InvalidHashError):
        return False


def rep_with(email: str) -> Rep | None:
    """The active rep with this address, in lower case."""
    with reading() as session:
        rep = session.scalar(select(Rep).where(Rep.email == email, Rep.is_active))
    return rep if rep and rep.email == email else None  # MySQL also finds é for e, whose tries are counted apart


def _let_in(rep: Rep | None, version: int) -> Rep:
    if rep is None or not rep.is_active or rep.link_version != version:
        raise PasswordLinkOver
    return rep


def _password_link(rep_id: int, version: int, ends_at: datetime) -> str:
    return f'{settings.current().site_url}/password/{keys.make_password_key(rep_id, version, ends_at)}'


def _start(rep_id: int) -> str:
    key, now = secrets.token_urlsafe(32), clock.now()

    def fn(session: Session) -> None:
        session.execute(delete(SignIn).where(SignIn.expires_at < now))
        session.add(SignIn(key_hash=_hash(key), rep_id=rep_id, created_at=now, expires_at=now + LASTS))

    writing(fn)
    return key


def _renew(hashed: str) -> None:
    until = clock.now() + LASTS
    writing(lambda session: session.execute(update(SignIn).where(SignIn.key_hash == hashed).values(expires_at=until)))


def _count_try(subjects: tuple[str, str], why: str) -> None:
    """Count a try before it is looked at, so that of many at once only the first few are.

    :raises TooManyTries: when it comes too early; it does not count then
    """
    now = clock.now()

    def fn(session: Session) -> None:
        session.execute(delete(SignInFailure).where(SignInFailure.last_at < now - FORGOTTEN_AFTER))
        for subject in subjects:
            more = update(SignInFailure).where(SignInFailure.subject == subject).values(count=SignInFailure.count + 1)
            _change_or_add(session, more, SignInFailure(subject=subject, count=1, last_at=now))
        tries = session.scalars(select(SignInFailure).where(SignInFailure.subject.in_(subjects))).all()
        _refuse_early(tries, now, why)
        for counted in tries:
            counted.last_at = now

    writing(fn)


def _uncount_try(address: str, network: str) -> None:
    """The try was right: the address starts afresh, the network loses this one only."""

    def fn(session: Session) -> None:
        session.execute(delete(SignInFailure).where(SignInFailure.subject == address))
        session.execute(update(SignInFailure).where(SignInFailure.subject == network).values(count=SignInFailure.count - 1))

    writing(fn)


def _refuse_early(tries: Sequence[SignInFailure], now: datetime, why: str) -> None:
    wait = max((counted.last_at + _pause(counted.count - 1) - now).total_seconds() for counted in tries)
    if wait > 0:
        raise TooManyTries(ceil(wait), why)


def _pause(count: int) -> timedelta:
    """No pause after the first wrong tries, then 1, 2, 4 … seconds, at most five minutes."""
    if count < FREE_TRIES:
        return timedelta()
    return timedelta(seconds=min(2 ** min(count - FREE_TRIES, 16), LONGEST_WAIT_SECONDS))


def _change_or_add(session: Session, change: Update, row: Base) -> None:
    """Do the change, or add the row when there is none to change. Of two who add it at once, the slower one changes it."""
    if session.execute(change).rowcount == 1:  # type: ignore[attr-defined]
        return
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError:
        session.execute(change)


def _hash(text: str) -> str:
    return sha256(text.encode()).hexdigest()
