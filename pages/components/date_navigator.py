"""The day, with an arrow on either side; the day itself opens a calendar to jump."""

from collections.abc import Awaitable, Callable
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from nicegui import html
from nicegui.element import Element

from pages.components.dialog import Dialog
from pages.components.icon import icon
from pages.components.month_calendar import Count, MonthCalendar
from pages.components.words import Words
from services.times import Reader

DAY = timedelta(days=1)


class DateNavigator:
    """Shows `day`; `on_change` gets the day that is chosen and answers with `show`. Days outside `first` and `last` are closed.

    The calendar opens in a dialog, and shows what `count` answers; or it is this `popover`, which wide windows always show, so that only
    narrow ones open it.
    """

    def __init__(
        self,
        day: date,
        *,
        on_change: Callable[[date], Awaitable[None] | None],
        first: date | None = None,
        last: date | None = None,
        reader: Reader | None = None,
        popover: Element | None = None,
        count: Count | None = None,
    ) -> None:
        self.day, self.first, self.last = day, first or date(1990, 1, 1), last or date(2199, 12, 31)
        self.reader = reader or Reader(ZoneInfo('UTC'))
        self._on_change, self._popover, self._count = on_change, popover, count

    def build(self) -> None:
        with html.div().classes('date-navigator').props('role=group aria-label=Day'):
            self._previous = self._arrow('chevron_left', 'Previous day', -DAY)
            self._heading = Words(tag='h2').classes('date-heading').props('aria-live=polite') if self._popover else None
            self._opener()
            self._next = self._arrow('chevron_right', 'Next day', DAY)
        self._draw()

    def show(self, day: date, *, first: date | None = None, last: date | None = None, reader: Reader | None = None) -> None:
        """Show another day, perhaps between other bounds."""
        self.day, self.first, self.last, self.reader = day, first or self.first, last or self.last, reader or self.reader
        self._draw()

    def _draw(self) -> None:
        for words in filter(None, (self._words, self._heading)):
            words.set_text(self.reader.day_words(self.day))
        self._previous.props['disabled'] = self.day <= self.first
        self._next.props['disabled'] = self.day >= self.last

    def _opener(self) -> None:
        with html.button().classes('date-button').props('type=button') as button:
            self._words = Words().props('aria-live=polite')
            icon('expand_more')
            html.span(', choose a day').classes('hidden-words')
        if self._popover:
            button.classes('only-narrow').props['popovertarget'] = self._popover.html_id
        else:
            button.props('aria-haspopup=dialog').on('click', self._open)
            self._dialog = Dialog()

    def _arrow(self, picture: str, name: str, step: timedelta) -> html.button:
        button = html.button().classes('round').props(f'type=button aria-label="{name}"')
        with button:
            icon(picture)
        return button.on('click', lambda: self._choose(self.day + step))

    def _choose(self, day: date) -> Awaitable[None] | None:
        return self._on_change(day) if self.first <= day <= self.last else None

    async def _open(self) -> None:
        """The calendar is made when somebody wants it."""
        self._dialog.clear()
        with self._dialog.content():
            calendar = MonthCalendar(self.reader, on_choose=self._choose_and_close, count=self._count, autofocus=True)
            calendar.build()
            with html.div().classes('buttons'):
                html.button('Close').classes('button').props('type=button').on('click', self._dialog.close)
        self._dialog.name_by(calendar.heading)
        await calendar.show(self.day, self.first, self.last)
        self._dialog.open()

    def _choose_and_close(self, day: date) -> Awaitable[None] | None:
        self._dialog.close()
        return self._choose(day)
