"""The slots of one day as buttons named by their time. A live change touches the one button it is about."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from nicegui import html, ui

from pages.components.words import Words
from services.slots import Slot
from services.times import Reader

WHY = {'taken': 'taken', 'past': 'already past'}
EMIT_SLOT = (
    "(e) => { const slot = e.target.closest('button[data-slot]'); if (slot && slot.ariaDisabled !== 'true') emit(slot.dataset.slot) }"
)


class SlotGrid:
    """Calls `on_choose` with the start of a free slot that was clicked."""

    def __init__(self, slots: list[Slot], reader: Reader, *, on_choose: Callable[[datetime], Awaitable[None] | None]) -> None:
        self.slots, self.reader = slots, reader
        self._on_choose = on_choose
        self._buttons: dict[datetime, html.button] = {}

    @ui.refreshable_method
    def build(self) -> None:
        self._buttons = {}
        with html.div().classes('slot-grid').on('click', lambda event: self._choose(event.args), js_handler=EMIT_SLOT):
            for slot in self.slots:
                self._buttons[slot.starts_at] = html.button(self.reader.time(slot.starts_at)).props('type=button')
                self._buttons[slot.starts_at].props['data-slot'] = slot.starts_at.isoformat()
                self._draw(slot)
        self._summary = Words(tag='p').classes('slot-summary quiet small').props('role=status')
        self._count()

    def show(self, slots: list[Slot], reader: Reader) -> None:
        """Show another day, or the same one for another reader."""
        self.slots, self.reader = slots, reader
        self.build.refresh()

    def update(self, slots: list[Slot]) -> None:
        """Show the same day as it is now: only the slots whose state changed are touched."""
        if [slot.starts_at for slot in slots] != list(self._buttons):
            self.show(slots, self.reader)
            return
        changed = [new for old, new in zip(self.slots, slots, strict=True) if old != new]
        self.slots = slots
        for slot in changed:
            self._draw(slot)
        if changed:
            self._count()

    def take(self, starts_at: datetime, ends_at: datetime) -> None:
        """Mark as taken whatever overlaps this time."""
        self.update([_taken(slot) if _overlaps(slot, starts_at, ends_at) else slot for slot in self.slots])

    def age(self, now: datetime) -> None:
        """Mark as past the free slots that have begun."""
        self.update([Slot(s.starts_at, s.minutes, 'past') if s.state == 'free' and s.starts_at <= now else s for s in self.slots])

    def covers(self, starts_at: datetime, ends_at: datetime) -> bool:
        """Whether any slot shown overlaps this time."""
        return any(_overlaps(slot, starts_at, ends_at) for slot in self.slots)

    def _choose(self, starts_at: str) -> Awaitable[None] | None:
        return self._on_choose(datetime.fromisoformat(starts_at))

    def _draw(self, slot: Slot) -> None:
        button, why = self._buttons[slot.starts_at], WHY.get(slot.state)
        button.classes(replace=f'slot slot-{slot.state}')
        button.props['aria-disabled'] = 'true' if why else 'false'
        button.props['aria-label'] = self.reader.time(slot.starts_at) + (f', {why}' if why else '')

    def _count(self) -> None:
        free = sum(slot.state == 'free' for slot in self.slots)
        times = 'No free times on this day. Please try another day.' if free == 0 else f'{free} free {"time" if free == 1 else "times"}.'
        self._summary.set_text(f'{times} Times are shown in {self.reader.place()} time.')


def _overlaps(slot: Slot, starts_at: datetime, ends_at: datetime) -> bool:
    return slot.starts_at < ends_at and starts_at < slot.starts_at + timedelta(minutes=slot.minutes)


def _taken(slot: Slot) -> Slot:
    return Slot(slot.starts_at, slot.minutes, 'taken')
