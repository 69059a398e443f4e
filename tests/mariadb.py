"""A MariaDB server of our own, in a folder, for as long as a `with` block lasts. It needs no service and no rights."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pymysql

from tests.waiting import free_port, until

SERVER = shutil.which('mariadbd', path=f'{os.environ.get("PATH", "")}:/usr/sbin')  # not on every user's path on Debian


@contextmanager
def running(folder: Path) -> Iterator[int]:
    """The port on 127.0.0.1 of a new, empty server; user root, no password."""
    port, data = free_port(), folder / 'data'
    user = ['--user=root'] if os.geteuid() == 0 else []
    new = ['mariadb-install-db', '--no-defaults', *user, f'--datadir={data}', '--auth-root-authentication-method=normal', '--skip-test-db']
    subprocess.run(new, check=True, capture_output=True)
    options = [f'--datadir={data}', f'--socket={folder}/socket', f'--port={port}', '--bind-address=127.0.0.1', '--max-connections=500']
    with (folder / 'log').open('wb') as log:
        server = subprocess.Popen([str(SERVER), '--no-defaults', *user, *options], stdout=log, stderr=log)
    try:
        until(lambda: _answers(port), 'MariaDB to answer', seconds=60)
        yield port
    finally:
        server.terminate()
        server.wait(30)


def _answers(port: int) -> bool:
    try:
        pymysql.connect(host='127.0.0.1', port=port, user='root').close()
    except pymysql.err.OperationalError:
        return False
    return True
