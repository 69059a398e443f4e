"""What people see. `register()` is the site map."""

from nicegui import ui

from pages import appointment, booking


def register() -> None:
    """Put every page at its address."""
    ui.page('/')(booking.page)
    ui.page('/appointment/{key}')(appointment.page)
