"""How a rep is told that a customer has arrived: by a sound, by a notification of their computer, and in words for screen readers."""

from collections.abc import Collection
from typing import Any

from nicegui.element import Element

TOLD = 'Notifications are on for this computer.'
BLOCKED = 'Your browser blocks notifications from here. Please allow them beside the address bar.'
DISMISSED = 'Your browser was not told whether it may. Please click again, and allow it.'
UNABLE = 'This browser cannot show notifications. Its sound and the title of this page will tell you.'


class ArrivalAlert(Element, component='arrival_alert.js'):
    """`ring` tells of an arrival. Whether there is a sound is a switch that the browser remembers.

    Its event `permission` tells what became of asking for notifications: the browser's `state` for them (or `missing`), and whether one
    `is_shown`.
    """

    def __init__(self) -> None:
        super().__init__()
        self._about = ''
        self.on('permission', lambda event: self._show_permission(event.args))

    def ring(self, words: str, about: str) -> None:
        """Tell of an arrival in these words. Of several that are `about` the same, one notification is kept."""
        self._about, self.props['news'] = about, words
        self.run_method('ring', words, about)

    def keep(self, abouts: Collection[str]) -> None:
        """Take back what was said about anything but these: it is not so any more."""
        if self._about and self._about not in abouts:
            self._about = self.props['news'] = ''

    def _show_permission(self, found: dict[str, Any]) -> None:
        answers = {'granted': TOLD if found.get('is_shown') else UNABLE, 'denied': BLOCKED}
        self.props['told'] = answers.get(str(found.get('state')), DISMISSED)
