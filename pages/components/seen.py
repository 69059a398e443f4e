"""A spot of the page that knows whether it can be seen."""

from collections.abc import Callable

from nicegui.element import Element


class Seen(Element, component='seen.js'):
    """Tells `on_change` whether the spot is on the screen, in a tab that is shown; at first it is not."""

    def __init__(self, *, on_change: Callable[[bool], object]) -> None:
        super().__init__()
        self.on('seen', lambda event: on_change(event.args is True))
