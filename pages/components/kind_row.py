"""One kind in the list of all, and what can be done about it."""

from collections.abc import Awaitable, Callable

from nicegui import html, ui
from nicegui.events import GenericEventArguments

from db import Rep
from pages.components.icon_button import icon_button
from pages.components.words import Words
from services import kinds, reps
from services.kind_changes import Listed
from services.times import duration

EDIT, COPY, HIDE, SHOW, DELETE = 'Edit', 'Copy address', 'Hide', 'Show', 'Delete'
UP, DOWN = -1, 1
EMIT_COPIED = """(e) => (navigator.clipboard ? navigator.clipboard.writeText(e.currentTarget.dataset.address) : Promise.reject())
  .then(() => emit(true), () => emit(false))"""

Act = Callable[[Listed], Awaitable[None] | None]


class KindRow:
    """`show(listed)` shows it as it is now; what is pressed calls `acts`, by what is on the button."""

    def __init__(
        self,
        listed: Listed,
        *,
        acts: dict[str, Act],
        on_move: Callable[[Listed, int], Awaitable[None]],
        on_copied: Callable[[str, bool], None],
    ) -> None:
        self.listed, self._acts, self._on_move, self._on_copied = listed, acts, on_move, on_copied
        self._buttons: dict[str, html.button] = {}
        self._arrows: dict[int, html.button] = {}

    def build(self) -> None:
        with html.li().classes('kind-row') as self.element:
            with html.div().classes('kind-what'):
                self._name = Words(tag='h2').classes('user-text')
                self._tags = {state: html.span(state).classes('tag') for state in self._states()}
                self._length = Words(tag='p')
                self._reps = Words(tag='p').classes('quiet small')
                self._address = ui.link(target='/').classes('small user-text')
            with html.div().classes('kind-order'):
                for places, picture in ((UP, 'arrow_upward'), (DOWN, 'arrow_downward')):
                    self._arrow(places, picture)
            with html.div().classes('kind-buttons'):
                for label in (EDIT, COPY, HIDE, SHOW, DELETE):
                    self._buttons[label] = html.button(label).classes('button').props('type=button')
                    if label != COPY:
                        self._buttons[label].on('click', lambda label=label: self._acts[label](self.listed))
                self._buttons[COPY].on('click', self._copied, js_handler=EMIT_COPIED)
        self.show(self.listed)

    def show(self, listed: Listed) -> None:
        """Show this as what the kind is now."""
        self.listed = listed
        kind, address = listed.kind, kinds.address(listed.kind)
        self._name.set_text(kind.name)
        self._length.set_text(_lengths(listed))
        self._reps.set_text(', '.join(map(reps.display_name, _active(listed))))
        self._address.set_text(address)
        self._address.props['href'] = f'/{kind.slug}'
        self._buttons[COPY].props['data-address'] = address
        for state, tag in self._tags.items():
            tag.set_visibility(self._states()[state])
        for label, button in self._buttons.items():
            button.props['aria-label'] = f'{label}: {kind.name}'
            button.set_visibility(self._may(label))
        for places, arrow in self._arrows.items():
            arrow.props['aria-label'] = arrow.props['title'] = f'Move {"up" if places == UP else "down"}: {kind.name}'

    def focus(self, places: int) -> None:
        """Put the focus on the arrow that moves it so: moving it has taken the focus away."""
        self._arrows[places].run_method('focus')

    def _arrow(self, places: int, picture: str) -> None:
        self._arrows[places] = icon_button(picture, '')
        self._arrows[places].on('click', lambda: self._on_move(self.listed, places))

    def _copied(self, event: GenericEventArguments) -> None:
        self._on_copied(kinds.address(self.listed.kind), bool(event.args))

    def _states(self) -> dict[str, bool]:
        return {'Hidden': not self.listed.kind.is_active, 'Nobody can be booked': not _active(self.listed)}

    def _may(self, label: str) -> bool:
        """What the kind's state lets be done."""
        is_active = self.listed.kind.is_active
        return {HIDE: is_active, SHOW: not is_active, DELETE: self.listed.can_be_deleted}.get(label, True)


def _active(listed: Listed) -> list[Rep]:
    return [rep for rep in listed.reps if rep.is_active]


def _lengths(listed: Listed) -> str:
    """`30 minutes · kept free: 5 minutes before, 15 minutes after`."""
    before, after = listed.kind.before_minutes, listed.kind.after_minutes
    buffers = [f'{duration(minutes)} {where}' for minutes, where in ((before, 'before'), (after, 'after')) if minutes]
    return ' · kept free: '.join(filter(None, (duration(listed.kind.minutes), ', '.join(buffers))))
