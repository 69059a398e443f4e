"""Trials of a connection before a call. What they need is given out a few times a minute only: nobody gets a relay for free."""

from typing import Any

from services import video
from services.networks import network_of
from services.pace import Pace

MOST, SECONDS = 5, 60
_pace = Pace(MOST, SECONDS)  # of each network


def begin(network_address: str) -> dict[str, Any]:
    """What a browser needs for a trial now, as `trial()` in `video/base.py` says.

    :raises TooManyTries: when there were too many lately from this network address
    """
    _pace.keep(network_of(network_address), 'The connection was tested many times from where you are.')
    return video.backend().trial()
