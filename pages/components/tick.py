"""A box to tick, or one of several to choose from, with its label beside it."""

from nicegui import html
from nicegui.element import Element


def tick(label: str, name: str, *, chosen: bool, value: str = 'on', one_of_several: bool = False) -> html.label:
    """The label with its box in it. When the form is sent, only what is chosen is among its values."""
    with html.label().classes('tick') as words:
        box = Element('input').props(f'type={"radio" if one_of_several else "checkbox"}')
        box.props['name'], box.props['value'] = name, value
        if chosen:
            box.props['defaultChecked'] = True  # `checked` would undo what was ticked whenever anything on the page changes
        html.span(label)
    return words
