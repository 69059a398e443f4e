"""Letting go of a time that is held."""

from datetime import UTC, datetime

from fastapi import APIRouter, Depends, Request, Response
from fastapi.concurrency import run_in_threadpool

from pages import browsers, origins
from services import holds
from services.errors import BadRequest

router = APIRouter()


@router.post('/api/release', include_in_schema=False, dependencies=[Depends(origins.require_own)])
async def release(request: Request) -> Response:
    """Let go of what this browser holds until the instant `held`; sent by a page that is being left."""
    browser, held = browsers.known(request), (await request.form()).get('held')
    if browser:
        await run_in_threadpool(holds.release, browser, _held_until(str(held)))
    return Response(status_code=204)


def _held_until(text: str) -> datetime:
    """:raises BadRequest: when this is no instant"""
    try:
        instant = datetime.fromisoformat(text)
        if instant.tzinfo is None:
            raise ValueError
        return instant.astimezone(UTC)
    except (ValueError, OverflowError):
        raise BadRequest('Please give "held" as an instant, such as 2026-11-24T09:00:00+00:00.') from None
