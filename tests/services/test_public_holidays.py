"""Public holidays: under one English name, wherever and whenever."""

from datetime import date

import pytest

import db
from services import public_holidays


def year(country: str, region: str = '', number: int = 2027) -> dict[date, str]:
    return public_holidays.days(country, region, date(number, 1, 1), date(number, 12, 31))


def test_a_region_has_the_holidays_of_its_country_and_its_own() -> None:
    berlin, germany = year('DE', 'BE'), year('DE')
    assert germany[date(2027, 10, 3)] == 'German Unity Day'
    assert set(berlin.values()) - set(germany.values()) == {"Women's Day"}


def test_both_ends_are_included_and_years_are_crossed() -> None:
    found = public_holidays.days('DE', '', date(2026, 12, 26), date(2027, 1, 1))
    assert found == {date(2026, 12, 26): 'Second Day of Christmas', date(2027, 1, 1): "New Year's Day"}


def test_a_holiday_observed_on_another_day_keeps_its_name() -> None:
    found = year('US')
    assert found[date(2027, 7, 4)] == found[date(2027, 7, 5)] == 'Independence Day'


def test_a_day_with_two_holidays_is_off_unless_both_are_worked() -> None:
    day = date(2026, 6, 1)
    assert public_holidays.days('RO', '', day, day)[day] == "Children's Day; Pentecost"
    for worked, is_off in ({'Pentecost'}, True), ({'Pentecost', "Children's Day"}, False):
        assert (day in public_holidays.days_off('RO', '', worked, day, day)) is is_off


@pytest.mark.parametrize(('country', 'region'), [('', ''), ('XX', ''), ('DE', 'XX')])
def test_a_place_nobody_knows_has_none(country: str, region: str) -> None:
    assert year(country, region) == {}


def test_every_place_offered_fits_its_column_and_can_be_asked_for_in_years_to_come() -> None:
    for country in public_holidays.countries():
        for region in ('', *public_holidays.regions(country)):
            assert len(region) <= db.Rep.__table__.c.holiday_region.type.length
        assert all(len(part) <= 100 for name in year(country, number=2036).values() for part in name.split('; '))
    assert public_holidays.regions('FR')['974'] == 'La Réunion'
    assert public_holidays.countries()['DE'] == 'Germany'
