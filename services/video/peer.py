"""The built-in video: the two browsers send each other picture and sound; this only says which servers help them meet."""

import base64
import hmac
from datetime import datetime, timedelta
from typing import Any

from services import clock, keys
from services.video.base import Seat, VideoBackend

AFTER_CLOSE = timedelta(minutes=5)  # clocks differ, and the relay is asked again until the end
TRIAL_LASTS = timedelta(minutes=2)  # for anybody who asks


class PeerBackend(VideoBackend):
    """Peer to peer, WebRTC; it needs no platform, so its sessions are only names."""

    name = 'peer'
    asks_platform = False
    is_met_by_signals = True

    @property
    def is_configured(self) -> bool:
        return True

    @property
    def key(self) -> str:
        return 'built-in'

    def create_session(self) -> str:
        return keys.new_id()

    def credentials(self, session_id: str, seat: Seat, *, until: datetime) -> dict[str, Any]:
        return {'ice_servers': self._ice_servers(until + AFTER_CLOSE, f'{session_id} {seat}'), 'relay_always': self.settings.relay_always}

    def trial(self) -> dict[str, Any]:
        has = {'has_stun': bool(_addresses(self.settings.stun_urls)), 'has_relay': bool(_addresses(self.settings.turn_urls))}
        return {'ice_servers': self._ice_servers(clock.now() + TRIAL_LASTS, keys.new_id()), 'must_relay': self.settings.relay_always, **has}

    def _ice_servers(self, until: datetime, whose: str) -> list[dict[str, Any]]:
        servers: list[dict[str, Any]] = []
        if stun := _addresses(self.settings.stun_urls):
            servers.append({'urls': stun})
        if turn := _addresses(self.settings.turn_urls):
            servers.append({'urls': turn, **self._turn_password(until, whose)})
        return servers

    def _turn_password(self, until: datetime, whose: str) -> dict[str, str]:
        """coturn's `use-auth-secret`: the name says until when, the password proves that we said so.

        However often a seat is joined it has one name, so that a quota per name bounds what it can take; of a name nothing can be learned.
        """
        name = f'{round(until.timestamp())}:{self._proof(whose, "sha256").hex()[:16]}'
        return {'username': name, 'credential': base64.b64encode(self._proof(name, 'sha1')).decode()}

    def _proof(self, text: str, way: str) -> bytes:
        return hmac.digest(self.settings.turn_secret.encode(), text.encode(), way)


def _addresses(text: str) -> list[str]:
    """The addresses of a list separated by commas; `none` is none."""
    return [part for part in (word.strip() for word in text.split(',')) if part and part.lower() != 'none']
