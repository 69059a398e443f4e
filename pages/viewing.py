"""Who is looking at a page: the signed-in rep, by their cookie, and what they may do."""

import asyncio
from collections.abc import Callable
from typing import ParamSpec, TypeVar

from fastapi import Request
from nicegui import Client, ui

from db import Rep
from pages import live
from pages.asking import ask, tell
from services import events, reps, sign_ins
from services.errors import EXPECTED, NotSignedIn
from services.hashing import hashed

P = ParamSpec('P')
T = TypeVar('T')

COOKIE, FLASH = 'sign_in', 'sign_in_problem'
LEAVING_SECONDS = 1.0  # for the browser to hear that it is to leave


def sign_in_key(request: Request) -> str | None:
    """The key of the sign-in this request claims."""
    return request.cookies.get(COOKIE)


async def signed_in(request: Request) -> Rep:
    """The rep who looks. The page is sent to `/sign-in` when that sign-in ends. Ask again in handlers that read or change something.

    :raises NotSignedIn: when nobody is signed in
    """
    own = hashed(sign_in_key(request) or '')

    def leave(event: events.SignInEnded) -> None:
        if event.key_hash == own:
            _send_away()

    live.on(events.SignInEnded, leave)
    return await ask(sign_ins.rep_of, sign_in_key(request))


async def signed_in_again(request: Request) -> Rep | None:
    """The rep who looks, asked at the moment they do something; None when the sign-in has ended, and then the page leaves."""
    try:
        return await ask(sign_ins.rep_of, sign_in_key(request))
    except NotSignedIn:
        _send_away()
        return None


async def admin(request: Request) -> Rep:
    """The admin who looks; otherwise like `signed_in`.

    :raises NotSignedIn: when nobody is signed in
    :raises NotAllowed: when whoever looks is no admin
    """
    rep = await signed_in(request)
    reps.require_admin(rep)
    return rep


async def admin_again(request: Request) -> Rep | None:
    """The admin who looks, asked at the moment they do something; None when the sign-in has ended, and then the page leaves.

    :raises NotAllowed: when they are no admin any more
    """
    rep = await signed_in_again(request)
    if rep:
        reps.require_admin(rep)
    return rep


async def as_admin(request: Request, service: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T | None:
    """What the service returns; None when the sign-in of whoever looks has ended.

    :raises ProductError: what the service raises, and `NotAllowed` when they are no admin any more
    """
    return await ask(service, *args, **kwargs) if await admin_again(request) else None


async def succeeds_as_admin(request: Request, service: Callable[P, object], *args: P.args, **kwargs: P.kwargs) -> bool:
    """Whether the service did it; an expected error is shown."""
    try:
        return await as_admin(request, service, *args, **kwargs) is not None
    except EXPECTED as error:
        tell(str(error))
        return False


def _send_away() -> None:
    """Send the page to `/sign-in`. A browser may take no notice, so soon the page is no more and nothing from it is heard."""
    client = ui.context.client
    ui.navigate.to('/sign-in')
    asyncio.get_running_loop().call_later(LEAVING_SECONDS, _end, client)


def _end(client: Client) -> None:
    if client.id in Client.instances:
        client.delete()
