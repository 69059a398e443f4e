"""One side of a call without a browser: a page that says what a browser in a call says, and hears what the other one does."""

import asyncio
import html
import json
import re
from typing import Any

from aiohttp import ClientWebSocketResponse, WSMsgType

SIGNALS, STATISTICS_SECONDS = 30, 3
DEVICES = {'microphone': True, 'camera': True, 'reason': '', 'touches': 0}
CANDIDATE = {
    'candidate': 'candidate:842163049 1 udp 1677729535 203.0.113.7 46154 typ srflx raddr 10.0.17.1 rport 46154 generation 0 ufrag EEtu',
    'sdpMid': '0',
    'sdpMLineIndex': 0,
    'usernameFragment': 'EEtu',
}
STATISTICS = {
    'round_trip_ms': 42,
    'jitter_ms': 3,
    'loss': 0.001,
    'sent_loss': 0.001,
    'frames_per_second': 30,
    'kilobits_in': 1800,
    'kilobits_out': 1800,
    'is_relayed': False,
}


class Seat:
    """One page of a call. It learns from the server which elements there are, and what is said to them."""

    def __init__(self, page: str, socket: ClientWebSocketResponse) -> None:
        self._socket = socket
        self._client = re.search(r"'client_id': '([^']+)'", page)[1]
        self._elements: dict[str, Any] = {}
        self._learned = asyncio.Event()
        self.meeting: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self.heard = 0
        self._learn(json.loads(html.unescape(re.search(r'parseElements\(String\.raw`(.*?)`\)', page, re.DOTALL)[1])))

    async def listen(self) -> None:
        """Take in what the server says, until the connection ends."""
        async for message in self._socket:
            if message.type is WSMsgType.TEXT:
                await self._hear(message.data)

    async def start_chat(self) -> None:
        """Press the rep's button; the call appears on the page."""
        words = next(number for number, element in self._elements.items() if element.get('text') == 'Start chat')
        button = next(number for number, element in self._elements.items() if int(words) in element.get('children', ()))
        await self._emit(button, 'click', {})

    async def sit(self) -> None:
        """Join, find the other one by signals, then stay."""
        while not self._call():
            await self._learned.wait()
        await self._say('join', DEVICES)
        meeting = await self.meeting
        await self._say('ready')
        for number in range(1, SIGNALS + 1):
            await self._say('signal', {'candidate': CANDIDATE, 'meeting': meeting, 'number': number})
        await self._say('line', {'state': 'connected'})
        while True:
            await asyncio.sleep(STATISTICS_SECONDS)
            await self._say('statistics', STATISTICS)

    async def _say(self, event: str, *said: object) -> None:
        await self._emit(self._call(), event, *said)

    async def _emit(self, number: str, event: str, *said: object) -> None:
        """What NiceGUI's script sends when this element reports an event."""
        listener = next(own['listener_id'] for own in self._elements[number]['events'] if own['type'] == event)
        message = {'id': int(number), 'client_id': self._client, 'listener_id': listener, 'args': [json.dumps(one) for one in said]}
        await self._socket.send_str(f'42{json.dumps(["event", message])}')

    def _call(self) -> str:
        """The number of the call's element; nothing before it is there."""
        return next((number for number, element in self._elements.items() if _hears(element, 'beat')), '')

    async def _hear(self, data: str) -> None:
        if data == '2':  # Engine.IO's ping
            await self._socket.send_str('3')
        elif data.startswith('42["update"'):
            self._learn(json.loads(data[2:])[1])
        elif (found := re.search(r'peer_joined\\", \[\\"(\w+)', data)) and not self.meeting.done():
            self.meeting.set_result(found[1])
        elif re.search(r'runMethod\(\d+, \\"beat', data):
            await self._say('beat')
        self.heard += data.count('signalled')

    def _learn(self, elements: dict[str, Any]) -> None:
        self._elements |= {number: element for number, element in elements.items() if isinstance(element, dict)}
        self._learned.set()
        self._learned = asyncio.Event()


def _hears(element: Any, event: str) -> bool:
    return any(own['type'] == event for own in element.get('events', ()))
