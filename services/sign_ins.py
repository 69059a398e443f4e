"""Sign-ins and the one-time links to them, which are rows: only the hash of a key lies in the database."""

import secrets
from collections.abc import Collection
from datetime import timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from db import Rep, SignIn, SignInLink, change_or_add, reading, writing
from services import clock, events, passwords, throttle
from services.errors import NotSignedIn, WrongPassword
from services.hashing import hashed

LASTS = timedelta(days=14)
LINK_LASTS = timedelta(days=1)
RENEWED_AFTER = timedelta(hours=1)


def sign_in(email: str, password: str, network_address: str) -> str:
    """The key of a new sign-in, to be put in a cookie.

    :raises WrongPassword: when address and password do not belong together; never says which is wrong
    :raises TooManyTries: when there were too many wrong ones lately for this address or from this network address
    """
    email = email.strip().lower()
    throttle.count_password(email, network_address)
    rep = rep_with(email)
    if not passwords.matches(password, rep.password_hash if rep else None) or rep is None:
        raise WrongPassword
    throttle.forgive_password(email, network_address)
    return _start(rep.id)


def sign_in_by_link(key: str) -> str:
    """The key of a new sign-in; the link is used up.

    :raises NotSignedIn: when the link is unknown, used or too old
    """

    def fn(session: Session) -> int | None:
        link = select(SignInLink.rep_id).join(Rep, Rep.id == SignInLink.rep_id).where(SignInLink.key_hash == hashed(key))
        rep_id = session.scalar(link.where(SignInLink.expires_at > clock.now(), Rep.is_active))
        used = session.execute(delete(SignInLink).where(SignInLink.key_hash == hashed(key)))
        return rep_id if used.rowcount == 1 else None  # type: ignore[attr-defined]

    rep_id = writing(fn)
    if rep_id is None:
        raise NotSignedIn('This sign-in link has been used or is too old. Start the app again for a new one, or sign in.')
    return _start(rep_id)


def new_link(rep_id: int) -> str:
    """A one-time key that signs this rep in; the one before it stops working."""
    key = secrets.token_urlsafe(32)
    values = {'key_hash': hashed(key), 'expires_at': clock.now() + LINK_LASTS}
    change = update(SignInLink).where(SignInLink.rep_id == rep_id).values(values)
    writing(lambda session: change_or_add(session, change, SignInLink(rep_id=rep_id, **values)))
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
            .where(SignIn.key_hash == hashed(key or ''), SignIn.expires_at > now, Rep.is_active)
        ).first()
    if row is None:
        raise NotSignedIn
    if row.expires_at < now + LASTS - RENEWED_AFTER:
        _renew(key or '')
    rep: Rep = row[0]
    return rep


def end(key: str) -> None:
    """End this sign-in, if it is one."""
    writing(lambda session: session.execute(delete(SignIn).where(SignIn.key_hash == hashed(key))))
    events.publish(events.SignInEnded(hashed(key)))


def set_password(session: Session, rep: Rep, password_hash: str, keep: str = '') -> list[str]:
    """Set the password in the caller's transaction, and `end_all`, whose result this is."""
    rep.password_hash = password_hash
    return end_all(session, rep, keep)


def end_all(session: Session, rep: Rep, keep: str = '') -> list[str]:
    """End the rep's links and sign-ins, but for the one with the key `keep`, in the caller's transaction.

    Returns the hashes of the sign-ins that ended, for `tell_ended` after it.
    """
    others = SignIn.rep_id == rep.id, SignIn.key_hash != hashed(keep)
    ended = list(session.scalars(select(SignIn.key_hash).where(*others)))
    rep.link_version += 1
    session.execute(delete(SignIn).where(*others))
    session.execute(delete(SignInLink).where(SignInLink.rep_id == rep.id))
    return ended


def tell_ended(key_hashes: Collection[str]) -> None:
    """Say that these sign-ins have ended, which sends their open pages away."""
    for ended in key_hashes:
        events.publish(events.SignInEnded(ended))


def rep_with(email: str) -> Rep | None:
    """The active rep with this address, in lower case."""
    with reading() as session:
        rep = session.scalar(select(Rep).where(Rep.email == email, Rep.is_active))
    return rep if rep and rep.email == email else None  # MySQL also finds é for e, whose tries are counted apart


def _start(rep_id: int) -> str:
    key, now = secrets.token_urlsafe(32), clock.now()

    def fn(session: Session) -> None:
        session.execute(delete(SignIn).where(SignIn.expires_at < now))
        session.add(SignIn(key_hash=hashed(key), rep_id=rep_id, created_at=now, expires_at=now + LASTS))

    writing(fn)
    return key


def _renew(key: str) -> None:
    until = clock.now() + LASTS
    writing(lambda session: session.execute(update(SignIn).where(SignIn.key_hash == hashed(key)).values(expires_at=until)))
