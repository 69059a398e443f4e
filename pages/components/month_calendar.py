"""A month to choose a day from, in a dialog."""

from calendar import Calendar
from collections.abc import Awaitable, Callable
from datetime import date, timedelta

from nicegui import html, ui

from pages.components.dialog import Dialog
from pages.components.icon import icon
from pages.components.words import Words
from services.times import day_words

WEEKDAYS = ('Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday')
EMIT_DAY = "(e) => { const day = e.target.closest('button[data-day]'); if (day && !day.disabled) emit(day.dataset.day) }"
MOVE = """(e) => {
    const days = [...e.currentTarget.querySelectorAll('button:enabled')], at = days.indexOf(document.activeElement);
    const step = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -7, ArrowDown: 7, Home: -at, End: days.length - 1 - at }[e.key];
    if (at < 0 || step === undefined) return;
    e.preventDefault();
    days[Math.min(Math.max(at + step, 0), days.length - 1)].focus();
}"""  # the arrow keys, as in the date picker of the WAI-ARIA Authoring Practices


class MonthCalendar:
    """Calls `on_choose` with the day that is chosen. Days outside the bounds given to `open` are closed."""

    def __init__(self, *, on_choose: Callable[[date], Awaitable[None] | None]) -> None:
        self._on_choose = on_choose

    def build(self) -> None:
        self._dialog = Dialog()

    def open(self, day: date, first: date, last: date) -> None:
        """Show the month of this day. It is long, so it is made when somebody wants it."""
        self._day, self._first, self._last, self._month = day, first, last, day.replace(day=1)
        self._dialog.clear()
        with self._dialog.content():
            with html.div().classes('calendar-head'):
                self._previous = self._turner('chevron_left', 'Previous month', -1)
                with html.h2().props('aria-live=polite') as heading:
                    self._name = Words()
                self._next = self._turner('chevron_right', 'Next month', 31)
            self._days()
            with html.div().classes('buttons'):
                html.button('Close').classes('button').props('type=button').on('click', self._dialog.close)
        self._dialog.name_by(heading)
        self._name_month()
        self._dialog.open()

    def _turn(self, days: int) -> None:
        self._month = (self._month + timedelta(days=days)).replace(day=1)
        self._name_month()
        self._days.refresh()

    def _name_month(self) -> None:
        self._name.set_text(f'{self._month:%B %Y}')
        self._previous.props['disabled'] = self._month <= self._first
        self._next.props['disabled'] = (self._month + timedelta(days=31)).replace(day=1) > self._last

    def _turner(self, picture: str, name: str, days: int) -> html.button:
        with html.button().classes('round').props(f'type=button aria-label="{name}"') as button:
            icon(picture)
        return button.on('click', lambda: self._turn(days))

    @ui.refreshable_method
    def _days(self) -> None:
        """The month's weeks, every day a button with its whole date as its name."""
        grid = html.div().classes('calendar')
        with grid.on('click', lambda event: self._choose(event.args), js_handler=EMIT_DAY).on('keydown', js_handler=MOVE):
            for name in WEEKDAYS:
                html.span(name[:2]).classes('calendar-weekday').props('aria-hidden=true')
            for day in Calendar(firstweekday=6).itermonthdates(self._month.year, self._month.month):
                self._day_button(day)

    def _day_button(self, day: date) -> None:
        button = html.button(str(day.day)).classes('calendar-day')
        button.props['type'], button.props['data-day'], button.props['aria-label'] = 'button', day.isoformat(), day_words(day)
        button.props['disabled'] = not self._first <= day <= self._last
        if day.month != self._month.month:
            button.classes('calendar-day-outside')
        if day == self._day:
            button.props('aria-current=date autofocus')

    def _choose(self, iso: str) -> Awaitable[None] | None:
        self._dialog.close()
        return self._on_choose(date.fromisoformat(iso))
