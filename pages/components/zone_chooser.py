"""The zone that times are shown in, in words, and the way to another one."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from functools import cache
from html import escape
from itertools import groupby

from nicegui import html, ui
from nicegui.events import GenericEventArguments

from pages.components.dialog import Dialog
from pages.components.form import EMIT_FORM
from pages.components.words import Words
from services.time_zones import zone_names
from services.times import Reader, zone_place

REGIONS = ('Africa', 'America', 'Antarctica', 'Asia', 'Atlantic', 'Australia', 'Europe', 'Indian', 'Pacific')


class ZoneChooser:
    """Calls `on_change` with the name of the zone that is chosen, which must answer with `show`."""

    def __init__(self, reader: Reader, at: datetime, *, on_change: Callable[[str], Awaitable[None]]) -> None:
        self.reader, self._at = reader, at
        self._on_change = on_change

    def build(self) -> None:
        with html.span():
            self._words = Words()
            html.span(' ')
            html.button('Change').classes('link-button').props('type=button aria-label="Change the time zone"').on('click', self._open)
        self._dialog = Dialog()
        self.show(self.reader, self._at)

    def show(self, reader: Reader, at: datetime) -> None:
        """Name the reader's zone as it is at this instant."""
        self.reader, self._at = reader, at
        self._words.set_text(reader.place_and_offset(at))

    def _open(self) -> None:
        """The list is long, so it is sent when somebody wants it."""
        self._dialog.clear()
        with self._dialog.content():
            self._dialog.name_by(html.h2('In which time zone shall times be shown?'))
            with html.form().classes('form').on('submit', self._submit, js_handler=EMIT_FORM):
                with html.div().classes('field'):
                    ui.html(_select(self.reader.zone.key), sanitize=False)
                with html.div().classes('buttons'):
                    html.button('Close').classes('button').props('type=button').on('click', self._dialog.close)
                    html.button('Show times in this zone').classes('button primary').props('type=submit')
        self._dialog.open()

    async def _submit(self, event: GenericEventArguments) -> None:
        self._dialog.close()
        if event.args.get('zone') in zone_names():
            await self._on_change(event.args['zone'])


def zone_options(current: str) -> str:
    """The `option`s of a `select` of all places, the current one chosen. Made of IANA names only, nothing that anybody typed."""
    groups = (
        f'<optgroup label="{region}">{"".join(_option(place, name, current) for place, name in places)}</optgroup>'
        for region, places in _places()
    )
    options = _option('UTC', 'Etc/UTC', current) + ''.join(groups)
    return options if ' selected' in options else _option(current, current, current) + options


def _select(current: str) -> str:
    label = '<label for="zone-select" class="hidden-words">Time zone</label>'
    return f'{label}<select id="zone-select" name="zone">{zone_options(current)}</select>'


def _option(place: str, name: str, current: str) -> str:
    chosen = ' selected' if current in (place, name) or place == zone_place(current) else ''
    return f'<option value="{escape(name)}"{chosen}>{escape(place)}</option>'


@cache
def _places() -> tuple[tuple[str, tuple[tuple[str, str], ...]], ...]:
    """(region, ((place, zone name), …)) in order; of several spellings of one place, one."""
    found = {(name.split('/')[0], zone_place(name)): name for name in sorted(zone_names()) if name.split('/')[0] in REGIONS}
    rows = sorted((region, place, name) for (region, place), name in found.items())
    return tuple((region, tuple(row[1:] for row in group)) for region, group in groupby(rows, key=lambda row: row[0]))
