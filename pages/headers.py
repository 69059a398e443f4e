"""What every answer says to the browser about safety: two small ASGI layers."""

import re
import secrets

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from services import settings, video

KEY_PAGES = ('/chat/', '/appointment/', '/sign-in/', '/password/')  # whose addresses open something
FOR_EVERYBODY = {'/', '/{slug}'}  # the pages, as they are registered, that search engines may name; every other one is private
CHECK_PAGE = '/check'  # a call's page too, but of nobody's call
PLAIN_POLICY = "default-src 'none'; style-src 'self'; img-src 'self'; frame-ancestors 'none'"  # JSON, and our pages without scripts


class SafetyHeaders:
    """Around everything: headers that do not depend on the body."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope['type'] != 'http':
            await self.app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message['type'] == 'http.response.start':
                _add_headers(MutableHeaders(scope=message), scope)
            await send(message)

        await self.app(scope, receive, send_with_headers)


def _add_headers(headers: MutableHeaders, scope: Scope) -> None:
    path = scope['path']
    headers['X-Content-Type-Options'] = 'nosniff'
    headers['Permissions-Policy'] = 'camera=(self), microphone=(self), display-capture=(self), geolocation=()'
    # With `no-referrer` a browser sends `Origin: null` with a form, so pages that have plain forms cannot have it.
    headers['Referrer-Policy'] = 'no-referrer' if path.startswith(KEY_PAGES) or path == CHECK_PAGE else 'same-origin'
    headers.setdefault('Content-Security-Policy', PLAIN_POLICY)
    if _is_private(headers, scope):
        headers['X-Robots-Tag'] = 'noindex'
        headers['Cache-Control'] = 'no-store'
    if settings.current().site_url.startswith('https://'):
        headers['Strict-Transport-Security'] = 'max-age=31536000'


def _is_private(headers: MutableHeaders, scope: Scope) -> bool:
    """Whether no search engine may name this, and no browser keep it: a page, or where one leads, unless it is for everybody."""
    if scope['path'].startswith(KEY_PAGES):
        return True
    is_page = 'location' in headers or headers.get('content-type', '').startswith('text/html')
    return is_page and getattr(scope.get('route'), 'path', None) not in FOR_EVERYBODY


class PagePolicy:
    """On NiceGUI's app, inside its compression: every page's scripts get a nonce, and a policy that lets no other script run."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope['type'] == 'http':
            send = _NonceSender(send).send
        await self.app(scope, receive, send)


class _NonceSender:
    """Holds an HTML answer back until it is whole, then sends it with nonces; passes anything else through."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self._start: Message | None = None
        self._body = b''

    async def send(self, message: Message) -> None:
        if message['type'] == 'http.response.start' and MutableHeaders(scope=message).get('content-type', '').startswith('text/html'):
            self._start = message
        elif self._start is None or message['type'] != 'http.response.body':
            await self._send(message)
        else:
            self._body += message.get('body', b'')
            if not message.get('more_body'):
                await self._send_whole(self._start)

    async def _send_whole(self, start: Message) -> None:
        nonce = secrets.token_urlsafe(16)
        body = re.sub(rb'<script(?=[\s>])', f'<script nonce="{nonce}"'.encode(), self._body)
        headers = MutableHeaders(scope=start)
        headers['Content-Length'] = str(len(body))
        headers['Content-Security-Policy'] = policy(nonce)
        await self._send(start)
        await self._send({'type': 'http.response.body', 'body': body})


def policy(nonce: str) -> str:
    """The Content-Security-Policy of a page. `'unsafe-eval'` stays: NiceGUI's templates and handlers are compiled in the browser."""
    scripts, connections = (' '.join(sources) for sources in video.backend().hosts())
    return '; '.join(
        (
            "default-src 'self'",
            f"script-src 'self' 'nonce-{nonce}' 'unsafe-eval' {scripts}".strip(),
            "style-src 'self' 'unsafe-inline'",
            f"connect-src 'self' {connections}".strip(),
            f"img-src 'self' data: blob: {connections}".strip(),
            "media-src 'self' blob: mediastream:",
            "worker-src 'self' blob:",
            "font-src 'self' data:",
            "object-src 'none'",
            "base-uri 'none'",
            "form-action 'self'",
            "frame-ancestors 'none'",
        )
    )
