"""Keeps a booking card true while others book, hours change and time goes by."""

import asyncio
from collections.abc import Awaitable, Callable

from pages.asking import tell
from pages.components.booking_dialog import BookingDialog
from pages.components.month_calendar import MonthCalendar
from pages.components.offer import Offer
from pages.components.slot_grid import SlotGrid
from pages.components.slot_keeper import SlotKeeper
from services import events, slot_changes
from services.cells import Claim
from services.errors import NoSuchKind, SlotTaken


class BookingNews:
    """`on_offer` shows the card anew when what is offered, by whom or when is not what it was.

    Whoever reads slots and shows them has the `turn` meanwhile, so that what happens between is neither missed nor overwritten.
    """

    def __init__(
        self,
        offer: Offer,
        keeper: SlotKeeper,
        grid: SlotGrid,
        calendar: MonthCalendar,
        dialog: BookingDialog,
        *,
        on_offer: Callable[[], Awaitable[None]],
    ) -> None:
        self._offer, self._keeper = offer, keeper
        self._grid, self._calendar, self._dialog = grid, calendar, dialog
        self._on_offer = on_offer
        self._is_stale = False  # whether the month may have other free times than it shows
        self._days = offer.days  # the first and the last, as they are shown
        self.turn = asyncio.Lock()

    async def on_taken(self, event: events.TimeTaken) -> None:
        """Somebody took some time: only what it touches changes. What this browser holds is free for it."""
        async with self.turn:
            if not self._offer.is_by(event.rep_id) or self._keeper.is_own(event):
                return
            self._is_stale = True
            claim = Claim(event.rep_id, event.from_at, event.until_at)
            if self._offer.fills_a_day(event) and event.held_until is None:
                self._grid.update(await self._offer.slots(self._keeper.browser_hash))
            else:
                self._grid.update(slot_changes.after_taking(self._grid.slots, claim, is_held=event.held_until is not None))
            self._tell_dialog()

    async def on_freed(self, event: events.TimeFreed) -> None:
        """Some time is free again."""
        async with self.turn:
            if not self._offer.is_by(event.rep_id):
                return
            self._is_stale = True
            if self._keeper.has_lost(event) and self._dialog.is_open:
                self._dialog.notice.show_lost()
            claim = Claim(event.rep_id, event.from_at, event.until_at)
            changed = slot_changes.after_freeing(self._grid.slots, claim)
            if changed is None or (self._offer.fills_a_day(event) and not slot_changes.touches(self._grid.slots, claim)):
                changed = await self._offer.slots(self._keeper.browser_hash)
            self._grid.update(self._offer.aged(changed))
            self._tell_dialog()

    async def on_changed(self, event: events.RepChanged | events.AvailabilityChanged | events.KindChanged) -> None:
        """What is offered, by whom or when may be other now."""
        async with self.turn:
            if isinstance(event, events.KindChanged) and event.kind_id != self._offer.kind.id:
                return
            if isinstance(event, events.AvailabilityChanged) and not self._offer.is_by(event.rep_id):
                return
            await self._offer.read()
            await self._on_offer()
            await self._count_again()
            if not self._offer.is_open:
                tell(NoSuchKind.sentence)

    async def tick(self) -> None:
        """Keep up with the clock, and with what has happened on other days."""
        if self._offer.days != self._days:
            await self._begin_day()
        async with self.turn:
            is_held = any(slot.held for slot in self._grid.slots)  # of a hold that nobody was told the end of
            found = await self._offer.slots(self._keeper.browser_hash) if is_held else self._offer.aged(self._grid.slots)
            self._grid.update(found)
        if self._is_stale:
            await self._count_again()

    async def show_month(self) -> None:
        """Show the month of the day that is chosen; the caller has the turn."""
        self._is_stale, self._days = False, self._offer.days
        await self._calendar.show(self._offer.day, *self._days, self._offer.reader)

    async def _begin_day(self) -> None:
        """It is past midnight where the viewer is: nothing can be booked on the day before any more."""
        async with self.turn:
            self._offer.day = max(self._offer.day, self._offer.days[0])
            await self._on_offer()
            await self.show_month()

    async def _count_again(self) -> None:
        """Count again what the month has, whichever month it is that the viewer looks at."""
        self._is_stale, self._days = False, self._offer.days
        await self._calendar.refresh(*self._days)

    def _tell_dialog(self) -> None:
        """Say in the dialog what has become of the time it is about."""
        slot = self._grid.at(self._dialog.starts_at) if self._dialog.is_open and self._dialog.starts_at else None
        if slot:
            self._dialog.say_taken(SlotTaken.sentence if slot.state in ('taken', 'held') else '')
