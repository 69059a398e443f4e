"""What goes wrong beside the requests is counted each time, and logged when it is new."""

import pytest

from services.failures import Failures
from services.repeating import Repeating
from tests.waiting import until


def test_each_sort_of_failure_is_logged_once_and_counted_each_time(caplog: pytest.LogCaptureFixture) -> None:
    failures = Failures('Reminders')
    for sort in ('Busy', 'OperationalError', 'Busy'):
        failures.note(sort)
    assert failures.counts == {'Busy': 2, 'OperationalError': 1}
    assert [record.getMessage().partition(';')[0] for record in caplog.records] == ['Reminders: Busy', 'Reminders: OperationalError']


def test_what_is_repeated_goes_on_after_a_failure_and_at_once_when_it_is_woken() -> None:
    done: list[int] = []

    def fail_first() -> None:
        done.append(len(done))
        if len(done) == 1:
            raise RuntimeError

    beside = Repeating('holds', fail_first, seconds=60)
    beside.start()
    for steps in (1, 2, 3):
        until(lambda steps=steps: len(done) == steps, 'the step')  # type: ignore[misc]
        beside.wake()
    beside.stop()
    assert beside.failures.counts == {'RuntimeError': 1}
