"""What every answer of the running app says to browsers, and what never gets out of it."""

import json
import re
import urllib.error
import urllib.request
from collections.abc import Iterator
from email.message import Message

import pytest
import sqlalchemy as sa

import db
from services import feeds
from tests.site import Site, next_full_hour
from tests.waiting import until

FRONT, KEY = '/', '/appointment/WyJhIiwxXQ.not-a-real-signature'


@pytest.fixture(scope='module')
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    running = Site(tmp_path_factory.mktemp('site'))
    running.start()
    yield running
    running.stop()


def get(site: Site, path: str, method: str = 'GET', body: bytes | None = None, **headers: str) -> tuple[int, Message, str]:
    """Status, headers and body."""
    named = {name.replace('_', '-'): value for name, value in headers.items()}
    request = urllib.request.Request(site.url + path, body, {'Cookie': 'tz=UTC'} | named, method=method)
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.status, answer.headers, answer.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.headers, error.read().decode()


def test_every_script_of_a_page_has_the_nonce_of_this_answer(site: Site) -> None:
    nonces = set()
    for _ in range(2):
        _status, headers, body = get(site, FRONT)
        nonce = re.search(r"'nonce-([^']+)'", headers['Content-Security-Policy'])
        assert nonce is not None
        scripts = re.findall(r'<script[^>]*>', body)
        assert scripts
        assert all(f'nonce="{nonce[1]}"' in script for script in scripts)
        nonces.add(nonce[1])
    assert len(nonces) == 2


@pytest.mark.parametrize('path', [FRONT, KEY, '/availability/2026-11-22', '/healthz', '/nowhere'])
def test_no_answer_may_be_framed_or_guessed_at(site: Site, path: str) -> None:
    headers = get(site, path)[1]
    assert "frame-ancestors 'none'" in headers['Content-Security-Policy']
    assert "'unsafe-inline'" not in re.search(r'(script-src[^;]*|$)', headers['Content-Security-Policy'])[0]  # type: ignore[index]
    assert headers['X-Content-Type-Options'] == 'nosniff'
    assert 'camera=(self)' in headers['Permissions-Policy']


@pytest.mark.parametrize('path', [KEY, KEY.replace('appointment', 'chat'), KEY.replace('appointment', 'password'), '/check'])
def test_pages_with_keys_tell_their_address_to_nobody(site: Site, path: str) -> None:
    assert get(site, path)[1]['Referrer-Policy'] == 'no-referrer'


@pytest.mark.parametrize(
    'path', [KEY, KEY.replace('appointment', 'chat'), '/check', '/sign-in', '/rep', '/reps', KEY.replace('appointment', 'password')]
)
def test_what_is_private_is_neither_kept_nor_indexed(site: Site, path: str) -> None:
    headers = get(site, path)[1]
    assert headers['Cache-Control'] == 'no-store'
    assert headers['X-Robots-Tag'] == 'noindex'


def test_what_the_script_of_the_video_service_logs_is_taken_and_forgotten(site: Site) -> None:
    line = json.dumps({'source': f'{site.url}/chat/the-key-of-a-customer'}).encode()
    assert get(site, '/api/opentok-log/logging/ClientEvent', 'POST', line, Content_Type='application/json')[0] == 204
    assert get(site, '/api/opentok-log/logging/ClientEvent')[0] == 405
    assert 'the-key-of-a-customer' not in site.output


def test_the_customer_gets_no_cookie_from_the_server(site: Site) -> None:
    assert get(site, FRONT)[1]['Set-Cookie'] is None


@pytest.mark.parametrize(('method', 'path', 'status'), [('GET', '/nowhere', 404), ('GET', '/wp-login.php', 404), ('POST', '/', 405)])
def test_what_is_not_here_gets_a_plain_page_of_ours(site: Site, method: str, path: str, status: int) -> None:
    got, _headers, body = get(site, path, method)
    assert got == status
    assert 'There is nothing at this address' in body
    assert 'nicegui' not in body.lower()


@pytest.mark.parametrize(('origin', 'welcome'), [('https://evil.example', False), ('null', False), ('', True)])
def test_only_our_own_pages_may_open_a_live_connection(site: Site, origin: str, welcome: bool) -> None:
    status = get(site, '/_nicegui_ws/socket.io/?EIO=4&transport=polling', Origin=origin or site.url)[0]
    assert (status == 200) is welcome


def test_a_failing_write_logs_nothing_of_what_was_typed(tmp_path_factory: pytest.TempPathFactory) -> None:
    full = Site(tmp_path_factory.mktemp('full'))
    full.start()
    try:
        with db.engine().begin() as connection:
            connection.execute(sa.text("CREATE TRIGGER full BEFORE INSERT ON appointments BEGIN SELECT RAISE(ROLLBACK, 'no room'); END"))
        typed = {'name': 'Carol Secret', 'email': 'carol@private.example', 'comment': 'between us'}
        body = json.dumps(typed | {'timestamp': round(next_full_hour().timestamp() * 1000)}).encode()
        assert get(full, '/schedule', 'POST', body, Content_Type='application/json')[0] == 500
        until(lambda: 'no room' in full.output, 'the log')
        assert not [text for text in typed.values() if text in full.output]
    finally:
        full.stop()


def test_a_failure_shows_a_sentence_and_logs_no_key(tmp_path_factory: pytest.TempPathFactory) -> None:
    broken = Site(tmp_path_factory.mktemp('broken'))
    broken.start()
    try:
        link, feed = broken.link('manage', broken.book()), feeds.address(broken.rep())
        with db.engine().begin() as connection:
            connection.execute(sa.text('ALTER TABLE reps RENAME TO gone'))
        for path in (link.removeprefix(broken.url), feed.removeprefix(broken.url), '/', '/availability/2026-11-22'):
            status, headers, body = get(broken, path)
            assert status == 500
            assert "style-src 'self'" in headers['Content-Security-Policy']
            assert 'Something went wrong on our side' in body
            assert 'Traceback' not in body
            assert 'sqlite' not in body.lower()
        get(broken, '/chat/secret-key-of-nobody')
        assert 'no such table: reps' in broken.output
        assert not [key for key in (link, feed) if key.rpartition('/')[2] in broken.output]
        assert 'secret-key-of-nobody' not in broken.output
        assert 'carol@example.com' not in broken.output
    finally:
        broken.stop()
