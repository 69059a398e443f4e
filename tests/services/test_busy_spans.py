"""What counts as busy in calendars as Google, Outlook, iCloud and Nextcloud publish them."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from services.busy_spans import busy
from services.calendar_fetch import Unreadable
from tests.calendar_texts import calendar, event

BERLIN = ZoneInfo('Europe/Berlin')
FIRST, LAST = datetime(2026, 11, 22, tzinfo=UTC), datetime(2027, 12, 31, tzinfo=UTC)

OUTLOOK_ZONE = """BEGIN:VTIMEZONE
TZID:W. Europe Standard Time
BEGIN:STANDARD
DTSTART:16010101T030000
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=10
END:STANDARD
BEGIN:DAYLIGHT
DTSTART:16010101T020000
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=3
END:DAYLIGHT
END:VTIMEZONE"""


def spans(*parts: str, zone: ZoneInfo = BERLIN, last: datetime = LAST) -> list[str]:
    """The busy times as `12-01 08:00 – 09:00` in UTC."""
    found = busy(calendar(*parts), zone, FIRST, last).spans
    return [f'{starts:%m-%d %H:%M} – {ends:%H:%M}' for starts, ends in found]


def test_google_means_its_recurrences_in_the_zone_of_the_calendar() -> None:
    weekly = event('DTSTART:20270324T080000Z', 'DTEND:20270324T083000Z', 'RRULE:FREQ=WEEKLY;COUNT=2', 'TRANSP:OPAQUE')
    assert spans('X-WR-TIMEZONE:Europe/Berlin', weekly) == ['03-24 08:00 – 08:30', '03-31 07:00 – 07:30']


def test_outlook_names_zones_in_its_own_way_and_has_its_own_word_for_free() -> None:
    lines = 'DTSTART;TZID=W. Europe Standard Time:20270701T090000', 'DTEND;TZID=W. Europe Standard Time:20270701T100000'
    busy_one = event(*lines, 'X-MICROSOFT-CDO-BUSYSTATUS:BUSY')
    assert spans(OUTLOOK_ZONE, busy_one) == ['07-01 07:00 – 08:00']
    assert spans(OUTLOOK_ZONE, event(*lines, 'X-MICROSOFT-CDO-BUSYSTATUS:FREE')) == []


def test_icloud_moves_and_drops_single_recurrences() -> None:
    tokyo = ';TZID=Asia/Tokyo:'
    daily = event(
        f'DTSTART{tokyo}20261201T090000', f'DTEND{tokyo}20261201T100000', 'RRULE:FREQ=DAILY;COUNT=4', f'EXDATE{tokyo}20261202T090000'
    )
    moved = event(f'DTSTART{tokyo}20261203T150000', f'DTEND{tokyo}20261203T160000', f'RECURRENCE-ID{tokyo}20261203T090000')
    gone = event(f'DTSTART{tokyo}20261204T090000', f'RECURRENCE-ID{tokyo}20261204T090000', 'STATUS:CANCELLED')
    assert spans(daily, moved, gone) == ['12-01 00:00 – 01:00', '12-03 06:00 – 07:00']


def test_nextcloud_changes_all_that_follow() -> None:
    daily = event('DTSTART;TZID=Europe/Berlin:20261201T090000', 'DURATION:PT1H', 'RRULE:FREQ=DAILY;COUNT=3')
    later = event(
        'DTSTART;TZID=Europe/Berlin:20261202T110000',
        'DURATION:PT1H',
        'RECURRENCE-ID;RANGE=THISANDFUTURE;TZID=Europe/Berlin:20261202T090000',
    )
    assert spans(daily, later) == ['12-01 08:00 – 09:00', '12-02 10:00 – 11:00', '12-03 10:00 – 11:00']


@pytest.mark.parametrize(
    ('calendar_zone', 'lines', 'expected'),
    [
        ('', ['DTSTART;VALUE=DATE:20261201'], ['11-30 23:00 – 23:00']),
        ('X-WR-TIMEZONE:Asia/Tokyo', ['DTSTART;VALUE=DATE:20261201', 'DTEND;VALUE=DATE:20261202'], ['11-30 15:00 – 15:00']),
        ('X-WR-TIMEZONE:Mars/Base', ['DTSTART:20261201T090000', 'DTEND:20261201T093000'], ['12-01 08:00 – 08:30']),
        ('X-WR-TIMEZONE:Asia/Tokyo', ['DTSTART:20261201T090000', 'DTEND:20261201T093000'], ['12-01 00:00 – 00:30']),
    ],
)
def test_days_and_times_without_a_zone_are_in_the_calendars_or_else_in_the_reps(
    calendar_zone: str, lines: list[str], expected: list[str]
) -> None:
    assert spans(*filter(None, [calendar_zone]), event(*lines)) == expected


@pytest.mark.parametrize('line', ['TRANSP:TRANSPARENT', 'STATUS:CANCELLED', 'X-MICROSOFT-CDO-BUSYSTATUS:FREE'])
def test_what_is_free_or_cancelled_does_not_count(line: str) -> None:
    assert spans(event('DTSTART:20261201T090000Z', 'DTEND:20261201T100000Z', line)) == []


def test_our_own_appointments_that_come_back_do_not_count() -> None:
    own = event('DTSTART:20261201T140000Z', 'DURATION:PT1H', uid='abc@scheduled-calls')
    assert spans(own, event('DTSTART:20261201T090000Z', 'DURATION:PT1H', uid='abc@example.com')) == ['12-01 09:00 – 10:00']


def test_times_are_joined_cut_into_days_and_kept_inside_the_bounds() -> None:
    long = event('DTSTART:20261101T000000Z', 'DTEND:20261123T120000Z', uid='long')
    touching = event('DTSTART:20261123T120000Z', 'DTEND:20261123T130000Z', uid='touching')
    inside = event('DTSTART:20261122T090000Z', 'DTEND:20261122T100000Z', uid='inside')
    over = event('DTSTART:20200101T000000Z', 'DTEND:20200102T000000Z', uid='over')
    found = busy(calendar(long, touching, inside, over), BERLIN, FIRST, LAST).spans
    assert found == [(FIRST, FIRST + timedelta(days=1)), (FIRST + timedelta(days=1), datetime(2026, 11, 23, 13, tzinfo=UTC))]


def test_a_broken_event_is_counted_and_the_others_count() -> None:
    broken = [event('DTSTART:nonsense', uid='1'), event(uid='2'), event('DTSTART:20261201T090000Z', 'RRULE:FREQ=SOMETIMES', uid='3')]
    found = busy(calendar(*broken, event('DTSTART:20261201T090000Z', 'DURATION:PT1H')), BERLIN, FIRST, LAST)
    assert (len(found.spans), found.skipped) == (1, 3)


@pytest.mark.parametrize(
    ('lines', 'name'),
    [
        ([], ''),
        (['X-WR-CALNAME:Riley\\, at work'], 'Riley, at work'),
        (['X-WR-CALNAME:Old', 'NAME;LANGUAGE=en:Work', 'NAME;LANGUAGE=de:Arbeit'], 'Work'),
        (['NAME:', f'X-WR-CALNAME: \x00{"x" * 98}\\n {"y" * 9}'], f'{"x" * 98} y'),
    ],
)
def test_a_calendar_says_what_it_is_called_in_one_line_that_is_not_too_long(lines: list[str], name: str) -> None:
    assert busy(calendar(*lines, event('DTSTART:20261201T090000Z')), BERLIN, FIRST, LAST).name == name


@pytest.mark.parametrize('text', [b'', b'<html>Please sign in</html>', b'\xff\xfe\x00', calendar(event())[:-20]])
def test_what_is_no_whole_calendar_is_refused(text: bytes) -> None:
    with pytest.raises(Unreadable, match='is no calendar'):
        busy(text, BERLIN, FIRST, LAST)


def test_a_calendar_with_too_many_times_is_refused() -> None:
    crowded = event('DTSTART:20261122T000000Z', 'DURATION:PT1M', 'RRULE:FREQ=MINUTELY;INTERVAL=2;COUNT=30000')
    with pytest.raises(Unreadable, match='more events than can be read'):
        busy(calendar(crowded), BERLIN, FIRST, LAST)
