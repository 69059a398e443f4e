"""A real relay, coturn, of the tests' own."""

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.waiting import free_port, until

SERVER = shutil.which('turnserver')
SECRET = 'a secret that the relay knows'


@contextmanager
def turn_server(folder: Path) -> Iterator[int]:
    """The port on 127.0.0.1 of a relay, by UDP and TCP, that trusts names and passwords made with `SECRET`."""
    port, log = free_port(), folder / 'turn.log'
    places = [
        '--listening-ip=127.0.0.1',
        '--relay-ip=127.0.0.1',
        f'--listening-port={port}',
        f'--log-file={log}',
        f'--pidfile={folder}/pid',
    ]
    ways = ['-n', '--no-tls', '--no-dtls', '--no-cli', '--simple-log', '--allow-loopback-peers', f'--userdb={folder}/users']
    server = subprocess.Popen(
        [str(SERVER), *places, *ways, '--use-auth-secret', f'--static-auth-secret={SECRET}', '--realm=example.com'],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        until(lambda: _listens(port), 'the relay to listen')
        yield port
    finally:
        server.terminate()
        server.wait(30)


def _listens(port: int) -> bool:
    """Whether it takes datagrams: the kernel says so."""
    local = f'0100007F:{port:04X}'
    return all(local in Path(f'/proc/net/{kind}').read_text() for kind in ('udp', 'tcp'))
