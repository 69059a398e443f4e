"""How long something has been going on, as m:ss that goes on by itself."""

from datetime import datetime

from nicegui.element import Element

from services import clock


class Stopwatch(Element, component='stopwatch.js'):
    """`count_from` says since when."""

    def __init__(self) -> None:
        super().__init__()
        self._since: datetime | None = None

    def count_from(self, since: datetime) -> None:
        """Show the time since this instant."""
        if since != self._since:
            self._since = since
            self.props['since'] = since.isoformat()
            self.props['seconds'] = max(0, round((clock.now() - since).total_seconds()))
