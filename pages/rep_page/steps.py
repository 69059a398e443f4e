"""What a rep does on their page: chooses a day, whose, and an appointment, and sees to its mails."""

from dataclasses import replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from fastapi import Request
from nicegui import ui

from db import Rep
from pages import times, viewing
from pages.asking import succeeds
from pages.components.rep_desk import RepDesk
from pages.components.rep_main import RepMain
from pages.components.rep_notices import RepNotices
from pages.components.rep_records import RepRecords
from pages.components.rep_sidebar import RepSidebar
from pages.rep_page.calls import RepCalls
from pages.rep_page.choice import Choice, remember, usual
from pages.rep_page.reception import Reception
from pages.rep_page.view import FOCUS, RepView
from services import handling, presence
from services.agenda import Entry
from services.times import Reader

FOCUS_ON_PHONE = f"matchMedia('(max-width: 800px)').matches && {FOCUS}"


class RepSteps:
    """Each step but `go_back` is a new entry in the browser's history. What is shown of them is the `view`."""

    def __init__(self, request: Request, rep: Rep, *, is_shared: bool) -> None:
        """`is_shared`: there are others than the viewer to see."""
        self._request = request
        self._usual = usual(request) if is_shared else rep.id  # whose appointments are shown when nothing else is asked for
        reader = Reader(ZoneInfo(rep.time_zone), times.clock_of(request), times.language_of(request))
        self._calls = RepCalls(request, view=lambda: self.view, turn=lambda: self.reception.turn, on_choice=self._go)
        desk = RepDesk(on_next=self._calls.call_next, on_away=self._set_away)
        sidebar = RepSidebar(reader, desk, on_day=self._choose_day, on_entry=self._choose_entry, on_whose=self._choose_whose)
        notices = RepNotices(rep, reader, [], on_time=self._choose_own, on_send_again=self._send_again)
        main = RepMain(
            on_back=self._show_times,
            on_start=self._calls.start,
            on_stop=self._calls.stop,
            on_hung_up=self._calls.end,
            on_taken_over=self._calls.end,
            on_send_again=self._send_again,
            may_join=self._calls.may_join,
            records=RepRecords(rep.id, lambda: viewing.signed_in_again(request)),
        )
        self.view = RepView(request, rep, reader, sidebar, notices, main)
        self.reception = Reception(request, self.view)

    async def build(self, parts: dict[str, str]) -> None:
        """Show what these parts of an address ask for."""
        await self.reception.begin()
        await self.view.build(self._read(parts))  # nothing may be waited for after that: a page with a timer is sent off as it is then
        self.reception.show()

    async def go_back(self, parts: dict[str, str]) -> None:
        """Show what the address asks for now: the browser went back, or forth."""
        self._calls.withdraw()
        await self.view.show(self._read(parts))

    @property
    def _choice(self) -> Choice:
        return self.view.choice

    def _read(self, parts: dict[str, str]) -> Choice:
        return Choice.read(parts, self.view.reader, self.view.rep, self._usual)

    async def _go(self, choice: Choice) -> None:
        ui.navigate.history.push(self.view.address(choice))
        await self.view.show(choice)

    async def _choose_day(self, day: date) -> None:
        """Another day leaves a call alone."""
        await self._go(replace(self._choice, day=day) if self._choice.in_call else self._nothing_on(day, self._choice.whose))

    async def _choose_whose(self, whose: int | None) -> None:
        """Show everyone's appointments, or one rep's, and remember that; it leaves a call alone."""
        self._usual = whose
        remember(whose)
        await self._go(replace(self._choice, whose=whose) if self._choice.in_call else self._nothing_on(self._choice.day, whose))

    def _nothing_on(self, day: date, whose: int | None) -> Choice:
        return Choice(day, whose, None, whose or self.view.rep.id)

    async def _choose_entry(self, entry: Entry) -> None:
        await self._choose(entry.starts_at, next(iter(entry.rep_ids), self._choice.whose or self.view.rep.id))

    async def _choose_own(self, at: datetime) -> None:
        await self._choose(at, self.view.rep.id)

    async def _choose(self, at: datetime, of: int) -> None:
        with self.view.columns:  # what was clicked may go
            is_other = (at, of) != (self._choice.at, self._choice.of)
            if not self._choice.in_call or (is_other and await self._calls.stop()):
                whose = self._choice.whose if self._choice.whose in (None, of) else of
                await self._go(Choice(self.view.reader.date_of(at), whose, at, of))
                ui.run_javascript(FOCUS_ON_PHONE)

    async def _show_times(self) -> None:
        chosen = self._choice.at, self._choice.of
        await self._choose_day(self._choice.day)
        self.view.sidebar.focus(chosen)

    async def _set_away(self, is_away: bool) -> None:
        if viewer := await viewing.signed_in_again(self._request):
            await succeeds(presence.set_away, viewer.id, is_away)

    async def _send_again(self, appointment_id: int) -> None:
        with self.view.columns:
            if viewer := await viewing.signed_in_again(self._request):
                await succeeds(handling.send_mails_again, viewer, appointment_id)
