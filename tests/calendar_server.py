"""A real HTTP server of the tests' own that publishes a calendar, or does what hostile servers do."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

DRIP_SECONDS = 0.2


class CalendarServer:
    """What it answers is `status`, `headers` and `body`; who sends the ETag it has gets 304. `asked` has the headers of each request,
    `paths` where it went.

    `drips`: it sends one byte at a time, and never ends.
    """

    def __init__(self) -> None:
        self.status, self.headers, self.body = 200, dict[str, str](), b''
        self.drips = False
        self.stopping = threading.Event()
        self.asked: list[dict[str, str]] = []
        self.paths: list[str] = []
        self.port = 0

    @property
    def url(self) -> str:
        """The address of the calendar."""
        return f'http://127.0.0.1:{self.port}/calendar.ics'

    def publish(self, body: str | bytes, **headers: str) -> None:
        """From now on answer with this calendar."""
        self.status, self.body = 200, body.encode() if isinstance(body, str) else body
        self.headers = {name.replace('_', '-'): value for name, value in headers.items()}

    def refuse(self, status: int, **headers: str) -> None:
        """From now on answer with this status."""
        self.publish(b'', **headers)
        self.status = status


@contextmanager
def calendar_server() -> Iterator[CalendarServer]:
    """A server that runs inside the `with` block."""
    told = CalendarServer()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            told.asked.append({name.lower(): value for name, value in self.headers.items()})
            told.paths.append(self.path)
            etag = told.headers.get('ETag')
            is_known = etag is not None and self.headers.get('If-None-Match') == etag
            self.send_response(304 if is_known else told.status)
            for name, value in told.headers.items():
                self.send_header(name, value)
            self.end_headers()
            if told.drips:
                while not told.stopping.wait(DRIP_SECONDS):
                    self.wfile.write(b'B')
            elif not is_known:
                self.wfile.write(told.body)

        def log_message(self, *_args: Any) -> None:
            pass

    server = ThreadingHTTPServer(('127.0.0.1', 0), Handler)
    server.handle_error = lambda *_args: None  # type: ignore[method-assign]
    told.port = server.server_port
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    try:
        yield told
    finally:
        told.stopping.set()
        server.shutdown()
        server.server_close()
