"""Tables of days: working hours, clock changes, and viewers whose date is another one. Pure, so no database is needed."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from services import plans, slots, wall_clock
from services.plans import Hours, Plan
from services.slots import Offer, Taken
from services.wall_clock import Stretch

BERLIN, NEW_YORK, TOKYO = ZoneInfo('Europe/Berlin'), ZoneInfo('America/New_York'), ZoneInfo('Asia/Tokyo')
LORD_HOWE, APIA, KATHMANDU = ZoneInfo('Australia/Lord_Howe'), ZoneInfo('Pacific/Apia'), ZoneInfo('Asia/Kathmandu')
CASABLANCA, SAO_PAULO, UTC_ZONE = ZoneInfo('Africa/Casablanca'), ZoneInfo('America/Sao_Paulo'), ZoneInfo('UTC')
ST_JOHNS = ZoneInfo('America/St_Johns')
NORMAL, ROUND_THE_CLOCK, NIGHT = ('10:00', '17:00'), ('00:00', '00:00'), ('00:00', '06:00')
MORNING, OVER_MIDNIGHT = ('10:00', '12:00'), (('00:00', '03:00'), ('22:00', '00:00'))
CLOCK_CHANGES = {
    'Berlin skips an hour': (BERLIN, date(2026, 3, 29)),
    'Berlin repeats an hour': (BERLIN, date(2026, 10, 25)),
    'New York skips an hour': (NEW_YORK, date(2026, 3, 8)),
    'New York repeats an hour': (NEW_YORK, date(2026, 11, 1)),
    'Lord Howe skips half an hour': (LORD_HOWE, date(2026, 10, 4)),
    'Lord Howe repeats half an hour': (LORD_HOWE, date(2026, 4, 5)),
    'Casablanca goes back for Ramadan': (CASABLANCA, date(2026, 2, 15)),
    'Casablanca goes forward after it': (CASABLANCA, date(2026, 3, 22)),
    'Apia skips a day': (APIA, date(2011, 12, 30)),
    'Sao Paulo skips midnight': (SAO_PAULO, date(2018, 11, 4)),
    'Sao Paulo repeats the hour before midnight': (SAO_PAULO, date(2018, 2, 18)),
    'Havana repeats the hour after midnight': (ZoneInfo('America/Havana'), date(2026, 11, 1)),
    'St Johns goes back into the day before': (ST_JOHNS, date(2010, 11, 6)),
}
VIEWERS = [BERLIN, NEW_YORK, TOKYO, LORD_HOWE, APIA, KATHMANDU, CASABLANCA, SAO_PAULO, UTC_ZONE, ZoneInfo('Etc/GMT+12')]


def plan(zone: ZoneInfo, *ranges: tuple[str, str], minutes: int = 60, step: int = 60, off: str = '', extra: str = '') -> Plan:
    """These hours on every day of the week; time off and extra hours as `2026-11-22T10:00/2026-11-22T12:00`."""
    hours = (Hours(day, time.fromisoformat(starts), time.fromisoformat(ends)) for day in range(7) for starts, ends in ranges)
    return Plan(zone, tuple(hours), minutes, step, off=stretches(off), extra=stretches(extra))


def stretches(text: str) -> tuple[Stretch, ...]:
    return tuple(Stretch(*(datetime.fromisoformat(at) for at in one.split('/'))) for one in text.split())


def starts_on(day: date, viewer: ZoneInfo, own: Plan) -> list[datetime]:
    """What the plan offers on this date of the viewer."""
    return [start for start in plans.starts_between(*wall_clock.day_span(day, viewer), own) if start.astimezone(viewer).date() == day]


def walls(starts: list[datetime], zone: ZoneInfo) -> str:
    """`22 10:00+01 · 22 11:00+01`: what calendars and clocks in the zone show, and how far they are from UTC."""
    return ' · '.join(f'{start.astimezone(zone):%d %H:%M%z}'.removesuffix('00') for start in starts)


@pytest.mark.parametrize(
    ('day', 'zone', 'hours', 'expected'),
    [
        # a normal day
        ('2026-11-22', BERLIN, NORMAL, '22 10:00+01 · 22 11:00+01 · 22 12:00+01 · 22 13:00+01 · 22 14:00+01 · 22 15:00+01 · 22 16:00+01'),
        ('2026-11-22', NEW_YORK, ('22:00', '00:00'), '22 22:00-05 · 22 23:00-05'),
        ('2026-11-22', KATHMANDU, ('10:00', '12:00'), '22 10:00+0545 · 22 11:00+0545'),
        # an hour that clocks skip is not offered; the slot before it is as long as any
        ('2026-03-29', BERLIN, NIGHT, '29 00:00+01 · 29 01:00+01 · 29 03:00+02 · 29 04:00+02 · 29 05:00+02'),
        ('2026-03-08', NEW_YORK, NIGHT, '08 00:00-05 · 08 01:00-05 · 08 03:00-04 · 08 04:00-04 · 08 05:00-04'),
        ('2026-10-04', LORD_HOWE, NIGHT, '04 00:00+1030 · 04 01:00+1030 · 04 03:00+11 · 04 04:00+11 · 04 05:00+11'),
        ('2026-03-22', CASABLANCA, NIGHT, '22 00:00+00 · 22 01:00+00 · 22 03:00+01 · 22 04:00+01 · 22 05:00+01'),
        ('2018-11-04', SAO_PAULO, ('00:00', '03:00'), '04 01:00-02 · 04 02:00-02'),
        # an hour that clocks repeat is offered twice
        ('2026-10-25', BERLIN, NIGHT, '25 00:00+02 · 25 01:00+02 · 25 02:00+02 · 25 02:00+01 · 25 03:00+01 · 25 04:00+01 · 25 05:00+01'),
        ('2026-11-01', NEW_YORK, ('00:00', '03:00'), '01 00:00-04 · 01 01:00-04 · 01 01:00-05 · 01 02:00-05'),
        ('2026-04-05', LORD_HOWE, ('00:00', '04:00'), '05 00:00+11 · 05 01:00+11 · 05 02:00+1030 · 05 03:00+1030'),
        ('2026-02-15', CASABLANCA, ('00:00', '04:00'), '15 00:00+01 · 15 01:00+01 · 15 02:00+01 · 15 02:00+00 · 15 03:00+00'),
        # a day that a place never had
        ('2011-12-29', APIA, ('21:00', '00:00'), '29 21:00-10 · 29 22:00-10 · 29 23:00-10'),
        ('2011-12-30', APIA, ROUND_THE_CLOCK, ''),
        ('2011-12-31', APIA, ('00:00', '02:00'), '31 00:00+14 · 31 01:00+14'),
    ],
)
def test_what_a_rep_offers_on_a_day_at_home(day: str, zone: ZoneInfo, hours: tuple[str, str], expected: str) -> None:
    assert walls(starts_on(date.fromisoformat(day), zone, plan(zone, hours)), zone) == expected


@pytest.mark.parametrize(
    ('day', 'zone', 'off', 'expected'),
    [
        # a normal day: what is off is gone, and the rest stays where it was
        ('2026-11-22', BERLIN, '12:00/13:00', '22 10:00+01 · 22 11:00+01 · 22 13:00+01 · 22 14:00+01 · 22 15:00+01 · 22 16:00+01'),
        ('2026-11-22', BERLIN, '12:30/13:15', '22 10:00+01 · 22 11:00+01 · 22 14:00+01 · 22 15:00+01 · 22 16:00+01'),
        ('2026-11-22', KATHMANDU, '10:00/15:00', '22 15:00+0545 · 22 16:00+0545'),
        ('2026-11-22', NEW_YORK, '00:00/17:00', ''),
        # off in an hour that clocks skip: nothing is lost
        ('2026-03-29', BERLIN, '02:00/03:00', '29 00:00+01 · 29 01:00+01 · 29 03:00+02'),
        ('2026-03-08', NEW_YORK, '02:00/03:00', '08 00:00-05 · 08 01:00-05 · 08 03:00-04'),
        ('2026-10-04', LORD_HOWE, '02:00/02:30', '04 00:00+1030 · 04 01:00+1030 · 04 03:00+11'),
        ('2026-03-22', CASABLANCA, '02:00/03:00', '22 00:00+00 · 22 01:00+00 · 22 03:00+01'),
        # off in an hour that clocks repeat: it is off both times
        ('2026-10-25', BERLIN, '02:00/03:00', '25 00:00+02 · 25 01:00+02 · 25 03:00+01'),
        ('2026-11-01', NEW_YORK, '01:00/02:00', '01 00:00-04 · 01 02:00-05 · 01 03:00-05'),
        ('2026-04-05', LORD_HOWE, '01:30/02:00', '05 00:00+11 · 05 02:00+1030 · 05 03:00+1030'),
        ('2026-02-15', CASABLANCA, '02:00/03:00', '15 00:00+01 · 15 01:00+01 · 15 03:00+00'),
    ],
)
def test_what_is_left_beside_time_off(day: str, zone: ZoneInfo, off: str, expected: str) -> None:
    hours = NORMAL if day == '2026-11-22' else ('00:00', '04:00')
    away = '/'.join(f'{day}T{at}' for at in off.split('/'))
    assert walls(starts_on(date.fromisoformat(day), zone, plan(zone, hours, off=away)), zone) == expected


def test_a_holiday_is_as_long_as_the_clocks_make_it() -> None:
    christmas, repeated = '2026-12-25T00:00/2026-12-26T00:00', '2026-10-25T00:00/2026-10-26T00:00'
    away = plan(BERLIN, ROUND_THE_CLOCK, off=f'{christmas} {repeated}')
    assert [len(starts_on(date(2026, 12, day), BERLIN, away)) for day in (24, 25, 26)] == [24, 0, 24]
    assert [len(starts_on(date(2026, 10, day), BERLIN, away)) for day in (24, 25, 26)] == [24, 0, 24]


@pytest.mark.parametrize(
    ('extra', 'off', 'expected'),
    [
        ('14:00/16:00', '', '22 10:00+01 · 22 11:00+01 · 22 14:00+01 · 22 15:00+01'),
        ('12:00/13:30', '', '22 10:00+01 · 22 11:00+01 · 22 12:00+01'),  # they touch the weekly hours
        ('08:30/10:00', '', '22 08:30+01 · 22 09:30+01 · 22 10:00+01 · 22 11:00+01'),  # the weekly ones stay where they are
        ('11:30/12:30', '', '22 10:00+01 · 22 11:00+01 · 22 11:30+01'),
        ('10:30/11:30', '00:00/18:00', '22 10:30+01'),  # a day off but for an hour
        ('10:30/12:30', '00:00/18:00', '22 10:30+01 · 22 11:30+01'),
        ('08:00/10:00', '10:00/11:00', '22 08:00+01 · 22 09:00+01 · 22 11:00+01'),
    ],
)
def test_extra_hours_have_a_grid_of_their_own_and_come_after_time_off(extra: str, off: str, expected: str) -> None:
    dated = {
        name: '/'.join(f'2026-11-22T{at}' for at in text.split('/')) if text else '' for name, text in (('extra', extra), ('off', off))
    }
    assert walls(starts_on(date(2026, 11, 22), BERLIN, plan(BERLIN, MORNING, **dated)), BERLIN) == expected


@pytest.mark.parametrize(
    ('day', 'zone', 'expected'),
    [
        ('2026-11-22', BERLIN, '22 00:00+01 · 22 01:00+01 · 22 22:00+01 · 22 23:00+01'),
        ('2026-11-22', KATHMANDU, '22 00:00+0545 · 22 01:00+0545 · 22 22:00+0545 · 22 23:00+0545'),
        ('2026-03-28', BERLIN, '28 00:00+01 · 28 01:00+01 · 28 22:00+01 · 28 23:00+01'),
        ('2026-03-29', BERLIN, '29 00:00+01 · 29 22:00+02 · 29 23:00+02'),  # two hours from 1:00 on end at 4:00
        ('2026-10-25', BERLIN, '25 00:00+02 · 25 01:00+02 · 25 02:00+02 · 25 22:00+01 · 25 23:00+01'),
        ('2026-04-05', LORD_HOWE, '05 00:00+11 · 05 01:00+11 · 05 22:00+1030 · 05 23:00+1030'),
        ('2026-02-14', CASABLANCA, '14 00:00+01 · 14 01:00+01 · 14 22:00+01 · 14 23:00+01'),
        ('2011-12-29', APIA, '29 00:00-10 · 29 01:00-10 · 29 22:00-10 · 29 23:00-10'),  # the last one ends on the 31st
        ('2018-02-17', SAO_PAULO, '17 00:00-02 · 17 01:00-02 · 17 22:00-02 · 17 23:00-02 · 17 23:00-03'),
        ('2010-11-06', ST_JOHNS, '06 00:00-0230 · 06 01:00-0230 · 06 22:00-0230 · 06 23:00-0230'),
        ('2010-11-07', ST_JOHNS, '07 00:00-0230 · 07 00:00-0330 · 07 01:00-0330 · 07 22:00-0330 · 07 23:00-0330'),
    ],
)
def test_a_night_shift_goes_on_past_midnight(day: str, zone: ZoneInfo, expected: str) -> None:
    assert walls(starts_on(date.fromisoformat(day), zone, plan(zone, *OVER_MIDNIGHT, minutes=120)), zone) == expected


@pytest.mark.parametrize(
    ('day', 'viewer', 'expected'),
    [
        ('2026-11-23', TOKYO, '23 00:00+09 · 23 18:00+09 · 23 19:00+09 · 23 20:00+09 · 23 21:00+09 · 23 22:00+09 · 23 23:00+09'),
        (
            '2026-11-22',
            KATHMANDU,
            '22 14:45+0545 · 22 15:45+0545 · 22 16:45+0545 · 22 17:45+0545 · 22 18:45+0545 · 22 19:45+0545 · 22 20:45+0545',
        ),
        ('2026-10-28', NEW_YORK, '28 05:00-04 · 28 06:00-04 · 28 07:00-04 · 28 08:00-04 · 28 09:00-04 · 28 10:00-04 · 28 11:00-04'),
        ('2026-11-02', NEW_YORK, '02 04:00-05 · 02 05:00-05 · 02 06:00-05 · 02 07:00-05 · 02 08:00-05 · 02 09:00-05 · 02 10:00-05'),
    ],
)
def test_rileys_day_in_berlin_as_others_see_it(day: str, viewer: ZoneInfo, expected: str) -> None:
    assert walls(starts_on(date.fromisoformat(day), viewer, plan(BERLIN, NORMAL)), viewer) == expected


@pytest.mark.parametrize(('rep', 'change'), CLOCK_CHANGES.values(), ids=CLOCK_CHANGES)
@pytest.mark.parametrize('viewer', VIEWERS, ids=str)
def test_a_viewers_days_hold_each_of_the_reps_slots_exactly_once(rep: ZoneInfo, change: date, viewer: ZoneInfo) -> None:
    every_hour = plan(rep, ROUND_THE_CLOCK)
    days = [change + timedelta(days=distance) for distance in range(-4, 5)]
    seen = [start for day in days for start in starts_on(day, viewer, every_hour)]
    offered = [start for day in days for start in starts_on(day, rep, every_hour)]
    assert seen == sorted(set(seen))
    assert middle(seen, change) == middle(offered, change)


def middle(starts: list[datetime], change: date) -> list[datetime]:
    """Those about two days around the change, away from the ends of what was looked at."""
    noon = datetime.combine(change, time(12), UTC)
    return [start for start in starts if abs(start - noon) < timedelta(days=2)]


@pytest.mark.parametrize(('zone', 'change'), CLOCK_CHANGES.values(), ids=CLOCK_CHANGES)
def test_no_two_slots_overlap_and_all_lie_in_the_working_hours(zone: ZoneInfo, change: date) -> None:
    half_hourly = plan(zone, ('00:30', '05:00'), minutes=30, step=30)
    starts = starts_on(change, zone, half_hourly)
    assert all(later - earlier >= timedelta(minutes=30) for earlier, later in pairwise(starts))
    ends = [(start + timedelta(minutes=25)).astimezone(zone).time() for start in starts]
    assert all(time(0, 30) <= end < time(5) for end in ends)


@pytest.mark.parametrize(('zone', 'change'), CLOCK_CHANGES.values(), ids=CLOCK_CHANGES)
def test_what_is_offered_is_what_is_shown(zone: ZoneInfo, change: date) -> None:
    every_hour = plan(zone, ('00:00', '05:00'), ('21:00', '00:00'))
    first, last = wall_clock.day_span(change, zone)
    moments = [first + timedelta(minutes=15) * step for step in range(round((last - first) / timedelta(minutes=15)))]
    shown = starts_on(change, zone, every_hour)
    assert [at for at in moments if plans.is_offered(at, every_hour) and at.astimezone(zone).date() == change] == shown


@pytest.mark.parametrize(('zone', 'change'), CLOCK_CHANGES.values(), ids=CLOCK_CHANGES)
def test_the_span_of_a_day_holds_all_of_it(zone: ZoneInfo, change: date) -> None:
    noon = datetime.combine(change, time(12), UTC)
    moments = [noon + timedelta(minutes=30) * step for step in range(-144, 145)]
    for day in (change - timedelta(days=1), change, change + timedelta(days=1)):
        first, last = wall_clock.day_span(day, zone)
        assert all(first <= at < last for at in moments if at.astimezone(zone).date() == day)


@pytest.mark.parametrize(('zone', 'change'), CLOCK_CHANGES.values(), ids=CLOCK_CHANGES)
def test_two_spans_that_meet_hold_together_what_one_over_both_does(zone: ZoneInfo, change: date) -> None:
    every_half_hour, noon = plan(zone, ROUND_THE_CLOCK, step=30), datetime.combine(change, time(12), UTC)
    first, last = noon - timedelta(days=2), noon + timedelta(days=2)
    whole = plans.starts_between(first, last, every_half_hour)
    for between in slots.cells(noon - timedelta(days=1), noon + timedelta(days=1)):
        assert plans.starts_between(first, between, every_half_hour) + plans.starts_between(between, last, every_half_hour) == whole


def test_a_slot_must_end_within_the_hours() -> None:
    long_ones = plan(BERLIN, ('10:00', '11:30'), ('14:00', '15:00'), minutes=60, step=30)
    assert walls(starts_on(date(2026, 11, 22), BERLIN, long_ones), BERLIN) == '22 10:00+01 · 22 10:30+01 · 22 14:00+01'


def test_a_slot_that_leaves_the_hours_while_clocks_go_back_is_not_offered() -> None:
    across = plan(BERLIN, ('01:30', '02:30'), minutes=120)  # 1:30 to the second 2:30, and from 2:30 to 3:00 nobody works
    assert starts_on(date(2026, 10, 25), BERLIN, across) == []


def test_a_buffer_is_real_minutes_while_clocks_go_back() -> None:
    every_hour = replace(plan(BERLIN, ('01:00', '05:00')), before_minutes=30, after_minutes=15)
    second_two = datetime(2026, 10, 25, 1, tzinfo=UTC)  # from 2:00 to 3:00, for the second time
    for taken, left in (
        ((timedelta(minutes=-35), timedelta(minutes=-30)), '25 01:00+02 · 25 02:00+01 · 25 03:00+01 · 25 04:00+01'),
        ((timedelta(minutes=-30), timedelta(minutes=-15)), '25 01:00+02 · 25 03:00+01 · 25 04:00+01'),
        ((timedelta(minutes=75), timedelta(minutes=90)), '25 01:00+02 · 25 02:00+02 · 25 02:00+01 · 25 04:00+01'),
    ):
        offer = Offer(1, every_hour, [Taken(second_two + taken[0], second_two + taken[1])])
        assert walls(slots.free_starts(second_two - timedelta(hours=6), second_two + timedelta(hours=6), offer), BERLIN) == left


def test_a_day_off_offers_nothing() -> None:
    weekdays = Plan(BERLIN, tuple(Hours(day, time(10), time(12)) for day in range(5)))
    assert starts_on(date(2026, 11, 22), BERLIN, weekdays) == []
    assert len(starts_on(date(2026, 11, 23), BERLIN, weekdays)) == 2


def test_a_rule_about_days_counts_for_what_is_offered_and_for_what_is_inside_the_hours(monkeypatch: pytest.MonkeyPatch) -> None:
    open_on, daily = plans._open_on, plan(BERLIN, ROUND_THE_CLOCK)
    monkeypatch.setattr(plans, '_open_on', lambda day, own: [] if day.day == 13 else open_on(day, own))
    assert [len(starts_on(date(2026, 11, day), BERLIN, daily)) for day in (12, 13, 14)] == [24, 0, 24]
    noon = [datetime(2026, 11, day, 12, tzinfo=UTC) for day in (12, 13, 14)]
    assert [plans.is_open(at, daily) for at in noon] == [True, False, True]


def test_a_slot_is_free_held_taken_too_soon_or_past() -> None:
    at = {hour: datetime(2026, 11, 22, hour, tzinfo=UTC) for hour in range(9, 17)}
    taken = [Taken(at[9], at[10]), Taken(at[12] + timedelta(minutes=55), at[13]), Taken(at[14], at[15], is_held=True)]
    offer = Offer(1, plan(BERLIN, NORMAL), taken)
    found = slots.slots_between(at[9], at[16], [offer], now=at[10], earliest=at[13])
    assert [(slot.starts_at.hour, slot.state) for slot in found] == [
        (9, 'taken'),
        (10, 'past'),
        (11, 'soon'),
        (12, 'taken'),
        (13, 'free'),
        (14, 'held'),
        (15, 'free'),
    ]


@pytest.mark.parametrize(('minutes', 'count'), [(60, 12), (5, 1), (7, 2), (90, 18)])
def test_a_length_covers_whole_cells(minutes: int, count: int) -> None:
    start = datetime(2026, 11, 22, 9, tzinfo=UTC)
    covered = slots.cells(start, start + timedelta(minutes=minutes))
    assert covered == [start + timedelta(minutes=5) * index for index in range(count)]
