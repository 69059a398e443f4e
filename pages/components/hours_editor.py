"""The weekly hours, a line a weekday. What is changed is saved at once."""

from collections.abc import Sequence

from nicegui import html
from nicegui.events import GenericEventArguments

from pages.components.dialog import Dialog
from pages.components.form import EMIT_FORM
from pages.components.hours_day import WEEKDAYS, HoursDay, Save
from pages.components.tick import tick
from pages.components.words import Words
from services.working_hours import Range, Typed


class HoursEditor:
    """`on_save` gets weekdays and what was typed for them; see `HoursDay`."""

    def __init__(self, week: list[list[Range]], *, on_save: Save) -> None:
        self._on_save = on_save
        self._is_typing = False  # since what was sent last
        self._days = [HoursDay(weekday, ranges, on_save=self._save, on_copy=self._ask_where) for weekday, ranges in enumerate(week)]

    def build(self) -> None:
        with html.div().classes('hours').on('input', self._begin, js_handler='() => emit()'):
            for day in self._days:
                day.build()
        self._saved = Words(tag='p').classes('saved').props('role=status')
        self._dialog = Dialog()

    def show(self, week: list[list[Range]]) -> None:
        """Show the week as it is now; days that have not changed are left alone, and with them what is being typed there."""
        for day, ranges in zip(self._days, week, strict=True):
            day.show(ranges)

    def _begin(self, _event: GenericEventArguments) -> None:
        """Something is typed that is not saved yet."""
        self._is_typing = True
        self._saved.set_text('')

    async def _save(self, weekdays: Sequence[int], typed: Sequence[Typed]) -> list[Range] | None:
        """:raises InvalidFields: with a sentence for each of the hours, by its place"""
        self._is_typing = False
        self._saved.set_text('')
        ranges = await self._on_save(weekdays, typed)
        if ranges is not None and not self._is_typing:
            self._saved.set_text('Saved.')
        return ranges

    def _ask_where(self, weekday: int, typed: list[Typed]) -> None:
        """Ask to which other days these hours are to be copied."""

        async def copy(event: GenericEventArguments) -> None:
            self._dialog.close()
            for other, day in enumerate(self._days):
                if str(other) in event.args:
                    await day.take(typed)

        self._dialog.clear()
        with self._dialog.content():
            self._dialog.name_by(html.h2(f'Copy the hours of {WEEKDAYS[weekday]} to'))
            with html.form().classes('form').on('submit', copy, js_handler=EMIT_FORM):
                with html.fieldset().classes('ticks'):
                    html.legend('Weekdays').classes('hidden-words')
                    for other, name in enumerate(WEEKDAYS):
                        if other != weekday:
                            tick(name, str(other), chosen=weekday < 5 and other < 5)
                with html.div().classes('buttons'):
                    html.button('Close').classes('button').props('type=button').on('click', self._dialog.close)
                    html.button('Copy').classes('button primary').props('type=submit')
        self._dialog.open()
