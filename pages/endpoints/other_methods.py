"""What is said to a method that a route does not take: NiceGUI, mounted beneath, would answer it as a page."""

from collections.abc import Callable

from fastapi import APIRouter, Response
from fastapi.responses import JSONResponse

from pages.components.opentok_video import LOG_URL

router = APIRouter()
METHODS = ('GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS')


def _not_here(allowed: str) -> Callable[[], Response]:
    """A route for the methods that another route does not take."""

    async def refuse() -> Response:
        return JSONResponse({'error': f'Please use {allowed} here.'}, status_code=405, headers={'Allow': allowed})

    return refuse


for path, allowed in {
    '/schedule': 'POST',
    '/cancel/{timestamp}': 'POST',
    '/sign-out': 'POST',
    '/availability/{daystring}': 'GET',
    '/api/slots': 'GET',
    '/api/release': 'POST',
    f'{LOG_URL}/logging/{{kind}}': 'POST',
    '/getinfo/{timestamp}': 'GET',
    '/calendar/{key}.ics': 'GET, HEAD',
    '/healthz': 'GET, HEAD',
    '/readyz': 'GET, HEAD',
}.items():
    others = [method for method in METHODS if method not in allowed.split(', ')]
    router.add_api_route(path, _not_here(allowed), methods=others, include_in_schema=False)
