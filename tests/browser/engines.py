"""The engines of the call, as their tests know them. A new one is one line in `ENGINES`, and one in `tests/backends.py`."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext

HERE = Path(__file__).parent


def fake_opentok() -> bytes:
    """The stand-in for OpenTok.js, for `Platform.script`."""
    parts = (HERE / name for name in ('fake_opentok_media.js', 'fake_opentok.js'))
    return f'(() => {{ {"".join(part.read_text() for part in parts)} }})();'.encode()


@dataclass(frozen=True)
class Engine:
    """An engine, and scripts that let its line waver and come back, and make the next join fail with these words."""

    name: str
    waver: str
    mend: str
    fail: str
    words: str


SAY_STATE = """state => {
  const connection = connections.findLast(({ connectionState }) => connectionState !== 'closed');
  if (state) Object.defineProperty(connection, 'connectionState', { value: state, configurable: true });
  else delete connection.connectionState;
  connection.dispatchEvent(new Event('connectionstatechange'));
}"""
AN_OLD_BROWSER = "Object.defineProperty(navigator, 'mediaDevices', { value: undefined, configurable: true })"
ENGINES = (
    Engine('peer', f'({SAY_STATE})("disconnected")', f'({SAY_STATE})()', AN_OLD_BROWSER, 'is too old for calls'),
    Engine('opentok', 'OT.test.waver()', 'OT.test.mend()', "OT.test.refuse('connect', 'OT_CONNECT_FAILED')", 'does not answer'),
)


@pytest.fixture
def new_context(new_context: Callable[..., BrowserContext]) -> Callable[..., BrowserContext]:
    """One window for both sides: the stand-in for OpenTok does not reach beyond it."""
    window = new_context()
    return lambda: window
