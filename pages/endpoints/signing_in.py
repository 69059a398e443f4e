"""Signing in and out: what sets the cookie and takes it back."""

import json
from urllib.parse import quote, urlencode

from fastapi import APIRouter, Depends, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import RedirectResponse

from pages import browsers, origins, times
from pages.viewing import COOKIE, FLASH, sign_in_key
from services import reps, settings, sign_ins
from services.errors import EXPECTED, NotSignedIn

router = APIRouter()
COOKIE_SECONDS = 400 * 24 * 3600  # the most browsers take: it is the row that decides when a sign-in ends, and using it prolongs it


@router.post('/sign-in', include_in_schema=False, dependencies=[Depends(origins.require_own)])
async def sign_in(request: Request) -> Response:
    """Set the cookie and go where the rep was going; or back to the form, which then says what was wrong and keeps the address."""
    form = await request.form()
    email, password, target = (str(form.get(name, '')) for name in ('email', 'password', 'next'))
    try:
        key = await run_in_threadpool(_enter, email, password, request)
    except EXPECTED as error:
        return sign_in_again(email, str(error), target)
    return _signed_in(key, origins.own_path(target))


@router.get('/sign-in/{key}', include_in_schema=False)
def sign_in_by_link(key: str, request: Request) -> Response:
    """What the one-time link in the terminal opens."""
    try:
        return _signed_in(_greeted(sign_ins.sign_in_by_link(key), request), '/rep')
    except NotSignedIn as error:
        return sign_in_again('', str(error), '')


@router.post('/sign-out', include_in_schema=False, dependencies=[Depends(origins.require_own)])
def sign_out(request: Request) -> Response:
    """End the sign-in, which sends its open pages away, and take the cookie back."""
    if key := sign_in_key(request):
        sign_ins.end(key)
    answer = RedirectResponse('/sign-in', status_code=303)
    answer.delete_cookie(COOKIE)
    return answer


def sign_in_again(email: str, sentence: str, target: str) -> Response:
    """Back to the form. What it shows travels in a cookie of a minute, so that no address stands in a URL."""
    answer = RedirectResponse('/sign-in?' + urlencode({'next': origins.own_path(target)}), status_code=303)
    flash = quote(json.dumps({'email': email[:254], 'sentence': sentence}))
    answer.set_cookie(FLASH, flash, max_age=60, path='/sign-in', samesite='lax', secure=_secure())
    return answer


def _signed_in(key: str, target: str) -> Response:
    answer = RedirectResponse(target, status_code=303)
    answer.set_cookie(COOKIE, key, max_age=COOKIE_SECONDS, httponly=True, samesite='lax', secure=_secure())
    answer.delete_cookie(FLASH, path='/sign-in')
    return answer


def _enter(email: str, password: str, request: Request) -> str:
    """The key of a new sign-in."""
    return _greeted(sign_ins.sign_in(email, password, browsers.network(request)), request)


def _greeted(key: str, request: Request) -> str:
    """The key of this new sign-in; the clock of the rep's browser is kept for their mails."""
    reps.remember_clock(sign_ins.rep_of(key).id, times.clock_of(request))
    return key


def _secure() -> bool:
    return settings.current().site_url.startswith('https://')
