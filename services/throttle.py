"""Slows down who tries again and again: to guess a password, or to have mails sent. Tries are counted for the address that is
typed and for the network address they come from, each known by its hash only.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from math import ceil

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from db import SignInFailure, change_or_add, writing
from services import clock
from services.errors import TooManyTries
from services.hashing import hashed
from services.networks import network_of

FREE_TRIES = 4
LONGEST_WAIT_SECONDS = 300
FORGOTTEN_AFTER = timedelta(hours=1)


def count_password(email: str, network_address: str) -> None:
    """Count a try to sign in, before it is judged, so that of many at once only the first few are.

    :raises TooManyTries: when it comes too early; it does not count then
    """
    _count(_subjects_of_password(email, network_address), 'Too many wrong passwords.')


def forgive_password(email: str, network_address: str) -> None:
    """The try was right: the address starts afresh, the network loses this one only."""
    address, network = _subjects_of_password(email, network_address)

    def fn(session: Session) -> None:
        session.execute(delete(SignInFailure).where(SignInFailure.subject == address))
        session.execute(update(SignInFailure).where(SignInFailure.subject == network).values(count=SignInFailure.count - 1))

    writing(fn)


def count_wish_for_link(email: str, network_address: str) -> None:
    """Count that somebody asks for a link to choose a password.

    :raises TooManyTries: when there were too many lately for this address or from this network address
    """
    _count((hashed(f'link for {email}'), hashed(f'link from {network_of(network_address)}')), 'Too many mails were asked for.')


def _subjects_of_password(email: str, network_address: str) -> tuple[str, str]:
    return hashed(f'email {email}'), hashed(f'network {network_of(network_address)}')


def _count(subjects: tuple[str, str], why: str) -> None:
    now = clock.now()

    def fn(session: Session) -> None:
        session.execute(delete(SignInFailure).where(SignInFailure.last_at < now - FORGOTTEN_AFTER))
        for subject in subjects:
            more = update(SignInFailure).where(SignInFailure.subject == subject).values(count=SignInFailure.count + 1)
            change_or_add(session, more, SignInFailure(subject=subject, count=1, last_at=now))
        tries = session.scalars(select(SignInFailure).where(SignInFailure.subject.in_(subjects))).all()
        _refuse_early(tries, now, why)
        for counted in tries:
            counted.last_at = now

    writing(fn)


def _refuse_early(tries: Sequence[SignInFailure], now: datetime, why: str) -> None:
    wait = max((counted.last_at + _pause(counted.count - 1) - now).total_seconds() for counted in tries)
    if wait > 0:
        raise TooManyTries(ceil(wait), why)


def _pause(count: int) -> timedelta:
    """No pause after the first tries, then 1, 2, 4 … seconds, at most five minutes."""
    if count < FREE_TRIES:
        return timedelta()
    return timedelta(seconds=min(2 ** min(count - FREE_TRIES, 16), LONGEST_WAIT_SECONDS))
