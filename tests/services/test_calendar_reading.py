"""Reading a calendar from a real server, in the process of its own: within limits, and from nowhere private."""

import gzip
import socket
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from time import monotonic
from typing import Any

import pytest

from services import calendar_fetch, calendar_reading
from services.calendar_fetch import Unreadable
from services.calendar_reading import Wanted, read
from tests.calendar_server import CalendarServer, calendar_server
from tests.calendar_texts import calendar, event

ONE = calendar(event('DTSTART:20261201T090000Z', 'DTEND:20261201T100000Z'))
SPAN = datetime(2026, 12, 1, 9, tzinfo=UTC), datetime(2026, 12, 1, 10, tzinfo=UTC)
BOMB = gzip.compress(bytes(50_000_000))


@pytest.fixture
def server() -> Iterator[CalendarServer]:
    with calendar_server() as running:
        running.publish(ONE)
        yield running


@pytest.fixture
def wanted(server: CalendarServer) -> Wanted:
    """The server's calendar, from where private addresses are allowed."""
    return Wanted(server.url, '', '', 'Europe/Berlin', datetime(2026, 11, 22, tzinfo=UTC), datetime(2027, 12, 31, tzinfo=UTC), True)


def refusal(wanted: Wanted) -> str:
    """The sentence for a calendar that cannot be read."""
    with pytest.raises(Unreadable) as error:
        read(wanted)
    return str(error.value)


def fetch_refusal(address: str, *, private_allowed: bool = False) -> str:
    """The same, in this process."""
    with pytest.raises(Unreadable) as error:
        calendar_fetch.fetch(address, private_allowed=private_allowed)
    return str(error.value)


def test_what_is_new_is_read_and_what_is_not_is_only_asked_about(server: CalendarServer, wanted: Wanted) -> None:
    dated = 'Sun, 22 Nov 2026 10:00:00 GMT'
    server.publish(gzip.compress(ONE), ETag='"one"', Last_Modified=dated, Content_Encoding='gzip', Set_Cookie='a=b')
    found = read(wanted)
    assert found.spans == [SPAN]
    again = read(replace(wanted, etag=found.etag, last_modified=found.last_modified))
    assert again.spans is None
    assert server.asked[1]['if-none-match'] == '"one"'
    assert server.asked[1]['if-modified-since'] == dated
    assert 'cookie' not in server.asked[1]


@pytest.mark.parametrize(
    ('body', 'encoding', 'sentence'),
    [
        (bytes(5_000_001), 'identity', 'larger than 5 MB'),
        (BOMB, 'gzip', 'larger than 5 MB'),
        (b'not packed', 'gzip', 'something broken'),
        (gzip.compress(ONE)[:-20], 'gzip', 'something broken'),
        (ONE, 'br', 'in a form that cannot be read'),
    ],
)
def test_what_is_too_large_or_broken_is_refused(server: CalendarServer, body: bytes, encoding: str, sentence: str) -> None:
    server.publish(body, Content_Encoding=encoding)
    assert sentence in fetch_refusal(server.url, private_allowed=True)


@pytest.mark.parametrize(('status', 'sentence'), [(404, 'no such calendar'), (401, 'not shared'), (500, 'has a problem (500)')])
def test_a_refusal_is_put_into_words(server: CalendarServer, status: int, sentence: str) -> None:
    server.refuse(status)
    assert sentence in fetch_refusal(server.url, private_allowed=True)


def test_what_is_no_calendar_or_nowhere_is_refused_without_telling_the_address(server: CalendarServer, wanted: Wanted) -> None:
    server.publish('<html>Please sign in</html>')
    assert 'is no calendar' in refusal(wanted)
    nowhere = refusal(replace(wanted, address='http://127.0.0.1:1/secret.ics'))
    assert 'could not be reached' in nowhere
    assert 'secret' not in nowhere


def test_a_server_that_never_comes_to_an_end_is_given_up(server: CalendarServer, wanted: Wanted) -> None:
    server.drips = True
    began = monotonic()
    assert 'did not answer in time' in refusal(replace(wanted, fetch_seconds=1))
    assert monotonic() - began < calendar_reading.WHOLE_SECONDS / 2


@pytest.mark.parametrize('rule', ['FREQ=SECONDLY', 'FREQ=DAILY;COUNT=1000000000;BYMONTH=2;BYMONTHDAY=30'])
def test_a_calendar_that_never_stops_repeating_is_given_up(server: CalendarServer, wanted: Wanted, rule: str) -> None:
    server.publish(calendar(event('DTSTART:19000101T000000Z', 'DURATION:PT1S', f'RRULE:{rule}')))
    assert 'repeats its events more often' in refusal(replace(wanted, cpu_seconds=1))


def test_a_redirect_is_followed_three_times(server: CalendarServer) -> None:
    server.refuse(302, Location='/again.ics')
    assert 'without end' in fetch_refusal(server.url, private_allowed=True)
    assert server.paths == ['/calendar.ics', '/again.ics', '/again.ics', '/again.ics']


@pytest.mark.parametrize(
    'address',
    [
        '127.0.0.1', '10.1.2.3', '172.16.0.1', '192.168.1.1', '169.254.169.254', '100.100.100.200', '168.63.129.16', '0.0.0.0', '224.0.0.1',
        '255.255.255.255', '240.0.0.1', '::1', '::', 'fe80::1%eth0', 'fd00:ec2::254', 'ff02::1', '::ffff:10.0.0.1', '2002:7f00:1::',
        '64:ff9b::a00:1', '2001:0:4136:e378:8000:63bf:f5ff:fffe',
    ],
)  # fmt: skip
def test_an_address_that_only_our_network_can_reach_is_not_public(address: str) -> None:
    assert not calendar_fetch.is_public(address)


@pytest.mark.parametrize('address', ['93.184.216.34', '2606:2800:220:1:248:1893:25c8:1946', '2002:5db8:d822::', '64:ff9b::5db8:d822'])
def test_an_address_that_everybody_can_reach_is_public(address: str) -> None:
    assert calendar_fetch.is_public(address)


@pytest.mark.parametrize('host', ['127.0.0.1', 'localhost', '2130706433', '0x7f.1', '[::1]', '[::ffff:127.0.0.1]'])
def test_nothing_private_is_asked_for_unless_a_setting_allows_it(server: CalendarServer, host: str) -> None:
    assert 'private network' in fetch_refusal(f'http://{host}:{server.port}/')
    assert server.asked == []


def test_a_redirect_into_a_private_network_is_refused(server: CalendarServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calendar_fetch, 'is_public', lambda address: address == '127.0.0.1')
    server.refuse(302, Location=f'http://127.0.0.2:{server.port}/')
    assert 'private network' in fetch_refusal(server.url)
    assert len(server.asked) == 1
    server.refuse(302, Location='file:///etc/passwd')
    assert 'begins with https://' in fetch_refusal(server.url)


def test_a_name_is_looked_up_once_and_every_address_must_be_public(server: CalendarServer, monkeypatch: pytest.MonkeyPatch) -> None:
    answers = [['127.0.0.1'], ['127.0.0.1', '127.0.0.2'], ['127.0.0.2']]

    def look_up(host: str, port: int, *_args: Any, **_options: Any) -> list[Any]:
        assert host == 'calendar.example'
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, '', (address, port)) for address in answers.pop(0)]

    monkeypatch.setattr(calendar_fetch, 'look_up', look_up)
    monkeypatch.setattr(calendar_fetch, 'is_public', lambda address: address == '127.0.0.1')
    address = f'http://calendar.example:{server.port}/'
    assert calendar_fetch.fetch(address).body == ONE
    assert len(answers) == 2
    assert 'private network' in fetch_refusal(address)
    assert len(server.asked) == 1
