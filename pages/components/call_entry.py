"""The way into a call: how far somebody is on it, and what lets them in."""

import logging
from collections.abc import Awaitable, Callable
from typing import Literal

from services import calls
from services.calls import Admission
from services.errors import EXPECTED, Failed, NotAllowed
from services.video.base import Seat

log = logging.getLogger(__name__)

NOT_ALLOWED = 'This call is not open to you just now. Please reload this page.'

Phase = Literal['outside', 'asking', 'joining', 'in', 'renewing']
Right = Callable[[], Awaitable[bool]]


class CallEntry:
    """Lets one seat's browser in and out.

    `phase`: outside; its devices are asked for; it is let in; it is in; it is in and let in anew · `may_join`: asked each time before.
    """

    def __init__(self, appointment_id: int, seat: Seat, may_join: Right | None) -> None:
        self._appointment_id, self._seat, self._may_join = appointment_id, seat, may_join
        self.phase: Phase = 'outside'
        self._tries = 0

    @property
    def is_open(self) -> bool:
        """Whether somebody is outside, and can come in."""
        return self.phase in ('outside', 'asking')

    def leave(self) -> None:
        """Be outside. Whatever a try still brings is not waited for any more."""
        self._enter('outside')

    async def admit(self) -> Admission | None:
        """What lets them in, who are outside.

        None when they have gone away meanwhile; raises `NotAllowed` and what `calls.admit` does.
        """
        return await self._admit('joining')

    async def renew(self) -> Admission | None:
        """What lets them in again, who are in: the browser's connection to the platform broke down. Otherwise as `admit`."""
        return await self._admit('renewing')

    async def require_right(self) -> None:
        """:raises NotAllowed: when the page says that they may not join (any more); `Failed`, when it cannot say"""
        if self._may_join and not await self._asked(self._may_join):
            raise NotAllowed(NOT_ALLOWED)

    async def _asked(self, may_join: Right) -> bool:
        try:
            return await may_join()
        except EXPECTED:
            raise
        except Exception as error:
            log.exception('A page failed over who may join its call')
            raise Failed from error

    async def _admit(self, phase: Phase) -> Admission | None:
        number = self._enter(phase)
        try:
            await self.require_right()
            admission = await calls.admit(self._appointment_id, self._seat)
        except EXPECTED:
            if number == self._tries:
                raise
            return None  # they have left, or try anew: what became of this try is nobody's business
        if number != self._tries:
            return None
        self.phase = 'in'
        return admission

    def _enter(self, phase: Phase) -> int:
        """The number of this step: while it is the latest, nobody went another way."""
        self.phase = phase
        self._tries += 1
        return self._tries
