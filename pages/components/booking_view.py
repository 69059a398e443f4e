"""The card on which a kind of appointment is booked: what it is, the month, the day, its slots, and the dialog that books one."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from functools import partial
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from nicegui import html, ui

from db import Kind, Rep
from pages import times
from pages.asking import ask, tell
from pages.components.booking_dialog import BookingDialog
from pages.components.clock_switch import ClockSwitch
from pages.components.date_navigator import DateNavigator
from pages.components.icon import icon
from pages.components.month_calendar import MonthCalendar
from pages.components.rep_chooser import RepChooser
from pages.components.slot_grid import SlotGrid
from pages.components.slot_keeper import SlotKeeper
from pages.components.zone_chooser import ZoneChooser
from services import appointments, availability, booking_form, clock, events, kinds, questions, reps, slot_changes, slots
from services.cells import Claim
from services.errors import EXPECTED, NoSuchKind, SlotTaken, TooManyHolds
from services.slots import Slot
from services.times import Reader, duration

FOCUS_DAY = "(e) => { if (e.newState === 'open') e.target.querySelector('[data-day]:not([tabindex=\"-1\"])').focus() }"
NOTHING_FREE = 'There is no free time at all just now. Please come back later.'


class BookingView:
    """`address` is the page's own, without what is asked for after it.

    Whoever reads slots and shows them has the `_turn` meanwhile, so that what happens between is neither missed nor overwritten.
    """

    def __init__(self, kind: Kind, reader: Reader, keeper: SlotKeeper, *, address: str) -> None:
        self.kind, self.reader = kind, reader
        self._keeper, self._address = keeper, address
        self.reps: list[Rep] = []
        self.rep_id: int | None = None
        self._is_offered = True
        self._is_stale = False  # whether the month may have other free times than it shows
        self._turn = asyncio.Lock()

    async def build(self, day: str, rep: str) -> None:
        """Show it; `day` and `rep` as the address has them, whatever they are."""
        async with self._turn:
            await self._read_kind()
            self.day, self.rep_id = self._wanted_day(day), self._wanted_rep(rep)
            found = await self._slots()
            self._build(found)
            await self._show_month()

    async def go_back(self, day: str, rep: str) -> None:
        """Show what the address asks for now: the browser went back, or forth."""
        self.rep_id = self._wanted_rep(rep)
        await self.show_day(self._wanted_day(day))

    async def show_day(self, day: date) -> None:
        """Show another day, without a new entry in the browser's history."""
        self.day = day
        async with self._turn:
            if self.day == day:  # else another one was chosen meanwhile
                await self._show()

    async def on_taken(self, event: events.TimeTaken) -> None:
        """Somebody took some time: only what it touches changes. What this browser holds is free for it."""
        async with self._turn:
            if not self._is_mine(event.rep_id) or self._keeper.is_own(event):
                return
            self._is_stale = True
            claim = Claim(event.rep_id, event.from_at, event.until_at)
            if self._fills_a_day(event) and event.held_until is None:
                self.grid.update(await self._slots())
            else:
                self.grid.update(slot_changes.after_taking(self.grid.slots, claim, is_held=event.held_until is not None))
            self._tell_dialog()

    async def on_freed(self, event: events.TimeFreed) -> None:
        """Some time is free again."""
        async with self._turn:
            if not self._is_mine(event.rep_id):
                return
            self._is_stale = True
            if self._keeper.has_lost(event) and self.dialog.is_open:
                self.dialog.notice.show_lost()
            claim = Claim(event.rep_id, event.from_at, event.until_at)
            changed = slot_changes.after_freeing(self.grid.slots, claim)
            if changed is None or (self._fills_a_day(event) and not slot_changes.touches(self.grid.slots, claim)):
                changed = await self._slots()
            self.grid.update(self._aged(changed))
            self._tell_dialog()

    async def on_changed(self, event: events.RepChanged | events.AvailabilityChanged | events.KindChanged) -> None:
        """What is offered, by whom or when may be other now."""
        async with self._turn:
            if isinstance(event, events.KindChanged) and event.kind_id != self.kind.id:
                return
            if isinstance(event, events.AvailabilityChanged) and not self._is_mine(event.rep_id):
                return
            await self._read_kind()
            self.describe.refresh()
            await self._show_slots()
            await self._count_again()
            if not self._is_offered:
                tell(NoSuchKind.sentence)

    async def tick(self) -> None:
        """Keep up with the clock, and with what has happened on other days."""
        async with self._turn:
            is_held = any(slot.held for slot in self.grid.slots)  # of a hold that nobody was told the end of
            self.grid.update(await self._slots() if is_held else self._aged(self.grid.slots))
        if self._is_stale:
            await self._count_again()

    @ui.refreshable_method
    def describe(self) -> None:
        """What is booked, and with whom."""
        names = [reps.display_name(rep) for rep in self.reps]
        if not self._can_choose:
            html.p(', '.join(names)).classes('quiet')
        html.h2(self.kind.name)
        if self.kind.description:
            html.p(self.kind.description).classes('user-text booking-description')
        with html.ul().classes('facts'):
            if self._can_choose:
                with self._fact('person'):
                    RepChooser(self.reps, self.rep_id, on_change=self._choose_rep).build()
            for picture, words in (('schedule', duration(self.kind.minutes)), ('videocam', 'In your browser, no account')):
                with self._fact(picture):
                    html.span(words)

    def _build(self, found: list[Slot]) -> None:
        self.calendar = MonthCalendar(self.reader, on_choose=self._choose_day, count=self._count)
        self.grid = SlotGrid(found, self.reader, on_choose=self._ask_who)
        self.zone = ZoneChooser(self.reader, self._noon(found), on_change=self._change_zone)
        self.dialog = BookingDialog(self.reader, on_book=self._book, on_keep=self._keep, on_close=self._keeper.let_go)
        with html.div().classes('card booking'):
            with html.section().classes('booking-what').props('aria-label="What you book"'):
                self.describe()
                self._reading_times()
                with html.div().classes('month').props('popover=auto').on('toggle', js_handler=FOCUS_DAY) as self.month:
                    self.calendar.build()
            with html.section().classes('booking-when').props('aria-label="Times"'):
                html.h1('Schedule your appointment')
                html.p('Pick a time. You will get a mail with the link.').classes('quiet')
                self._day_and_slots()
        self.dialog.build()

    def _reading_times(self) -> None:
        with html.ul().classes('facts'), self._fact('public'), html.div().classes('reading-times'):
            self.zone.build()
            ClockSwitch(self.reader.clock, on_change=self._change_clock).build()

    def _day_and_slots(self) -> None:
        first, last = availability.first_and_last_day(self.kind, self.reader.zone)
        self.navigator = DateNavigator(self.day, first=first, last=last, reader=self.reader, popover=self.month, on_change=self._go_to)
        self.navigator.build()
        self.grid.build()
        html.button('Next available').classes('button next-free').props('type=button').on('click', self._go_to_next_free)

    def _fact(self, picture: str) -> html.li:
        item = html.li()
        with item:
            icon(picture)
        return item

    async def _show(self) -> None:
        """Show the day as it is now, and its month; the caller has the turn."""
        await self._show_slots()
        await self._show_month()

    async def _show_slots(self) -> None:
        found = await self._slots()
        first, last = availability.first_and_last_day(self.kind, self.reader.zone)
        self.navigator.show(self.day, first=first, last=last, reader=self.reader)
        if [slot.starts_at for slot in found] == [slot.starts_at for slot in self.grid.slots] and self.grid.reader == self.reader:
            self.grid.update(found)
        else:
            self.grid.show(found, self.reader)
        self.zone.show(self.reader, self._noon(found))

    async def _count_again(self) -> None:
        """Count again what the month has, whichever month it is that the viewer looks at."""
        self._is_stale = False
        await self.calendar.refresh(*availability.first_and_last_day(self.kind, self.reader.zone))

    async def _show_month(self) -> None:
        self._is_stale = False
        await self.calendar.show(self.day, *availability.first_and_last_day(self.kind, self.reader.zone), self.reader)

    async def _read_kind(self) -> None:
        """Look up what is offered now, and by whom; a rep who can be chosen no more is not chosen any longer."""
        try:
            self.kind, self.reps = await ask(_offered, self.kind.id)
            self._is_offered = self.kind.is_active
        except NoSuchKind:
            self.reps, self._is_offered = [], False
        self.rep_id = self._wanted_rep(str(self.rep_id))

    async def _slots(self) -> list[Slot]:
        if not self._is_offered:
            return []
        who = {'rep_id': self.rep_id, 'browser_hash': self._keeper.browser_hash}
        return await ask(availability.slots_on, self.kind.id, self.day, self.reader.zone, **who)

    async def _count(self, first: date, last: date) -> Mapping[date, int]:
        if not self._is_offered:
            return {}
        return await ask(availability.free_per_day, self.kind.id, first, last, self.reader.zone, rep_id=self.rep_id)

    def _aged(self, found: list[Slot]) -> list[Slot]:
        now = clock.now()
        return slot_changes.aged(found, now, availability.earliest(self.kind, now))

    def _tell_dialog(self) -> None:
        """Say in the dialog what has become of the time it is about."""
        slot = self.grid.at(self.dialog.starts_at) if self.dialog.is_open and self.dialog.starts_at else None
        if slot:
            self.dialog.say_taken(SlotTaken.sentence if slot.state in ('taken', 'held') else '')

    def _fills_a_day(self, event: events.TimeTaken | events.TimeFreed) -> bool:
        """Whether it may decide if a day of the rep's is full, which changes times that it does not touch."""
        first, last = slots.day_span(self.day, self.reader.zone)
        return self.kind.most_a_day is not None and first - slots.DAY < event.from_at < last + slots.DAY

    def _is_mine(self, rep_id: int) -> bool:
        return rep_id == self.rep_id if self.rep_id else any(rep.id == rep_id for rep in self.reps)

    @property
    def _can_choose(self) -> bool:
        return self.kind.customer_chooses_rep and len(self.reps) > 1

    def _noon(self, found: list[Slot]) -> datetime:
        """An instant of the day shown, to name the zone's offset by."""
        return found[0].starts_at if found else datetime(self.day.year, self.day.month, self.day.day, 12, tzinfo=self.reader.zone)

    def _wanted_day(self, day: str) -> date:
        """The day asked for, moved between today and the horizon; today when it is none."""
        first, last = availability.first_and_last_day(self.kind, self.reader.zone)
        try:
            return min(max(date.fromisoformat(day), first), last)
        except ValueError:
            return first

    def _wanted_rep(self, rep: str) -> int | None:
        """The rep asked for, if they can be chosen."""
        return next((own.id for own in self.reps if str(own.id) == rep), None) if self._can_choose else None

    async def _go_to(self, day: date) -> None:
        ui.navigate.history.push(self._own_address(day))
        await self.show_day(day)

    async def _choose_day(self, day: date) -> None:
        """A day of the month was chosen: go there, and lead the keyboard to its times."""
        self.month.run_method('hidePopover')
        await self._go_to(day)
        self.grid.focus()

    async def _go_to_next_free(self) -> None:
        """Go to the first free time; from an empty day, to the first one after it."""
        if not self._is_offered:
            tell(NoSuchKind.sentence)
            return
        now = clock.now()
        after = now if self.grid.free else max(now, slots.day_span(self.day, self.reader.zone)[0])
        own = {'rep_id': self.rep_id}
        found = await ask(availability.next_free, self.kind.id, after, **own) or await ask(availability.next_free, self.kind.id, now, **own)
        if found is None:
            tell(NOTHING_FREE)
            return
        await self._go_to(self.reader.date_of(found))
        self.grid.focus(found)

    async def _choose_rep(self, rep_id: int | None) -> None:
        self.rep_id = rep_id
        await self._go_to(self.day)

    async def _change_zone(self, name: str) -> None:
        times.remember_zone(name)
        await self._change_reader(replace(self.reader, zone=ZoneInfo(name)))

    async def _change_clock(self, hours: int) -> None:
        times.remember_clock(hours)
        await self._change_reader(replace(self.reader, clock=hours))

    async def _change_reader(self, reader: Reader) -> None:
        self.reader = self.dialog.reader = reader
        await self.show_day(self._wanted_day(self.day.isoformat()))

    def _own_address(self, day: date) -> str:
        return f'{self._address}?' + urlencode({'day': day.isoformat()} | ({'rep': str(self.rep_id)} if self.rep_id else {}))

    async def _ask_who(self, starts_at: datetime) -> None:
        self.dialog.open(starts_at, await ask(questions.of, self.kind.id))
        await self._keep()

    async def _keep(self) -> None:
        """Keep the time that the dialog asks about, for as long as somebody may need to fill it in."""
        starts_at, say = self.dialog.starts_at, self.dialog.notice.show_refused
        assert starts_at is not None
        try:
            hold = await self._keeper.keep(self.kind.id, starts_at, self.rep_id)
            say = partial(self.dialog.notice.show_kept, hold.expires_at)
        except TooManyHolds:
            pass
        except EXPECTED as error:
            say = partial(self.dialog.say, str(error))
            await self.show_day(self.day)
        if self.dialog.is_open and self.dialog.starts_at == starts_at:  # else it asks about another time by now
            say()

    async def _book(self, starts_at: datetime, fields: dict[str, str]) -> None:
        """Book, and go to the appointment.

        :raises ProductError: what the dialog shows
        """
        key = await ask(_book, self.kind.id, starts_at, fields, self.reader, self.rep_id, self._keeper.browser)
        self._keeper.forget()
        ui.navigate.to(f'/appointment/{key}')


def _offered(kind_id: int) -> tuple[Kind, list[Rep]]:
    return kinds.get(kind_id), kinds.reps_of(kind_id)


def _book(kind_id: int, starts_at: datetime, fields: dict[str, str], reader: Reader, rep_id: int | None, browser: str) -> str:
    """The manage key of the new appointment."""
    customer, answers = booking_form.checked(kind_id, fields, reader.zone.key, reader.clock)
    booked = appointments.book(kind_id, starts_at, customer, rep_id=rep_id, answers=answers, browser=browser)
    return appointments.key('manage', booked)
