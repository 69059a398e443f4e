"""What people see. `register()` is the site map."""

from nicegui import ui

from pages import account, appointment, booking, sign_in


def register() -> None:
    """Put every page at its address."""
    ui.page('/')(booking.page)
    ui.page('/appointment/{key}')(appointment.page)
    ui.page('/sign-in')(sign_in.page)
    ui.page('/account')(account.page)
