"""What one side is told while it has a seat in a call, what its browser reports of it, and the words it reads about that."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from nicegui import ui

from pages.components.call_closing import CallClosing
from pages.components.call_engine import CallEngine
from pages.components.call_peer import CallPeer
from pages.components.call_status import HUNG_UP, SILENT, CallStatus
from pages.components.heard import heard
from services import connections, lines, places, relaying, seats
from services.calls import Admission
from services.line_quality import Quality
from services.video.base import Seat


class CallTalk:
    """The `Occupant` of a seat.

    `on_joined`: the seat is taken · `peer`: tells of the other side, from then on · `on_put_out`: the seat was taken away.
    """

    def __init__(
        self,
        person: str,
        engine: CallEngine,
        *,
        peer: CallPeer,
        on_joined: Callable[[], object],
        on_put_out: Callable[[places.How], object],
    ) -> None:
        self._person, self._engine = person, engine
        self._peer, self._on_joined, self._on_put_out = peer, on_joined, on_put_out
        self.place: places.Place | None = None
        self._status = CallStatus(person)
        self._closing = CallClosing(self.say)

    def listen(self) -> None:
        """Hear what the browser reports; what comes while there is no seat is dropped."""
        self._engine.on('ready', self._handle_ready)
        self._engine.on('line', lambda event: self._handle_line(**heard(event.args, state=str)))
        self._engine.on('statistics', lambda event: self.place and lines.measured(self.place, event.args))
        self._engine.on('signal', lambda event: self.place and relaying.relay(self.place, event.args))
        self._engine.on('beat', lambda: self.place and seats.beat(self.place))
        self._engine.on('connection', lambda event: self.place and connections.name(self.place, heard(event.args, id=str)['id']))
        self._engine.on('arrived', lambda event: self.place and connections.see(self.place, **heard(event.args, connection=str, data=str)))
        self._engine.on('page_gone', lambda: self.place and seats.page_gone(self.place))
        ui.timer(seats.BEAT_SECONDS, lambda: self.place and self._engine.run_method('beat'))

    @property
    def is_with_somebody(self) -> bool:
        """Whether this side is in the call and not alone in it."""
        return self.place is not None and (self._status.is_peer_there or self._status.line == lines.CONNECTED)

    def say(self, sentence: str) -> None:
        """Show this above the pictures, until there are other news."""
        self._engine.props['news'] = sentence

    def say_about_them(self, sentence: str, countdown: str) -> None:
        """Show this of the other side, and of the start, while they are not there."""
        self._status.about_them = sentence, countdown
        self._show_status()

    def begin(self, appointment_id: int, seat: Seat, admission: Admission, *, engine_name: str, key: str, rep_id: int | None) -> None:
        """Take the seat."""
        self._status = CallStatus(self._person, about_them=self._status.about_them)
        closes_at, talked = admission.closes_at, admission.talked
        self.place = seats.take(appointment_id, seat, self, engine=engine_name, closes_at=closes_at, key=key, rep_id=rep_id, talked=talked)
        self._closing.watch(self._engine, closes_at)
        self._show_status()
        self._on_joined()
        self._peer.look(self.place)  # who was there before is told of after this side

    def rename(self, person: str) -> None:
        """Go on with this person."""
        self._person = self._status.person = person
        self._show_status()

    def stay_until(self, closes_at: datetime) -> None:
        """Go on until then, at the latest."""
        if self.place:
            self.place.closes_at = closes_at
            self._closing.watch(self._engine, closes_at)

    def end(self) -> None:
        """Give the seat up, if it is still held."""
        if self.place:
            seats.leave(self.place)
        self.place = None
        self._peer.forget()
        self._closing.stop()

    # what `seats` and `lines` tell whoever sits on a seat

    def peer_joined(self, meeting: str, talked: timedelta) -> None:
        self._status.begin_meeting()
        self._engine.run_method('peer_joined', meeting, round(talked.total_seconds()))
        self._show_status()
        self._peer.look(self.place)

    def peer_left(self, *, hung_up: bool) -> None:
        self._status.is_peer_there, self._status.why_empty = False, HUNG_UP if hung_up else SILENT
        if hung_up:
            self._status.line = ''
        self._part_unless_connected()
        self._show_status()
        self._peer.left()

    def peer_returned(self) -> bool:
        if self._status.line != lines.CONNECTED:
            return False
        self._status.is_peer_there = True
        self._engine.run_method('tell')  # what was switched meanwhile was not heard
        self._show_status()
        self._peer.look(self.place)
        return True

    def signalled(self, signal: dict[str, Any]) -> None:
        if isinstance(signal.get('devices'), dict):
            self._status.their_devices = signal['devices']
            self._show_status()
            self._peer.switched(signal['devices'])
        else:
            self._engine.run_method('signalled', signal)

    def line_judged(self, quality: Quality) -> None:
        self._status.quality = quality
        self._show_status()

    def give_way(self, is_sparing: bool, /) -> None:
        self._status.gives_way = is_sparing
        self._engine.run_method('give_way', is_sparing)
        self._show_status()

    def found_no_way(self) -> None:
        self._status.is_hopeless = True
        self._show_status()

    def put_out(self, how: places.How) -> None:
        self._on_put_out(how)

    def _handle_ready(self) -> None:
        self._status.is_ready = True
        self._show_status()

    def _handle_line(self, state: str) -> None:
        """Take in what the browser reports, unless it has not yet heard that the other one has hung up."""
        if self._status.why_empty == HUNG_UP and not self._status.is_peer_there:
            return
        self._status.line, self._status.is_hopeless = state, self._status.is_hopeless and state != lines.CONNECTED
        if self.place:
            lines.stands(self.place, state)
        self._part_unless_connected()
        self._show_status()

    def _part_unless_connected(self) -> None:
        """One who only fell silent may still be seen: the pictures do not go through the server."""
        if not self._status.is_peer_there and self._status.line != lines.CONNECTED:
            self._status.line = ''
            self._engine.run_method('peer_left')

    def _show_status(self) -> None:
        self._engine.props['status'], self._engine.props['tone'] = self._status.words()
        self._engine.props['note'] = self._status.note()
        self._engine.props['about'], self._engine.props['countdown'] = self._status.about()
        self._engine.props['their-screen'] = self._status.is_screen()
