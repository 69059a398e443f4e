"""One weekday's hours. What cannot be taken stays as it was typed, with the reason beside it."""

from collections.abc import Awaitable, Callable, Sequence

from nicegui import html
from nicegui.element import Element
from nicegui.events import GenericEventArguments

from pages.asking import tell
from pages.components.icon_button import icon_button
from pages.components.tick import tick
from pages.components.words import Words
from services.errors import EXPECTED, InvalidFields
from services.working_hours import Range, Typed

WEEKDAYS = ('Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday')
USUAL = ('09:00', '17:00')

# A time is typed in parts, and each part counts as a change: the line is sent when it is left, or after a pause.
EMIT_CHANGES = """(e) => {
    const form = e.currentTarget;
    const send = () => { clearTimeout(form.later); form.later = 0; emit(Object.fromEntries(new FormData(form))) };
    if (e.type === 'focusout') { if (form.later && !form.contains(e.relatedTarget)) send(); return }
    clearTimeout(form.later);
    form.later = setTimeout(send, e.target.type === 'time' ? 1200 : 0);
}"""
EMIT_AROUND = """(e) => {
    const form = e.currentTarget.closest('form');
    clearTimeout(form.later);
    form.later = 0;
    emit(Object.fromEntries(new FormData(form)));
}"""

Save = Callable[[Sequence[int], Sequence[Typed]], Awaitable[list[Range] | None]]


class HoursDay:
    """`on_save` gets the weekday and what was typed, and answers with what its hours are now, or None when nothing was done.

    It may raise `InvalidFields` with a sentence for each of the hours, by its place. `on_copy` gets what stands in the line.
    """

    def __init__(self, weekday: int, ranges: list[Range], *, on_save: Save, on_copy: Callable[[int, list[Typed]], None]) -> None:
        self._weekday, self._ranges = weekday, ranges
        self._on_save, self._on_copy = on_save, on_copy

    def build(self) -> None:
        form = html.form().classes('hours-day').props('novalidate').on('submit', js_handler='(e) => e.preventDefault()')
        for event in ('change', 'focusout'):
            form.on(event, self._change, js_handler=EMIT_CHANGES)
        with form:
            self._line = html.div().classes('hours-line').props('role=group')
            self._line.props['aria-label'] = WEEKDAYS[self._weekday]
        self._fill(_typed(self._ranges))

    def show(self, ranges: list[Range]) -> None:
        """Show these hours, if they are others than were last known."""
        if ranges != self._ranges:
            self._ranges = ranges
            self._fill(_typed(ranges))

    async def take(self, typed: Sequence[Typed]) -> None:
        """Show these hours and save them."""
        self._fill(typed)
        await self._save(typed)

    def _fill(self, typed: Sequence[Typed]) -> None:
        """All anew. Not refreshable: a refresh runs later, and the line is wanted at once."""
        self._rows: list[Row] = []
        self._line.clear()
        with self._line:
            tick(WEEKDAYS[self._weekday], 'works', chosen=bool(typed)).classes('hours-name')
            with html.div().classes('hours-ranges'):
                self._rows = [self._row(index, hours) for index, hours in enumerate(typed)]
                if not typed:
                    html.p('Not working').classes('quiet hours-none')
            with html.div().classes('hours-buttons'):
                self._button('add', f'Add hours on {WEEKDAYS[self._weekday]}', self._add)
                self._button('content_copy', f'Copy the hours of {WEEKDAYS[self._weekday]} to other days', self._copy)

    def _row(self, index: int, hours: Typed) -> 'Row':
        with html.div().classes('hours-range'):
            row = Row(WEEKDAYS[self._weekday], index, hours)
            name = f'Remove hours {index + 1} of {WEEKDAYS[self._weekday]}'
            self._button('delete_outline', name, lambda event: self._remove(event, index))
        return row

    def _button(self, picture: str, name: str, handler: Callable[[GenericEventArguments], Awaitable[None] | None]) -> None:
        icon_button(picture, name).on('click', handler, js_handler=EMIT_AROUND)

    async def _change(self, event: GenericEventArguments) -> None:
        """Something was typed, or the box was ticked or unticked."""
        works, typed = 'works' in event.args, self._read(event)
        if works == bool(self._rows):
            await self._save(typed)
        else:
            await self.take([USUAL] if works else [])

    async def _add(self, event: GenericEventArguments) -> None:
        typed = self._read(event)
        await self.take([*typed, _next(typed)])
        self._rows[-1].focus()

    async def _remove(self, event: GenericEventArguments, index: int) -> None:
        typed = self._read(event)
        await self.take(typed[:index] + typed[index + 1 :])
        if self._rows:
            self._rows[max(0, index - 1)].focus()

    def _copy(self, event: GenericEventArguments) -> None:
        self._on_copy(self._weekday, self._read(event))

    def _read(self, event: GenericEventArguments) -> list[Typed]:
        """What stands in the line, as the browser sent it."""
        return [(str(event.args.get(f'starts-{index}', '')), str(event.args.get(f'ends-{index}', ''))) for index in range(len(self._rows))]

    async def _save(self, typed: Sequence[Typed]) -> None:
        problems: dict[str, str] = {}
        try:
            ranges = await self._on_save([self._weekday], typed)
            self._ranges = self._ranges if ranges is None else ranges
        except InvalidFields as error:
            problems = error.fields
        except EXPECTED as error:
            tell(str(error))
        for index, row in enumerate(self._rows):
            row.show_problem(problems.get(str(index), ''))


class Row:
    """From when until when."""

    def __init__(self, day: str, index: int, hours: Typed) -> None:
        self._starts = _input(f'starts-{index}', hours[0], f'{day}, from')
        html.span('–').props('aria-hidden=true')
        self._ends = _input(f'ends-{index}', hours[1], f'{day}, until')
        self._problem = Words(tag='p').classes('field-problem').props('role=alert')
        for one in (self._starts, self._ends):
            one.props['aria-describedby'] = self._problem.html_id

    def show_problem(self, sentence: str) -> None:
        """Show what is wrong with these hours; nothing, when the sentence is empty."""
        self._problem.set_text(sentence)
        for one in (self._starts, self._ends):
            one.props['aria-invalid'] = 'true' if sentence else 'false'

    def focus(self) -> None:
        """Put the keyboard here."""
        self._starts.run_method('focus')


def _input(name: str, value: str, label: str) -> Element:
    made = Element('input').props('type=time step=300').classes('hours-time')
    made.props['name'], made.props['defaultValue'], made.props['aria-label'] = name, value, label
    return made


def _typed(ranges: Sequence[Range]) -> list[Typed]:
    return [(f'{starts:%H:%M}', f'{ends:%H:%M}') for starts, ends in ranges]


def _next(typed: Sequence[Typed]) -> Typed:
    """Hours to begin with: an hour after those there are, where the day has room for them."""
    if not typed:
        return USUAL
    hour, _, minute = typed[-1][1].partition(':')
    if not hour.isdigit() or int(hour) > 21 or typed[-1][1] == '00:00':
        return '', ''
    return f'{int(hour) + 1:02}:{minute}', f'{int(hour) + 2:02}:{minute}'
