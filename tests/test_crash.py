"""The app killed with `kill -9` between booking and mail, on both databases: the mails are sent after its restart, once."""

import urllib.parse
import urllib.request
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.mail_server import MailServer
from tests.site import Site, next_full_hour
from tests.waiting import until


@pytest.fixture
def server() -> MailServer:
    """A mail server that is not running yet."""
    return MailServer()


@pytest.fixture
def site(database_url: str, tmp_path: Path, server: MailServer) -> Iterator[Site]:
    variables = server.settings(REP_EMAIL='riley@example.com', OUTBOX_LEASE_SECONDS='1')
    running = Site(tmp_path, DATABASE_URL=database_url, **variables)
    running.start()
    yield running
    running.stop()


def book(site: Site) -> None:
    form = {'name': 'Carol', 'email': 'carol@example.com', 'timestamp': round(next_full_hour().timestamp() * 1000)}
    with urllib.request.urlopen(f'{site.url}/schedule', urllib.parse.urlencode(form).encode(), timeout=60) as answer:
        assert answer.status == 201


def test_a_server_killed_between_booking_and_mail_sends_the_mail_after_its_restart(site: Site, server: MailServer) -> None:
    book(site)
    site.kill()
    with server.running():
        site.start()
        until(lambda: len(server.messages) >= 2, 'both mails')
        site.stop()
    assert sorted(server.recipients) == ['carol@example.com', 'riley@example.com']
    assert set(Counter(message['Message-ID'] for message in server.messages).values()) == {1}
