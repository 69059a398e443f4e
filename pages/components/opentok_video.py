"""The engine of the call that uses OpenTok."""

from typing import Any

from pages.components.call_engine import CallEngine
from services import settings

LOG_URL = '/api/opentok-log'  # where OpenTok.js logs, instead of at its vendor's

# the sentence for each `name` of an error of OpenTok.js, or of ours
SENTENCES = {
    'The video service could not be loaded. Perhaps a firewall or a content blocker is in the way; then try another network or browser.': (
        'script',
    ),
    'The connection to the video service was lost. Please try again.': ('lost', 'OT_NOT_CONNECTED'),
    'The video service ended your part in this call. Perhaps you joined it elsewhere; if not, please try again.': ('put_out',),
    'The video service did not let you in. Please try again.': (
        'OT_AUTHENTICATION_ERROR',
        'OT_INVALID_SESSION_ID',
        'OT_PERMISSION_DENIED',
        'OT_CONNECTION_LIMIT_EXCEEDED',
        'OT_TERMS_OF_SERVICE_FAILURE',
    ),
    'The video service does not answer just now. Please try again in a moment.': (
        'OT_CONNECT_FAILED',
        'OT_TIMEOUT',
        'OT_HTTP_ERROR',
        'OT_INVALID_HTTP_STATUS',
        'OT_BADLY_FORMED_RESPONSE',
        'OT_EMPTY_RESPONSE_BODY',
        'OT_XDOMAIN_OR_PARSING_ERROR',
        'OT_UNEXPECTED_SERVER_RESPONSE',
    ),
    'No way for picture and sound was found. Perhaps a firewall is in the way; then try another network.': (
        'OT_ICE_WORKFLOW_FAILED',
        'OT_CREATE_PEER_CONNECTION_FAILED',
        'OT_SET_REMOTE_DESCRIPTION_FAILED',
        'OT_UNABLE_TO_SUBSCRIBE',
        'OT_STREAM_CREATE_FAILED',
    ),
    'This browser cannot take part in the call. Please use a current Chrome, Edge, Firefox or Safari.': (
        'OT_UNSUPPORTED_BROWSER',
        'OT_NOT_SUPPORTED',
    ),
    'Your browser blocks camera and microphone. Allow them beside the address bar, then try again.': ('OT_USER_MEDIA_ACCESS_DENIED',),
    'No camera and no microphone was found. Connect one, then try again.': ('OT_NO_DEVICES_FOUND',),
    'Another program is using your camera or microphone. Close it there, then try again.': (
        'OT_HARDWARE_UNAVAILABLE',
        'OT_UNABLE_TO_CAPTURE_MEDIA',
    ),
    'The browser does not get at the microphone. Please restart it, then try again.': ('OT_CHROME_MICROPHONE_ACQUISITION_ERROR',),
}


class OpenTokVideo(CallEngine, component='opentok_video.js', dependencies=['opentok_script.js', 'opentok_sending.js']):
    """Picture and sound through OpenTok.js, which the browser loads from its vendor (or from where the settings say).

    Further events: `connection` (`id`: what the platform calls it) · `arrived` (`connection`, `data`: somebody's there, with what their
    token carries) · `lost`: the session is, and new credentials are wanted for `connect`.
    """

    way = 'through OpenTok'
    problems = {name: sentence for sentence, names in SENTENCES.items() for name in names}  # noqa: RUF012

    def __init__(self, **common: Any) -> None:
        super().__init__(**common)
        self.props['script-url'] = settings.current().script_url
        self.props['api-url'] = settings.current().opentok_api_url
        self.props['log-url'] = LOG_URL
