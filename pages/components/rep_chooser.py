"""With whom: anybody who is free, or one rep."""

from collections.abc import Awaitable, Callable, Sequence

from nicegui import html
from nicegui.events import GenericEventArguments

from db import Rep
from pages.components.form import EMIT_VALUE
from pages.components.words import Words
from services import reps

ANY = 'Anyone who is free'


class RepChooser:
    """Calls `on_change` with the rep's row number, or None for any of them."""

    def __init__(self, offered: Sequence[Rep], chosen: int | None, *, on_change: Callable[[int | None], Awaitable[None]]) -> None:
        self._names = {rep.id: reps.display_name(rep) for rep in offered}
        self._chosen, self._on_change = chosen, on_change

    def build(self) -> None:
        label = html.label('With').classes('hidden-words')
        with html.select().classes('rep-chooser') as self._select:
            for value, name in ((None, ANY), *self._names.items()):
                option = Words(name, tag='option')
                option.props['value'] = '' if value is None else str(value)
                option.props['selected'] = value == self._chosen
        label.props['for'] = self._select.html_id
        self._select.on('change', self._choose, js_handler=EMIT_VALUE)

    async def _choose(self, event: GenericEventArguments) -> None:
        number = str(event.args)
        await self._on_change(next((rep_id for rep_id in self._names if str(rep_id) == number), None))
