"""What the signalling of fifty calls costs the server: a hundred pages without browsers, that say what browsers in a call say."""

import asyncio
import html
import itertools
import json
import random
import re
from collections.abc import Iterator
from contextlib import AsyncExitStack
from datetime import time
from typing import Any

from aiohttp import ClientSession, ClientWebSocketResponse, DummyCookieJar, TCPConnector, WSMsgType
from sqlalchemy import insert
from sqlalchemy.orm import Session

import db
from bench.figure import Figure
from bench.running import cpu_seconds
from bench.visitors import connected
from services import appointments, clock, kinds, revision, seats, sign_ins
from services.appointments import Customer
from tests.site import Site, next_full_hour

CALLS, SECONDS, SIGNALS = 50, 60, 30
STATISTICS_SECONDS = 3
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
        await asyncio.gather(self._repeat(seats.BEAT_SECONDS, 'beat'), self._repeat(STATISTICS_SECONDS, 'statistics', STATISTICS))

    async def _repeat(self, seconds: float, event: str, *said: object) -> None:
        while True:
            await asyncio.sleep(seconds)
            await self._say(event, *said)

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
        self.heard += data.count('signalled')

    def _learn(self, elements: dict[str, Any]) -> None:
        self._elements |= {number: element for number, element in elements.items() if isinstance(element, dict)}
        self._learned.set()
        self._learned = asyncio.Event()


def measure(site: Site) -> Iterator[Figure]:
    """What a minute costs in which all join within the first seconds, and how many of their signals arrived."""
    cost, taken = asyncio.run(_talk(site))
    yield Figure(f'processor time of the server, a minute of {CALLS} calls', cost * 1000, 'ms')
    yield Figure(f'    signals that arrived, of {2 * CALLS * SIGNALS:,}', sum(seat.heard for seat in taken), '')


async def _talk(site: Site) -> tuple[float, list[Seat]]:
    """The processor seconds of the minute, and who sat there."""
    async with AsyncExitStack() as stack:
        http = await stack.enter_async_context(ClientSession(connector=TCPConnector(limit=0), cookie_jar=DummyCookieJar()))
        taken = [Seat(*await connected(stack, http, url, cookie)) for url, cookie in await asyncio.to_thread(_pages, site)]
        listening = [asyncio.create_task(seat.listen()) for seat in taken]
        before = cpu_seconds(site)
        talking = [asyncio.create_task(_sit(seat, is_rep=index % 2 == 1)) for index, seat in enumerate(taken)]
        ended, _going_on = await asyncio.wait(talking, timeout=SECONDS)
        assert not ended, [task.exception() for task in ended]
        cost = cpu_seconds(site) - before
        for task in (*talking, *listening):
            task.cancel()
    return cost, taken


async def _sit(seat: Seat, *, is_rep: bool) -> None:
    await asyncio.sleep(random.uniform(0, 5))
    if is_rep:
        await seat.start_chat()
    await seat.sit()


def _pages(site: Site) -> list[tuple[str, str]]:
    """The address and the cookie of each page: a customer's, then their rep's, for each call."""
    site.use()
    starts_at, customer = next_full_hour(), Customer('Carol Tanaka', 'carol@example.com', '', 'UTC')
    pages = []
    for rep_id in db.writing(_hire):
        booked = appointments.book(kinds.FIRST, starts_at, customer, rep_id=rep_id)
        key = sign_ins.sign_in_by_link(sign_ins.new_link(rep_id))
        pages += [(site.link('chat', booked), ''), (f'{site.url}/rep?at={starts_at:%Y-%m-%dT%H:%MZ}', f'sign_in={key}')]
    return pages


def _hire(session: Session) -> list[int]:
    """One rep for each call, round the clock."""
    now = clock.now()
    new = [db.Rep(name=f'Rep {number}', email=f'rep{number}@example.com', time_zone='UTC', created_at=now) for number in range(CALLS)]
    session.add_all(new)
    session.flush()
    ids = [rep.id for rep in new]
    session.execute(insert(db.KindRep), [{'kind_id': kinds.FIRST, 'rep_id': rep_id} for rep_id in ids])
    week = itertools.product(ids, range(7))
    session.execute(insert(db.WorkingHours), [{'rep_id': own, 'weekday': day, 'starts': time(), 'ends': time()} for own, day in week])
    revision.rise(session)
    return ids


def _hears(element: Any, event: str) -> bool:
    return any(own['type'] == event for own in element.get('events', ()))
