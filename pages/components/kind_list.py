"""What can be booked, each kind a link to its own page."""

from collections.abc import Sequence

from nicegui import html, ui

from db import Kind
from services.times import duration

NOTHING = 'Nothing can be booked just now. Please come back later.'


def kind_list(kinds: Sequence[Kind]) -> None:
    """The kinds to choose from, or a sentence when there are none."""
    if not kinds:
        html.p(NOTHING)
        return
    with html.ul().classes('kind-list'):
        for kind in kinds:
            with html.li(), ui.link(target=f'/{kind.slug}').classes('card kind-choice'):
                html.h2(kind.name)
                html.p(duration(kind.minutes)).classes('quiet')
                if kind.description:
                    html.p(kind.description).classes('user-text')
