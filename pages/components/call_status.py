"""How a call goes, in words."""

from dataclasses import dataclass, field
from typing import Any, Literal

from services.line_quality import Quality

NOT_YET, HUNG_UP, SILENT = 'Waiting for {} …', '{} has left the call.', 'The connection to {} broke off. Waiting …'

NO_WAY = 'There is no way from your network to {}. Please try another one, such as that of your phone.'
PAUSED = 'The picture is paused: poor line. You still hear {}.'
GIVES_WAY = 'poor line, so your picture is paused'
SHARES = '{} is sharing their screen'
QUALITIES: dict[Quality, str] = {'good': 'good line', 'fair': 'fair line', 'poor': 'poor line'}


@dataclass(eq=False)
class CallStatus:
    """What one side knows of its call, and of `person`, the other one.

    `line`: the state of the connection, as of an RTCPeerConnection · `quality`: how good it is · `is_hopeless`: they have tried often
    enough to find one · `gives_way`: this side's picture is paused to leave the line to the sound · `about_them`: what a person who
    waits alone may know about the other one, and how long it is until the call begins · `their_devices`: whether the other one's
    `microphone` and `camera` are on, their `screen` is shown, their picture is `paused` in its turn.
    """

    person: str
    is_ready: bool = False
    is_peer_there: bool = False
    line: str = ''
    quality: Quality | Literal[''] = ''
    is_hopeless: bool = False
    gives_way: bool = False
    about_them: tuple[str, str] = '', ''
    why_empty: str = NOT_YET
    their_devices: dict[str, Any] = field(default_factory=dict)

    def begin_meeting(self) -> None:
        """The other one has come, or the two try anew: what was known of them is over."""
        self.is_peer_there, self.is_hopeless, self.gives_way, self.quality, self.their_devices = True, False, False, '', {}

    def words(self) -> tuple[str, str]:
        """How it goes, and whether that is `good`, `bad` or neither."""
        if not self.is_ready:
            return 'Connecting …', ''
        if self.line == 'connected':
            return ' · '.join(['Connected', *self._details()]), 'bad' if self.gives_way or self.quality == 'poor' else 'good'
        if not self.is_peer_there:
            return self.why_empty.format(self.person), ''
        if self.is_hopeless:
            return NO_WAY.format(self.person), 'bad'
        return {
            'disconnected': ('The connection is unstable …', 'bad'),
            'failed': ('The connection was lost. Trying again …', 'bad'),
        }.get(self.line, (f'Connecting to {self.person} …', ''))

    def note(self) -> str:
        """What stands where the other one's picture would be; nothing while there is a picture."""
        if self.line not in ('connected', 'disconnected'):
            return self.words()[0]
        if self.their_devices.get('camera') is False and not self.is_screen():
            return f'{self.person} has the camera off.'
        return PAUSED.format(self.person) if self.their_devices.get('paused') is True else ''

    def about(self) -> tuple[str, str]:
        """What there is to read about the other one while they are not there, and about the start."""
        return ('', '') if self.is_peer_there or self.line in ('connected', 'disconnected') else self.about_them

    def is_screen(self) -> bool:
        """Whether the other one's picture is of their screen."""
        return self.their_devices.get('screen') is True

    def _details(self) -> list[str]:
        """How good the line is, and what the other one shows and does not show."""
        line = [GIVES_WAY] if self.gives_way else [QUALITIES[self.quality]] if self.quality else []
        off = [words for device, words in (('microphone', 'muted'), ('camera', 'camera off')) if self.their_devices.get(device) is False]
        theirs = [f'{self.person}: {", ".join(off)}'] if off else []
        shares = [SHARES.format(self.person)] if self.is_screen() else []
        return [*line, *theirs, *shares]
