"""A Material icon that only decorates: screen readers pass over it."""

from nicegui import html


def icon(name: str) -> html.span:
    """The icon of this name from the Material set."""
    return html.span(name).classes('icon').props('aria-hidden=true')
