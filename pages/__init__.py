"""What people see. `register()` is the site map."""

from nicegui import ui

from pages import booking
from services import settings


def register() -> None:
    """Put every page at its address."""
    ui.page('/')(booking.page)
