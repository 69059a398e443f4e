"""From the slot that was clicked to the appointment: the dialog, and the slot that is kept meanwhile."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from functools import partial

from nicegui import ui

from pages.asking import ask
from pages.components.booking_dialog import BookingDialog
from pages.components.offer import Offer
from pages.components.slot_keeper import SlotKeeper
from services import appointments, booking_form, questions
from services.errors import EXPECTED, TooManyHolds
from services.times import Reader


class SlotBooking:
    """Calls `on_refused` when the slot cannot be kept, so that the times shown are not what they were."""

    def __init__(self, offer: Offer, keeper: SlotKeeper, *, on_refused: Callable[[], Awaitable[None]]) -> None:
        self._offer, self._keeper = offer, keeper
        self._on_refused = on_refused
        self.dialog = BookingDialog(offer.reader, on_book=self._book, on_keep=self._keep, on_close=keeper.let_go)

    async def ask_who(self, starts_at: datetime) -> None:
        """Ask who books this slot."""
        self.dialog.open(starts_at, await ask(questions.of, self._offer.kind.id))
        await self._keep()

    async def _keep(self) -> None:
        """Keep the time that the dialog asks about, for as long as somebody may need to fill it in."""
        starts_at, say = self.dialog.starts_at, self.dialog.notice.show_refused
        assert starts_at is not None
        try:
            hold = await self._keeper.keep(self._offer.kind.id, starts_at, self._offer.rep_id)
            say = partial(self.dialog.notice.show_kept, hold.expires_at)
        except TooManyHolds:
            pass
        except EXPECTED as error:
            say = partial(self.dialog.say, str(error))
            await self._on_refused()
        if self.dialog.is_open and self.dialog.starts_at == starts_at:  # else it asks about another time by now
            say()

    async def _book(self, starts_at: datetime, fields: dict[str, str]) -> None:
        """Book, and go to the appointment.

        :raises ProductError: what the dialog shows
        """
        offer = self._offer
        key = await ask(_book, offer.kind.id, starts_at, fields, offer.reader, offer.rep_id, self._keeper.browser)
        self._keeper.forget()
        ui.navigate.to(f'/appointment/{key}')


def _book(kind_id: int, starts_at: datetime, fields: dict[str, str], reader: Reader, rep_id: int | None, browser: str) -> str:
    """The manage key of the new appointment."""
    customer, answers = booking_form.checked(kind_id, fields, reader.zone.key, reader.clock)
    booked = appointments.book(kind_id, starts_at, customer, rep_id=rep_id, answers=answers, browser=browser)
    return appointments.key('manage', booked)
