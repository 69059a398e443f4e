"""What a trial of the connection has shown, in words."""

import pytest

from pages.components.connection_words import ANOTHER_NETWORK, findings

PLAIN = {'ice_servers': [], 'has_stun': False, 'has_relay': False}
STUN, RELAY = PLAIN | {'has_stun': True}, PLAIN | {'has_stun': True, 'has_relay': True}
PLATFORM = PLAIN | {'script': 'a.js', 'defines': 'OT', 'api': 'https://api.example.com'}
ALWAYS = {'must_relay': True}
CAN, CANNOT = 'This browser can make a connection.', 'This browser cannot make a connection.'
THROUGH, KEPT_OUT = 'Your network lets calls through.', f'Your network may keep calls out. Please {ANOTHER_NETWORK}'
RELAYED, NOT_RELAYED = 'The relay for strict networks can be reached', 'The relay for strict networks cannot be reached.'


@pytest.mark.parametrize(
    ('trial', 'found', 'sentences'),
    [
        (PLATFORM, {'is_loaded': True, 'is_answering': True, 'is_open': True}, ['The video service can be reached.', CAN]),
        (PLATFORM, {'is_loaded': False, 'is_answering': True, 'is_open': True}, ['The video service cannot be reached.', CAN]),
        (PLATFORM, {'is_loaded': True, 'is_answering': False, 'is_open': True}, ['The video service does not answer.', CAN]),
        (PLATFORM, {'is_loaded': True, 'is_answering': True, 'is_open': False}, ['The video service can be reached.', CANNOT]),
        (PLAIN, {'is_open': False}, [CANNOT]),
        (PLAIN, {'is_open': True, 'found': ['host']}, [CAN]),
        (STUN, {'is_open': True, 'found': ['host', 'srflx']}, [CAN, THROUGH]),
        (STUN, {'is_open': True, 'found': ['host']}, [CAN, KEPT_OUT]),
        (RELAY, {'is_open': True, 'found': ['srflx', 'relay'], 'is_relayed': True}, [CAN, THROUGH, RELAYED]),
        (RELAY, {'is_open': True, 'found': ['host', 'relay'], 'is_relayed': True}, [CAN, RELAYED]),
        (RELAY, {'is_open': True, 'found': ['host'], 'is_relayed': False}, [CAN, KEPT_OUT, NOT_RELAYED]),
        (RELAY, {'is_open': False, 'found': ['relay'], 'is_relayed': True}, [CAN, RELAYED]),
        (RELAY | ALWAYS, {'is_open': True, 'found': ['srflx'], 'is_relayed': True}, [CAN, RELAYED]),
        (RELAY | ALWAYS, {'is_open': True, 'found': ['srflx'], 'is_relayed': False}, ['Calls go through a relay here, and it cannot']),
        (PLAIN, 'nonsense', [CANNOT]),
    ],
)
def test_what_was_found_is_put_plainly(trial: dict[str, object], found: object, sentences: list[str]) -> None:
    said = findings(trial, found)
    assert len(said) == len(sentences)
    assert all(one.sentence.startswith(words) for one, words in zip(said, sentences, strict=True))
