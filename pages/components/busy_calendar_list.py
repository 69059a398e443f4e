"""A rep's calendars elsewhere: how reading them goes, and a form to add one."""

from collections.abc import Awaitable, Callable
from datetime import datetime

from nicegui import html, ui

from pages.components.confirmation import Confirmation
from pages.components.icon import icon
from pages.components.icon_button import icon_button
from pages.components.words import Words
from pages.components.work_form import WorkForm
from services.busy_calendars import Source
from services.times import from_now

WHERE = {
    'Google': 'Settings of the calendar, “Secret address in iCal format”.',
    'Outlook': 'Settings, Calendar, “Shared calendars”, publish it with “Can view when I’m busy”, and take the ICS link.',
    'iCloud': 'Share the calendar as a “Public Calendar” and copy its link.',
    'Nextcloud': 'Share the calendar by a link, and copy its subscription link.',
}
EMPTY = 'document.getElementById({!r}).value = ""'


class BusyCalendarList:
    """`on_add` gets an address and may raise expected errors; `on_remove` and `on_read` get the row number of a calendar."""

    def __init__(
        self,
        sources: list[Source],
        *,
        on_add: Callable[[str], Awaitable[None]],
        on_remove: Callable[[int], Awaitable[None]],
        on_read: Callable[[int], Awaitable[None]],
    ) -> None:
        self._sources = sources
        self._on_add, self._on_remove, self._on_read = on_add, on_remove, on_read
        self._rows: dict[int, Row] = {}

    def build(self, now: datetime) -> None:
        self._list = html.ul().classes('entries')
        self._form = WorkForm('Add this calendar', 'Adding…', on_sent=self._add)
        with self._form.build():
            self._address = self._form.field('Address of a calendar', 'address').props(
                'type=url inputmode=url autocomplete=off spellcheck=false'
            )
            self._address.hint('It begins with https:// or webcal:// and usually ends in .ics. Whoever knows it can read the calendar.')
            with html.details().classes('where'):
                html.summary('Where do I find it?')
                with html.dl():
                    for program, words in WHERE.items():
                        html.dt(program)
                        html.dd(words)
        self.show(self._sources, now)

    def show(self, sources: list[Source], now: datetime) -> None:
        """Show how reading them went, as of now."""
        self._sources = sources
        self._list.set_visibility(bool(sources))
        for gone in self._rows.keys() - {source.id for source in sources}:
            self._rows.pop(gone).element.delete()
        for source, name in zip(sources, _names(sources), strict=True):
            if source.id not in self._rows:
                with self._list:
                    self._rows[source.id] = Row(source, on_remove=self._remove, on_read=self._on_read)
            self._rows[source.id].show(source, name, now)
        if all(source.read_at or source.error for source in sources):
            self._form.unsay()  # each row says now how it went

    def age(self, now: datetime) -> None:
        """Word anew how long ago they were read."""
        self.show(self._sources, now)

    async def _add(self, typed: dict[str, str]) -> str:
        """:raises ProductError: what the form shows"""
        await self._on_add(typed.get('address', ''))
        ui.run_javascript(EMPTY.format(self._address.input.html_id))
        return 'Added. It is being read.'

    async def _remove(self, calendar_id: int, words: str) -> None:
        sentence = 'Its times can be booked again. To read it again you need its address.'
        if await Confirmation(f'Remove {words}?', sentence, yes='Remove', no='Keep it').given():
            await self._on_remove(calendar_id)


class Row:
    """One calendar. A change touches its words only, so that the keyboard stays where it is."""

    def __init__(
        self, source: Source, *, on_remove: Callable[[int, str], Awaitable[None]], on_read: Callable[[int], Awaitable[None]]
    ) -> None:
        self._words = ''
        with html.li().classes('entry') as self.element:
            icon('event')
            with html.div().classes('entry-words'):
                self._name = Words(tag='p').classes('entry-title')
                html.p(source.host).classes('quiet small')
                self._facts = Words(tag='p').classes('quiet small')
                self._error = Words(tag='p').classes('field-problem')
            self._read = icon_button('refresh', '').on('click', lambda: on_read(source.id))
            self._remove = icon_button('delete_outline', '').on('click', lambda: on_remove(source.id, self._words))

    def show(self, source: Source, name: str, now: datetime) -> None:
        """Show what it is called and how reading it went."""
        self._words = f'the calendar “{name}” on {source.host}'
        self._name.set_text(name)
        for button, does in ((self._read, f'Read {self._words} now'), (self._remove, f'Remove {self._words}')):
            button.props['aria-label'] = button.props['title'] = does
        ahead = f'{source.ahead} busy {"time" if source.ahead == 1 else "times"} ahead'
        self._facts.set_text(f'{ahead} · {_when(source, now)}')
        self._error.set_text(source.error)


def _names(sources: list[Source]) -> list[str]:
    """A name for each by which they can be told apart: its own, with its number in the list where it has none or shares it."""
    given = [source.name for source in sources]
    return [name if name and given.count(name) == 1 else f'{name or "Calendar"} {number}' for number, name in enumerate(given, start=1)]


def _when(source: Source, now: datetime) -> str:
    if source.is_due:
        return 'being read …'
    if source.read_at is None:
        return 'not read yet'
    words = from_now(source.read_at - now)
    return 'read just now' if words == 'now' else f'read {words}'
