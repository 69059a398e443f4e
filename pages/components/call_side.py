"""What can be opened beside the picture of a running call, or over it on a phone."""

from collections.abc import Iterator
from contextlib import contextmanager

from nicegui import html

from pages.components.icon_button import icon_button

CLOSE = """(event) => {
    const side = event.target.closest('details');
    side.open = false;
    side.querySelector('summary').focus();
}"""


@contextmanager
def call_side(title: str) -> Iterator[None]:
    """Around a `with` block: its content, closed at first. The browser keeps at most one of them open."""
    with html.details().classes('rep-call-about').props('name=call-side'):
        html.summary(title)
        with html.div().classes('rep-call-side'):
            icon_button('close', f'Close: {title}').on('click', js_handler=CLOSE)
            yield
