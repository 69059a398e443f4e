"""`/sign-in`: a plain form, because only a plain route can set the cookie; what was wrong comes back in a cookie of a minute."""

import json
from urllib.parse import unquote

from fastapi import Request, Response
from fastapi.responses import RedirectResponse
from nicegui import html, ui
from nicegui.element import Element

from pages import browsers, origins
from pages.asking import ask
from pages.components.forgotten_password import ForgottenPassword
from pages.components.form import Field
from pages.components.typed_text import forget_all
from pages.layout import frame
from pages.viewing import FLASH, sign_in_key
from services import reps, sign_ins
from services.errors import NotSignedIn

FORGET = f"document.cookie = '{FLASH}=; path=/sign-in; max-age=0'"


async def page(request: Request, next: str = '') -> Response | None:  # noqa: A002
    target = origins.own_path(next)
    try:
        await ask(sign_ins.rep_of, sign_in_key(request))
        return RedirectResponse(target, status_code=303)
    except NotSignedIn:
        email, sentence = _what_was_wrong(request)
    nobody_can = 'password' in reps.missing(await ask(reps.first))
    with frame('Sign in'), html.div().classes('card narrow sign-in'):
        forget_all()
        html.h1('Sign in')
        if sentence:
            html.p(sentence).classes('problem').props('role=alert')
            ui.run_javascript(FORGET)  # it is said once
        _form(email, target)
        ForgottenPassword(browsers.network(request)).build()
        if nobody_can:
            html.p('No password yet? Open the sign-in link that was printed where this was started.').classes('quiet small')
    return None


def _what_was_wrong(request: Request) -> tuple[str, str]:
    """The address that was typed and the sentence to show, both empty on a first visit."""
    try:
        said = json.loads(unquote(request.cookies.get(FLASH, '')))
        return str(said['email']), str(said['sentence'])
    except (ValueError, KeyError, TypeError):
        return '', ''


def _form(email: str, target: str) -> None:
    with html.form().classes('form').props('method=post action=/sign-in'):
        Element('input').props('type=hidden name=next').props['value'] = target
        address = Field('Email', 'email', value=email).props('type=email autocomplete=username required')
        password = Field('Password', 'password').props('type=password autocomplete=current-password required')
        (password if email else address).props('autofocus')
        html.button('Sign in').classes('button primary').props('type=submit')
