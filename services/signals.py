"""What the two sides of a call may tell each other's browsers. Pure.

A signal may be anything, for a browser sent it. What is handed on has only these keys, with values of these types. What an engine has
to tell its other half besides goes under `engine`, in a few short words, numbers and truths.
"""

from collections.abc import Mapping
from typing import Any

DEVICES = 'microphone', 'camera', 'screen', 'paused'
DESCRIPTION = {'type': str, 'sdp': str}
CANDIDATE = {'candidate': str, 'sdpMid': str, 'sdpMLineIndex': int, 'usernameFragment': str}
ENGINE_PARTS, ENGINE_LENGTH = 8, 64  # how many, and how many characters each name and word


def read(signal: Any) -> dict[str, Any] | None:
    """The signal, without what does not belong there; nothing when it is of no meeting.

    `meeting` and `number` say which one it is, `devices` what of the sender can be seen and heard, `engine` what its engine
    wants to say; the rest is WebRTC's.
    """
    if not isinstance(signal, dict) or not isinstance(signal.get('meeting'), str):
        return None
    parts = {
        'number': signal.get('number') if isinstance(signal.get('number'), int) else None,
        'devices': _of_types(signal.get('devices'), dict.fromkeys(DEVICES, bool)),
        'engine': _of_engine(signal.get('engine')),
        'description': _of_types(signal.get('description'), DESCRIPTION),
        'candidate': _of_types(signal.get('candidate'), CANDIDATE),
    }
    return {'meeting': signal['meeting']} | {name: part for name, part in parts.items() if part is not None}


def _of_types(given: Any, types: Mapping[str, type]) -> dict[str, Any] | None:
    if not isinstance(given, dict):
        return None
    return {name: given[name] for name, kind in types.items() if isinstance(given.get(name), kind)}


def _of_engine(given: Any) -> dict[str, Any] | None:
    if not isinstance(given, dict):
        return None
    fitting = [(name, value) for name, value in given.items() if _is_short(name) and (isinstance(value, int | float) or _is_short(value))]
    return dict(fitting[:ENGINE_PARTS])


def _is_short(value: Any) -> bool:
    return isinstance(value, str) and len(value) <= ENGINE_LENGTH
