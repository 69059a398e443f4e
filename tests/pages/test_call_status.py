"""How a call goes, in words."""

import pytest

from pages.components.call_status import CallStatus

CAROL = 'Carol Tanaka'


def talking(**more: object) -> CallStatus:
    """Riley's side of a call with Carol that goes well."""
    return CallStatus(CAROL, **({'is_ready': True, 'is_peer_there': True, 'line': 'connected'} | more))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ('status', 'words', 'tone'),
    [
        (talking(), 'Connected', 'good'),
        (talking(quality='good'), 'Connected · good line', 'good'),
        (talking(quality='poor'), 'Connected · poor line', 'bad'),
        (
            talking(quality='fair', their_devices={'microphone': False, 'camera': True}),
            'Connected · fair line · Carol Tanaka: muted',
            'good',
        ),
        (talking(their_devices={'microphone': False, 'camera': False}), 'Connected · Carol Tanaka: muted, camera off', 'good'),
        (talking(their_devices={'screen': True}), 'Connected · Carol Tanaka is sharing their screen', 'good'),
        (talking(line='disconnected', quality='good'), 'The connection is unstable …', 'bad'),
    ],
)
def test_a_call_says_how_it_goes_and_what_the_other_one_does(status: CallStatus, words: str, tone: str) -> None:
    assert status.words() == (words, tone)


@pytest.mark.parametrize(
    ('devices', 'note'),
    [
        ({}, ''),
        ({'camera': False}, 'Carol Tanaka has the camera off.'),
        ({'camera': False, 'screen': True}, ''),
        ({'camera': True, 'paused': True}, 'The picture is paused: poor line. You still hear Carol Tanaka.'),
        ({'camera': False, 'paused': True}, 'Carol Tanaka has the camera off.'),
        ({'screen': True, 'paused': True}, 'The picture is paused: poor line. You still hear Carol Tanaka.'),
    ],
)
def test_where_no_picture_comes_it_says_why(devices: dict[str, bool], note: str) -> None:
    assert talking(their_devices=devices).note() == note


def test_who_waits_alone_reads_about_the_other_one_until_they_come() -> None:
    status = CallStatus(CAROL, is_ready=True, about_them=('Carol is online.', 'It begins in 5 minutes.'))
    assert status.about() == ('Carol is online.', 'It begins in 5 minutes.')
    status.begin_meeting()
    assert status.about() == ('', '')
