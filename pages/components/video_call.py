"""The call of one appointment, as one seat sees it: a door to join by, then the two pictures and the buttons."""

from collections.abc import Callable
from typing import Any, Literal

from nicegui import html

from db import Appointment
from pages.components.call_engine import CallEngine
from pages.components.opentok_video import OpenTokVideo
from pages.components.peer_video import PeerVideo
from pages.components.words import Words
from services import calls, video
from services.errors import EXPECTED

ENGINES: dict[str, type[CallEngine]] = {'peer': PeerVideo, 'opentok': OpenTokVideo}  # by the name of the video backend

INSECURE = 'Camera and microphone work on a secure page only. Please open this page with https:// at the front.'
FIRST_WAIT, HUNG_UP, SILENT = 'Waiting for {} …', '{} has left the call.', '{} has lost the connection. Waiting …'

Phase = Literal['outside', 'asking', 'joining', 'in']
Handler = Callable[[], object] | None


class VideoCall:
    """A call that somebody can join, be in, and leave. It uses whichever video is configured; nothing outside needs to know which.

    `seat`: which of the two sides looks · `person`: the name of the other one · `on_joined`, `on_hung_up`: this side came in, or left by
    its own will · `on_peer_joined`, `on_peer_left`: the other side did · `on_problem`: gets the sentence when the call could not go on.

    It fills what it is put into and is left for good when it is removed from there. A reload of the page in a call comes back to it.
    """

    def __init__(
        self,
        appointment: Appointment,
        seat: calls.Seat,
        *,
        person: str,
        on_joined: Handler = None,
        on_hung_up: Handler = None,
        on_peer_joined: Handler = None,
        on_peer_left: Handler = None,
        on_problem: Callable[[str], object] | None = None,
    ) -> None:
        self.appointment, self.seat, self.person = appointment, seat, person
        self._on_joined, self._on_hung_up, self._on_problem = on_joined, on_hung_up, on_problem
        self._on_peer_joined, self._on_peer_left = on_peer_joined, on_peer_left
        self._phase: Phase = 'outside'
        self._place: calls.Place | None = None
        self._waiting = FIRST_WAIT
        self._is_ready = self._is_peer_there = False
        self._line = ''
        self._theirs: dict[str, Any] = {}

    def build(self) -> None:
        """Show the door. Nothing is joined before a person clicks, here or in the page that calls `join`."""
        with html.section().classes('call') as self._section:
            self._engine = self._build_engine()
            self._build_door()
        self._section.props['aria-label'] = f'Call with {self.person}'

    @property
    def is_joined(self) -> bool:
        """Whether this side is in the call, or on its way in."""
        return self._phase != 'outside'

    def join(self) -> None:
        """Join without another click; for a page on which the person has just clicked to do so."""
        self._engine.run_method('join')

    def hang_up(self) -> None:
        """Leave the call, as the button does."""
        self._engine.run_method('hang_up')

    def _build_engine(self) -> CallEngine:
        memory = f'call {self.appointment.public_id} {self.seat}'
        engine = ENGINES[video.backend().name](seat=self.seat, person=self.person, memory=memory, on_gone=self._leave)
        engine.on('asking', self._handle_asking)
        engine.on('join', lambda event: self._handle_join(event.args))
        engine.on('ready', self._handle_ready)
        engine.on('line', lambda event: self._handle_line(str(event.args.get('state'))))
        engine.on('signal', lambda event: self._place and calls.relay(self._place, event.args))
        engine.on('beat', lambda: self._place and calls.beat(self._place))
        engine.on('hang_up', self._handle_hang_up)
        engine.on('problem', lambda event: self._handle_problem(str(event.args.get('name'))))
        return engine

    def _build_door(self) -> None:
        with html.div().classes('call-door') as self._door:
            html.h2(f'Call with {self.person}')
            if self.appointment.comment:
                html.p(self.appointment.comment).classes('call-about user-text')
            self._sentence = Words(tag='p').classes('call-sentence').props('role=status')
            # the browser gives camera and microphone to a click, so the click does not travel through the server
            self._button = html.button().classes('button primary').props('type=button')
            self._button.on('click', js_handler=f'() => getElement({self._engine.id}).join()')
            with self._button:
                self._label = Words('Join')

    def _show_door(self, sentence: str, label: str) -> None:
        self._sentence.set_text(sentence)
        self._label.set_text(label)
        self._button.props['aria-disabled'] = 'false' if self._phase == 'outside' else 'true'
        self._door.set_visibility(True)

    def _handle_asking(self) -> None:
        self._phase = 'asking'
        self._show_door('Please let the browser use your camera and microphone.', 'Joining …')

    async def _handle_join(self, devices: dict[str, Any]) -> None:
        """Let in whoever has asked: the time is right, the platform answers, the seat is theirs."""
        if self._phase in ('joining', 'in'):
            return
        self._phase = 'joining'
        self._show_door('One moment, please.', 'Joining …')
        try:
            credentials = await calls.admit(self.appointment.id, self.seat)
        except EXPECTED as error:
            self._fail(str(error))
        else:
            if self._phase == 'joining' and not self._engine.is_deleted:
                self._enter(credentials, devices)

    def _enter(self, credentials: dict[str, Any], devices: dict[str, Any]) -> None:
        self._phase, self._waiting, self._line, self._theirs = 'in', FIRST_WAIT, '', {}
        self._engine.props['notice'] = _what_is_missing(devices)
        self._engine.run_method('start', credentials)
        self._door.set_visibility(False)
        self._place = calls.take(self.appointment.id, self.seat, self)
        self._show_status()
        self._tell(self._on_joined)

    def _handle_ready(self) -> None:
        self._is_ready = True
        self._show_status()

    def _handle_line(self, state: str) -> None:
        self._line = state
        self._part_unless_connected()
        self._show_status()

    def _handle_hang_up(self) -> None:
        self._go_outside('You have left the call.', 'Join again')
        self._tell(self._on_hung_up)

    def _handle_problem(self, name: str) -> None:
        self._fail(INSECURE if name == 'insecure' else self._engine.words_for(name))

    def _fail(self, sentence: str) -> None:
        self._go_outside(sentence, 'Try again')
        self._tell(self._on_problem, sentence)

    def _go_outside(self, sentence: str, label: str) -> None:
        self._leave()
        self._phase = 'outside'
        self._engine.run_method('stop')
        self._show_door(sentence, label)
        self._button.run_method('focus')

    def _leave(self) -> None:
        if self._place:
            calls.leave(self._place)
        self._place = None
        self._is_ready = self._is_peer_there = False

    # what `calls` tells whoever sits on a seat

    def peer_joined(self, meeting: str) -> None:
        self._is_peer_there, self._theirs = True, {}
        self._engine.run_method('peer_joined', meeting)
        self._show_status()
        self._tell(self._on_peer_joined)

    def peer_left(self, *, hung_up: bool) -> None:
        self._is_peer_there = False
        self._waiting = HUNG_UP if hung_up else SILENT
        if hung_up:
            self._line = ''
        self._part_unless_connected()
        self._show_status()
        self._tell(self._on_peer_left)

    def signalled(self, signal: dict[str, Any]) -> None:
        if isinstance(signal.get('devices'), dict):
            self._theirs = signal['devices']
            self._show_status()
        else:
            self._engine.run_method('signalled', signal)

    def replaced(self) -> None:
        self._place = None
        self._go_outside('You joined from another window.', 'Use here instead')

    # words

    def _part_unless_connected(self) -> None:
        """One who only fell silent may still be seen: the pictures do not go through the server."""
        if not self._is_peer_there and self._line != 'connected':
            self._line = ''
            self._engine.run_method('peer_left')

    def _show_status(self) -> None:
        status, tone = self._status()
        self._engine.props['status'], self._engine.props['tone'] = status, tone
        self._engine.props['note'] = self._note()

    def _status(self) -> tuple[str, str]:
        """How it goes, and whether that is good or bad."""
        if not self._is_ready:
            return 'Connecting …', ''
        if self._line == 'connected':
            return ' · '.join(['Connected', *self._what_they_switched_off()]), 'good'
        if not self._is_peer_there:
            return self._waiting.format(self.person), ''
        return {
            'disconnected': ('The connection is unstable …', 'bad'),
            'failed': ('The connection was lost. Trying again …', 'bad'),
        }.get(self._line, (f'Connecting to {self.person} …', ''))

    def _what_they_switched_off(self) -> list[str]:
        return [words for device, words in (('microphone', 'muted'), ('camera', 'camera off')) if self._theirs.get(device) is False]

    def _note(self) -> str:
        """What stands where the other one's picture would be."""
        if self._line not in ('connected', 'disconnected'):
            return self._status()[0]
        return f'{self.person} has the camera off.' if self._theirs.get('camera') is False else ''

    def _tell(self, handler: Callable[..., object] | None, *words: str) -> None:
        """Call what the page gave us, in that page's context: what happens here was often set off by the other side's page."""
        if handler:
            with self._section:
                handler(*words)


def _what_is_missing(devices: dict[str, Any]) -> str:
    """What the browser did not give, what that means, and what to do about it; nothing when all is there."""
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
