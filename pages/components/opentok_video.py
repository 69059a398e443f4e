"""The engine of the call that uses OpenTok."""

from typing import Any

from pages.components.call_engine import CallEngine
from services import settings

BLOCKED = (
    'The video service could not be loaded. Perhaps a firewall or a content blocker is in the way; then try another network or browser.'
)
SILENT = 'The video service does not answer just now. Please try again in a moment.'


class OpenTokVideo(CallEngine, component='opentok_video.js'):
    """Picture and sound through OpenTok.js, which the browser loads from its vendor (or from where the settings say)."""

    problems = {  # noqa: RUF012
        'script': BLOCKED,
        'lost': 'The connection to the video service was lost. Please try again.',
        'OT_AUTHENTICATION_ERROR': 'The video service did not let you in. Please try again.',
        'OT_CONNECT_FAILED': SILENT,
        'OT_TIMEOUT': SILENT,
        'OT_INVALID_HTTP_STATUS': SILENT,
        'OT_UNEXPECTED_SERVER_RESPONSE': SILENT,
        'OT_USER_MEDIA_ACCESS_DENIED': 'Your browser blocks camera and microphone. Allow them beside the address bar, then try again.',
        'OT_NO_DEVICES_FOUND': 'No camera and no microphone was found. Connect one, then try again.',
        'OT_HARDWARE_UNAVAILABLE': 'Another program is using your camera or microphone. Close it there, then try again.',
    }

    def __init__(self, **common: Any) -> None:
        super().__init__(**common)
        self.props['script-url'] = settings.current().script_url
        self.props['api-url'] = settings.current().opentok_api_url
