"""A simulated user who is signed in as the rep."""

import gc

import pytest
from nicegui.testing import User

import db
from services import sign_ins


@pytest.fixture
def key(riley: db.Rep) -> str:
    """The key of Riley's sign-in in the simulated user's browser."""
    return sign_ins.sign_in_by_link(sign_ins.new_link(riley.id))


@pytest.fixture
def rep_user(key: str, user: User) -> User:
    """Riley, signed in."""
    user.http_client.cookies.set('sign_in', key)
    return user


def pytest_collection_finish() -> None:
    """NiceGUI collects garbage before and after each test: spare it all that is loaded by now."""
    gc.collect()
    gc.freeze()
