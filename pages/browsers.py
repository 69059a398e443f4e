"""What a browser is known by: a random id that its first page puts into a cookie. It gives no rights: it ends or uses only its own hold."""

import re
import secrets

from fastapi import Request
from nicegui import ui

COOKIE = 'browser'
PATTERN = re.compile(r'[0-9a-f]{32}')

# Leaving the page lets go of the slot for which a form is open on it: `data-held` says until when it is held.
SCRIPT = """<script>
if (!/(^|; )browser=/.test(document.cookie)) {
  const id = Array.from(crypto.getRandomValues(new Uint8Array(16)), byte => byte.toString(16).padStart(2, '0')).join('');
  document.cookie = 'browser=' + id + ';path=/;max-age=31536000;samesite=lax';
}
addEventListener('pagehide', () => {
  const held = document.querySelector('dialog[open] [data-held]')?.dataset.held;
  if (held) navigator.sendBeacon('/api/release', new URLSearchParams({held}));
});
</script>"""


def known(request: Request) -> str:
    """The id in the request's cookie; empty on a very first visit."""
    name = request.cookies.get(COOKIE, '')
    return name if PATTERN.fullmatch(name) else ''


async def ask() -> str:
    """The id, asking the browser; the page must be connected. One for this page only, when the browser keeps none."""
    try:
        name = await ui.run_javascript("document.cookie.match(/(?:^|; )browser=([0-9a-f]{32})/)?.[1] ?? ''", timeout=10)
    except TimeoutError:
        name = None
    return name if isinstance(name, str) and PATTERN.fullmatch(name) else secrets.token_hex(16)


def network(request: Request) -> str:
    """The network address it comes from."""
    return request.client.host if request.client else ''
