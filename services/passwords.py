"""What a password must be, and how it is stored and compared."""

import secrets
import threading
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

SHORTEST = 8  # characters

_hasher = PasswordHasher()
_hashing = threading.BoundedSemaphore(2)  # one hash takes 64 MB: many tries at once must not take all there is


def problems(password: str, repeated: str) -> dict[str, str]:
    """One sentence for each of `password` and `repeated` that cannot be taken."""
    if len(password) < SHORTEST:
        return {'password': f'Please choose a password of at least {SHORTEST} characters.'}
    return {} if password == repeated else {'repeated': 'This is not the same password. Please type it again.'}


def hash_password(password: str) -> str:
    """What is stored of a password. Takes a while on purpose: not for a transaction."""
    with _hashing:
        return _hasher.hash(password)


def matches(password: str, password_hash: str | None) -> bool:
    """Whether this is the password that was hashed. It takes as long when there is none."""
    with _hashing:
        no_password = _hash_of_nothing()  # asked for by everybody, so that not even the first try tells who has none
        try:
            return _hasher.verify(password_hash or no_password, password)
        except (Argon2Error, InvalidHashError):
            return False


@cache
def _hash_of_nothing() -> str:
    """What no password matches. Made when first needed: a hash takes time and memory, and settings import this module."""
    return _hasher.hash(secrets.token_hex(16))
