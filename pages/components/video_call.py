"""The call of one appointment, as one seat sees it: a door to join by, then the two pictures and the buttons."""

from collections.abc import Awaitable, Callable
from typing import Protocol

from nicegui import html
from nicegui.element import Element

from db import Appointment
from pages.components.call_back import call_back
from pages.components.call_chat import CallChat
from pages.components.call_course import CallCourse
from pages.components.call_door import CallDoor
from pages.components.call_engine import CallEngine
from pages.components.call_entry import CallEntry, Right
from pages.components.call_peer import CallPeer
from pages.components.call_talk import CallTalk
from pages.components.engines import ENGINES
from pages.components.rep_presence import RepPresence
from services import calls, places, video
from services.errors import EXPECTED
from services.times import Reader
from services.video.base import CUSTOMER, REP, Seat

Handler = Callable[[], Awaitable[None] | None] | None
OnSentence = Callable[[str], Awaitable[None] | None] | None


class OnDevices(Protocol):
    """Gets them by name."""

    def __call__(self, *, microphone: bool, camera: bool, screen: bool) -> Awaitable[None] | None: ...


class VideoCall:
    """A call that somebody can join, be in, and leave. It uses whichever video is configured; nothing outside needs to know which.

    `seat`: which of the two sides looks · `person`: the name of the other one · `reader`: in whose words times are told ·
    `when`: the words for its time, to show at the door ·
    `may_join`: asked each time before this side is let in, before it writes a message or is shown a new one, and before a rep ends the call
    for both; without it, whoever sees the page may · `rep_id`: the rep who looks, if it is not the appointment's own.

    What it tells, to a plain function or an `async` one, in the page's own context; one that fails is logged, and the call goes on:
    `on_joined`, `on_hung_up`: this side came in, or left by its own will · `on_ended`: the rep has ended it for both, told
    once, in it or out of it; or its time is over, told to who is in it · `on_peer_joined`, `on_peer_left`: the other side came in, or
    left, in turn and never before `on_joined`; so does a colleague after the rep whose seat they take ·
    `on_devices(microphone, camera, screen)`: whether the other side can hear and see this one, and is shown its screen; told after
    joining and at each change · `on_peer_devices`: the same of the other side ·
    `on_taken_over`: a colleague has this rep's seat now; gets the sentence that says who ·
    `on_problem`: gets the sentence when the call could not go on.

    It fills what it is put into and is left for good when it is removed from there. A reload of the page in a call comes back to it.
    """

    def __init__(
        self,
        appointment: Appointment,
        seat: Seat,
        *,
        person: str,
        reader: Reader,
        when: str = '',
        on_joined: Handler = None,
        on_hung_up: Handler = None,
        on_ended: Handler = None,
        on_peer_joined: Handler = None,
        on_peer_left: Handler = None,
        on_devices: OnDevices | None = None,
        on_peer_devices: OnDevices | None = None,
        on_taken_over: OnSentence = None,
        on_problem: OnSentence = None,
        may_join: Right | None = None,
        rep_id: int | None = None,
    ) -> None:
        self.appointment, self.seat, self.person, self._reader, self._when = appointment, seat, person, reader, when
        self._handlers = {
            'joined': on_joined,
            'hung_up': on_hung_up,
            'ended': on_ended,
            'peer_joined': on_peer_joined,
            'peer_left': on_peer_left,
            'devices': on_devices,
            'peer_devices': on_peer_devices,
            'taken_over': on_taken_over,
            'problem': on_problem,
        }
        self._may_join = may_join
        self._rep_id = (rep_id or appointment.rep_id) if seat == REP else None
        self._entry = CallEntry(appointment.id, seat, may_join)

    def build(self) -> None:
        """Show the door. Nothing is joined before a person clicks, here or in the page that calls `join`."""
        with html.section().classes('call') as self._section:
            self._engine = self._build_engine()
            self._talk = self._new_talk()
            self._talk.listen()
            self._door = CallDoor(self.appointment, self.person, self._when, self._engine)
            self._door.build()
            self._chat = self._new_chat()
            self._chat.build()
            self._course = self._new_course()
            self._course.listen(self._section)
        self._presence = RepPresence(self.appointment, self.person, time=self._reader.time, on_change=self._say_about_them)
        if self.seat == CUSTOMER:
            self._presence.listen(self._section)
        self._section.props['aria-label'] = f'Call with {self.person}'

    @property
    def is_joined(self) -> bool:
        """Whether this side is in the call, or on its way in."""
        return self._entry.phase != 'outside'

    @property
    def is_talking(self) -> bool:
        """Whether this side is in the call and not alone in it."""
        return self._talk.is_with_somebody

    @property
    def top(self) -> Element:
        """What is built inside this is seen in the running call above the pictures, also on the full screen."""
        return self._engine

    def say(self, sentence: str) -> None:
        """Show this above the pictures, to one who is outside at the door, until there are other news."""
        if self.is_joined:
            self._talk.say(sentence)
        else:
            self._door.say(sentence)

    async def follow(self, appointment: Appointment, *, person: str, when: str = '') -> None:
        """Go on as the call of the appointment as it is now, whose other side is this person; one who is talked to stays that one."""
        self.appointment = appointment
        self._door.show_when(when)
        if not self.is_talking:
            self.rename(person)
        if self.seat == CUSTOMER:
            await self._presence.follow(appointment, person)

    def rename(self, person: str) -> None:
        """Let this person be on the other side: a colleague came in the place of the appointment's rep."""
        self.person = person
        for part in (self._talk, self._door, self._chat):
            part.rename(person)
        self._engine.props['person'] = person
        self._section.props['aria-label'] = f'Call with {person}'

    def join(self, *, microphone: bool | None = None, camera: bool | None = None) -> None:
        """Join without another click; for a page on which the person has just clicked to do so.

        With or without microphone and camera; where nothing is said, as the person had it last.
        """
        self._door.stand_back()
        wanted = {'microphone': microphone, 'camera': camera}
        self._engine.run_method('join', {kind: on for kind, on in wanted.items() if on is not None})

    def mute(self, on: bool = True) -> None:
        """Switch the microphone off, or on again with `mute(False)`, as the button does; from outside, it is so when the call is joined."""
        self._engine.run_method('turn_aloud', 'microphone', not on)

    def camera(self, on: bool = True) -> None:
        """Switch the camera on, or off; otherwise as `mute`. A screen is shared by a click in the call only: browsers want it so."""
        self._engine.run_method('turn_aloud', 'camera', on)

    def hang_up(self) -> None:
        """Leave the call, as the button does."""
        self._engine.run_method('hang_up')

    async def end(self) -> None:
        """End the call for both: a rep can, who may join it."""
        try:
            if self.seat == REP:
                await self._entry.require_right()
                await calls.end(self.appointment.id)
        except EXPECTED as error:
            self.say(str(error))

    def _build_engine(self) -> CallEngine:
        memory = f'call {self.appointment.public_id} {self.seat}'
        kind = ENGINES[video.backend().name]
        engine = kind(seat=self.seat, person=self.person, memory=memory, on_gone=self._handle_gone)
        engine.on('end', self.end)
        engine.props['can-end'] = self.seat == REP
        return engine

    def _new_talk(self) -> CallTalk:
        return CallTalk(
            self.person,
            self._engine,
            peer=CallPeer(
                on_joined=lambda: self._tell('peer_joined'),
                on_left=lambda: self._tell('peer_left'),
                on_devices=lambda **on: self._tell('peer_devices', **on),
            ),
            on_joined=lambda: self._tell('joined'),
            on_put_out=self._handle_put_out,
        )

    def _new_chat(self) -> CallChat:
        return CallChat(
            self.appointment,
            self.seat,
            self.person,
            reader=self._reader,
            engine=self._engine,
            rep_id=self._rep_id,
            may_write=self._may_join,
        )

    def _new_course(self) -> CallCourse:
        return CallCourse(
            self.appointment.id,
            self.seat,
            rep_id=self._rep_id,
            engine_name=video.backend().name,
            entry=self._entry,
            engine=self._engine,
            talk=self._talk,
            door=self._door,
            chat=self._chat,
            tell=self._tell,
        )

    def _handle_gone(self) -> None:
        self._talk.end()

    def _handle_put_out(self, how: places.How) -> None:
        self._course.put_out(how)

    def _say_about_them(self, at_door: str, waiting: str, countdown: str) -> None:
        self._door.show_about(at_door, countdown)
        self._talk.say_about_them(waiting, countdown)

    def _tell(self, what: str, *values: str, **on: bool) -> None:
        call_back(self._section, self._handlers[what], *values, **on)
