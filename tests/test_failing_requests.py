"""What nobody expected, in answering a request: whoever asked reads a sentence, and the log has it once."""

import logging
from collections.abc import Callable

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from pages import failures
from services.errors import Failed


def fail() -> None:
    raise ValueError('the disk is full')


@pytest.fixture
def ask() -> Callable[[str], object]:
    """`ask(path)`: what is answered there, where everything fails."""
    app = FastAPI()
    app.add_api_route('/free-slots', fail)
    app.add_api_route(f'{failures.LINES}socket.io/', fail)
    failures.add_json_handlers(app)
    browser = TestClient(failures.LoggedOnce(app))
    return lambda path: browser.get(path).json()


def test_it_is_answered_in_our_words_and_logged_once(ask: Callable[[str], object], caplog: pytest.LogCaptureFixture) -> None:
    assert ask('/free-slots') == {'error': Failed.sentence}
    (record,) = (record for record in caplog.records if record.levelno >= logging.WARNING)
    assert (record.levelname, 'the disk is full' in caplog.text) == ('ERROR', True)


def test_a_line_that_was_cut_is_one_line_in_the_log(ask: Callable[[str], object], caplog: pytest.LogCaptureFixture) -> None:
    ask(f'{failures.LINES}socket.io/')
    (record,) = (record for record in caplog.records if record.levelno >= logging.WARNING)
    assert (record.levelname, record.getMessage()) == ('WARNING', 'A line to a page was cut: ValueError')
    assert 'Traceback' not in caplog.text
