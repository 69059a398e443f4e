"""OpenTok, and its successor the unified Vonage platform: their server side, through their own library."""

import json
import logging
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import opentok

from services import clock, keys
from services.errors import VideoUnavailable
from services.video.base import REP, Seat, VideoBackend

log = logging.getLogger(__name__)

TIMEOUT_SECONDS = 10  # without one the library waits for ever
TOKEN_LASTS = timedelta(minutes=5)  # to connect with; an expired token does not end a running call
FAILURES = opentok.OpenTokException, OSError, TypeError, ValueError  # the last three come from a private key that cannot be used

BROWSER_API, UNIFIED_BROWSER_API = 'https://anvil.opentok.com', 'https://video.api.vonage.com'
# what OpenTok.js talks to; without https://*.tokbox.com, where its vendor keeps a log: each line of it would hold the key of our page
SOURCES = ['https://*.opentok.com', 'https://*.vonage.com', 'wss://*.opentok.com', 'wss://*.vonage.com', 'wss://*.tokbox.com']


class OpenTokBackend(VideoBackend):
    """A session for each call, relayed: the browsers talk directly where they can, through the platform's TURN server where not."""

    name = 'opentok'

    @property
    def is_configured(self) -> bool:
        return self.settings.uses_opentok

    @property
    def key(self) -> str:
        return self.settings.opentok_key

    def create_session(self) -> str:
        try:
            session = self._client().create_session(media_mode=opentok.MediaModes.relayed)
        except FAILURES as error:
            raise self._unavailable('session', error) from None
        return str(session.session_id)

    def credentials(self, session_id: str, seat: Seat, *, until: datetime) -> dict[str, Any]:  # noqa: ARG002
        try:
            token = self._token(session_id, seat)
        except FAILURES as error:
            raise self._unavailable('token', error) from None
        return {'key': self.key, 'session_id': session_id, 'token': token, 'ice_config': self._ice_config()}

    def _ice_config(self) -> dict[str, Any] | None:
        """OpenTok.js wants a list of servers of our own, if only an empty one."""
        if not self.settings.relay_always:
            return None
        return {'includeServers': 'all', 'transportPolicy': 'relay', 'customServers': []}

    def trial(self) -> dict[str, Any]:
        api = self.settings.opentok_api_url or (UNIFIED_BROWSER_API if self.settings.opentok_unified else BROWSER_API)
        ways = {'ice_servers': [], 'must_relay': False, 'has_stun': False, 'has_relay': False}  # the platform's own come with a session
        return {'script': self.settings.script_url, 'defines': 'OT', 'api': api, **ways}

    def hosts(self) -> tuple[list[str], list[str]]:
        return _origin(self.settings.script_url), SOURCES + _origin(self.settings.opentok_api_url)

    def expel(self, session_id: str, connection: str) -> None:
        try:
            self._client().force_disconnect(session_id, connection)
        except opentok.ForceDisconnectError:
            log.debug('OpenTok: a connection that was to be cut was not there any more')
        except FAILURES as error:
            raise VideoUnavailable from error

    def _token(self, session_id: str, seat: Seat) -> str:
        """A token made by us alone. Its data can be read by the other side, so it names the seat and a random id, nobody."""
        return str(
            self._client().generate_token(
                session_id,
                role=opentok.Roles.moderator if seat == REP else opentok.Roles.publisher,
                expire_time=int((clock.now() + TOKEN_LASTS).timestamp()),
                data=json.dumps({'seat': seat, 'id': keys.new_id()}),
            )
        )

    def _client(self) -> opentok.Client:
        client = opentok.Client(self.settings.opentok_key, self.settings.opentok_secret, timeout=TIMEOUT_SECONDS)
        if self.settings.opentok_api_url:
            client.endpoints.api_url = self.settings.opentok_api_url.rstrip('/')
        return client

    def _unavailable(self, what: str, error: Exception) -> VideoUnavailable:
        log.warning('OpenTok: no %s could be made: %s', what, error)
        return VideoUnavailable()


def _origin(url: str) -> list[str]:
    """Where an address leads to; nowhere else for a path of this site."""
    parts = urlsplit(url)
    return [f'{parts.scheme}://{parts.netloc}'] if parts.netloc else []
