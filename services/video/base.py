"""The contract of a video backend: what carries picture and sound of a call, seen from the server."""

from abc import ABC, abstractmethod
from datetime import datetime
from typing import Any, ClassVar, Final, Literal

from services.settings import Settings

Seat = Literal['rep', 'customer']
REP: Final = 'rep'
CUSTOMER: Final = 'customer'


class VideoBackend(ABC):
    """Makes the session of an appointment's call, and at each joining what one seat needs to enter it.

    Its other half runs in the browser: the engine of the same `name` in `pages/components/engines.py`. Methods may wait for the
    network, so they are called in a thread; each must give up by itself after some seconds.
    """

    name: ClassVar[str]
    asks_platform: ClassVar[bool] = True  # whether a session may take time, or several tries, to get: then it is made long before the call
    is_met_by_signals: ClassVar[bool] = False  # whether the two browsers find each other through us, so that we can let them try again

    def __init__(self, settings: Settings) -> None:
        self.settings = settings

    @property
    @abstractmethod
    def is_configured(self) -> bool:
        """Whether the settings ask for this backend."""

    @property
    @abstractmethod
    def key(self) -> str:
        """What its session ids belong to, at most 64 characters: when it changes, every call gets a new session."""

    @abstractmethod
    def create_session(self) -> str:
        """The id of a new session, at most 255 characters.

        :raises VideoUnavailable: when the platform does not make one
        """

    @abstractmethod
    def credentials(self, session_id: str, seat: Seat, *, until: datetime) -> dict[str, Any]:
        """What the engine in this seat's browser needs to enter the session now: JSON, short-lived, without a word about the person.

        `until`: when the call closes; what is asked for again in the middle of it must be good until then, and not much longer.

        :raises VideoUnavailable: when none can be made
        """

    @abstractmethod
    def trial(self) -> dict[str, Any]:
        """What a browser needs to find out, outside of any call, whether it could be in one: JSON, good for minutes only.

        `ice_servers` to meet itself by, whether one of them `has_stun`, `has_relay`, and whether calls `must_relay`. Of a platform also
        the address of its `script`, what that one `defines` when it has loaded, and the address of its `api`, which must answer.
        """

    def hosts(self) -> tuple[list[str], list[str]]:
        """What our pages load scripts from, and what they talk to, besides this site: sources of a Content-Security-Policy."""
        return [], []

    def expel(self, session_id: str, connection: str) -> None:  # noqa: B027 - most have nothing to do
        """Cut this connection to the session: whoever has it was put out of the call.

        `connection`: what the engine said in its event of that name. Where no platform stands between the browsers there is none.

        :raises VideoUnavailable: when the platform does not do it
        """
