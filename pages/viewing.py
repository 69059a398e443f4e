"""Who is looking at a page: the signed-in rep, by their cookie."""

from fastapi import Request
from nicegui import ui

from db import Rep
from pages import live
from pages.asking import ask
from services import events, sign_ins
from services.errors import NotSignedIn

COOKIE, FLASH = 'sign_in', 'sign_in_problem'


def sign_in_key(request: Request) -> str | None:
    """The key of the sign-in this request claims."""
    return request.cookies.get(COOKIE)


async def signed_in(request: Request) -> Rep:
    """The rep who looks. The page is sent to `/sign-in` when that sign-in ends. Ask again in handlers that change something.

    :raises NotSignedIn: when nobody is signed in
    """
    rep = await ask(sign_ins.rep_of, sign_in_key(request))
    hashed = sign_ins.key_hash(sign_in_key(request) or '')

    def leave(event: events.SignInEnded) -> None:
        if event.key_hash == hashed:
            ui.navigate.to('/sign-in')

    live.on(events.SignInEnded, leave)
    return rep


async def signed_in_again(request: Request) -> Rep | None:
    """The rep who looks, asked at the moment they do something; None when the sign-in has ended, and then the page leaves."""
    try:
        return await ask(sign_ins.rep_of, sign_in_key(request))
    except NotSignedIn:
        ui.navigate.to('/sign-in')
        return None
