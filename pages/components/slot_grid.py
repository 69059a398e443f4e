"""The slots of one day as buttons named by their time. A live change touches the one button it is about."""

from collections.abc import Awaitable, Callable
from datetime import datetime

from nicegui import html, ui

from pages.components.words import Words
from services.slots import Slot
from services.times import Reader

WHY = {'held': 'being booked', 'taken': 'taken', 'soon': 'too soon to be booked', 'past': 'already past'}
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
        with html.div().classes('slot-grid').props('role=group tabindex=-1') as self._group:
            for slot in self.slots:
                self._buttons[slot.starts_at] = html.button(self.reader.time(slot.starts_at)).props('type=button')
                self._buttons[slot.starts_at].props['data-slot'] = slot.starts_at.isoformat()
                self._draw(slot)
        self._group.on('click', lambda event: self._choose(event.args), js_handler=EMIT_SLOT)
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
        changed = [new for old, new in zip(self.slots, slots, strict=True) if old.state != new.state]
        self.slots = slots
        for slot in changed:
            self._draw(slot)
        if changed:
            self._count()

    def at(self, starts_at: datetime) -> Slot | None:
        """The slot that starts then, if it is shown."""
        return next((slot for slot in self.slots if slot.starts_at == starts_at), None)

    @property
    def free(self) -> list[Slot]:
        """Those of the slots shown that can be booked."""
        return [slot for slot in self.slots if slot.state == 'free']

    def focus(self, starts_at: datetime | None = None) -> None:
        """Lead the keyboard, and a screen reader, to this slot, or to all of them."""
        target = self._buttons.get(starts_at, self._group) if starts_at else self._group
        target.run_method('focus')

    def _choose(self, starts_at: str) -> Awaitable[None] | None:
        return self._on_choose(datetime.fromisoformat(starts_at))

    def _draw(self, slot: Slot) -> None:
        button, why = self._buttons[slot.starts_at], WHY.get(slot.state)
        button.classes(replace=f'slot slot-{slot.state}')
        button.props['aria-disabled'] = 'true' if why else 'false'
        button.props['aria-label'] = self.reader.time(slot.starts_at) + (f', {why}' if why else '')

    def _count(self) -> None:
        count = len(self.free)
        free = f'{count} free {"time" if count == 1 else "times"}' if count else 'No free times'
        day = f'{self.reader.long_day(self.reader.date_of(self.slots[0].starts_at))}, ' if self.slots else ''
        self._group.props['aria-label'] = f'{day}{free}'
        times = f'{free}.' if count else f'{free} on this day. Please try another day.'
        self._summary.set_text(f'{times} Times are shown in {self.reader.place()} time.')
