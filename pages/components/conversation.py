"""What the two sides of a call have written to each other, live, with a line to write more."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime

from nicegui import html, ui

from pages import live
from pages.asking import ask
from pages.components.linked_text import LinkedText
from pages.components.message_form import MessageForm
from pages.components.seen import Seen
from pages.components.words import Words
from services import events, messages, reps
from services.errors import EXPECTED
from services.messages import Said
from services.video.base import Seat

OVER = 'You do not take part in this conversation any more.'
AGAIN_SECONDS = 5  # after this long it is tried again what could not be shown


class Conversation:
    """The talk of one appointment, for who writes from `seat`.

    `person`: the name of the other side · `time`: puts an instant into words · `may_write`: asked before each message is written or shown,
    and once they may not, it ends, until they come (back) into the call; an expected error it raises ends nothing · `author`: the rep who
    writes here, None for the customer · `on_news`: called when more was written, or what was written has been read · `suggestions`: as the
    form wants them. What the other side wrote counts as read when it can be seen.
    """

    def __init__(
        self,
        appointment_id: int,
        seat: Seat,
        *,
        person: str,
        time: Callable[[datetime], str],
        may_write: Callable[[], Awaitable[bool]] | None = None,
        author: int | None = None,
        on_news: Callable[[], object] | None = None,
        suggestions: Sequence[str] = (),
    ) -> None:
        self._appointment_id, self._seat, self._time = appointment_id, seat, time
        self._may_write, self._author, self._on_news = may_write, author, on_news
        self._names = {None: person, author: 'You'}  # of the customer, and of each rep who wrote
        self.form = MessageForm(person, on_say=self._say, suggestions=suggestions)
        self.shown: list[Said] = []
        self._is_seen = self._is_over = False
        self._is_open = True
        self._turn = asyncio.Lock()  # held while reading and showing

    def build(self) -> None:
        # the outer element runs from its end to its beginning, so that what is newest stays in sight
        with html.div().classes('messages').props('tabindex=0 role=log aria-label=Messages') as log:
            Seen(on_change=self._set_seen)
            self._over = Words(tag='p').classes('quiet small')
            with html.div().classes('message-list') as self._list:
                self._nothing = html.p('Nothing has been written yet.').classes('quiet small')
            self._again = ui.timer(AGAIN_SECONDS, self._catch_up)
        live.within(log, events.MessageSaid, self._hear)
        live.within(log, events.SeatTaken, self._hear_taken)
        live.within(log, events.MessagesRead, self._hear_read)
        self.form.build()

    def rename(self, person: str) -> None:
        """Let this person be the other side from now on; what was written keeps its names."""
        self.form.rename(person)

    def who(self, said: Said) -> str:
        """What to call who wrote this, which is shown."""
        return self._names[said.rep_id]

    def open_form(self, is_open: bool) -> None:
        """Let more be written, or not."""
        self._is_open = is_open
        self.form.show(is_open and not self._is_over)

    async def _hear(self, event: events.MessageSaid) -> None:
        if event.appointment_id == self._appointment_id:
            await self._catch_up()

    async def _hear_taken(self, event: events.SeatTaken) -> None:
        """Who comes into the call, or back into it, may take part again: that is asked anew."""
        if self._is_over and (event.appointment_id, event.seat) == (self._appointment_id, self._seat):
            self._set_over(False)
            await self._catch_up()

    def _hear_read(self, event: events.MessagesRead) -> None:
        if (event.appointment_id, event.seat) == (self._appointment_id, self._seat):
            self._tell()

    def _set_seen(self, is_seen: bool) -> None:
        self._is_seen = is_seen
        self._tell()

    def _tell(self) -> None:
        if self._is_seen and not self._is_over:
            messages.mark_read(self._appointment_id, self._seat)
        if self._on_news:
            self._on_news()

    async def _catch_up(self) -> None:
        """Show what has been written and is not shown yet; soon again, if that is not possible just now."""
        async with self._turn:
            self._again.active = False
            try:
                await self._show_new()
            except EXPECTED:
                self._again.active = True

    async def _show_new(self) -> None:
        """Show it to one who may still take part."""
        if self._is_over:
            return
        said = await ask(messages.said, self._appointment_id)
        new = [one for one in said if one.number > len(self.shown)]
        await self._learn_names(new)
        if new and await self._is_allowed() and not self._list.is_deleted:
            self._add(new)

    async def _learn_names(self, new: list[Said]) -> None:
        for rep_id in {one.rep_id for one in new} - self._names.keys():
            self._names[rep_id] = reps.display_name(await ask(reps.get, rep_id))

    def _add(self, new: list[Said]) -> None:
        self.shown += new
        self._nothing.set_visibility(False)
        with self._list:
            for one in new:
                self._show(one)
        self._tell()

    async def _is_allowed(self) -> bool:
        """Whether they may take part; raises what `may_write` does when that cannot be said just now."""
        if self._may_write and not await self._may_write():
            self._set_over(True)
        return not self._is_over

    def _set_over(self, is_over: bool) -> None:
        self._is_over = is_over
        self._over.set_text(OVER if is_over else '')
        self.open_form(self._is_open)

    def _show(self, one: Said) -> None:
        with html.div().classes('message own' if one.seat == self._seat else 'message'):
            with html.p().classes('message-who small'):
                html.strong(self.who(one))
                html.span(self._time(one.said_at))
            with html.p().classes('user-text'):
                LinkedText(one.text)

    async def _say(self, text: str) -> bool:
        """Whether it was said: not by one who may not any more."""
        if not await self._is_allowed():
            return False
        await ask(messages.say, self._appointment_id, self._seat, text, self._author)
        return True
