"""RFC 5545 calendar objects."""

from db import Appointment, Rep


def calendar_file(appointment: Appointment, rep: Rep) -> bytes:
    """The appointment as an `.ics` file for the customer's own calendar."""
    raise NotImplementedError
