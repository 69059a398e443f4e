"""A rep by colour and name."""

from nicegui import html

from db import Rep
from pages.components.words import Words
from services import reps


class RepBadge:
    """`show(rep)` shows another one; the colour never stands without the name."""

    def __init__(self, rep: Rep) -> None:
        with html.span().classes('rep-badge'):
            self._dot = html.span().classes('rep-dot').props('aria-hidden=true')
            self._name = Words()
        self.show(rep)

    def show(self, rep: Rep) -> None:
        """Show this rep."""
        self._dot.style(f'background: {colour_of(rep)}')
        self._name.set_text(reps.display_name(rep))


def colour_of(rep: Rep) -> str:
    """The rep's colour, fit for a style: one of ours, whatever lies in the database."""
    return rep.colour if rep.colour in reps.COLOURS else next(iter(reps.COLOURS))
