"""What people see. `register()` is the site map."""

import asyncio
from collections.abc import Awaitable, Callable
from functools import wraps
from inspect import isawaitable
from typing import Any

from fastapi import Depends, Response
from nicegui import ui

from db import Busy
from pages import account, appointment, availability, booking, chat, check, kinds, mailbox, mails, password, rep, reps, sign_in
from services import settings

PATIENCE_SECONDS = 30  # so long a page may be in the making while the site is busy, or has just been started again

Made = Response | None
Page = Callable[..., Awaitable[Made] | Made]


def register() -> None:
    """Put every page at its address."""
    at('/')(booking.page)
    at('/appointment/{key}')(appointment.page)
    at('/chat/{key}')(chat.page)
    at('/check')(check.page)
    at('/sign-in')(sign_in.page)
    at('/password/{key}')(password.page)
    at('/account')(account.page)
    at('/rep')(rep.page)
    at('/availability')(availability.page)
    at('/reps')(reps.page)
    at('/kinds')(kinds.page)
    at('/mails')(mails.page)
    if not settings.current().sends_mail:
        at('/mailbox')(mailbox.page)
    at('/{slug}', dependencies=[Depends(booking.require_kind)])(booking.kind_page)  # the last, so that all others win


def at(path: str, **options: Any) -> Callable[[Page], None]:
    """Put a page at this address; the options are those of `ui.page`. Who would wait too long for it reads that the site is busy."""

    def put(page: Page) -> None:
        @wraps(page)
        async def made_in_time(*args: object, **given: object) -> Made:
            try:
                async with asyncio.timeout(PATIENCE_SECONDS) as limit:
                    made = page(*args, **given)
                    return await made if isawaitable(made) else made
            except TimeoutError:
                if not limit.expired():
                    raise
                raise Busy from None

        ui.page(path, response_timeout=PATIENCE_SECONDS + 1, **options)(made_in_time)

    return put
