"""The people of the simulated browsers, and the moments at which they look."""

import gc
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from nicegui.testing import User

import db
from services import appointments, kinds
from services.customers import Customer
from tests.conftest import BERLIN
from tests.pages.rights import new_key, sign_in

Now = Callable[[datetime], None]
RightAfter = Callable[[object, str, Callable[[], object]], None]


@pytest.fixture
def key(riley: db.Rep) -> str:
    """The key of Riley's sign-in in the simulated user's browser."""
    return new_key(riley)


@pytest.fixture
def rep_user(key: str, user: User) -> User:
    """Riley, signed in."""
    user.http_client.cookies.set('sign_in', key)
    return user


@pytest.fixture
def robin_user(robin: db.Rep, user: User) -> User:
    """Robin, signed in."""
    sign_in(user, robin)
    return user


@pytest.fixture
def carol_page(user: User, create_user: Callable[[], User]) -> User:
    """Carol's browser, in which nobody is signed in, beside the other one."""
    return create_user()


@pytest.fixture
def opened(appointment: db.Appointment, now: Now) -> db.Appointment:
    """Carol's appointment with Riley, which begins now: its call is open."""
    now(appointment.starts_at)
    return appointment


@pytest.fixture
def after(appointment: db.Appointment) -> db.Appointment:
    """Sam's appointment, right after Carol's."""
    sam = Customer('Sam Stone', 'sam@example.com', 'A question', BERLIN)
    return appointments.book(kinds.FIRST, appointment.starts_at + timedelta(hours=1), sam)


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """The rep's page looks at the time often."""
    from pages import rep

    monkeypatch.setattr(rep, 'TICK_SECONDS', 0.05)


@pytest.fixture
def right_after(monkeypatch: pytest.MonkeyPatch) -> RightAfter:
    """`right_after(module, 'name', do)`: when a page first has this read, something is done before it gets what was read."""

    def lie_in_wait(module: object, name: str, do: Callable[[], object]) -> None:
        read = getattr(module, name)

        def read_and_do(*args: object, **named: object) -> object:
            monkeypatch.setattr(module, name, read)
            found = read(*args, **named)
            do()
            return found

        monkeypatch.setattr(module, name, read_and_do)

    return lie_in_wait


def pytest_collection_finish() -> None:
    """NiceGUI collects garbage before and after each test: spare it all that is loaded by now."""
    gc.collect()
    gc.freeze()
