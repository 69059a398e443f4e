"""The day, with an arrow on either side; the day itself opens a calendar to jump."""

from calendar import Calendar
from collections.abc import Awaitable, Callable
from datetime import date, timedelta

from nicegui import html, ui

from pages.components.dialog import Dialog
from pages.components.icon import icon
from pages.components.words import Words
from services.times import day_words

DAY = timedelta(days=1)
WEEKDAYS = ('Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday')
EMIT_DAY = "(e) => { const day = e.target.closest('button[data-day]'); if (day && !day.disabled) emit(day.dataset.day) }"


class DateNavigator:
    """Shows `day`; `on_change` gets the day that is chosen and answers with `show`. Days outside `first` and `last` are closed."""

    def __init__(
        self, day: date, *, on_change: Callable[[date], Awaitable[None] | None], first: date | None = None, last: date | None = None
    ) -> None:
        self.day, self.first, self.last = day, first or date(1990, 1, 1), last or date(2199, 12, 31)
        self._on_change = on_change
        self._month = day.replace(day=1)

    def build(self) -> None:
        with html.div().classes('date-navigator').props('role=group aria-label=Day'):
            self._previous = self._arrow('chevron_left', 'Previous day', -DAY)
            with html.button().classes('date-button').props('type=button aria-haspopup=dialog').on('click', self._open):
                self._words = Words().props('aria-live=polite')
                icon('expand_more')
                html.span(', choose a day').classes('hidden-words')
            self._next = self._arrow('chevron_right', 'Next day', DAY)
        self._dialog = Dialog()
        self._draw()

    def show(self, day: date, *, first: date | None = None, last: date | None = None) -> None:
        """Show another day, perhaps between other bounds."""
        self.day, self.first, self.last = day, first or self.first, last or self.last
        self._draw()

    def _draw(self) -> None:
        self._words.set_text(day_words(self.day))
        self._previous.props['disabled'] = self.day <= self.first
        self._next.props['disabled'] = self.day >= self.last

    def _arrow(self, picture: str, name: str, step: timedelta) -> html.button:
        button = html.button().classes('round').props(f'type=button aria-label="{name}"')
        with button:
            icon(picture)
        return button.on('click', lambda: self._choose(self.day + step))

    def _choose(self, day: date) -> Awaitable[None] | None:
        return self._on_change(day) if self.first <= day <= self.last else None

    def _open(self) -> None:
        """The calendar is long, so it is made when somebody wants it."""
        self._month = self.day.replace(day=1)
        self._dialog.clear()
        with self._dialog.content():
            self._calendar()
        self._dialog.open()

    def _turn(self, days: int) -> None:
        self._month = (self._month + timedelta(days=days)).replace(day=1)
        self._calendar.refresh()

    def _jump(self, iso: str) -> Awaitable[None] | None:
        self._dialog.close()
        return self._choose(date.fromisoformat(iso))

    @ui.refreshable_method
    def _calendar(self) -> None:
        """The month's weeks, every day a button with its whole date as its name."""
        with html.div().classes('calendar-head'):
            self._turner('chevron_left', 'Previous month', -1, self._month <= self.first)
            heading = html.h2(f'{self._month:%B %Y}').props('aria-live=polite')
            self._turner(
                'chevron_right', 'Next month', 31, self._month + timedelta(days=31) > self.last.replace(day=28) + timedelta(days=4)
            )
        self._dialog.name_by(heading)
        with html.div().classes('calendar').on('click', lambda event: self._jump(event.args), js_handler=EMIT_DAY):
            for name in WEEKDAYS:
                html.span(name[:2]).classes('calendar-weekday').props('aria-hidden=true')
            for day in Calendar(firstweekday=6).itermonthdates(self._month.year, self._month.month):
                self._day_button(day)
        with html.div().classes('buttons'):
            html.button('Close').classes('button').props('type=button').on('click', self._dialog.close)

    def _turner(self, picture: str, name: str, days: int, closed: bool) -> None:
        with html.button().classes('round').props(f'type=button aria-label="{name}"').on('click', lambda: self._turn(days)) as button:
            icon(picture)
        button.props['disabled'] = closed

    def _day_button(self, day: date) -> None:
        button = html.button(str(day.day)).classes('calendar-day')
        button.props['type'], button.props['data-day'], button.props['aria-label'] = 'button', day.isoformat(), day_words(day)
        button.props['disabled'] = not self.first <= day <= self.last
        if day.month != self._month.month:
            button.classes('calendar-day-outside')
        if day == self.day:
            button.props['aria-current'] = 'date'
