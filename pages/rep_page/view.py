"""What a rep sees on their page, kept true: the times of the day, the notices, and the main area."""

import asyncio
from dataclasses import replace
from zoneinfo import ZoneInfo

from fastapi import Request
from nicegui import html, ui

from db import Appointment, Rep
from pages import layout, viewing
from pages.asking import ask
from pages.components.rep_main import RepMain
from pages.components.rep_notices import RepNotices
from pages.components.rep_sidebar import RepSidebar
from pages.components.video_call import VideoCall
from pages.rep_page import finding
from pages.rep_page.acts import RepActs
from pages.rep_page.choice import Choice
from pages.rep_page.finding import Found
from services import appointments, calls, clock, events, reps, standings
from services.handling import Details
from services.times import Reader

FOCUS = "document.querySelector('.rep-main h1').focus()"
FOCUS_IF_LOST = f'document.activeElement === document.body && {FOCUS}'


class RepView:
    """Puts sidebar, notices and main area together, and keeps them true.

    Whoever reads and shows has the lock `_drawing` meanwhile, so that what happens between is neither missed nor overwritten.
    """

    def __init__(self, request: Request, rep: Rep, reader: Reader, sidebar: RepSidebar, notices: RepNotices, main: RepMain) -> None:
        self.request, self.rep, self.reader = request, rep, reader
        self.sidebar, self.notices, self.main = sidebar, notices, main
        self._drawing = asyncio.Lock()
        self._is_behind = False  # something happened that waits to be shown

    async def build(self, choice: Choice) -> None:
        self.choice = choice
        async with self._drawing:
            self.found = await ask(finding.find, self.rep, choice, None)
            self._build()

    def _build(self) -> None:
        self.notices.undelivered = self.found.undelivered
        self.acts = RepActs(self.reader, who=lambda: viewing.signed_in_again(self.request))
        with html.div() as self.columns:
            self.sidebar.build()
            with html.section().classes('rep-main').props('aria-label=Appointment'):
                self.notices.build()
                self.main.build()
        self.acts.build()
        self._show_beside(self.choice)
        self._show_main()

    def address(self, choice: Choice) -> str:
        """Where this choice is shown."""
        return choice.address(self.rep, is_shared=self.rep.is_admin and self.found.is_shared)

    async def show(self, choice: Choice) -> None:
        """Show another choice, without a new entry in the browser's history."""
        self.choice = choice
        async with self._drawing:
            found = await self._look_up(choice)
            if found is None:
                return
            self.found = found
            self._show_beside(choice)
            if self.main.call and replace(choice, day=self._shown.day, whose=self._shown.whose) == self._shown:
                self._shown = choice  # another day beside the same call
            else:
                self._show_main()

    def leave_call(self, news: str) -> None:
        """Back from the call to its appointment, at once; `news`: why, if the rep did not want to."""
        self.choice = replace(self.choice, in_call=False)
        ui.navigate.history.push(self.address(self.choice))
        self._show_main(news)
        ui.run_javascript(FOCUS)

    async def mails_shown(self) -> set[int | None]:
        """The appointments about whose mails something is said here."""
        async with self._drawing:  # what is shown after that
            pane = self.main.pane
            return {pane and pane.appointment.id, *(mail.appointment_id for mail in self.found.undelivered)}

    def on_call(self, event: events.SeatChange | events.MessageSaid | events.MessagesRead) -> None:
        """Somebody joined or left a call, or wrote in it or read that."""
        self.sidebar.show_standing(event.appointment_id)
        self.main.show_presence(event.appointment_id)

    async def change_viewer(self) -> None:
        """Show all of it to the viewer as they are now."""
        async with self._drawing:
            self.rep = await ask(reps.get, self.rep.id)
            self.reader = self.acts.reader = replace(self.reader, zone=ZoneInfo(self.rep.time_zone))
            self.sidebar.change_reader(self.reader)
        await (self.catch_up() if self.choice.in_call else self.show(self.choice.seen_by(self.rep)))

    def tick(self) -> None:
        """Show what has become true by time alone."""
        self.sidebar.age(clock.now())
        self.main.tick()

    async def catch_up(self) -> None:
        """Show the same choice as it is now; what did not change is left alone, and so is a call."""
        if self._is_behind:
            return
        self._is_behind = True
        async with self._drawing:
            self._is_behind = False
            if self.choice is not self._shown:
                return  # `show` is next, and looks it up by itself
            was = self.found.details
            found = await self._look_up(self.choice, was)
            if found and was and found.latest and self._follow(was.appointment, found.latest):
                found = await self._look_up(self.choice, was)
            if found is None:
                return
            self.found = found
            self._show_beside(self.choice)
            await self._update_main(was)

    def _follow(self, was: Appointment, now: Appointment) -> bool:
        """Choose where the open appointment has gone. Whether it has, and the viewer may see it there."""
        day = self.reader.date_of(now.starts_at) if self.choice.day == self.reader.date_of(was.starts_at) else self.choice.day
        gone = replace(self.choice, day=day, at=now.starts_at, of=now.rep_id)
        if now.status == appointments.CANCELLED or gone == self.choice or gone != gone.seen_by(self.rep):
            return False
        self.choice = self._shown = gone
        ui.navigate.history.replace(self.address(gone))
        return True

    async def _look_up(self, choice: Choice, was: Details | None = None) -> Found | None:
        """What there is to show; None when the sign-in has ended, or meanwhile something else was chosen or the page was closed."""
        viewer = await viewing.signed_in_again(self.request)
        if viewer is None:
            return None
        found = await ask(finding.find, viewer, choice.seen_by(viewer), was)
        return found if self.choice is choice and not self.columns.is_deleted else None

    def _show_beside(self, choice: Choice) -> None:
        """Everything but the main area."""
        self.sidebar.show(choice.day, choice.whose, (choice.at, choice.of))
        self.sidebar.offer(self.found.team, is_filtered=self.rep.is_admin and self.found.is_shared)
        self.sidebar.update(self.found.entries)
        self.notices.show(self.rep, self.reader, self.found.undelivered)

    async def _update_main(self, was: Details | None) -> None:
        """Show what became of the appointment that was open, or that there is one now."""
        now = self.found.details
        if finding.state(was) == finding.state(now):
            if self.main.pane and now:
                self.main.pane.show_mail(now.mail)
            return
        news = self.found.news(was, self.reader)
        if self.main.call:
            await self._tell_in_call(self.main.call, news)
            return
        self.acts.stop()
        self._show_main(news)
        ui.run_javascript(FOCUS_IF_LOST)

    async def _tell_in_call(self, call: VideoCall, news: str) -> None:
        """The call goes on, and may do so for longer when its appointment has been moved."""
        call.say(f'{news} You can finish your call.' if call.is_talking else news)
        if self.found.latest:
            await call.follow(self.found.latest, person=call.person)

    def _can_join(self, appointment: Appointment) -> bool:
        """Whether its call is open; and not a colleague's just now, unless the rep wants to take it over."""
        is_free = self.choice.takes_over or standings.colleague_in(appointment.id, self.rep.id) is None
        return is_free and calls.state(appointment, clock.now()) == 'open'

    def _show_main(self, news: str = '') -> None:
        """What is chosen, built anew."""
        details, at = self.found.details, self.choice.at
        if self.choice.in_call and not (details and self._can_join(details.appointment)):
            self.choice = replace(self.choice, in_call=False)
        layout.open_links_beside(self.choice.in_call)
        self.columns.classes(replace='rep' + (' rep-chosen' if at else '') + (' rep-calling' if self.choice.in_call else ''))
        if details and self.choice.in_call:
            self.main.show_call(details, self.reader)
        elif details:
            acts = self.acts.offered(details, to_others=self.found.has_others(details.rep))
            self.main.show_appointment(details, self.reader, news=news, is_shared=self.found.is_shared, acts=acts)
        elif at:
            self.main.show_nothing(at, self.reader, why=news or finding.cancelled(self.found.cancelled))
        else:
            self.main.ask_to_select()
        self._shown = self.choice
