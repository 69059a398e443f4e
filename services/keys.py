"""Signed links. A key names an appointment by its public id and a version, and opens one thing: its `chat` or its `manage` page.
One with which a rep chooses a password names the rep instead, and the instant it ends.

Nothing of a key is stored, so none can be made from the database alone; whoever holds a key for one purpose cannot make one for another.
"""

import os
import secrets
from datetime import UTC, datetime
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Literal

from itsdangerous import BadData, URLSafeSerializer

from services import clock, settings
from services.errors import PasswordLinkOver, UnknownLink, WrongSetting

Purpose = Literal['chat', 'manage', 'feed']
CHOOSING = 'choosing a password'


def prepare() -> None:
    """Make sure that there is a secret to sign with.

    :raises WrongSetting: when none is given and none can be kept
    """
    try:
        _secret()
    except OSError as error:
        folder = settings.current().data_dir
        raise WrongSetting(f'STORAGE_SECRET is not set, and none can be kept in DATA_DIR, "{folder}" ({error.strerror}).') from None


def make(purpose: Purpose, public_id: str, version: int) -> str:
    """The key, fit for a URL."""
    return str(_serializer(purpose, _secret()).dumps([public_id, version]))


def read(purpose: Purpose, key: str) -> tuple[str, int]:
    """The public id and version a key was made of.

    :raises UnknownLink: when we did not make it, or made it for another purpose
    """
    try:
        public_id, version = _serializer(purpose, _secret()).loads(key)
    except (BadData, ValueError):
        raise UnknownLink from None
    return public_id, version


def make_password_key(rep_id: int, version: int, ends_at: datetime) -> str:
    """The key with which this rep chooses a password, fit for a URL."""
    return str(_serializer(CHOOSING, _secret()).dumps([rep_id, version, round(ends_at.timestamp())]))


def read_password_key(key: str) -> tuple[int, int]:
    """The rep's row number and the version a key was made of.

    :raises PasswordLinkOver: when we did not make it, or it has ended
    """
    try:
        rep_id, version, ends_at = _serializer(CHOOSING, _secret()).loads(key)
    except (BadData, ValueError):
        raise PasswordLinkOver from None
    if clock.now() >= datetime.fromtimestamp(ends_at, UTC):
        raise PasswordLinkOver
    return rep_id, version


def new_id() -> str:
    """128 random bits, in hex: an appointment's public id."""
    return secrets.token_hex(16)


@cache
def _serializer(purpose: str, secret: str) -> URLSafeSerializer:
    return URLSafeSerializer(secret, salt=purpose, signer_kwargs={'digest_method': sha256, 'key_derivation': 'hmac'})


def _secret() -> str:
    current = settings.current()
    return current.storage_secret or _stored_secret(current.data_dir)


@cache
def _stored_secret(folder: Path) -> str:
    """The secret kept in the data folder, made by the first process that needs it, readable by its owner only."""
    path = folder / 'secret'
    folder.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        draft = folder / f'secret.{secrets.token_hex(8)}'
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), 'w') as file:
            file.write(secrets.token_urlsafe(32))
        _put_first(draft, path)
    return path.read_text()


def _put_first(draft: Path, path: Path) -> None:
    """Name the draft `path`, unless another process was faster. It is whole from the first moment it has that name."""
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
