"""A local stand-in for the documented part of OpenTok's REST API: it makes sessions, and looks closely at every signature and token.

It also hands out the real OpenTok.js, taken from npm when it is first asked for. The media protocol behind it is the vendor's own and is
not imitated: a browser that gets as far as `GET /session/{id}` has shown all that we are answerable for. `script` can be another one, such
as `fake_opentok()` of `tests/browser/engines.py`.
"""

import base64
import json
import re
import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs

import jwt

from tests.npm import npm_file

KEY, SECRET = '47112233', 'f6d4ab0c1e2837495d6c7b8a9f0e1d2c3b4a5968'

SCRIPT_PATH = '/v2/js/opentok.min.js'


def _real_script() -> bytes:
    return npm_file('@opentok/client@2', 'dist/js/opentok.min.js').read_bytes()


class Platform:
    """What the stand-in was asked. `down`: it takes connections and drops them · `script`: gives what browsers load."""

    def __init__(self, port: int) -> None:
        self.url = f'http://127.0.0.1:{port}'
        self.down = False
        self.script = _real_script
        self.cut: list[tuple[str, str]] = []
        self.sessions: list[str] = []
        self.wishes: list[dict[str, list[str]]] = []
        self.tokens: list[dict[str, Any]] = []
        self.refused: list[str] = []

    @property
    def variables(self) -> dict[str, str]:
        """Settings that point the product here."""
        return {'TB_KEY': KEY, 'TB_SECRET': SECRET, 'OPENTOK_API_URL': self.url, 'OPENTOK_SCRIPT_URL': self.url + SCRIPT_PATH}

    def new_session(self, signature: str | None, wishes: str) -> str | None:
        """The id of a new session, if the request was signed by the owner of the key."""
        claims = self._verified(signature)
        if not claims or claims.get('iss') != KEY or claims.get('ist') != 'project':
            return None
        self.wishes.append(parse_qs(wishes))
        self.sessions.append('1_' + base64.urlsafe_b64encode(f'1~{KEY}~~{uuid.uuid4()}~'.encode()).decode().rstrip('='))
        return self.sessions[-1]

    def cuts(self, signature: str | None, session_id: str, connection: str) -> bool:
        """Whether this connection was cut: the request was signed by the owner of the key, and it was there."""
        claims = self._verified(signature)
        if not claims or claims.get('ist') != 'project' or connection == 'gone':
            return False
        self.cut.append((session_id, connection))
        return True

    def accepts(self, session_id: str, token: str | None) -> bool:
        """Whether a browser may enter this session with this token; its claims are kept."""
        claims = self._verified(token)
        if not claims or session_id not in self.sessions or claims.get('session_id') != session_id:
            return False
        self.tokens.append(claims)
        return True

    def _verified(self, signed: str | None) -> dict[str, Any] | None:
        try:
            return jwt.decode(signed or '', SECRET, algorithms=['HS256'], options={'require': ['exp', 'iat']})
        except jwt.InvalidTokenError as error:
            self.refused.append(str(error))
            return None


class _Handler(BaseHTTPRequestHandler):
    platform: Platform

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers['Content-Length'] or 0)).decode()
        if self.path.startswith('/logging/'):
            return self._answer(200, {})
        if self.platform.down or self.path != '/session/create':
            return self._drop()
        session_id = self.platform.new_session(self.headers['X-OPENTOK-AUTH'], body)
        return self._answer(200, [{'session_id': session_id}]) if session_id else self._answer(403, {'message': 'Invalid credentials'})

    def do_GET(self) -> None:
        if self.path == SCRIPT_PATH:
            return self._answer(200, self.platform.script())
        session = re.match(r'/session/([^/?]+)', self.path)
        if self.platform.down or not session:
            return self._drop()
        if not self.platform.accepts(session[1], self.headers['X-OPENTOK-AUTH']):
            return self._answer(200, [{'error': {'code': '403', 'errorMessage': {'message': 'Invalid token'}}}])
        return self._answer(200, [{'error': {'code': '500', 'errorMessage': {'message': 'The stand-in ends here'}}}])

    def do_DELETE(self) -> None:
        asked = re.fullmatch(rf'/v2/project/{KEY}/session/([^/]+)/connection/([^/]+)', self.path)
        if self.platform.down or not asked:
            return self._drop()
        return self._answer(204 if self.platform.cuts(self.headers['X-OPENTOK-AUTH'], asked[1], asked[2]) else 404, b'')

    def do_OPTIONS(self) -> None:
        self._answer(204, b'')

    def log_message(self, *_args: object) -> None:
        """Say nothing."""

    def _drop(self) -> None:
        self.close_connection = True

    def _answer(self, status: int, body: Any) -> None:
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.send_response(status)
        for name, value in {
            'Content-Type': 'text/javascript' if isinstance(body, bytes) else 'application/json',
            'Content-Length': str(len(content)),
            'Access-Control-Allow-Origin': '*',
            'Access-Control-Allow-Methods': 'GET, POST',
            'Access-Control-Allow-Headers': self.headers['Access-Control-Request-Headers'] or '',
        }.items():
            self.send_header(name, value)
        with suppress(ConnectionError):  # whoever asked may have gone
            self.end_headers()
            self.wfile.write(content)


@contextmanager
def opentok_platform() -> Iterator[Platform]:
    """A platform that answers until the block ends."""
    server = ThreadingHTTPServer(('127.0.0.1', 0), _Handler)
    platform = Platform(server.server_address[1])
    server.RequestHandlerClass = type('Handler', (_Handler,), {'platform': platform})
    thread = threading.Thread(target=server.serve_forever, kwargs={'poll_interval': 0.05})
    thread.start()
    try:
        yield platform
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
