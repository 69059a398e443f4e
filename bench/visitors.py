"""Open pages without browsers: each fetches `/` and keeps the page's own live connection, as NiceGUI's script does."""

import ast
import asyncio
import re
import time
import uuid
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from urllib.parse import urlencode, urljoin

from aiohttp import ClientSession, ClientWebSocketResponse, DummyCookieJar, TCPConnector, WSMsgType

VISIT = {'Cookie': 'tz=UTC', 'Connection': 'close'}  # browsers open a new connection for the socket; on a kept one uvicorn times it out


class Visitor:
    """One open page. `expect` some text, then `seen_at` is the moment at which a message with it has arrived."""

    def __init__(self, socket: ClientWebSocketResponse) -> None:
        self._socket = socket
        self.expect('')
        self.listening = asyncio.create_task(self._listen())

    def expect(self, *texts: str) -> None:
        """Look out for a message that holds all of these."""
        self._texts, self.seen_at = texts, asyncio.get_running_loop().create_future()

    async def _listen(self) -> None:
        async for message in self._socket:
            if message.type is not WSMsgType.TEXT:
                return
            if message.data == '2':  # Engine.IO's ping
                await self._socket.send_str('3')
            elif not self.seen_at.done() and all(text in message.data for text in self._texts):
                self.seen_at.set_result(time.monotonic())


@asynccontextmanager
async def open_pages(url: str, count: int) -> AsyncIterator[list[Visitor]]:
    """So many pages, open at once."""
    async with AsyncExitStack() as stack:
        http = await stack.enter_async_context(ClientSession(connector=TCPConnector(limit=0), cookie_jar=DummyCookieJar()))
        visitors = []
        for _ in range(count):
            _page, socket = await connected(stack, http, url)
            visitors.append(Visitor(socket))
        yield visitors
        for visitor in visitors:
            visitor.listening.cancel()


async def connected(stack: AsyncExitStack, http: ClientSession, url: str, cookie: str = '') -> tuple[str, ClientWebSocketResponse]:
    """A page just fetched, and the live connection that belongs to it, alive."""
    async with http.get(url, headers=VISIT | {'Cookie': f'{VISIT["Cookie"]}; {cookie}'}) as answer:
        page = await answer.text()
    query = ast.literal_eval(re.search(r'^ *query: (\{.*\}),$', page, re.MULTILINE)[1])
    ours = {'document_id': uuid.uuid4(), 'tab_id': uuid.uuid4(), 'EIO': 4, 'transport': 'websocket', 'implicit_handshake': 'true'}
    address = urljoin(url, f'/_nicegui_ws/socket.io/?{urlencode(query | ours)}')
    socket = await stack.enter_async_context(http.ws_connect(address, max_msg_size=0))
    await _greet(socket)
    return page, socket


async def _greet(socket: ClientWebSocketResponse) -> None:
    """Engine.IO says 0, Socket.IO asks with 40 and is answered with 40 when the page is alive."""
    assert (await socket.receive_str()).startswith('0')
    await socket.send_str('40')
    answer = await socket.receive_str()
    assert answer.startswith('40'), answer
