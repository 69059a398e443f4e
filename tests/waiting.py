"""Waiting for conditions, never for seconds."""

import socket
import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar('T')


def until(condition: Callable[[], T], what: str, seconds: float = 20) -> T:
    """The first true value of `condition()`; fails when it stays false for so long."""
    end = time.monotonic() + seconds
    while not (value := condition()):
        assert time.monotonic() < end, f'waited {seconds} s in vain for {what}'
        time.sleep(0.02)
    return value


def free_port() -> int:
    """A TCP port nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(('127.0.0.1', 0))
        return int(probe.getsockname()[1])
