"""For whatever tests a service."""

from collections.abc import Iterator

import pytest

from services import events
from tests.opentok_platform import Platform, opentok_platform


@pytest.fixture
def heard() -> Iterator[list[events.Event]]:
    """What is published from now on."""
    found: list[events.Event] = []
    stop = events.subscribe(found.append)
    yield found
    stop()


@pytest.fixture(scope='module')
def running_platform() -> Iterator[Platform]:
    """A stand-in for OpenTok's platform, shared by the module's tests."""
    with opentok_platform() as platform:
        yield platform
