"""What the two sides of a call may tell each other's browsers."""

from typing import Any

import pytest

from services import signals

OF = {'meeting': 'm'}


@pytest.mark.parametrize(
    ('said', 'handed_on'),
    [
        (
            {'number': 3, 'html': '<b>', 'description': {'type': 'offer', 'sdp': 'v=0', 'x': 1}},
            {'number': 3, 'description': {'type': 'offer', 'sdp': 'v=0'}},
        ),
        ({'candidate': {'candidate': 'c', 'sdpMLineIndex': 0, 'sdpMid': None}}, {'candidate': {'candidate': 'c', 'sdpMLineIndex': 0}}),
        ({'devices': {'camera': False, 'screen': 'yes', 'name': 'Sam'}}, {'devices': {'camera': False}}),
        (
            {
                'engine': {
                    'is_watched': True,
                    'level': 0.5,
                    'layer': 'low',
                    'peer': {},
                    'all': [],
                    'none': None,
                    'essay': 'x' * 65,
                    'x' * 65: 1,
                }
            },
            {'engine': {'is_watched': True, 'level': 0.5, 'layer': 'low'}},
        ),
        (
            {'number': 2**53 + 1, 'candidate': {'sdpMLineIndex': -(10**30)}, 'engine': {'level': 1e300, 'layer': 2**70}},
            {'candidate': {}, 'engine': {}},
        ),
        ({'engine': dict.fromkeys('abcdefghij', 1)}, {'engine': dict.fromkeys('abcdefgh', 1)}),
        ({'engine': 'is_watched'}, {}),
        ({'number': 'three', 'devices': [], 'description': 'v=0', 'candidate': None}, {}),
    ],
)
def test_only_what_belongs_there_is_handed_on(said: dict[str, Any], handed_on: dict[str, Any]) -> None:
    assert signals.read(OF | said) == OF | handed_on


def test_the_length_of_a_signal_is_that_of_all_its_words() -> None:
    said = signals.read(OF | {'number': 3, 'description': {'type': 'offer', 'sdp': 'v=0'}, 'engine': {'layer': 'low', 'is_on': True}})
    assert said is not None
    assert signals.length(said) == len('m' + 'offer' + 'v=0' + 'low')


@pytest.mark.parametrize('said', [None, 'text', [], {}, {'meeting': 7}])
def test_what_is_of_no_meeting_is_no_signal(said: object) -> None:
    assert signals.read(said) is None
