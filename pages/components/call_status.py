"""How a call goes, in words."""

from dataclasses import dataclass, field
from typing import Any, Literal

Quality = Literal['', 'good', 'fair', 'poor']

NOT_YET, HUNG_UP, SILENT = 'Waiting for {} …', '{} has left the call.', '{} has lost the connection. Waiting …'

PAUSED = 'The picture is paused: poor line. You still hear {}.'
SHARES = '{} is sharing their screen'
QUALITIES: dict[Quality, str] = {'good': 'good line', 'fair': 'fair line', 'poor': 'poor line'}


@dataclass(eq=False)
class CallStatus:
    """What one side knows of its call. `line`: the state of the connection to `person`, the other one, as of an RTCPeerConnection;
    `quality`: how good it is; `about_them`: what a person who waits alone may know about the other one; `their_devices`: whether the other
    one's `microphone` and `camera` are on, their `screen` is shown, their picture is `paused` to leave the line to the sound.
    """

    person: str
    is_ready: bool = False
    is_peer_there: bool = False
    line: str = ''
    quality: Quality = ''
    about_them: str = ''
    why_empty: str = NOT_YET
    their_devices: dict[str, Any] = field(default_factory=dict)

    def words(self) -> tuple[str, str]:
        """How it goes, and whether that is `good`, `bad` or neither."""
        if not self.is_ready:
            return 'Connecting …', ''
        if self.line == 'connected':
            return ' · '.join(['Connected', *self._details()]), 'bad' if self.quality == 'poor' else 'good'
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
        if self.their_devices.get('paused') is True:
            return PAUSED.format(self.person)
        if self.their_devices.get('screen') is True or self.their_devices.get('camera') is not False:
            return ''
        return f'{self.person} has the camera off.'

    def about(self) -> str:
        """What there is to read about the other one while they are not there."""
        return '' if self.is_peer_there or self.line in ('connected', 'disconnected') else self.about_them

    def _details(self) -> list[str]:
        """How good the line is, and what the other one shows and does not show."""
        line = [QUALITIES[self.quality]] if self.quality else []
        off = [words for device, words in (('microphone', 'muted'), ('camera', 'camera off')) if self.their_devices.get(device) is False]
        shares = [SHARES.format(self.person)] if self.their_devices.get('screen') is True else []
        return [*line, *off, *shares]


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
