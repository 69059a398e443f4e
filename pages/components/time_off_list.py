"""Days that are not like the others: time off, and extra hours."""

from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from datetime import date

from nicegui import html

from db import ExtraHours, TimeOff
from pages.components.dialog import Dialog
from pages.components.form import Field
from pages.components.icon import icon
from pages.components.icon_button import icon_button
from pages.components.words import Words
from pages.components.work_form import WorkForm
from services.rep_availability import Entry
from services.times import Reader, wall_words

Add = Callable[[dict[str, str]], Awaitable[None]]


class TimeOffList:
    """`on_time_off` and `on_extra_hours` get what was typed and may raise expected errors; `on_remove` gets the entry and answers
    whether it was done.
    """

    def __init__(
        self,
        entries: list[Entry],
        today: date,
        reader: Reader,
        *,
        on_time_off: Add,
        on_extra_hours: Add,
        on_remove: Callable[[Entry], Awaitable[bool]],
    ) -> None:
        self._entries, self._today, self._reader = entries, today, reader
        self._on_time_off, self._on_extra_hours, self._on_remove = on_time_off, on_extra_hours, on_remove

    def build(self) -> None:
        self._list = html.ul().classes('entries')
        self._saved = Words(tag='p').classes('saved').props('role=status')
        with html.div().classes('buttons'):
            self._button = self._opener('event_busy', 'Add time off', self._ask_time_off)
            self._opener('more_time', 'Add extra hours', self._ask_extra_hours)
        self._dialog = Dialog(fills_phone=True)
        self._fill()

    def show(self, entries: list[Entry], today: date) -> None:
        """Show what there is now."""
        self._today = today
        if _keys(entries) != _keys(self._entries):
            self._entries = entries
            self._fill()

    def _fill(self) -> None:
        self._list.clear()
        self._list.set_visibility(bool(self._entries))
        with self._list:
            for entry in self._entries:
                with html.li().classes('entry'):
                    self._entry(entry)

    def _entry(self, entry: Entry) -> None:
        is_off, days = isinstance(entry, TimeOff), self._days(entry)
        icon('event_busy' if is_off else 'more_time')
        with html.div().classes('entry-words'):
            html.p(days).classes('entry-title')
            html.p(self._facts(entry)).classes('quiet small')
        button = icon_button('delete_outline', f'Remove {"time off" if is_off else "extra hours"}: {days}')
        button.on('click', lambda: self._remove(entry))

    def _days(self, entry: Entry) -> str:
        """`Thu Dec 24, 2026`, or with `–` the first and the last day."""
        first, last = (entry.first_day, entry.last_day) if isinstance(entry, TimeOff) else (entry.day, entry.day)
        words = self._reader.day_words(first)
        return words if first == last else f'{words} – {self._reader.day_words(last)}'

    def _facts(self, entry: Entry) -> str:
        hours = 'all day'
        if entry.starts is not None and entry.ends is not None:
            hours = f'{wall_words(entry.starts, self._reader.clock)} – {wall_words(entry.ends, self._reader.clock)}'
        if isinstance(entry, ExtraHours):
            return f'Extra hours, {hours}'
        return f'Time off, {hours}' + (f' · {entry.note}' if entry.note else '')

    async def _remove(self, entry: Entry) -> None:
        self._saved.set_text('')
        if await self._on_remove(entry):
            self._saved.set_text('Removed.')
            self._button.run_method('focus')

    def _ask_time_off(self) -> None:
        with self._opened('Add time off', self._on_time_off) as form:
            self._day(form, 'First day', 'first_day')
            self._day(form, 'Last day', 'last_day').hint('Leave it empty for a single day.')
            _times(form)
            html.p('Leave both times empty to take whole days off.').classes('quiet small')
            form.field('Note', 'note').props('autocomplete=off').hint('Only reps see it.')

    def _ask_extra_hours(self) -> None:
        with self._opened('Add extra hours', self._on_extra_hours) as form:
            html.p('Customers can book these hours too, whatever time off and holidays say.').classes('quiet')
            self._day(form, 'Day', 'day')
            _times(form)

    @contextmanager
    def _opened(self, title: str, add: Add) -> Iterator[WorkForm]:
        """A form in the dialog that adds what is typed."""

        async def send(typed: dict[str, str]) -> str:
            await add(typed)
            self._dialog.close()
            self._saved.set_text('Saved.')
            return ''

        form = WorkForm('Add', 'Adding…', on_sent=send)
        self._saved.set_text('')
        with form.asked_in(self._dialog, title):
            yield form

    def _day(self, form: WorkForm, label: str, name: str) -> Field:
        field = form.field(label, name).props('type=date')
        field.input.props['min'] = self._today.isoformat()
        return field

    def _opener(self, picture: str, label: str, handler: Callable[[], None]) -> html.button:
        with html.button().classes('button').props('type=button') as button:
            icon(picture)
            html.span(label)
        return button.on('click', handler)


def _times(form: WorkForm) -> None:
    """From when until when, side by side; problems are shown beside the first."""
    with html.div().classes('hours-fields'):
        form.field('From', 'starts').props('type=time step=300')
        form.field('Until', 'ends').props('type=time step=300')


def _keys(entries: list[Entry]) -> list[tuple[str, int]]:
    """What tells entries apart; none is ever changed."""
    return [(type(entry).__name__, entry.id) for entry in entries]
