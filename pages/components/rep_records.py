"""What a rep reads and keeps of an appointment on their page, by their right to it at that moment."""

from collections.abc import Awaitable, Callable

from db import Appointment, Rep
from pages.asking import ask
from services import calls, handling, outcomes
from services.outcomes import Outcome, Past, Record


class RepRecords:
    """`rep_id`: the number of the rep who looks · `who()` answers with that rep, asked again each time.

    None when their sign-in has ended, and then nothing is done.

    All of it raises `NotAllowed` for what is somebody else's.
    """

    def __init__(self, rep_id: int, who: Callable[[], Awaitable[Rep | None]]) -> None:
        self.rep_id, self._who = rep_id, who

    async def read(self, appointment_id: int) -> Record | None:
        """What is known of this appointment now."""
        rep = await self._who()
        return await ask(outcomes.record, rep, appointment_id) if rep else None

    async def history(self, appointment: Appointment) -> list[Past]:
        """What there was before with the same customer."""
        rep = await self._who()
        return await ask(outcomes.history, rep, appointment) if rep else []

    async def notes(self, appointment_id: int) -> str | None:
        """Its private notes as they are now."""
        rep = await self._who()
        return (await ask(handling.find, rep, appointment_id)).notes if rep else None

    async def mark(self, appointment_id: int, outcome: Outcome) -> None:
        """Note how it went."""
        if rep := await self._who():
            await ask(outcomes.mark, rep, appointment_id, outcome)

    async def note(self, appointment_id: int, text: str, *, seen: str) -> str | None:
        """Its private notes, now that these are stored; raises what `outcomes.note` does."""
        rep = await self._who()
        return await ask(outcomes.note, rep, appointment_id, text, seen=seen) if rep else None

    async def reopen(self, appointment_id: int) -> None:
        """Let its call, which was ended, be joined again."""
        if rep := await self._who():
            await ask(handling.find, rep, appointment_id)
            await calls.reopen(appointment_id)
