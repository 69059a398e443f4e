"""A modal dialog: the browser's own, so focus stays inside, Escape closes it, and what was typed in it stays when it closes."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from nicegui import html
from nicegui.element import Element


class Dialog:
    """Everything built inside `with dialog.content():` is in it; `open()` shows it, `close()` hides it.

    `asks_first`: it asks before something that cannot be undone · `on_close`: called when it was closed, by whatever way.
    """

    def __init__(self, *, fills_phone: bool = False, asks_first: bool = False, on_close: Callable[[], object] | None = None) -> None:
        self._element = html.dialog().classes('dialog fills-phone' if fills_phone else 'dialog')
        if asks_first:
            self._element.props('role=alertdialog')
        if on_close:
            self._element.on('close', on_close)

    @contextmanager
    def content(self) -> Iterator[None]:
        """What the dialog holds."""
        with self._element:
            yield

    def name_by(self, heading: Element) -> None:
        """Let screen readers call the dialog by this heading."""
        self._element.props['aria-labelledby'] = heading.html_id

    def clear(self) -> None:
        """Empty it, to be filled anew."""
        self._element.clear()

    def open(self) -> None:
        """Show it above the page."""
        self._element.run_method('showModal')

    def close(self) -> None:
        """Hide it; focus goes back to where it was."""
        self._element.run_method('close')
