"""The next four weeks as a customer sees them: how many times each day has, and which."""

from collections.abc import Awaitable, Callable
from datetime import date, datetime

from nicegui import html
from nicegui.events import GenericEventArguments

from db import Kind
from pages.components.form import EMIT_VALUE, Field
from pages.components.words import Words
from pages.components.zone_chooser import ZoneChooser
from services.rep_availability import Starts
from services.times import Reader

EMIT_DAY = "(e) => { const day = e.target.closest('button[data-day]'); if (day) emit(day.dataset.day) }"


class AvailabilityPreview:
    """`on_kind` gets the row number of the kind that is chosen, `on_zone` the name of the zone; the page answers with `show`."""

    def __init__(self, reader: Reader, *, on_kind: Callable[[int], Awaitable[None]], on_zone: Callable[[str], Awaitable[None]]) -> None:
        self._reader = reader
        self._on_kind, self._on_zone = on_kind, on_zone
        self._kinds: list[tuple[int, str]] = []
        self._starts: Starts = {}
        self._days: dict[date, Day] = {}
        self._chosen: date | None = None

    def build(self, now: datetime) -> None:
        self._choice = html.div()
        with html.p().classes('quiet small'):
            html.span('Times are shown in ')
            self._zone = ZoneChooser(self._reader, now, on_change=self._on_zone)
            self._zone.build()
        self._grid = html.div().classes('weeks').props('role=group aria-label="The next four weeks"')
        self._grid.on('click', lambda event: self._choose(date.fromisoformat(event.args)), js_handler=EMIT_DAY)
        self._title = Words(tag='h3').props('aria-live=polite')
        self._times = html.ul().classes('preview-times')

    def show(self, kinds: list[Kind], kind_id: int, reader: Reader, starts: Starts, now: datetime) -> None:
        """Show these days, each with the starts that can be booked on it."""
        self._zone.show(reader, now)
        self._offer([(kind.id, kind.name) for kind in kinds], kind_id)
        if list(self._days) != list(starts):
            self._fill(list(starts))
        for day, day_starts in starts.items():
            self._days[day].show(len(day_starts), reader.day_words(day))
        if (self._starts, self._reader) != (starts, reader):
            self._starts, self._reader = starts, reader
            self._choose(self._chosen if self._chosen in starts else _first(starts))

    def _offer(self, kinds: list[tuple[int, str]], chosen: int) -> None:
        """The kinds to choose from, when there are several."""
        if kinds == self._kinds:
            return
        self._kinds = kinds
        self._choice.clear()
        if len(kinds) > 1:
            with self._choice:
                field = Field('Kind of appointment', 'kind', tag='select')
            field.input.on('change', self._change_kind, js_handler=EMIT_VALUE)
            with field.input:
                for kind_id, name in kinds:
                    option = Words(name, tag='option')
                    option.props['value'], option.props['selected'] = str(kind_id), kind_id == chosen

    async def _change_kind(self, event: GenericEventArguments) -> None:
        await self._on_kind(int(event.args))

    def _fill(self, days: list[date]) -> None:
        self._grid.clear()
        with self._grid:
            for day in days[:7]:
                html.span(f'{day:%a}').classes('weeks-name').props('aria-hidden=true')
            self._days = {day: Day(day, names_month=day == days[0] or day.day == 1) for day in days}

    def _choose(self, day: date) -> None:
        for other in {self._chosen, day} & self._days.keys():
            self._days[other].mark(other == day)
        self._chosen = day
        starts = self._starts.get(day, [])
        self._title.set_text(self._reader.day_words(day) + ('' if starts else ': no free times'))
        self._times.clear()
        self._times.set_visibility(bool(starts))
        with self._times:
            for start in starts:
                Words(self._reader.time(start), tag='li')


class Day:
    """A day in the grid, with the number of its free times."""

    def __init__(self, day: date, *, names_month: bool) -> None:
        with html.button() as self._button:
            with html.span().classes('weeks-seen').props('aria-hidden=true'):
                if names_month:
                    html.span(f'{day:%b}').classes('weeks-month')
                html.span(str(day.day)).classes('weeks-day')
                self._count = Words().classes('weeks-count')
            self._name = Words().classes('hidden-words')
        self._button.props['type'], self._button.props['data-day'] = 'button', day.isoformat()
        self.mark(False)

    def show(self, count: int, words: str) -> None:
        """Show how many times are free on it."""
        self._count.set_text(str(count) if count else '–')
        self._button.classes(replace='weeks-cell' if count else 'weeks-cell weeks-none')
        self._name.set_text(f'{words}, {count or "no"} free {"time" if count == 1 else "times"}')

    def mark(self, is_chosen: bool) -> None:
        """Show it as the one whose times are shown, or not."""
        self._button.props['aria-pressed'] = 'true' if is_chosen else 'false'


def _first(starts: Starts) -> date:
    """The first day on which anything is free, or simply the first."""
    return next((day for day, day_starts in starts.items() if day_starts), next(iter(starts)))
