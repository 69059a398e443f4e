"""How often something may be done within some seconds. Known in memory only, and on the event loop only: it is quick."""

from collections import defaultdict, deque
from collections.abc import Hashable
from time import monotonic

from services.errors import TooManyTries


class Pace:
    """Lets something be done `most` times within `seconds` by whoever it is counted for."""

    def __init__(self, most: int, seconds: float) -> None:
        self._most, self._seconds = most, seconds
        self._lately: defaultdict[Hashable, deque[float]] = defaultdict(deque)

    def keep(self, who: Hashable, why: str) -> None:
        """Count that it is done now.

        :raises TooManyTries: when it was done too often lately; `why` is the sentence for that
        """
        now = monotonic()
        self._forget(now)
        lately = self._lately[who]
        if len(lately) >= self._most:
            raise TooManyTries(round(lately[0] + self._seconds - now) + 1, why)
        lately.append(now)

    def _forget(self, now: float) -> None:
        """What is longer ago counts no more."""
        for who, lately in list(self._lately.items()):
            while lately and now - lately[0] > self._seconds:
                lately.popleft()
            if not lately:
                del self._lately[who]
