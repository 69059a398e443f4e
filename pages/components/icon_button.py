"""A button that shows only an icon; its name is for screen readers, and a tooltip for everybody else."""

from nicegui import html

from pages.components.icon import icon


def icon_button(picture: str, name: str) -> html.button:
    """The button; `name` says what it does, and to what."""
    with html.button().classes('icon-button').props('type=button') as button:
        icon(picture)
    button.props['aria-label'] = button.props['title'] = name
    return button
