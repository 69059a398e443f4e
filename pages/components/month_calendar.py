"""A month to choose a day from. Days with free times are marked, and a screen reader hears how many there are."""

import asyncio
from calendar import Calendar, monthrange
from collections.abc import Awaitable, Callable, Mapping
from datetime import date, timedelta
from html import escape

from nicegui import html, ui

from pages.components.icon import icon
from pages.components.words import Words
from services.times import Reader

DAY = timedelta(days=1)
EMIT_DAY = """(e) => {
    const day = e.target.closest('button[data-day]');
    if (day && day.ariaDisabled !== 'true') emit(day.dataset.day);
}"""
# The keys of the grid pattern of the WAI-ARIA Authoring Practices. The server is asked only for days that are not shown.
MOVE = """(e) => {
    const from = e.target.closest('button[data-day]');
    if (!from || e.altKey || e.ctrlKey || e.metaKey) return;
    const column = from.parentElement.cellIndex, months = { PageUp: -1, PageDown: 1 }[e.key] ?? 0;
    const days = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -7, ArrowDown: 7, Home: -column, End: 6 - column }[e.key];
    if (days === undefined && !months) return;
    e.preventDefault();
    const day = new Date(from.dataset.day + 'T12:00:00Z');
    day.setUTCDate(day.getUTCDate() + (days ?? 0));
    const iso = day.toISOString().slice(0, 10), to = e.currentTarget.querySelector(`td:not(.outside) [data-day="${iso}"]`);
    if (months || !to) return emit([iso, months]);
    from.tabIndex = -1;
    to.tabIndex = 0;
    to.focus();
}"""
# When the days are counted again, the focus stays on the day it was on. (Where it goes by itself, `relatedTarget` says so.)
KEEP_FOCUS = """(e) => {
    const days = e.currentTarget, iso = e.target.dataset.day;
    days.keeper?.disconnect();
    days.keeper = new MutationObserver(() => {
        const day = days.querySelector(`[data-day="${iso}"]`);
        if (!day || document.activeElement !== document.body) return;
        days.querySelector('button:not([tabindex="-1"])').tabIndex = -1;
        day.tabIndex = 0;
        day.focus({ preventScroll: true });
    });
    days.keeper.observe(days, { childList: true });
}"""
LET_GO = '(e) => { if (e.relatedTarget) e.currentTarget.keeper?.disconnect() }'
FOCUS = """{
    const look = (tries) => {
        const day = document.querySelector('%s');
        if (day) day.focus();
        else if (tries) setTimeout(look, 50, tries - 1);
    };
    look(100);
}"""

Count = Callable[[date, date], Awaitable[Mapping[date, int]]]


class MonthCalendar:
    """Calls `on_choose` with the day that is chosen. `count(first, last)` answers with how many free times each of these days has.

    A month is one element, because seventy would cost more than all the rest of a page. `autofocus`: the day shown gets it in a dialog.
    """

    def __init__(
        self,
        reader: Reader,
        *,
        on_choose: Callable[[date], Awaitable[None] | None],
        count: Count | None = None,
        autofocus: bool = False,
    ) -> None:
        self._reader, self._count, self._autofocus = reader, count, autofocus
        self._on_choose = on_choose
        self._turn = asyncio.Lock()

    def build(self) -> None:
        with html.div().classes('calendar-head'):
            self._previous = self._turner('chevron_left', 'Previous month', -1)
            with html.h2().classes('calendar-name').props('aria-live=polite') as self.heading:
                self._name = Words()
            self._next = self._turner('chevron_right', 'Next month', 1)
        self._days = ui.html(sanitize=False).classes('calendar')
        self._days.on('click', lambda event: self._choose(event.args), js_handler=EMIT_DAY)
        self._days.on('keydown', lambda event: self._go(*event.args), js_handler=MOVE)
        self._days.on('focusin', js_handler=KEEP_FOCUS).on('focusout', js_handler=LET_GO)

    async def show(self, day: date, first: date, last: date, reader: Reader | None = None) -> None:
        """Show the month of this day; days before `first` and after `last` cannot be chosen."""
        self._day, self._first, self._last, self._reader = day, first, last, reader or self._reader
        await self._show_month(day, day)

    async def refresh(self, first: date | None = None, last: date | None = None) -> None:
        """Count again, perhaps between other bounds; the month that is shown stays."""
        self._first, self._last = first or self._first, last or self._last
        await self._show_month(self._month, self._day)

    async def _show_month(self, month: date, reachable: date) -> None:
        """Show the month of a day; the Tab key leads to `reachable`."""
        self._month = month.replace(day=1)
        async with self._turn:
            shown, weeks = self._month, self._weeks()
            counts = await self._count(weeks[0][0], weeks[-1][-1]) if self._count else {}
            if shown != self._month:
                return  # another one was chosen meanwhile
            self._name.set_text(f'{self._month:%B %Y}')
            self._previous.props['disabled'] = self._month <= self._first
            self._next.props['disabled'] = _moved(self._month, 1) > self._last
            self._days.set_content(self._table(weeks, counts, reachable if reachable.replace(day=1) == shown else shown))

    def _turner(self, picture: str, name: str, months: int) -> html.button:
        with html.button().classes('round').props(f'type=button aria-label="{name}"') as button:
            icon(picture)
        return button.on('click', lambda: self._show_month(_moved(self._month, months), self._day))

    async def _go(self, iso: str, months: int) -> None:
        """Follow the keyboard to a day that is not shown."""
        day = min(max(_moved(date.fromisoformat(iso), months), self._first), self._last)
        await self._show_month(day, day)
        ui.run_javascript(focusing(f'#{self._days.html_id} [data-day="{day}"]'))

    def _choose(self, iso: str) -> Awaitable[None] | None:
        return self._on_choose(date.fromisoformat(iso))

    def _weeks(self) -> list[list[date]]:
        return Calendar(self._reader.week()[0][0]).monthdatescalendar(self._month.year, self._month.month)

    def _table(self, weeks: list[list[date]], counts: Mapping[date, int], reachable: date) -> str:
        """Made of dates and numbers only, nothing that anybody typed; short, because every visitor gets it."""
        head = ''.join(f'<th scope=col>{escape(name)}</th>' for _, name in self._reader.week())
        rows = ''.join(f'<tr>{"".join(self._cell(day, counts.get(day, 0), day == reachable) for day in week)}</tr>' for week in weeks)
        name = f'<table role=grid aria-labelledby={self.heading.html_id}>'
        return f'{name}<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>'

    def _cell(self, day: date, count: int, is_reachable: bool) -> str:
        words = self._reader.long_day(day) + (f', {count} free {"time" if count == 1 else "times"}' if count else '')
        marks = ' class=free' * bool(count) + ' tabindex=-1' * (not is_reachable) + ' autofocus' * (self._autofocus and day == self._day)
        closed = '' if self._first <= day <= self._last else ' aria-disabled=true'
        cell = '<td aria-selected=true' if day == self._day else '<td'
        outside = ' class=outside' * (day.month != self._month.month)
        return f"{cell}{outside}><button data-day={day} aria-label='{escape(words)}'{marks}{closed}>{day.day}</button></td>"


def focusing(selector: str) -> str:
    """JavaScript that gives the focus to the day of this selector, as soon as it is there."""
    return FOCUS % selector


def _moved(day: date, months: int) -> date:
    """The same day of another month, or its last one."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
