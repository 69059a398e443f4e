"""One rep in the list of all, and what can be done about them."""

from collections.abc import Awaitable, Callable

from nicegui import html

from db import Rep
from pages.components.words import Words
from services import reps
from services.times import zone_place

EDIT, INVITE_AGAIN, DEACTIVATE, REACTIVATE = 'Edit', 'Invite again', 'Deactivate', 'Reactivate'

Act = Callable[[Rep], Awaitable[None] | None]


class RepRow:
    """`show` shows them as they are now; what is pressed calls `acts`, by what is on the button."""

    def __init__(self, rep: Rep, *, is_own: bool, acts: dict[str, Act]) -> None:
        self.rep, self._is_own, self._acts = rep, is_own, acts
        self._is_unreached = False
        self._buttons: dict[str, html.button] = {}

    def build(self) -> html.li:
        with html.li().classes('team-row') as self.element:
            self._mark = html.span().classes('rep-mark').props('aria-hidden=true')
            with self._mark:
                self._initial = Words()
            with html.div().classes('team-who'):
                self._name = Words(tag='h2').classes('user-text')
                self._email = Words(tag='p').classes('user-text')
                self._zone = Words(tag='p').classes('quiet small')
            with html.div().classes('team-tags'):
                self._tags = {state: html.span(state).classes('tag') for state in self._states()}
            with html.div().classes('team-buttons'):
                for label in self._acts:
                    self._button(label)
        self.show(self.rep)
        return self.element

    def show(self, rep: Rep, *, is_unreached: bool = False) -> None:
        """Show this as what the rep is now; `is_unreached`: their invitation is not delivered."""
        self.rep, self._is_unreached = rep, is_unreached
        name, states = reps.display_name(rep), self._states()
        self._mark.style(f'background: {rep.colour if rep.colour in reps.COLOURS else next(iter(reps.COLOURS))}')
        self._initial.set_text(name[0].upper())
        self._name.set_text(name)
        self._email.set_text(rep.email or 'No address yet')
        self._zone.set_text(f'{reps.COLOURS.get(rep.colour, "")} · {zone_place(rep.time_zone)}')
        for state, tag in self._tags.items():
            tag.set_visibility(states[state])
        for label, button in self._buttons.items():
            button.props['aria-label'] = f'{label}: {name}'
            button.set_visibility(self._may(label))

    def _button(self, label: str) -> None:
        self._buttons[label] = html.button(label).classes('button').props('type=button')
        self._buttons[label].on('click', lambda: self._acts[label](self.rep))

    def _may(self, label: str) -> bool:
        """What this rep's state lets be done."""
        return {
            INVITE_AGAIN: self._is_awaited,
            DEACTIVATE: self.rep.is_active and not self._is_own,
            REACTIVATE: not self.rep.is_active,
        }.get(label, True)

    @property
    def _is_awaited(self) -> bool:
        return reps.is_invited(self.rep) and not self._is_own

    def _states(self) -> dict[str, bool]:
        """What there is to say about the rep in a word or two, and whether it is so."""
        return {
            'You': self._is_own,
            'Admin': self.rep.is_admin,
            'Invited, not yet here': self._is_awaited,
            'The invitation is not delivered': self._is_awaited and self._is_unreached,
            'Inactive': not self.rep.is_active,
        }
