"""One time of the day in the rep's sidebar."""

from collections.abc import Awaitable, Callable

from nicegui import html

from db import Rep
from pages.components.icon import icon
from pages.components.rep_badge import colour_of
from pages.components.stopwatch import Stopwatch
from pages.components.words import Words
from services import clock, messages, reps, standings
from services.agenda import Entry
from services.standings import Standing
from services.video.base import REP

UNBOOKED = {'free': 'free', 'held': 'being booked', 'past': 'not booked'}
STANDING = {'waiting': 'waiting', 'talking': 'in call', 'left': 'left', 'nobody': 'not here yet'}


class SidebarRow:
    """`show` says what is at this time; `show_standing` is for when the page hears of a change, or time has gone by."""

    def __init__(self, time: str, *, on_click: Callable[[Entry], Awaitable[None] | None]) -> None:
        with html.li() as self.element, html.button().props('type=button').on('click', lambda: on_click(self.entry)) as self.button:
            html.span(time).classes('rep-time')
            with html.span().classes('rep-who'):
                self._name = Words().classes('rep-name')
                with html.span().classes('rep-badge quiet small') as self._whose:
                    self._dot = html.span().classes('rep-dot').props('aria-hidden=true')
                    self._reps = Words()
                self._build_standing()
            with html.span().classes('rep-unread') as self._unread:
                icon('chat_bubble')
                self._unread_words = Words()
        self._shown: tuple[object, ...] = ()
        self._heard: tuple[Standing | None, int] | None = None

    def _build_standing(self) -> None:
        with html.span().classes('rep-standing') as self._standing:
            self._standing_words = Words()
            self._waits = Stopwatch()

    def show(self, entry: Entry, team: list[Rep]) -> None:
        """Show what is at this time now. `team`: with whom, or who is free then, if that is to be said."""
        shown = entry, *((rep.name, rep.colour) for rep in team)
        if shown == self._shown:
            return
        self.entry, self._shown = entry, shown
        self.button.classes(replace=f'rep-row rep-{entry.state}')
        self._name.set_text(entry.name or UNBOOKED[entry.state])
        self._reps.set_text(', '.join(reps.display_name(rep) for rep in team))
        self._whose.set_visibility(bool(team))
        self._dot.set_visibility(entry.state == 'booked')
        if team:
            self._dot.style(f'background: {colour_of(team[0])}')
        self.show_standing()

    def show_standing(self) -> None:
        """Show how it stands with the customer: not here yet, waiting, in the call, or left; and what they wrote."""
        found, unread = self._find_standing(), self._count_unread()
        if (found, unread) == self._heard:
            return
        self._heard = found, unread
        self._standing.props['data-state'] = found.state if found else ''
        self._standing.set_visibility(found is not None)
        self._standing_words.set_text(STANDING[found.state] if found else '')
        self._waits.set_visibility(found is not None and found.state == 'waiting')
        if found and found.since:
            self._waits.count_from(found.since)
        self._unread.set_visibility(unread > 0)
        self._unread_words.set_text(f'{unread} new')

    def mark(self, chosen: bool) -> None:
        """Outline it as the chosen one, or not."""
        self.button.props['aria-current'] = 'true' if chosen else 'false'

    def _count_unread(self) -> int:
        return messages.unread(self.entry.appointment_id, REP) if self.entry.appointment_id else 0

    def _find_standing(self) -> Standing | None:
        """How it stands with the customer, where that is worth a word: of a leaving before the appointment was moved here it is not."""
        if self.entry.appointment_id is None or self.entry.opens_at is None:
            return None
        found = standings.standing(self.entry.appointment_id)
        if found.state == 'nobody':
            return found if self.entry.is_open(clock.now()) else None
        return None if found.state == 'left' and found.since and found.since < self.entry.opens_at else found
