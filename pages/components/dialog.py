"""A modal dialog: the browser's own, so focus stays inside, Escape closes it, and what was typed in it stays when it closes."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from nicegui import html
from nicegui.element import Element

EMIT_CLOSED = '(e) => { if (!e.target.open) emit(Number(e.target.dataset.opening)) }'


class Dialog:
    """Everything built inside `with dialog.content():` is in it; `open()` shows it, `close()` hides it.

    `asks_first`: it asks before something that cannot be undone · `on_close`: called when it was closed, by whatever way, but not once it
    is opened again: a busy browser tells of a closing later than of the click after it.
    """

    def __init__(self, *, fills_phone: bool = False, asks_first: bool = False, on_close: Callable[[], object] | None = None) -> None:
        self._element = html.dialog().classes('dialog fills-phone' if fills_phone else 'dialog')
        if asks_first:
            self._element.props('role=alertdialog')
        self._opening = 0
        if on_close:
            self._element.on('close', lambda event: on_close() if event.args == self._opening else None, js_handler=EMIT_CLOSED)

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
        self._opening += 1
        self._element.props['data-opening'] = self._opening
        self._element.run_method('showModal')

    def close(self) -> None:
        """Hide it; focus goes back to where it was."""
        self._element.run_method('close')
