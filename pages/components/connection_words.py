"""What the trial of a connection has shown, in words."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pages.components.heard import heard

ANOTHER_NETWORK = 'try another network, such as that of your phone.'
FOUND: dict[str, Any] = {'is_loaded': bool, 'is_answering': bool, 'is_open': bool, 'is_relayed': bool, 'found': list}  # a browser's words


@dataclass(frozen=True)
class Finding:
    """A sentence, and whether it is good news."""

    is_good: bool
    sentence: str


NO_SCRIPT = Finding(
    False,
    'The video service cannot be reached. Perhaps a firewall or a content blocker is in the way; please try another network or browser.',
)
NO_ANSWER = Finding(False, f'The video service does not answer. Perhaps a firewall is in the way; please {ANOTHER_NETWORK}')
PLATFORM = Finding(True, 'The video service can be reached.')
NO_CONNECTION = Finding(
    False,
    'This browser cannot make a connection. Perhaps an extension or a rule of your organisation forbids it. Please try another browser.',
)
CONNECTION = Finding(True, 'This browser can make a connection.')
NO_DIRECT_WAY = Finding(False, f'Your network may keep calls out. Please {ANOTHER_NETWORK}')
DIRECT_WAY = Finding(True, 'Your network lets calls through.')
NOTHING_BUT_RELAY = Finding(False, f'Calls go through a relay here, and it cannot be reached. Please {ANOTHER_NETWORK}')
NO_RELAY = Finding(False, f'The relay for strict networks cannot be reached. If a call finds no other way, please {ANOTHER_NETWORK}')
RELAY = Finding(True, 'The relay for strict networks can be reached and carries what you send.')


def findings(trial: Mapping[str, Any], said: object) -> list[Finding]:
    """What has been found. `trial`: what was tried, as in `services/video/base.py`; `said`: what the browser says of it."""
    found = heard(said, **FOUND)
    return [*_platform(trial, found), *_connection(trial, found)]


def _platform(trial: Mapping[str, Any], found: Mapping[str, Any]) -> list[Finding]:
    if 'script' not in trial:
        return []
    if not found['is_loaded']:
        return [NO_SCRIPT]
    return [PLATFORM if found['is_answering'] else NO_ANSWER]


def _connection(trial: Mapping[str, Any], found: Mapping[str, Any]) -> list[Finding]:
    if not (found['is_open'] or found['is_relayed']):
        return [NO_CONNECTION]
    if trial.get('must_relay'):
        return [CONNECTION, RELAY] if found['is_relayed'] else [NOTHING_BUT_RELAY]
    return [CONNECTION, *_direct_way(trial, found), *_relay(trial, found)]


def _direct_way(trial: Mapping[str, Any], found: Mapping[str, Any]) -> list[Finding]:
    """Only a STUN server can tell; where the relay helps it does not matter."""
    if 'srflx' in found['found']:
        return [DIRECT_WAY]
    return [NO_DIRECT_WAY] if trial.get('has_stun') and not found['is_relayed'] else []


def _relay(trial: Mapping[str, Any], found: Mapping[str, Any]) -> list[Finding]:
    if not trial.get('has_relay'):
        return []
    return [RELAY if found['is_relayed'] else NO_RELAY]
