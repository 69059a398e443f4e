"""What a setting must look like: types for the fields of `Settings`.

A check raises a bare `ValueError`, because the sentence is made of what the setting wants.
"""

import os
import re
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from email_validator import EmailNotValidError, validate_email
from pydantic import AfterValidator, BeforeValidator
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from services import passwords
from services.time_zones import zone_names

KEY_PATH = re.compile(r'[.]\w+$', re.ASCII)  # by which the opentok library tells a private key's path from a secret
MINUTES = {'minute': 1, 'hour': 60, 'day': 24 * 60}
LONGEST_REMINDER = 30 * MINUTES['day']
SHORTEST_SECRET = 16  # characters


def listed(value: str) -> list[str]:
    """The parts of a list that is separated by commas."""
    return [part.strip() for part in value.split(',') if part.strip()]


def minutes_of(length: str) -> int:
    """The minutes of `90 minutes`, `1 hour` or `2 days`.

    :raises ValueError: when it is none of them
    """
    number, _, unit = length.lower().partition(' ')
    _require(number.isascii() and number.isdigit() and unit.removesuffix('s') in MINUTES)
    return int(number) * MINUTES[unit.removesuffix('s')]


def _require(is_right: object) -> None:
    if not is_right:
        raise ValueError


def _lower(value: str) -> str:
    return value.strip().lower()


def _origin(value: str) -> str:
    parts = urlsplit(value.rstrip('/'))
    is_whole = parts.scheme in ('http', 'https') and parts.hostname
    _require(not value or (is_whole and not (parts.path or parts.query or parts.username)))
    return value.rstrip('/')


def _address(value: str) -> str:
    _require(not value or (urlsplit(value).scheme in ('http', 'https') and urlsplit(value).hostname))
    return value


def _address_or_path(value: str) -> str:
    return value if value.startswith('/') else _address(value)


def _secret_or_key(value: str) -> str:
    _require(os.path.isfile(value) == bool(KEY_PATH.search(value)))  # noqa: PTH113 (Path raises for what cannot be a path, and says it)
    return value


def _stun_servers(value: str) -> str:
    return value if value.lower() == 'none' else _servers('stun', value)


def _turn_servers(value: str) -> str:
    return _servers('turn', value)


def _servers(scheme: str, value: str) -> str:
    _require(all(re.fullmatch(rf'{scheme}s?:\S+', url) for url in listed(value)))
    return value


def _networks(value: str) -> str:
    for network in listed(value):
        if network != '*':
            ip_network(network, strict=False)
    return value


def _folder(value: Path) -> Path:
    try:
        is_free = not value.exists() or value.is_dir()
    except OSError:
        is_free = False
    _require(is_free)
    return value


def _folder_there(value: str) -> str:
    _require(not value or os.path.isdir(value))  # noqa: PTH112 (Path raises for what cannot be a path)
    return value


def _lengths(value: str) -> str:
    _require(value.lower() == 'none' or all(0 < minutes_of(length) <= LONGEST_REMINDER for length in listed(value)))
    return value


def _zone(value: str) -> str:
    _require(not value or value in zone_names())
    return value


def _email(value: str) -> str:
    try:
        return validate_email(value, check_deliverability=False).normalized if value else value
    except EmailNotValidError:
        raise ValueError from None


def _secret(value: str) -> str:
    _require(not value or len(value) >= SHORTEST_SECRET)
    return value


def _password(value: str) -> str:
    _require(not value or len(value) >= passwords.SHORTEST)
    return value


def _database(value: str) -> str:
    try:
        url = make_url(value) if value else None
    except ArgumentError:
        raise ValueError from None
    # With `:memory:` each connection would have a database of its own.
    is_known = url and url.get_backend_name() in ('mysql', 'mariadb', 'sqlite') and url.database and url.database != ':memory:'
    _require(not value or is_known)
    return value


Mode = Annotated[Literal['development', 'production'], BeforeValidator(_lower)]
Security = Annotated[Literal['ssl', 'starttls', 'none'], BeforeValidator(_lower)]
Origin = Annotated[str, AfterValidator(_origin)]
Address = Annotated[str, AfterValidator(_address)]
AddressOrPath = Annotated[str, AfterValidator(_address_or_path)]
SecretOrKey = Annotated[str, AfterValidator(_secret_or_key)]
StunServers = Annotated[str, AfterValidator(_stun_servers)]
TurnServers = Annotated[str, AfterValidator(_turn_servers)]
Networks = Annotated[str, AfterValidator(_networks)]
Folder = Annotated[Path, AfterValidator(_folder)]
FolderThere = Annotated[str, AfterValidator(_folder_there)]
Lengths = Annotated[str, AfterValidator(_lengths)]
Zone = Annotated[str, AfterValidator(_zone)]
Email = Annotated[str, AfterValidator(_email)]
Secret = Annotated[str, AfterValidator(_secret)]
Password = Annotated[str, AfterValidator(_password)]
Database = Annotated[str, AfterValidator(_database)]
