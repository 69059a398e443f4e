"""What goes wrong beside the requests, where nobody sees it: counted, and logged when it is new."""

import logging
from collections import Counter

log = logging.getLogger(__name__)


class Failures:
    """Counts the failures of one worker; `counts` says how many there were of each sort."""

    def __init__(self, worker: str) -> None:
        self.counts: Counter[str] = Counter()
        self._worker = worker

    def note(self, sort: str) -> None:
        """Count one, and log the first of its sort: a sentence of ours or an error's class, never its text, which may hold an address."""
        self.counts[sort] += 1
        if self.counts[sort] == 1:
            log.warning('%s: %s; the work goes on, and this is counted without being logged again', self._worker, sort)
