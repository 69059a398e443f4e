"""Who books, as they say themselves."""

from dataclasses import dataclass, fields, replace

from email_validator import EmailNotValidError, validate_email
from sqlalchemy import String

from db import Appointment
from services.errors import InvalidFields
from services.plain_text import one_line, printable, too_long
from services.time_zones import zone_names


@dataclass(frozen=True)
class Customer:
    """Who books, and how they read times: a valid address, an IANA zone, a 12 or 24-hour clock.

    Each field is stored in the column of `Appointment` that is named like it, and may be as long as that takes.
    """

    name: str
    email: str
    comment: str
    time_zone: str
    clock: int = 12


COLUMNS = {field.name: Appointment.__table__.columns[field.name].type for field in fields(Customer)}
LONGEST = {name: column.length or 0 for name, column in COLUMNS.items() if isinstance(column, String) and name != 'time_zone'}
COMMENT_MAX = LONGEST['comment']


def checked_customer(name: str, email: str, comment: str, time_zone: str, hours: int = 12) -> Customer:
    """The customer, with what was typed made printable and trimmed, and the address normalised.

    :raises InvalidFields: with one sentence for each of `name`, `email`, `comment`, `tz` that cannot be taken
    """
    customer = Customer(one_line(name), one_line(email), printable(comment).strip(), time_zone, hours)
    problems = _problems(customer)
    try:
        customer = replace(customer, email=validate_email(customer.email, check_deliverability=False).normalized)
    except EmailNotValidError as error:
        problems['email'] = str(error) if customer.email else 'Please give your email address.'
    if problems:
        raise InvalidFields(problems)
    return customer


def _problems(customer: Customer) -> dict[str, str]:
    """All but what only the check of the address tells."""
    what = {'name': 'your name'}
    found = {field: too_long(getattr(customer, field), most, what.get(field, 'this')) for field, most in LONGEST.items()}
    if not customer.name:
        found['name'] = 'Please give your name.'
    if customer.time_zone not in zone_names():
        found['tz'] = 'This time zone is not known. Please give an IANA name such as Europe/Berlin.'
    return {field: problem for field, problem in found.items() if problem}
