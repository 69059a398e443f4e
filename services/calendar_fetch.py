"""Fetches a calendar from an address that somebody typed: within limits, and from nowhere that only our own network can reach.

Meant for a process of its own (`calendar_reading`), whose time is limited as a whole.
"""

import ipaddress
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from socket import SOCK_STREAM
from socket import getaddrinfo as look_up
from typing import Any

import httpcore
import httpx

MAX_BYTES = 5_000_000
MAX_REDIRECTS = 3
REDIRECTS = {301, 302, 303, 307, 308}
CONNECT_SECONDS = READ_SECONDS = 10
AZURE = ipaddress.ip_address('168.63.129.16')  # answers questions about the machine, though its number looks public
NAT64 = ipaddress.ip_network('64:ff9b::/96')
BROKEN = 'The server of this calendar sent something broken. We keep trying.'

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class Unreadable(Exception):
    """A calendar cannot be read; `str(error)` is the sentence for its owner, without the address, which is a secret."""


@dataclass(frozen=True)
class Answer:
    """What a server sent. `body` None: nothing new since the copy that `etag` and `last_modified` stand for."""

    body: bytes | None
    etag: str = ''
    last_modified: str = ''


def fetch(address: str, etag: str = '', last_modified: str = '', *, private_allowed: bool = False) -> Answer:
    """The answer at this https or http address, after at most three redirects.

    :raises Unreadable: with a sentence
    """
    headers = _asking(etag, last_modified)
    url = httpx.URL(address)
    for _ in range(MAX_REDIRECTS + 1):
        try:
            with _connections(private_allowed) as pool, pool.stream('GET', _raw(url), headers=headers, extensions=_patience()) as response:
                if response.status not in REDIRECTS:
                    return _answer(response)
                url = _next(url, _headers(response).get('location', ''))
        except (httpcore.TimeoutException, TimeoutError):
            raise Unreadable('The server of this calendar did not answer in time. We keep trying.') from None
        except (httpcore.NetworkError, httpcore.ProtocolError, OSError, UnicodeError):
            raise Unreadable('The server of this calendar could not be reached. We keep trying; please check the address.') from None
    raise Unreadable('This address leads from one place to another without end. Please copy it anew from your calendar program.')


def checked(address: str) -> httpx.URL:
    """An address a calendar may lie at; `webcal` means `https`.

    :raises Unreadable: with a sentence
    """
    try:
        url = httpx.URL(address)
    except (httpx.InvalidURL, UnicodeError):
        raise Unreadable('This is not an address. Please copy it whole from your calendar program.') from None
    if url.scheme in ('webcal', 'webcals'):
        url = url.copy_with(scheme='https')
    if url.scheme not in ('http', 'https') or not url.host or (url.port or 443) > 65535:
        raise Unreadable('Please give an address that begins with https://, http:// or webcal://.')
    if url.userinfo or url.fragment:
        raise Unreadable('Please give an address without a user name, a password or a #.')
    return url


def is_public(address: str) -> bool:
    """Whether everybody on the internet means the same machine by this IP address, and no machine may tell us secrets about ours."""
    ip = ipaddress.ip_address(address.partition('%')[0])
    return all(one.is_global and not one.is_multicast and not one.is_reserved and one != AZURE for one in _meant(ip))


class Pinned(httpcore.NetworkBackend):
    """Looks a name up once and connects to one of the addresses it has checked: what the name means a moment later changes nothing."""

    def __init__(self, private_allowed: bool) -> None:
        self._private_allowed = private_allowed
        self._sockets = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,  # noqa: ARG002
        socket_options: Iterable[Any] | None = None,  # noqa: ARG002
    ) -> httpcore.NetworkStream:
        found = list(dict.fromkeys(str(entry[4][0]) for entry in look_up(host, port, type=SOCK_STREAM)))
        if not self._private_allowed and not all(is_public(address) for address in found):
            raise Unreadable('This address leads into a private network, which is not allowed here. Please give a public one.')
        for address in found[:-1]:
            try:
                return self._sockets.connect_tcp(address, port, timeout)
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                continue
        return self._sockets.connect_tcp(found[-1], port, timeout)


def _meant(ip: Address) -> list[Address]:
    """The address itself and those that are written inside it; of a translated one (RFC 6052 §2.1) only what is inside counts."""
    if isinstance(ip, ipaddress.IPv4Address):
        return [ip]
    if ip in NAT64:
        return [ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)]
    return [ip, *(one for one in (ip.ipv4_mapped, ip.sixtofour, *(ip.teredo or ())) if one is not None)]


def _asking(etag: str, last_modified: str) -> list[tuple[bytes | str, bytes | str]]:
    wanted = [('Accept', 'text/calendar, */*;q=0.1'), ('Accept-Encoding', 'gzip'), ('User-Agent', 'ScheduledCalls/1.0')]
    known = [('If-None-Match', etag), ('If-Modified-Since', last_modified)]
    return [*wanted, *((name, value) for name, value in known if value)]


def _connections(private_allowed: bool) -> httpcore.ConnectionPool:
    """For one request: no cookies, no proxies, and TLS that checks the name."""
    return httpcore.ConnectionPool(ssl_context=httpx.create_ssl_context(), network_backend=Pinned(private_allowed))


def _patience() -> dict[str, Any]:
    return {'timeout': {'connect': CONNECT_SECONDS, 'read': READ_SECONDS, 'write': READ_SECONDS, 'pool': CONNECT_SECONDS}}


def _raw(url: httpx.URL) -> httpcore.URL:
    return httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path)


def _next(url: httpx.URL, location: str) -> httpx.URL:
    try:
        return checked(str(url.join(location).copy_with(fragment=None)))
    except httpx.InvalidURL:
        raise Unreadable('This address leads to one that makes no sense. Please copy it anew from your calendar program.') from None


def _answer(response: httpcore.Response) -> Answer:
    if response.status == 304:
        return Answer(None)
    if response.status != 200:
        raise Unreadable(_refusal(response.status))
    headers = _headers(response)
    body = _body(response, headers.get('content-encoding', 'identity').lower())
    return Answer(body, _short(headers.get('etag', ''), 255), _short(headers.get('last-modified', ''), 64))


def _headers(response: httpcore.Response) -> dict[str, str]:
    return {name.decode('latin-1').lower(): value.decode('latin-1') for name, value in response.headers}


def _refusal(status: int) -> str:
    if status in (401, 403, 404, 410):
        return f'The server says that there is no such calendar, or that it is not shared ({status}). Please copy its address anew.'
    return f'The server of this calendar has a problem ({status}). We keep trying.'


def _body(response: httpcore.Response, encoding: str) -> bytes:
    """All of it; both what is sent and what it unpacks to are counted while it comes."""
    unpack = zlib.decompressobj(wbits=47) if encoding in ('gzip', 'x-gzip', 'deflate') else None
    if unpack is None and encoding != 'identity':
        raise Unreadable('The server sends this calendar in a form that cannot be read. Please use another address for it.')
    sent, body = 0, bytearray()
    for chunk in response.iter_stream():
        sent += len(chunk)
        try:
            body += unpack.decompress(chunk, MAX_BYTES + 1 - len(body)) if unpack else chunk
        except zlib.error:
            raise Unreadable(BROKEN) from None
        if max(sent, len(body)) > MAX_BYTES:
            raise Unreadable(f'This calendar is larger than {MAX_BYTES // 1_000_000} MB. Please publish one with fewer events.')
    if unpack and not unpack.eof:
        raise Unreadable(BROKEN)
    return bytes(body)


def _short(value: str, limit: int) -> str:
    return value if len(value) <= limit and value.isprintable() else ''
