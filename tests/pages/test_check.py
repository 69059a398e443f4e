"""`/check` in a simulated browser: what is said of devices and connection. What a browser finds out itself needs a real one."""

import pytest
from nicegui.testing import User

from pages.components.connection_check import ConnectionTrial
from pages.components.device_check import DeviceCheck
from services import trials
from tests.conftest import on_sqlite
from tests.pages.calling import DEVICES
from tests.pages.seeing import part, press, see, trigger

pytestmark = on_sqlite

CAN = 'This browser can make a connection.'


@pytest.fixture
def tried(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, object]]:
    """The trials that the browser was asked for; it always finds a way."""
    asked: list[dict[str, object]] = []

    async def find(_self: ConnectionTrial, _name: str, trial: dict[str, object], **_: object) -> dict[str, object]:
        asked.append(trial)
        return {'is_open': True, 'found': ['host']}

    monkeypatch.setattr(ConnectionTrial, 'run_method', find)
    return asked


@pytest.mark.usefixtures('riley')
async def test_anybody_can_check_and_nothing_is_tried_before_a_click(user: User, tried: list[dict[str, object]]) -> None:
    await user.open('/check')
    await see(user, 'Check camera, microphone and connection')
    assert tried == []
    press(user, 'Test the connection')
    await see(user, CAN)
    assert tried == [{'ice_servers': [], 'must_relay': False, 'has_stun': False, 'has_relay': False}]


@pytest.mark.usefixtures('riley', 'tried')
async def test_who_tries_too_often_is_told_to_wait(user: User) -> None:
    await user.open('/check')
    for number in range(trials.MOST + 1):
        press(user, 'Test the connection')
        await see(user, CAN if number < trials.MOST else 'The connection was tested many times from where you are. Please wait')
        await see(user, 'Test the connection')


@pytest.mark.usefixtures('riley')
async def test_a_browser_that_does_not_answer_is_told(user: User, monkeypatch: pytest.MonkeyPatch) -> None:
    async def be_silent(*_: object, **__: object) -> None:
        raise TimeoutError

    monkeypatch.setattr(ConnectionTrial, 'run_method', be_silent)
    await user.open('/check')
    press(user, 'Test the connection')
    await see(user, 'Your browser did not answer. Please reload this page and try again.')


@pytest.mark.usefixtures('riley')
async def test_what_is_missing_is_told_in_the_words_of_the_browser(user: User) -> None:
    user.http_client.headers['user-agent'] = 'Mozilla/5.0 (Windows NT 10.0; rv:132.0) Gecko/20100101 Firefox/132.0'
    await user.open('/check')
    check = part(user, DeviceCheck)
    trigger(user, check, 'settled', DEVICES | {'camera': False, 'reason': 'NotAllowedError'})
    assert str(check.props['advice']).startswith('Firefox blocks the camera, so you cannot be seen. Click the crossed-out icon')
    trigger(user, check, 'settled', DEVICES)
    assert check.props['advice'] == ''
    trigger(user, check, 'obstacle', {'name': 'old'})
    assert str(check.props['advice']).startswith('Firefox is too old')


@pytest.mark.usefixtures('riley')
async def test_an_ipad_that_gives_itself_out_as_a_mac_is_told_what_to_do_on_an_ipad(user: User) -> None:
    mac = 'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.4 Safari/605.1.15'
    user.http_client.headers['user-agent'] = mac
    await user.open('/check')
    check = part(user, DeviceCheck)
    for touches, words in ((5, 'This app cannot make calls.'), (0, 'Safari is too old')):
        trigger(user, check, 'obstacle', {'name': 'old', 'touches': touches})
        assert str(check.props['advice']).startswith(words)
