"""Many requests over a few kept-open connections, as fast as the answers come; light enough to leave the cores to the server."""

import asyncio
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field


@dataclass
class Load:
    """What came of the requests: the statuses, how long each took, the size of the last body."""

    seconds: float = 0
    statuses: Counter[int] = field(default_factory=Counter)
    milliseconds: list[float] = field(default_factory=list)
    last_size: int = 0

    def rate(self, status: int) -> float:
        """Answers a second; all must have had this status."""
        assert set(self.statuses) == {status}, f'not all answers were {status}: {self.statuses}'
        return self.statuses[status] / self.seconds


def get(path: str, **headers: str) -> bytes:
    """A GET request as it goes over the line."""
    return _request('GET', path, headers)


def post(path: str, body: bytes, **headers: str) -> bytes:
    """A POST request with a JSON body."""
    return _request('POST', path, headers | {'content_type': 'application/json', 'content_length': str(len(body))}) + body


def during(seconds: float, requests: Iterable[bytes]) -> Iterator[bytes]:
    """These requests, until the time is up."""
    end = time.monotonic() + seconds
    for request in requests:
        if time.monotonic() > end:
            return
        yield request


def send(port: int, requests: Iterable[bytes], connections: int = 8) -> Load:
    """Send them all, each connection one after the other."""
    return asyncio.run(sending(port, requests, connections))


async def sending(port: int, requests: Iterable[bytes], connections: int) -> Load:
    """`send`, for who has a loop running."""
    load, rest, start = Load(), iter(requests), time.monotonic()
    await asyncio.gather(*(_converse(port, rest, load) for _ in range(connections)))
    load.seconds = time.monotonic() - start
    return load


async def _converse(port: int, requests: Iterator[bytes], load: Load) -> None:
    reader, writer = await asyncio.open_connection('127.0.0.1', port)
    for request in requests:
        asked = time.monotonic()
        writer.write(request)
        head = await reader.readuntil(b'\r\n\r\n')
        load.last_size = int(head.lower().partition(b'\r\ncontent-length:')[2].split(b'\r\n')[0])
        await reader.readexactly(load.last_size)
        load.statuses[int(head.split(b' ', 2)[1])] += 1
        load.milliseconds.append((time.monotonic() - asked) * 1000)
    writer.close()


def _request(method: str, path: str, headers: dict[str, str]) -> bytes:
    lines = [f'{method} {path} HTTP/1.1', 'Host: localhost', *(f'{name.replace("_", "-")}: {value}' for name, value in headers.items())]
    return '\r\n'.join([*lines, '', '']).encode()
