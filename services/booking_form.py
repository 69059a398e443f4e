"""What stands in the form of a booking: who books, and their answers to the extra questions."""

from collections.abc import Mapping

from services import customers, questions
from services.customers import Customer
from services.errors import InvalidFields


def checked(kind_id: int, values: Mapping[str, str], time_zone: str, clock: int = 12) -> tuple[Customer, list[tuple[str, str]]]:
    """The customer, and the questions with what was answered.

    :raises InvalidFields: with one sentence for each field that cannot be taken, all of them at once
    """
    problems: dict[str, str] = {}
    name, email, comment = (values.get(field, '') for field in ('name', 'email', 'comment'))
    try:
        customer = customers.checked_customer(name, email, comment, time_zone, clock)
    except InvalidFields as error:
        problems |= error.fields
    try:
        answers = questions.checked(kind_id, values)
    except InvalidFields as error:
        problems |= error.fields
    if problems:
        raise InvalidFields(problems)
    return customer, answers
