"""Public holidays by country and region, under their English names. Pure: from the `holidays` package, no database."""

import re
import warnings
from collections.abc import Set
from datetime import date
from functools import cache, lru_cache

import holidays
from babel import Locale

REGION_MAX = 32  # characters that the column holds
HOW_DATED = re.compile(r' \((?:observed|estimated|observed, estimated|in lieu|substituted from [\d/]+)\)')  # differs from year to year


def days(country: str, region: str, first: date, last: date) -> dict[date, str]:
    """The holidays from `first` to `last`, both included, in order; several of one day are joined by `; `.

    A holiday has one name, whether it is on its own date or observed on another. None for a country or region that nobody knows.
    """
    years = [_year(country, region, year) for year in range(first.year, last.year + 1)]
    return {day: '; '.join(names) for year in years for day, names in year if first <= day <= last}


def days_off(country: str, region: str, worked: Set[str], first: date, last: date) -> dict[date, str]:
    """Those of `days` that are not worked on: of several holidays of one day, each must be."""
    return {day: name for day, name in days(country, region, first, last).items() if not set(name.split('; ')) <= worked}


@cache
def countries() -> dict[str, str]:
    """Every country whose holidays are known, by its code, with its English name, in the order of the names."""
    names = Locale('en').territories
    found = {code: str(names[code]) for code in holidays.list_supported_countries(include_aliases=False)}
    return dict(sorted(found.items(), key=lambda item: item[1]))


@cache
def regions(country: str) -> dict[str, str]:
    """The regions of a country that have holidays of their own, by their codes, with their names, in the order of the names."""
    if country not in countries():
        return {}
    known = holidays.country_holidays(country)
    names = {code: name for name, code in sorted(known.subdivisions_aliases.items(), key=lambda alias: len(alias[0]))}  # the longest
    found = {code: names.get(code, code) for code in known.subdivisions if len(code) <= REGION_MAX}
    return dict(sorted(found.items(), key=lambda item: item[1]))


@lru_cache(maxsize=2048)
def _year(country: str, region: str, year: int) -> tuple[tuple[date, tuple[str, ...]], ...]:
    if country not in countries() or (region and region not in regions(country)):
        return ()
    with warnings.catch_warnings(action='ignore'):  # some countries' holidays are known for a few years only
        found = holidays.country_holidays(country, region or None, years=year, language=_english(country))
    return tuple((day, _names(name)) for day, name in sorted(found.items()))


@cache
def _english(country: str) -> str | None:
    """The package's English for this country; None where it has no other language."""
    languages = holidays.country_holidays(country).supported_languages
    return next((language for language in languages if language.startswith('en')), None)


def _names(name: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(HOW_DATED.sub('', name).split('; ')))
