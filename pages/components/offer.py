"""What is offered on a booking card: the kind, by whom, and on which days and times."""

from collections.abc import Mapping
from datetime import date, datetime

from db import Kind, Rep
from pages.asking import ask
from services import availability, clock, events, kinds, slot_changes, wall_clock
from services.errors import NoSuchKind
from services.slots import Slot
from services.times import Reader


class Offer:
    """`day` and `rep_id` (None: anybody) are what the viewer chose of it. Not `is_open`: it can be booked no more."""

    def __init__(self, kind: Kind, reader: Reader) -> None:
        self.kind, self.reader = kind, reader
        self.reps: list[Rep] = []
        self.rep_id: int | None = None
        self.day = self.days[0]
        self.is_open = True

    @property
    def days(self) -> tuple[date, date]:
        """The first and the last day on which it can be booked, as the viewer dates them."""
        return availability.first_and_last_day(self.kind, self.reader.zone)

    @property
    def can_choose(self) -> bool:
        """Whether the customer may choose between several reps."""
        return self.kind.customer_chooses_rep and len(self.reps) > 1

    async def read(self) -> None:
        """Look up what is offered now, and by whom; a rep who can be chosen no more is not chosen any longer."""
        try:
            self.kind, self.reps = await ask(_offered, self.kind.id)
            self.is_open = self.kind.is_active
        except NoSuchKind:
            self.reps, self.is_open = [], False
        self.rep_id = self.wanted_rep(str(self.rep_id))

    async def slots(self, browser_hash: str) -> list[Slot]:
        """The day's that have not begun; what this browser holds is free for it."""
        if not self.is_open:
            return []
        about, now = (self.kind.id, self.day, self.reader.zone), clock.now()
        found = await ask(availability.slots_on, *about, rep_id=self.rep_id, browser_hash=browser_hash)
        return [slot for slot in found if slot.starts_at > now]

    async def count(self, first: date, last: date) -> Mapping[date, int]:
        """How many free times each of these days has."""
        if not self.is_open:
            return {}
        return await ask(availability.free_per_day, self.kind.id, first, last, self.reader.zone, rep_id=self.rep_id)

    async def next_free(self, after: datetime) -> datetime | None:
        """The first free time from then on, or else the first of all."""
        own = {'rep_id': self.rep_id}
        found = await ask(availability.next_free, self.kind.id, after, **own)
        return found or await ask(availability.next_free, self.kind.id, clock.now(), **own)

    def wanted_day(self, day: str) -> date:
        """The day asked for, moved between today and the horizon; today when it is none."""
        first, last = self.days
        try:
            return min(max(date.fromisoformat(day), first), last)
        except ValueError:
            return first

    def wanted_rep(self, rep: str) -> int | None:
        """The rep asked for, if they can be chosen."""
        return next((own.id for own in self.reps if str(own.id) == rep), None) if self.can_choose else None

    def is_by(self, rep_id: int) -> bool:
        """Whether it is this rep, or may be, who is booked."""
        return rep_id == self.rep_id if self.rep_id else any(rep.id == rep_id for rep in self.reps)

    def fills_a_day(self, event: events.TimeChange) -> bool:
        """Whether it may decide if a day of the rep's is full, which changes times that it does not touch."""
        first, last = wall_clock.day_span(self.day, self.reader.zone)
        return self.kind.most_a_day is not None and first - wall_clock.DAY < event.from_at < last + wall_clock.DAY

    def aged(self, found: list[Slot]) -> list[Slot]:
        """The same slots as time alone has changed them."""
        now = clock.now()
        return slot_changes.aged(found, now, availability.earliest(self.kind, now))


def _offered(kind_id: int) -> tuple[Kind, list[Rep]]:
    return kinds.get(kind_id), kinds.reps_of(kind_id)
