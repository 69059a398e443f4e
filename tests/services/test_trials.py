"""Trials of a connection: what is given out for them, and how often."""

from pathlib import Path

import pytest

from services import clock, networks, pace, trials
from services.errors import TooManyTries
from tests.conftest import Configure

TURN = {'TURN_URLS': 'turn:turn.example.com:3478', 'TURN_SECRET': 'the secret of the relay'}


@pytest.fixture(autouse=True)
def time(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """What the clock of the trials shows."""
    shown = [1000.0]
    monkeypatch.setattr(pace, 'monotonic', lambda: shown[0])
    return shown


def test_the_password_for_the_relay_is_good_for_two_minutes(configure: Configure) -> None:
    configure(**TURN)
    given = trials.begin('198.51.100.1')
    assert (given['has_relay'], given['has_stun']) == (True, False)
    until = int(given['ice_servers'][0]['username'].split(':')[0])
    assert 110 < until - clock.now().timestamp() <= 121


@pytest.mark.parametrize(
    ('variables', 'api'),
    [
        ({'TB_SECRET': 'secret'}, 'https://anvil.opentok.com'),
        ({'TB_SECRET': '{folder}/private.key'}, 'https://video.api.vonage.com'),
        ({'TB_SECRET': 'secret', 'OPENTOK_API_URL': 'https://api.example.com'}, 'https://api.example.com'),
    ],
)
def test_with_opentok_its_script_and_what_that_asks_are_tried(
    configure: Configure, tmp_path: Path, variables: dict[str, str], api: str
) -> None:
    (tmp_path / 'private.key').write_text('a key')
    variables = {name: value.format(folder=tmp_path) for name, value in variables.items()}
    configure(TB_KEY='47', OPENTOK_SCRIPT_URL='https://example.com/opentok.js', **variables)
    given = trials.begin('198.51.100.1')
    assert given.items() >= {'script': 'https://example.com/opentok.js', 'defines': 'OT', 'api': api, 'ice_servers': []}.items()


def test_one_network_begins_five_a_minute_and_then_is_told_to_wait(configure: Configure, time: list[float]) -> None:
    configure()
    for _ in range(trials.MOST):
        trials.begin('2001:db8::1')
        time[0] += 10
    with pytest.raises(TooManyTries, match=r'tested many times from where you are\. Please wait 11 seconds'):
        trials.begin('2001:db8::2')
    trials.begin('2001:db8:1::1')
    time[0] += 11
    trials.begin('2001:db8::2')


def test_networks_that_are_quiet_again_are_forgotten(configure: Configure, time: list[float]) -> None:
    configure()
    trials.begin('198.51.100.1')
    time[0] += 61
    trials.begin('198.51.100.2')
    assert set(trials._pace._lately) == {'198.51.100.2'}


@pytest.mark.parametrize(
    ('address', 'network'),
    [
        ('198.51.100.1', '198.51.100.1'),
        ('2001:db8::1', str(0x20010DB800000000)),
        ('unknown', 'unknown'),
    ],
)
def test_an_address_counts_as_its_network(address: str, network: str) -> None:
    assert networks.network_of(address) == network
