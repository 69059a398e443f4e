"""The day, with an arrow on either side; the day itself opens a calendar to jump."""

from collections.abc import Awaitable, Callable
from datetime import date, timedelta

from nicegui import html

from pages.components.icon import icon
from pages.components.month_calendar import MonthCalendar
from pages.components.words import Words
from services.times import day_words

DAY = timedelta(days=1)


class DateNavigator:
    """Shows `day`; `on_change` gets the day that is chosen and answers with `show`. Days outside `first` and `last` are closed."""

    def __init__(
        self, day: date, *, on_change: Callable[[date], Awaitable[None] | None], first: date | None = None, last: date | None = None
    ) -> None:
        self.day, self.first, self.last = day, first or date(1990, 1, 1), last or date(2199, 12, 31)
        self._on_change = on_change

    def build(self) -> None:
        with html.div().classes('date-navigator').props('role=group aria-label=Day'):
            self._previous = self._arrow('chevron_left', 'Previous day', -DAY)
            with html.button().classes('date-button').props('type=button aria-haspopup=dialog').on('click', self._open):
                self._words = Words().props('aria-live=polite')
                icon('expand_more')
                html.span(', choose a day').classes('hidden-words')
            self._next = self._arrow('chevron_right', 'Next day', DAY)
        self._calendar = MonthCalendar(on_choose=self._choose)
        self._calendar.build()
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
        self._calendar.open(self.day, self.first, self.last)
