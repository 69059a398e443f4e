"""Instants in a person's words."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from services.time_zones import zone_names
from services.times import Reader, clock_of_language, zone_place

NINE = datetime(2026, 11, 22, 9, tzinfo=UTC)


def reader(zone: str, clock: int = 12) -> Reader:
    return Reader(ZoneInfo(zone), clock)


@pytest.mark.parametrize(
    ('zone', 'clock', 'words'),
    [
        ('Europe/Berlin', 12, 'Sun Nov 22, 2026 at 10:00 AM'),
        ('Europe/Berlin', 24, 'Sun Nov 22, 2026 at 10:00'),
        ('Asia/Tokyo', 12, 'Sun Nov 22, 2026 at 6:00 PM'),
        ('Asia/Kathmandu', 24, 'Sun Nov 22, 2026 at 14:45'),
        ('Pacific/Kiritimati', 24, 'Sun Nov 22, 2026 at 23:00'),
        ('Pacific/Pago_Pago', 12, 'Sat Nov 21, 2026 at 10:00 PM'),
        ('America/Los_Angeles', 24, 'Sun Nov 22, 2026 at 01:00'),
    ],
)
def test_a_moment_is_told_in_the_readers_zone_and_clock(zone: str, clock: int, words: str) -> None:
    assert reader(zone, clock).moment(NINE) == words


def test_the_day_of_what_is_soon_is_named_if_it_is_another_one_for_the_reader() -> None:
    tokyo = reader('Asia/Tokyo')
    assert tokyo.soon(NINE, NINE - timedelta(hours=18)) == 'at 6:00 PM'
    assert tokyo.soon(NINE, NINE - timedelta(hours=19)) == 'Sun at 6:00 PM'


@pytest.mark.parametrize(('hour', 'words'), [(0, '12:00 AM'), (1, '1:00 AM'), (11, '11:00 AM'), (12, '12:00 PM'), (13, '1:00 PM')])
def test_midnight_and_noon_are_twelve(hour: int, words: str) -> None:
    assert reader('UTC').time(datetime(2026, 11, 22, hour, tzinfo=UTC)) == words


@pytest.mark.parametrize(
    ('zone', 'instant', 'words'),
    [
        ('Europe/Berlin', '2026-10-25T00:30+00:00', '2:30 AM (GMT+2)'),
        ('Europe/Berlin', '2026-10-25T01:30+00:00', '2:30 AM (GMT+1)'),
        ('Europe/Berlin', '2026-10-25T02:30+00:00', '3:30 AM'),
        ('Europe/Berlin', '2026-03-29T00:30+00:00', '1:30 AM'),
        ('Europe/Berlin', '2026-03-29T01:30+00:00', '3:30 AM'),
        ('Australia/Lord_Howe', '2026-04-04T14:45+00:00', '1:45 AM (GMT+11)'),
        ('Australia/Lord_Howe', '2026-04-04T15:15+00:00', '1:45 AM (GMT+10:30)'),
        ('Africa/Casablanca', '2026-02-15T01:00+00:00', '2:00 AM (GMT+1)'),
        ('Africa/Casablanca', '2026-02-15T02:00+00:00', '2:00 AM (GMT)'),
    ],
)
def test_a_repeated_hour_is_told_apart_and_no_other_is_burdened(zone: str, instant: str, words: str) -> None:
    assert reader(zone).time(datetime.fromisoformat(instant)) == words


@pytest.mark.parametrize(
    ('zone', 'clock', 'start', 'end', 'words'),
    [
        ('Europe/Berlin', 12, '09:00', '10:00', 'Sun Nov 22, 2026, 10:00 – 11:00 AM'),
        ('Europe/Berlin', 12, '10:30', '11:30', 'Sun Nov 22, 2026, 11:30 AM – 12:30 PM'),
        ('Europe/Berlin', 24, '09:00', '10:00', 'Sun Nov 22, 2026, 10:00 – 11:00'),
        ('Asia/Tokyo', 12, '14:30', '15:30', 'Sun Nov 22, 2026, 11:30 PM – Mon Nov 23, 2026, 12:30 AM'),
    ],
)
def test_a_span_names_what_both_ends_share_once(zone: str, clock: int, start: str, end: str, words: str) -> None:
    starts_at, ends_at = (datetime.fromisoformat(f'2026-11-22T{wall}+00:00') for wall in (start, end))
    assert reader(zone, clock).span(starts_at, ends_at) == words


@pytest.mark.parametrize(
    ('zone', 'words'),
    [
        ('Europe/Berlin', 'Berlin (GMT+1)'),
        ('America/New_York', 'New York (GMT-5)'),
        ('Asia/Calcutta', 'Kolkata (GMT+5:30)'),
        ('Europe/Kiev', 'Kyiv (GMT+2)'),
        ('America/Argentina/Buenos_Aires', 'Buenos Aires (GMT-3)'),
        ('Africa/Abidjan', 'Abidjan (GMT)'),
        ('UTC', 'UTC'),
        ('Etc/UTC', 'UTC'),
    ],
)
def test_a_zone_is_named_by_its_city_in_todays_spelling(zone: str, words: str) -> None:
    assert reader(zone).place_and_offset(NINE) == words


def test_the_offset_is_the_one_of_that_day() -> None:
    assert reader('Europe/Berlin').place_and_offset(datetime(2026, 7, 1, 9, tzinfo=UTC)) == 'Berlin (GMT+2)'


def test_every_zone_has_a_name_for_people() -> None:
    assert {name for name in zone_names() if not zone_place(name).strip() or '/' in zone_place(name)} == set()


@pytest.mark.parametrize(
    ('language', 'day', 'long_day', 'first', 'clock'),
    [
        ('en-US', 'Sun Nov 22, 2026', 'Sunday, November 22', 'Su', 12),
        ('en-GB', 'Sun 22 Nov 2026', 'Sunday, 22 November', 'Mo', 24),
        ('de', 'Sun 22 Nov 2026', 'Sunday, 22 November', 'Mo', 24),
        ('ja', 'Sun 22 Nov 2026', 'Sunday, 22 November', 'Su', 24),
        ('ar-EG', 'Sun 22 Nov 2026', 'Sunday, 22 November', 'Sa', 12),
        ('no language at all', 'Sun Nov 22, 2026', 'Sunday, November 22', 'Su', 12),
    ],
)
def test_dates_and_weeks_are_those_of_the_readers_country_in_english(
    language: str, day: str, long_day: str, first: str, clock: int
) -> None:
    here = Reader(ZoneInfo('UTC'), language=language)
    assert (here.day(NINE), here.long_day(NINE.date()), here.week()[0][1], clock_of_language(language)) == (day, long_day, first, clock)
