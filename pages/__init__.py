"""What people see. `register()` is the site map."""

from fastapi import Depends
from nicegui import ui

from pages import account, appointment, availability, booking, chat, check, kinds, mailbox, mails, password, rep, reps, sign_in
from services import settings


def register() -> None:
    """Put every page at its address."""
    ui.page('/')(booking.page)
    ui.page('/appointment/{key}')(appointment.page)
    ui.page('/chat/{key}')(chat.page)
    ui.page('/check')(check.page)
    ui.page('/sign-in')(sign_in.page)
    ui.page('/password/{key}')(password.page)
    ui.page('/account')(account.page)
    ui.page('/rep')(rep.page)
    ui.page('/availability')(availability.page)
    ui.page('/reps')(reps.page)
    ui.page('/kinds')(kinds.page)
    ui.page('/mails')(mails.page)
    if not settings.current().sends_mail:
        ui.page('/mailbox')(mailbox.page)
    ui.page('/{slug}', dependencies=[Depends(booking.require_kind)])(booking.kind_page)  # the last, so that all others win
