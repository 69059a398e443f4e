"""The slot that is kept for this browser while its form is open on this page."""

import asyncio
from datetime import datetime

from fastapi import Request

from db import Hold
from pages import browsers
from pages.asking import ask, succeeds
from services import cells, events, holds
from services.cells import Claim
from services.hashing import hashed


class SlotKeeper:
    """One hold at a time. Taking and letting go follow each other in the order in which they were wanted."""

    def __init__(self, request: Request) -> None:
        self.browser = browsers.known(request)
        self._network = browsers.network(request)
        self._hold: Hold | None = None
        self._turn = asyncio.Lock()

    @property
    def browser_hash(self) -> str:
        """What the browser is known by in the database; empty while it is not known."""
        return hashed(self.browser) if self.browser else ''

    async def keep(self, kind_id: int, starts_at: datetime, rep_id: int | None) -> Hold:
        """The hold on this slot.

        :raises SlotTaken: when nobody is free then
        :raises SlotNotOffered: when it cannot be booked
        :raises TooManyHolds: when others of the same network address hold as many as they may
        """
        async with self._turn:
            self.browser = self.browser or await browsers.ask()
            self._hold = await ask(holds.take, kind_id, starts_at, self.browser, self._network, rep_id)
            return self._hold

    async def let_go(self) -> None:
        """Keep nothing any more."""
        async with self._turn:
            hold, self._hold = self._hold, None
            if hold:
                await succeeds(holds.release, self.browser, hold.expires_at)

    def forget(self) -> None:
        """It was used up."""
        self._hold = None

    def is_own(self, event: events.TimeTaken) -> bool:
        """Whether this browser did it, here or in another tab."""
        return bool(event.held_by) and event.held_by == self.browser_hash

    def has_lost(self, event: events.TimeFreed) -> bool:
        """Whether what was freed is what is kept here: it ran out, or another tab of this browser keeps something else."""
        if self._hold is None or cells.claim_of(self._hold) != Claim(event.rep_id, event.from_at, event.until_at):
            return False
        self._hold = None
        return True
