"""What people and programs read when something is wrong: a sentence of ours, as JSON or as a plain page, never a stack trace."""

import logging
from urllib.parse import urlencode

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse
from nicegui import app as nicegui_app
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Receive, Scope, Send

from pages.layout import message_page
from services.errors import EXPECTED, Failed, InvalidFields, NotAllowed, NotSignedIn, PasswordLinkOver, TooManyTries, UnknownLink

log = logging.getLogger(__name__)

START = '/', 'Go to the start'
WAYS_ON = {PasswordLinkOver: ('/sign-in', 'Sign in'), NotAllowed: ('/rep', 'Your appointments')}
LINES = '/_nicegui_ws/'  # below this the pages are connected to the server
NOT_FOUND = 'There is nothing at this address. Please check that it was copied whole.'


class LoggedOnce:
    """Around everything: what nobody expected is logged here, and not by the server again; in one line, where only a line was cut."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await self.app(scope, receive, send)
        except Exception as error:  # a request that failed has been answered by the handlers below
            if scope['type'] != 'http':
                raise
            if scope['path'].startswith(LINES):
                log.warning('A line to a page was cut: %s', type(error).__name__)
            else:
                log.error('A request failed', exc_info=error)


def add_json_handlers(outer: FastAPI) -> None:
    """Answers for the JSON routes, on the outer app."""
    for kind in EXPECTED:
        outer.add_exception_handler(kind, _as_json)
    for kind in (RequestValidationError, HTTPException):
        outer.add_exception_handler(kind, _unreadable)
    outer.add_exception_handler(Exception, _broken_json)


def add_page_handlers() -> None:
    """Answers for the pages, on NiceGUI's app."""
    for kind in EXPECTED:
        nicegui_app.add_exception_handler(kind, _as_page)
    for what in (404, 405, RequestValidationError):
        nicegui_app.add_exception_handler(what, _not_found)
    nicegui_app.add_exception_handler(Exception, _broken_page)


async def _as_json(_request: Request, error: Exception) -> Response:
    body: dict[str, object] = {'error': str(error)}
    if isinstance(error, InvalidFields):
        body['fields'] = error.fields
    headers = {'Retry-After': str(error.wait_seconds)} if isinstance(error, TooManyTries) else None
    return JSONResponse(body, status_code=getattr(error, 'status', 400), headers=headers)


async def _unreadable(_request: Request, error: Exception) -> Response:
    sentence = 'This request cannot be understood. /api/openapi.json describes what can be asked.'
    return JSONResponse({'error': sentence}, status_code=getattr(error, 'status_code', 422))


async def _broken_json(_request: Request, _error: Exception) -> Response:
    return JSONResponse({'error': Failed.sentence}, status_code=500)


async def _as_page(request: Request, error: Exception) -> Response:
    if isinstance(error, NotSignedIn):
        target = f'{request.url.path}?{request.url.query}'.rstrip('?')
        return RedirectResponse('/sign-in?' + urlencode({'next': target}), status_code=303)
    return page_about(error)


def page_about(error: Exception) -> HTMLResponse:
    """The page that says what an expected error says."""
    title = 'This link leads nowhere' if isinstance(error, UnknownLink) else 'That did not work'
    page = message_page(title, str(error), link=WAYS_ON.get(type(error), START))
    return HTMLResponse(page, status_code=getattr(error, 'status', 400), headers={'Cache-Control': 'no-store'})


async def _not_found(_request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 404
    return HTMLResponse(message_page('Page not found', NOT_FOUND), status_code=status)


async def _broken_page(_request: Request, _error: Exception) -> Response:
    return HTMLResponse(message_page('Something went wrong', Failed.sentence), status_code=500)
