"""Whose appointments an admin looks at: everyone's, or one rep's."""

from collections.abc import Awaitable, Callable, Mapping

from nicegui import html
from nicegui.element import Element

from db import Rep
from pages.components.form import EMIT_VALUE
from services import reps

EVERYONE = 'all'


class RepFilter:
    """`on_change` gets the row number of the rep that is chosen, or None for everyone. It is not there while there is nobody to choose."""

    def __init__(self, *, on_change: Callable[[int | None], Awaitable[None] | None]) -> None:
        self._on_change = on_change
        self._options: dict[str, str] = {}

    def build(self) -> None:
        with html.div().classes('field rep-filter') as self._field:
            label = html.label('Appointments of')
            self._select = Element('select')
            self._select.on('change', lambda event: self._choose(str(event.args)), js_handler=EMIT_VALUE)
        label.props['for'] = self._select.html_id
        self._field.set_visibility(False)

    def show(self, team: Mapping[int, Rep], whose: int | None) -> None:
        """Show whom there is to choose, and who is chosen."""
        options = {EVERYONE: 'Everyone'} | {str(rep.id): _label(rep) for rep in team.values()}
        self._field.set_visibility(bool(team))
        if options != self._options:
            self._options = options
            self._select.clear()
            with self._select:
                for value, words in options.items():
                    html.option(words).props['value'] = value
        self._select.props['value'] = EVERYONE if whose is None else str(whose)

    def _choose(self, value: str) -> Awaitable[None] | None:
        return self._on_change(None if value == EVERYONE else int(value)) if value in self._options else None


def _label(rep: Rep) -> str:
    return reps.display_name(rep) if rep.is_active else f'{reps.display_name(rep)} (inactive)'
