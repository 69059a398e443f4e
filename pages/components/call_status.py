"""How a call goes, in words."""

from dataclasses import dataclass, field
from typing import Any

NOT_YET, HUNG_UP, SILENT = 'Waiting for {} …', '{} has left the call.', '{} has lost the connection. Waiting …'


@dataclass(eq=False)
class CallStatus:
    """What one side knows of its call. `line`: the state of the connection to `person`, the other one, as of an RTCPeerConnection."""

    person: str
    is_ready: bool = False
    is_peer_there: bool = False
    line: str = ''
    why_empty: str = NOT_YET
    their_devices: dict[str, Any] = field(default_factory=dict)

    def words(self) -> tuple[str, str]:
        """How it goes, and whether that is `good`, `bad` or neither."""
        if not self.is_ready:
            return 'Connecting …', ''
        if self.line == 'connected':
            return ' · '.join(['Connected', *self._what_they_switched_off()]), 'good'
        if not self.is_peer_there:
            return self.why_empty.format(self.person), ''
        return {
            'disconnected': ('The connection is unstable …', 'bad'),
            'failed': ('The connection was lost. Trying again …', 'bad'),
        }.get(self.line, (f'Connecting to {self.person} …', ''))

    def note(self) -> str:
        """What stands where the other one's picture would be; nothing while there is a picture."""
        if self.line not in ('connected', 'disconnected'):
            return self.words()[0]
        return f'{self.person} has the camera off.' if self.their_devices.get('camera') is False else ''

    def _what_they_switched_off(self) -> list[str]:
        return [words for device, words in (('microphone', 'muted'), ('camera', 'camera off')) if self.their_devices.get(device) is False]


def what_is_missing(devices: dict[str, Any]) -> str:
    """What the browser did not give, what that means, and what to do about it; nothing when all is there.

    `devices`: whether there are a `camera` and a `microphone`, and the `reason`, the name of the browser's error.
    """
    lacking = [name for name in ('camera', 'microphone') if devices.get(name) is not True]
    if not lacking:
        return ''
    unable = {('camera',): 'you are not seen', ('microphone',): 'you are not heard'}.get(tuple(lacking), 'you are neither seen nor heard')
    if devices.get('reason') in ('NotAllowedError', 'SecurityError'):
        cause, cure = f'Your browser blocks the {" and the ".join(lacking)}', 'Allow that beside the address bar'
    elif devices.get('reason') == 'NotReadableError':
        cause, cure = f'Another program is using the {" or the ".join(lacking)}', 'Close it there'
    else:
        cause, cure = f'No {" or ".join(lacking)} was found', 'Connect one'
    return f'{cause}, so {unable}. {cure}, then reload this page.'
