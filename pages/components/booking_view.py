"""The card on which a kind of appointment is booked: what it is, the month, the day, its slots, and the dialog that books one."""

from dataclasses import replace
from datetime import date, datetime
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from nicegui import html, ui

from pages import times
from pages.asking import tell
from pages.components import mail_words
from pages.components.booking_news import BookingNews
from pages.components.clock_switch import ClockSwitch
from pages.components.date_navigator import DateNavigator
from pages.components.icon import icon
from pages.components.month_calendar import MonthCalendar, focusing
from pages.components.offer import Offer
from pages.components.rep_chooser import RepChooser
from pages.components.slot_booking import SlotBooking
from pages.components.slot_grid import SlotGrid
from pages.components.slot_keeper import SlotKeeper
from pages.components.zone_chooser import ZoneChooser
from services import clock, reps, wall_clock
from services.errors import NoSuchKind
from services.slots import Slot
from services.times import Reader, duration

FOCUS_DAY = "(e) => { if (e.newState === 'open') " + focusing('.month [data-day]:not([tabindex="-1"])') + ' }'
NOTHING_FREE = 'There is no free time at all just now. Please come back later.'


class BookingView:
    """`address` is the page's own, without what is asked for after it. What happens elsewhere, the page tells its `news`."""

    def __init__(self, offer: Offer, keeper: SlotKeeper, *, address: str) -> None:
        self._offer, self._keeper, self._address = offer, keeper, address
        self._calendar = MonthCalendar(offer.reader, on_choose=self._choose_day, count=offer.count)
        booking = SlotBooking(offer, keeper, on_refused=lambda: self._show_day(offer.day))
        self._dialog = booking.dialog
        self._grid = SlotGrid([], offer.reader, on_choose=booking.ask_who)
        self.news = BookingNews(offer, keeper, self._grid, self._calendar, self._dialog, on_offer=self._show_offer)

    async def build(self, day: str, rep: str) -> None:
        """Show it; `day` and `rep` as the address has them, whatever they are."""
        async with self.news.turn:
            await self._offer.read()
            self._offer.day, self._offer.rep_id = self._offer.wanted_day(day), self._offer.wanted_rep(rep)
            self._grid.slots = await self._slots()
            self._build()
            await self.news.show_month()

    async def go_back(self, day: str, rep: str) -> None:
        """Show what the address asks for now: the browser went back, or forth."""
        self._offer.rep_id = self._offer.wanted_rep(rep)
        await self._show_day(self._offer.wanted_day(day))

    @ui.refreshable_method
    def describe(self) -> None:
        """What is booked, and with whom."""
        kind, names = self._offer.kind, [reps.display_name(rep) for rep in self._offer.reps]
        if not self._offer.can_choose:
            html.p(', '.join(names)).classes('quiet')
        html.h2(kind.name)
        if kind.description:
            html.p(kind.description).classes('user-text booking-description')
        with html.ul().classes('facts'):
            if self._offer.can_choose:
                with self._fact('person'):
                    RepChooser(self._offer.reps, self._offer.rep_id, on_change=self._choose_rep).build()
            for picture, words in (('schedule', duration(kind.minutes)), ('videocam', 'In your browser, no account')):
                with self._fact(picture):
                    html.span(words)

    def _build(self) -> None:
        with html.div().classes('card booking'):
            with html.section().classes('booking-what').props('aria-label="What you book"'):
                self.describe()
                self._reading_times()
                with html.div().classes('month').props('popover=auto').on('toggle', js_handler=FOCUS_DAY) as self._month:
                    self._calendar.build()
            with html.section().classes('booking-when').props('aria-label="Times"'):
                html.h1('Schedule your appointment')
                html.p(f'Pick a time. {mail_words.link_comes()}').classes('quiet')
                self._day_and_slots()
        self._dialog.build()

    def _reading_times(self) -> None:
        self._zone = ZoneChooser(self._offer.reader, self._noon(), on_change=self._change_zone)
        with html.ul().classes('facts'), self._fact('public'), html.div().classes('reading-times'):
            self._zone.build()
            ClockSwitch(self._offer.reader.clock, on_change=self._change_clock).build()

    def _day_and_slots(self) -> None:
        (first, last), reader = self._offer.days, self._offer.reader
        self._navigator = DateNavigator(self._offer.day, first=first, last=last, reader=reader, popover=self._month, on_change=self._go_to)
        self._navigator.build()
        self._grid.build()
        html.button('Next available').classes('button next-free').props('type=button').on('click', self._go_to_next_free)

    def _fact(self, picture: str) -> html.li:
        item = html.li()
        with item:
            icon(picture)
        return item

    async def _show_day(self, day: date) -> None:
        """Show another day, without a new entry in the browser's history."""
        self._offer.day = day
        async with self.news.turn:
            if self._offer.day == day:  # else another one was chosen meanwhile
                await self._show_slots()
                await self.news.show_month()

    async def _show_offer(self) -> None:
        """Show what is offered now; the caller has the turn."""
        self.describe.refresh()
        await self._show_slots()

    async def _show_slots(self) -> None:
        found, reader = await self._slots(), self._offer.reader
        first, last = self._offer.days
        self._navigator.show(self._offer.day, first=first, last=last, reader=reader)
        if [slot.starts_at for slot in found] == [slot.starts_at for slot in self._grid.slots] and self._grid.reader == reader:
            self._grid.update(found)
        else:
            self._grid.show(found, reader)
        self._zone.show(reader, self._noon())

    async def _slots(self) -> list[Slot]:
        return await self._offer.slots(self._keeper.browser_hash)

    def _noon(self) -> datetime:
        """An instant of the day shown, to name the zone's offset by."""
        day, shown = self._offer.day, self._grid.slots
        return shown[0].starts_at if shown else datetime(day.year, day.month, day.day, 12, tzinfo=self._offer.reader.zone)

    async def _go_to(self, day: date) -> None:
        rep = {'rep': str(self._offer.rep_id)} if self._offer.rep_id else {}
        ui.navigate.history.push(f'{self._address}?' + urlencode({'day': day.isoformat()} | rep))
        await self._show_day(day)

    async def _choose_day(self, day: date) -> None:
        """A day of the month was chosen: go there, and lead the keyboard to its times."""
        self._month.run_method('hidePopover')
        await self._go_to(day)
        self._grid.focus()

    async def _go_to_next_free(self) -> None:
        """Go to the first free time; from an empty day, to the first one after it."""
        if not self._offer.is_open:
            tell(NoSuchKind.sentence)
            return
        now, reader = clock.now(), self._offer.reader
        found = await self._offer.next_free(now if self._grid.free else max(now, wall_clock.day_span(self._offer.day, reader.zone)[0]))
        if found is None:
            tell(NOTHING_FREE)
            return
        await self._go_to(reader.date_of(found))
        self._grid.focus(found)

    async def _choose_rep(self, rep_id: int | None) -> None:
        self._offer.rep_id = rep_id
        await self._go_to(self._offer.day)

    async def _change_zone(self, name: str) -> None:
        times.remember_zone(name)
        await self._change_reader(replace(self._offer.reader, zone=ZoneInfo(name)))

    async def _change_clock(self, hours: int) -> None:
        times.remember_clock(hours)
        await self._change_reader(replace(self._offer.reader, clock=hours))

    async def _change_reader(self, reader: Reader) -> None:
        self._offer.reader = self._dialog.reader = reader
        await self._show_day(self._offer.wanted_day(self._offer.day.isoformat()))
