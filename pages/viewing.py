"""Who is looking at a page: the signed-in rep, by their cookie."""

import asyncio

from fastapi import Request
from nicegui import Client, ui

from db import Rep
from pages import live
from pages.asking import ask
from services import events, sign_ins
from services.errors import NotSignedIn

COOKIE, FLASH = 'sign_in', 'sign_in_problem'
LEAVING_SECONDS = 1.0  # for the browser to hear that it is to leave


def sign_in_key(request: Request) -> str | None:
    """The key of the sign-in this request claims."""
    return request.cookies.get(COOKIE)


async def signed_in(request: Request) -> Rep:
    """The rep who looks. The page is sent to `/sign-in` when that sign-in ends. Ask again in handlers that read or change something.

    :raises NotSignedIn: when nobody is signed in
    """
    hashed = sign_ins.key_hash(sign_in_key(request) or '')

    def leave(event: events.SignInEnded) -> None:
        if event.key_hash == hashed:
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


def _send_away() -> None:
    """Send the page to `/sign-in`. A browser may take no notice, so soon the page is no more and nothing from it is heard."""
    client = ui.context.client
    ui.navigate.to('/sign-in')
    asyncio.get_running_loop().call_later(LEAVING_SECONDS, _end, client)


def _end(client: Client) -> None:
    if client.id in Client.instances:
        client.delete()
