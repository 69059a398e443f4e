"""Trials of a connection before a call. What they need is given out a few times a minute only: nobody gets a relay for free.

Known in memory only, and on the event loop only: it is quick.
"""

from collections import defaultdict, deque
from time import monotonic
from typing import Any

from services import video
from services.errors import TooManyTries
from services.networks import network_of

MOST, SECONDS = 5, 60
_lately: defaultdict[str, deque[float]] = defaultdict(deque)  # when trials began, by network


def begin(network_address: str) -> dict[str, Any]:
    """What a browser needs for a trial now, as `trial()` in `video/base.py` says.

    :raises TooManyTries: when there were too many lately from this network address
    """
    now = monotonic()
    _forget(now)
    began = _lately[network_of(network_address)]
    if len(began) >= MOST:
        raise TooManyTries(round(began[0] + SECONDS - now) + 1, 'The connection was tested many times from where you are.')
    began.append(now)
    return video.backend().trial()


def _forget(now: float) -> None:
    """What began a minute ago counts no more."""
    for network, began in list(_lately.items()):
        while began and now - began[0] > SECONDS:
            began.popleft()
        if not began:
            del _lately[network]
