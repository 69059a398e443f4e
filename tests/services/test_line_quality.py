"""How good a line is, and when the picture gives way to the sound."""

from math import inf, nan
from typing import Any

import pytest

from services.line_quality import LineJudge, Sample, read

GOOD = {'round_trip_ms': 40, 'jitter_ms': 5, 'loss': 0, 'sent_loss': 0}
FAIR, POOR = GOOD | {'loss': 0.05}, GOOD | {'loss': 0.4}
SECONDS = 3


def after(*reported: dict[str, float], judge: LineJudge | None = None) -> LineJudge:
    """A judge who has heard these samples."""
    judge = judge or LineJudge()
    for numbers in reported:
        judge.hear(Sample(numbers), SECONDS)
    return judge


@pytest.mark.parametrize(
    ('reported', 'quality'),
    [
        (GOOD, 'good'),
        (FAIR, 'fair'),
        (POOR, 'poor'),
        (GOOD | {'round_trip_ms': 500}, 'fair'),
        (GOOD | {'jitter_ms': 200}, 'poor'),
        (GOOD | {'sent_loss': 0.2}, 'poor'),
    ],
)
def test_the_worst_number_says_how_good_the_line_is(reported: dict[str, float], quality: str) -> None:
    assert after(*[reported] * 2).quality == quality


def test_one_bad_moment_is_no_bad_line_and_one_good_moment_no_good_one() -> None:
    judge = after(*[GOOD, POOR] * 5)
    assert judge.quality == 'good'
    after(*[POOR] * 5, judge=judge)
    assert after(*[GOOD] * 3, POOR, judge=judge).quality == 'poor'
    assert after(*[FAIR] * 4, judge=judge).quality == 'fair'
    assert after(*[GOOD] * 4, judge=judge).quality == 'good'


def test_the_picture_gives_way_when_what_arrives_stays_poor() -> None:
    judge = after(POOR, POOR)
    assert not judge.gives_way
    assert after(POOR, judge=judge).gives_way


def test_what_we_send_being_lost_is_not_the_picture_of_the_other_side() -> None:
    judge = after(*[GOOD | {'sent_loss': 1}] * 10)
    assert (judge.quality, judge.gives_way) == ('poor', False)


def samples_until_tried_again(judge: LineJudge, reported: dict[str, float] = GOOD) -> int:
    return next(count for count in range(1, 1000) if not after(reported, judge=judge).gives_way)


def test_the_picture_is_tried_again_when_the_line_was_better_for_a_while_without_a_break() -> None:
    judge = after(*[POOR] * 3, *[GOOD] * 4, POOR)
    assert samples_until_tried_again(judge, FAIR) == 5


def test_each_failed_try_lets_the_next_one_wait_twice_as_long_up_to_a_limit() -> None:
    judge, waited = LineJudge(), []
    for _ in range(6):
        after(*[POOR] * 3, judge=judge)
        waited.append(samples_until_tried_again(judge) * SECONDS)
    assert waited == [15, 30, 60, 120, 240, 240]


def test_a_picture_that_came_back_and_stayed_was_no_failed_try() -> None:
    judge = after(*[POOR] * 3)
    samples_until_tried_again(judge)
    after(*[GOOD] * 20, *[POOR] * 3, judge=judge)
    assert samples_until_tried_again(judge) * SECONDS == 15


@pytest.mark.parametrize(
    'reported',
    [
        None,
        'good',
        [],
        {},
        GOOD | {'loss': None},
        GOOD | {'loss': '0.1'},
        GOOD | {'loss': True},
        GOOD | {'loss': nan},
        GOOD | {'loss': inf},
    ],
)
def test_what_is_no_measurement_is_not_believed(reported: Any) -> None:
    assert read(reported) is None


def test_numbers_beyond_all_measure_are_bounded_and_others_passed_over() -> None:
    assert read({'round_trip_ms': 1e11, 'jitter_ms': -5, 'loss': 7, 'sent_loss': 0, 'is_relayed': 'yes', 'name': 'Sam'}) == Sample(
        {'round_trip_ms': 60_000, 'jitter_ms': 0, 'loss': 1, 'sent_loss': 0}, is_relayed=False
    )
