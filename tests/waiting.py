"""Waiting for conditions, never for seconds."""

import itertools
import os
import socket
import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar('T')

# Ports below those that the kernel hands out, a hundred for each process: what runs beside this one is never given the same.
_ports = itertools.cycle(range(first := 12_000 + os.getpid() % 200 * 100, first + 100))


def until(condition: Callable[[], T], what: str, seconds: float = 30) -> T:
    """The first true value of `condition()`; fails when it stays false for so long."""
    end = time.monotonic() + seconds
    while not (value := condition()):
        assert time.monotonic() < end, f'waited {seconds} s in vain for {what}'
        time.sleep(0.02)
    return value


def free_port() -> int:
    """A TCP port nobody listens on just now."""
    return until(_next_if_free, 'a free port')


def _next_if_free() -> int | None:
    port = next(_ports)
    with socket.socket() as probe:
        try:
            probe.bind(('127.0.0.1', port))
        except OSError:
            return None
    return port
