"""One subject of the page about availability, in a frame."""

from collections.abc import Iterator
from contextlib import contextmanager

from nicegui import html


@contextmanager
def availability_card(title: str) -> Iterator[None]:
    """What is built within stands on the page in a frame below this heading."""
    with html.section().classes('card availability-card') as section:
        heading = html.h2(title)
        section.props['aria-labelledby'] = heading.html_id
        yield
