"""Text that changes while it is shown."""

from nicegui.elements.mixins.text_element import TextElement


class Words(TextElement):
    """A plain HTML element (`span` by default) that holds text; `set_text` changes it."""

    def __init__(self, text: str = '', tag: str = 'span') -> None:
        super().__init__(tag=tag, text=text)
