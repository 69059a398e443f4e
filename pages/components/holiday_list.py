"""The public holidays of where a rep lives, each of which they may work on all the same."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import date
from html import escape

from nicegui import html
from nicegui.events import GenericEventArguments

from pages.components.form import Field
from pages.components.tick import tick
from pages.components.words import Words
from services import public_holidays
from services.working_hours import Holiday

EMIT_CHANGE = '(e) => emit(Object.fromEntries(new FormData(e.currentTarget)))'
EMIT_TICK = '(e) => emit([e.target.value, e.target.checked])'


class HolidayList:
    """`words` puts a date into words; `on_place` gets the codes of country and region, `on_work` the name of a holiday and whether it is
    worked on.

    Both answer whether it was saved.
    """

    def __init__(
        self,
        place: tuple[str, str],
        holidays: list[Holiday],
        *,
        words: Callable[[date], str],
        on_place: Callable[[str, str], Awaitable[bool]],
        on_work: Callable[[str, bool], Awaitable[bool]],
    ) -> None:
        self._place, self._holidays, self._words = place, holidays, words
        self._on_place, self._on_work = on_place, on_work

    def build(self) -> None:
        with html.form().classes('places').props('novalidate').on('submit', js_handler='(e) => e.preventDefault()') as form:
            self._countries = Field('Country', 'country', tag='select')
            with html.div() as self._region_box:
                self._regions = Field('Region', 'region', tag='select')
        form.on('change', self._change_place, js_handler=EMIT_CHANGE)
        self._saved = Words(tag='p').classes('saved').props('role=status')
        self._list = html.fieldset().classes('ticks holidays').on('change', self._change_work, js_handler=EMIT_TICK)
        self._fill()

    def show(self, place: tuple[str, str], holidays: list[Holiday]) -> None:
        """Show what is the case now."""
        if (place, holidays) != (self._place, self._holidays):
            self._place, self._holidays = place, holidays
            self._fill()

    def _fill(self) -> None:
        country, region = self._place
        regions = public_holidays.regions(country)
        self._countries.input.props['innerHTML'] = _options('None: no holidays', public_holidays.countries(), country)
        self._regions.input.props['innerHTML'] = _options('The whole country', regions, region)
        self._region_box.set_visibility(bool(regions))
        self._list.clear()
        self._list.set_visibility(bool(self._holidays))
        with self._list:
            html.legend('Days off')
            for holiday in self._holidays:
                tick(
                    f'{holiday.name}, {", ".join(map(self._words, holiday.days))}', 'off', chosen=not holiday.is_worked, value=holiday.name
                )

    async def _change_place(self, event: GenericEventArguments) -> None:
        self._saved.set_text('')
        if await self._on_place(str(event.args.get('country', '')), str(event.args.get('region', ''))):
            self._saved.set_text('Saved.')

    async def _change_work(self, event: GenericEventArguments) -> None:
        """The box is right already: only what is known of it changes, so that the keyboard stays on it."""
        name, is_off = event.args
        self._saved.set_text('')
        if await self._on_work(str(name), not is_off):
            self._holidays = [replace(one, is_worked=not is_off) if one.name == name else one for one in self._holidays]
            self._saved.set_text('Saved.')


def _options(none: str, names: dict[str, str], chosen: str) -> str:
    """The `option`s of a `select`. Made of what the package of holidays knows, nothing that anybody typed."""
    marked = ((code, name, ' selected' if code == chosen else '') for code, name in {'': none, **names}.items())
    return ''.join(f'<option value="{escape(code)}"{mark}>{escape(name)}</option>' for code, name, mark in marked)
