"""What is about now on the rep's page, whatever day is shown: their own status, who arrives, and the next call."""

from collections.abc import Awaitable, Callable

from nicegui import html

from pages.components.arrival_alert import ArrivalAlert
from pages.components.next_call import NextCall
from pages.components.own_status import OwnStatus


class RepDesk:
    """`on_away` gets whether the rep is away from now on. The page says what is so by the three parts `status`, `alert` and `next`."""

    def __init__(self, *, on_next: Callable[[], Awaitable[None]], on_away: Callable[[bool], Awaitable[None]]) -> None:
        self.status = OwnStatus(on_away=on_away)
        self.next = NextCall(on_call=on_next)

    def build(self) -> None:
        with html.section().classes('rep-desk').props('aria-label=Now'):
            self.status.build()
            self.alert = ArrivalAlert()
            self.next.build()
