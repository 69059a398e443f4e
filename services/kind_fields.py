"""A kind as an admin types it, and what is wrong with that."""

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from db import Kind, Question
from services import questions, settings, slugs
from services.errors import InvalidFields
from services.plain_text import one_line, printable, too_long
from services.questions import Draft

NAME_MAX, DESCRIPTION_MAX = 100, 1000
HOUR, DAY = 60, 24 * 60
UNITS = {'minutes': 1, 'hours': HOUR, 'days': DAY}
NOTICE_MAX = 365 * DAY


@dataclass(frozen=True)
class Number:
    """A whole number that can be typed, with its bounds; `step`: only each so manieth."""

    least: int
    most: int
    of_what: str
    step: int = 1
    may_be_empty: bool = False

    def problem(self, typed: str) -> str:
        """What is wrong with it, as a sentence; empty when nothing is."""
        if not typed and self.may_be_empty:
            return ''
        if re.fullmatch('[0-9]{1,9}', typed) and self.least <= int(typed) <= self.most and int(typed) % self.step == 0:
            return ''
        steps = f', in steps of {self.step}' if self.step > 1 else ''
        return f'Please give a whole number of {self.of_what} from {self.least} to {self.most}{steps}{", or nothing" * self.may_be_empty}.'


NUMBERS = {
    'minutes': Number(5, 8 * HOUR, 'minutes', step=5),
    'step_minutes': Number(5, DAY, 'minutes', step=5),
    'before_minutes': Number(0, 8 * HOUR, 'minutes', step=5),
    'after_minutes': Number(0, 8 * HOUR, 'minutes', step=5),
    'horizon_days': Number(1, 3650, 'days', may_be_empty=True),
    'most_a_day': Number(1, 100, 'appointments', may_be_empty=True),
}
NOTICES = 'notice', 'change_notice'


@dataclass(frozen=True)
class Typed:
    """A kind as an admin typed it: numbers are still digits, and a notice has its unit, one of `UNITS`, beside it."""

    name: str
    slug: str = ''
    description: str = ''
    minutes: str = '60'
    step_minutes: str = '60'
    before_minutes: str = '0'
    after_minutes: str = '0'
    notice: str = '0'
    notice_unit: str = 'hours'
    change_notice: str = '0'
    change_notice_unit: str = 'hours'
    horizon_days: str = ''
    most_a_day: str = ''
    customer_chooses_rep: bool = False
    rep_ids: Collection[int] = ()
    questions: Sequence[Draft] = ()


def typed_as(kind: Kind, rep_ids: Collection[int], asked: Iterable[Question]) -> Typed:
    """What would be typed for a kind to be as it is."""
    texts = {field: _text(getattr(kind, field)) for field in ('name', 'slug', 'description', *NUMBERS)}
    notices: dict[str, str] = {}
    for field in NOTICES:
        minutes = getattr(kind, f'{field}_minutes')
        unit = next(unit for unit in ('days', 'hours', 'minutes') if minutes % UNITS[unit] == 0) if minutes else 'hours'
        notices |= {field: str(minutes // UNITS[unit]), f'{field}_unit': unit}
    drafts = [Draft(questions.field_name(one), one.label, one.answer, one.choices, one.is_required, one.id) for one in asked]
    return Typed(**texts, **notices, customer_chooses_rep=kind.customer_chooses_rep, rep_ids=rep_ids, questions=drafts)


def checked(typed: Typed) -> tuple[dict[str, Any], list[Draft]]:
    """A kind's columns, and its questions.

    :raises InvalidFields: with one sentence a field
    """
    words = {'name': one_line(typed.name), 'slug': typed.slug.strip().lower(), 'description': printable(typed.description).strip()}
    numbers = {field: getattr(typed, field).strip() for field in NUMBERS}
    problems = _problems_of_words(words) | _problems_of_notices(typed)
    problems |= {field: problem for field, number in NUMBERS.items() if (problem := number.problem(numbers[field]))}
    asked: list[Draft] = []
    try:
        asked = questions.tidied(typed.questions)
    except InvalidFields as error:
        problems |= error.fields
    if problems:
        raise InvalidFields(problems)
    counts = {field: int(text) if text else None for field, text in numbers.items()}
    notices = {f'{field}_minutes': _notice(typed, field) for field in NOTICES}
    return words | counts | notices | {'customer_chooses_rep': typed.customer_chooses_rep}, asked


def _problems_of_words(words: dict[str, str]) -> dict[str, str]:
    problems = {'slug': slugs.problem(words['slug'])} if words['slug'] else {}
    if not words['name']:
        problems['name'] = 'Please give a name.'
    else:
        problems['name'] = too_long(words['name'], NAME_MAX, 'the name')
    problems['description'] = too_long(words['description'], DESCRIPTION_MAX)
    return {field: problem for field, problem in problems.items() if problem}


def _problems_of_notices(typed: Typed) -> dict[str, str]:
    """A notice must be one, and shorter than it can be booked ahead."""
    problems = {}
    for field in NOTICES:
        count, unit = getattr(typed, field).strip(), getattr(typed, f'{field}_unit')
        if unit not in UNITS or not re.fullmatch('[0-9]{0,9}', count) or _notice(typed, field) > NOTICE_MAX:
            problems[field] = f'Please give a whole number of minutes, hours or days, at most {NOTICE_MAX // DAY} days; 0 for none.'
    days = typed.horizon_days.strip()
    if problems or NUMBERS['horizon_days'].problem(days):
        return problems
    ahead = int(days or settings.current().horizon_days)
    if _notice(typed, 'notice') >= ahead * DAY:
        problems['notice'] = f'Please give less than the {ahead} days that it can be booked ahead, or it never could be.'
    return problems


def _notice(typed: Typed, field: str) -> int:
    """The notice in minutes; nothing typed is none."""
    return int(getattr(typed, field).strip() or 0) * UNITS[getattr(typed, f'{field}_unit')]


def _text(value: str | int | None) -> str:
    return '' if value is None else str(value)
