"""What a password must be, and how it is stored and compared."""

import secrets
import threading

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

SHORTEST = 8  # characters

_hasher = PasswordHasher()
_hashing = threading.BoundedSemaphore(2)  # one hash takes 64 MB: many tries at once must not take all there is
_NO_PASSWORD = _hasher.hash(secrets.token_hex(16))


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
    try:
        with _hashing:
            return _hasher.verify(password_hash or _NO_PASSWORD, password)
    except (Argon2Error, InvalidHashError):
        return False
