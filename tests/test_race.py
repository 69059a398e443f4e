"""Fifty people and one slot, through real HTTP, against the app in a process of its own."""

import json
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import func, select

import db
from tests.site import Site, next_full_hour


@pytest.fixture
def site(database_url: str, tmp_path: Path) -> Iterator[Site]:
    running = Site(tmp_path, DATABASE_URL=database_url)
    running.start()
    yield running
    running.stop()


def attempt(site: Site, number: int) -> int:
    """The status of one booking of the next full hour."""
    form = {'name': f'Customer {number}', 'email': f'c{number}@example.com', 'timestamp': round(next_full_hour().timestamp() * 1000)}
    request = urllib.request.Request(f'{site.url}/schedule', json.dumps(form).encode(), {'Content-Type': 'application/json'})
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code


def test_of_fifty_simultaneous_bookings_of_one_slot_exactly_one_succeeds(site: Site) -> None:
    with ThreadPoolExecutor(50) as crowd:
        statuses = Counter(crowd.map(lambda number: attempt(site, number), range(50)))
    assert statuses == {201: 1, 409: 49}
    site.use()
    with db.reading() as session:
        assert session.scalar(select(func.count()).select_from(db.Appointment)) == 1
