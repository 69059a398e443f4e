"""Whether the app is well, for whoever watches it."""

from collections.abc import Callable

from fastapi import APIRouter, FastAPI, Response
from fastapi.responses import JSONResponse

router = APIRouter()


def add_readyz(app: FastAPI, is_ready: Callable[[], bool]) -> None:
    """Put this route on the app; `is_ready` tells whether the database answers with today's schema."""

    @app.head('/readyz', include_in_schema=False)
    @app.get('/readyz', tags=['health'], summary='Whether the database answers and its schema is current')
    def readyz() -> Response:
        return _health(is_ready())


@router.head('/healthz', include_in_schema=False)
@router.get('/healthz', tags=['health'], summary='Whether the process answers')
async def healthz() -> Response:
    return _health(True)


def _health(good: bool) -> Response:
    return JSONResponse({'status': 'ok' if good else 'not ready'}, status_code=200 if good else 503)
