"""What somebody wrote, in which the addresses of pages are links."""

import re

from nicegui import html
from nicegui.element import Element

# up to a space or a quotation mark, with brackets in pairs only, without what ends a sentence or turns the direction of reading
ADDRESS = re.compile(
    r'(https?://(?:\([^\s()<>"\u200b-\u200f\u202a-\u202e]*\)|[^\s()<>"\u200b-\u200f\u202a-\u202e])+(?<![.,;:!?\'’”]))', re.IGNORECASE
)


class LinkedText(Element):
    """Text as it is; nothing in it is taken for HTML. Only what begins with http:// or https:// leads anywhere, in a new tab."""

    def __init__(self, text: str = '') -> None:
        super().__init__('span')
        self._shown = '', True
        self.show(text)

    def show(self, text: str, *, has_links: bool = True) -> None:
        """Show this now."""
        if (text, has_links) == self._shown:
            return  # a screen reader would say it again
        self._shown = text, has_links
        self.clear()
        with self:
            for number, part in enumerate(ADDRESS.split(text) if has_links else [text]):
                if number % 2:
                    _link(part)
                elif part:
                    html.span(part)


def _link(address: str) -> None:
    with html.a() as link:
        html.span(address)
        html.span(' (opens in a new tab)').classes('hidden-words')
    link.props.update({'href': address, 'target': '_blank', 'rel': 'noopener noreferrer nofollow'})
