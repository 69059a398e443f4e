"""What the engines of the call have in common on the server: their events, their methods, their place in the page."""

from collections.abc import Callable
from typing import ClassVar

from nicegui.element import Element

from services.video.base import Seat

FACE = [
    'call_face.js',
    'call_view.js',
    'call_self_view.js',
    'call_menu.js',
    'call_device_menus.js',
    'call_focus.js',
    'call_screen.js',
    'call_picture.js',
    'call_media.js',
    'call_shortcuts.js',
    'call_devices.js',
    'device_access.js',
    'call_watch.js',
    'call_statistics.js',
]
UNKNOWN_PROBLEM = 'The call has stopped working. Please try again.'


class CallEngine(Element, dependencies=FACE):
    """The half of a call that runs in the browser: the face in `call_face.js`, and what carries the pictures, in the subclass's `.js`.

    Events: `asking` (the browser asks for devices, `kinds`) · `join` (`microphone`, `camera`: there, not there, or None: not wanted;
    `reason`: the browser's error; `touches`: how many fingers it feels) · `devices` (the same, when it has changed during the call) ·
    `gives` (`microphone`, `camera`, `screen`: whether the other one can hear or see it, after joining and when it has changed) ·
    `ready` (the other one can come) · `line` (`state`, as of an RTCPeerConnection) · `signal` (for the other seat) · `beat` · `page_gone` ·
    `statistics` (the numbers of `LineMeter`, every three seconds) · `chat` (the messages are wanted, or no longer) · `hang_up` · `end` (for
    both) · `problem` (`name`, `touches`); of an engine with a platform: `connection` (`id`, which it has there) · `arrived` (`connection`
    and its `data`, of anybody who came there) · `lost` (it wants to `connect` anew).

    Methods: `join(wanted)`: with or without `microphone` and `camera` · `turn_aloud(kind, on)`: switch one of them, and say so ·
    `start(credentials, key)` · `connect(credentials)` · `prolong(credentials)`: these are good until the call closes, which is at another
    time now · `stop()` · `hang_up()` · `peer_joined(meeting, talked)` · `peer_left()` · `signalled(signal)` · `tell()`: say what can be
    seen and heard · `beat()`: say that this side is in the call, if it is · `give_way(on)`: send no picture, and leave the line to sound.

    Properties: `status` with its `tone`, `news`, `lacking` (with buttons to try again, or go on without), `note`, `about`,
    `countdown`: the words it shows · `their-screen`: it is what is seen of the other one · `unread`: how many messages · `said`: what the
    other one wrote last, as long as it is news, else nothing · `said-by`: the words for who wrote that, and when · `chatting`: the messages
    are shown · `can-end`: hanging up offers to end the call for both. What is built inside it stands above the pictures.
    """

    way: ClassVar[str]  # how picture and sound go, in words
    problems: ClassVar[dict[str, str]] = {}  # the sentence for each `name` of a problem

    def __init__(self, *, seat: Seat, person: str, memory: str, on_gone: Callable[[], None]) -> None:
        """`memory`: under which name the browser's tab remembers that it is in this call; `on_gone`: the element is no more."""
        super().__init__()
        self._on_gone = on_gone
        for name, value in {'seat': seat, 'person': person, 'memory': memory}.items():
            self.props[name] = value

    def words_for(self, problem: str) -> str:
        """The sentence to show for a problem."""
        return self.problems.get(problem, UNKNOWN_PROBLEM)

    def _handle_delete(self) -> None:
        self._on_gone()
        super()._handle_delete()
