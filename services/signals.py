"""What the two sides of a call may tell each other's browsers. Pure.

A signal may be anything, for a browser sent it. What is handed on has only these keys, with values of these types. What an engine has
to tell its other half besides goes under `engine`, in a few short words, numbers and truths.
"""

from collections.abc import Mapping
from itertools import islice
from types import UnionType
from typing import Any

DEVICES = 'microphone', 'camera', 'screen', 'paused'
DESCRIPTION = {'type': str, 'sdp': str}
CANDIDATE = {'candidate': str, 'sdpMid': str, 'sdpMLineIndex': int, 'usernameFragment': str}
ENGINE_PARTS, ENGINE_LENGTH = 8, 64  # how many, and how many characters each name and word
HIGHEST = 2**53  # a larger number is not the same in every browser, and cannot be handed on


def read(signal: Any) -> dict[str, Any] | None:
    """The signal, without what does not belong there; nothing when it is of no meeting.

    `meeting` and `number` say which one it is, `devices` what of the sender can be seen and heard, `engine` what its engine
    wants to say; the rest is WebRTC's.
    """
    if not isinstance(signal, dict) or not isinstance(signal.get('meeting'), str):
        return None
    parts = {
        'number': signal.get('number') if _fits(signal.get('number'), int) else None,
        'devices': _of_types(signal.get('devices'), dict.fromkeys(DEVICES, bool)),
        'engine': _of_engine(signal.get('engine')),
        'description': _of_types(signal.get('description'), DESCRIPTION),
        'candidate': _of_types(signal.get('candidate'), CANDIDATE),
    }
    return {'meeting': signal['meeting']} | {name: part for name, part in parts.items() if part is not None}


def length(signal: Mapping[str, Any]) -> int:
    """How many characters there are in a signal that was read: in all its words, for nothing else in it is long."""
    parts = [part for value in signal.values() for part in (value.values() if isinstance(value, dict) else [value])]
    return sum(len(part) for part in parts if isinstance(part, str))


def _of_types(given: Any, types: Mapping[str, type]) -> dict[str, Any] | None:
    if not isinstance(given, dict):
        return None
    return {name: given[name] for name, kind in types.items() if _fits(given.get(name), kind)}


def _of_engine(given: Any) -> dict[str, Any] | None:
    if not isinstance(given, dict):
        return None
    first = islice(given.items(), ENGINE_PARTS)
    return {name: value for name, value in first if _is_short(name) and (_fits(value, int | float) or _is_short(value))}


def _fits(value: Any, kind: type | UnionType) -> bool:
    is_extreme = isinstance(value, int | float) and not abs(value) <= HIGHEST  # no NaN is
    return isinstance(value, kind) and not is_extreme


def _is_short(value: Any) -> bool:
    return isinstance(value, str) and len(value) <= ENGINE_LENGTH
