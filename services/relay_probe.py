"""The little of STUN (RFC 8489) and TURN (RFC 8656) that finds out whether a server would help two browsers meet."""

import hashlib
import hmac
import re
import secrets
import socket
import ssl
import struct
from contextlib import suppress

BINDING, ALLOCATE = 0x0001, 0x0003
SUCCESS = 0x0100  # added to the kind of the request
USERNAME, MESSAGE_INTEGRITY, ERROR_CODE, REALM, NONCE, REQUESTED_TRANSPORT = 0x0006, 0x0008, 0x0009, 0x0014, 0x0015, 0x0019
COOKIE = 0x2112A442
HEADER = struct.Struct('>HHI12s')  # kind, length of the rest, cookie, transaction
UDP_RELAY = {REQUESTED_TRANSPORT: bytes([17, 0, 0, 0])}  # the relay is to speak UDP to the other side
UNAUTHORIZED = 401
TRIES, SECONDS = 3, 2  # a datagram may be lost
ADDRESS = re.compile(r'(?:stun|turn)(?P<safe>s?):(?P<host>\[[^]]+\]|[^:?]+)(:(?P<port>\d+))?(\?transport=(?P<transport>udp|tcp))?')

Attributes = dict[int, bytes]


class Refused(Exception):
    """The server answered, and does not do what was asked; the text is its own word for it."""


def bind(url: str) -> None:
    """Ask a `stun:` server for our public address, which is all it does.

    :raises Refused: when it answers something else
    :raises OSError: when it does not answer, or cannot be reached
    """
    with _Line(url) as line:
        _require(BINDING, *line.ask(BINDING, {}))


def allocate(url: str, name: str, password: str) -> None:
    """Ask a `turn:` server for a relay.

    :raises Refused: when it gives none to this name with this password
    :raises OSError: when it does not answer, or cannot be reached
    """
    with _Line(url) as line:
        kind, answer = line.ask(ALLOCATE, UDP_RELAY)
        if _code(answer) == UNAUTHORIZED:  # which is how it says what to sign with (RFC 8489 §9.2)
            realm, nonce = answer.get(REALM, b''), answer.get(NONCE, b'')
            key = hashlib.md5(b':'.join((name.encode(), realm, password.encode())), usedforsecurity=False).digest()
            kind, answer = line.ask(ALLOCATE, UDP_RELAY | {USERNAME: name.encode(), REALM: realm, NONCE: nonce}, key)
        _require(ALLOCATE, kind, answer)


class _Line:
    """A connection to the server of this URL, by UDP, TCP or TLS."""

    def __init__(self, url: str) -> None:
        parts = ADDRESS.fullmatch(url)
        if parts is None:
            raise Refused('its address cannot be read')
        is_safe = bool(parts['safe'])
        host, port = parts['host'].strip('[]'), int(parts['port'] or (5349 if is_safe else 3478))
        self._is_stream = is_safe or parts['transport'] == 'tcp'
        self._socket = _connect(host, port, is_stream=self._is_stream)
        if is_safe:
            self._socket = ssl.create_default_context().wrap_socket(self._socket, server_hostname=host)

    def __enter__(self) -> '_Line':
        return self

    def __exit__(self, *_error: object) -> None:
        self._socket.close()

    def ask(self, kind: int, attributes: Attributes, key: bytes = b'') -> tuple[int, Attributes]:
        """The kind of the answer, and what is in it. With a key the request is signed."""
        transaction = secrets.token_bytes(12)
        request = _message(kind, transaction, attributes, key)
        for _ in range(1 if self._is_stream else TRIES):
            self._socket.sendall(request)
            with suppress(TimeoutError):
                return self._answer(transaction)
        raise TimeoutError('no answer')

    def _answer(self, transaction: bytes) -> tuple[int, Attributes]:
        """What comes; an answer to something else is passed over."""
        while True:
            message = self._read()
            kind, length, cookie, of = HEADER.unpack_from(message)
            if cookie == COOKIE and of == transaction:
                return kind, _attributes(message[HEADER.size : HEADER.size + length])

    def _read(self) -> bytes:
        if not self._is_stream:
            return self._socket.recv(2048).ljust(HEADER.size, b'\0')
        header = self._exactly(HEADER.size)
        return header + self._exactly(HEADER.unpack(header)[1])

    def _exactly(self, size: int) -> bytes:
        read = b''
        while len(read) < size:
            more = self._socket.recv(size - len(read))
            if not more:
                raise ConnectionError('it hung up')
            read += more
        return read


def _connect(host: str, port: int, *, is_stream: bool) -> socket.socket:
    if is_stream:
        return socket.create_connection((host, port), SECONDS * TRIES)
    family, kind, protocol, _name, address = socket.getaddrinfo(host, port, type=socket.SOCK_DGRAM)[0]
    line = socket.socket(family, kind, protocol)
    line.settimeout(SECONDS)
    line.connect(address)
    return line


def _message(kind: int, transaction: bytes, attributes: Attributes, key: bytes) -> bytes:
    """Signed over itself as long as it will be with the signature (RFC 8489 §14.5)."""
    body = b''.join(_attribute(name, value) for name, value in attributes.items())
    if not key:
        return HEADER.pack(kind, len(body), COOKIE, transaction) + body
    message = HEADER.pack(kind, len(body) + 24, COOKIE, transaction) + body
    return message + _attribute(MESSAGE_INTEGRITY, hmac.digest(key, message, 'sha1'))


def _attribute(name: int, value: bytes) -> bytes:
    """Padded to a multiple of four."""
    return struct.pack('>HH', name, len(value)) + value + b'\0' * (-len(value) % 4)


def _attributes(body: bytes) -> Attributes:
    found: Attributes = {}
    while len(body) >= 4:
        name, length = struct.unpack_from('>HH', body)
        found.setdefault(name, body[4 : 4 + length])
        body = body[4 + length + -length % 4 :]
    return found


def _require(request: int, kind: int, answer: Attributes) -> None:
    """:raises Refused: when this is not a success"""
    if kind != request + SUCCESS:
        words = answer.get(ERROR_CODE, b'')[4:].decode(errors='replace')
        raise Refused(f'{_code(answer)} {words}'.strip())


def _code(answer: Attributes) -> int:
    """The number of the error, 0 when there is none (RFC 8489 §14.8)."""
    error = answer.get(ERROR_CODE, b'').ljust(4, b'\0')
    return error[2] % 8 * 100 + error[3]
