"""Where the log of OpenTok.js ends: it names the address of a page, and with it the key of a customer."""

from fastapi import APIRouter, Response

from pages.components.opentok_video import LOG_URL

router = APIRouter()


@router.post(LOG_URL + '/logging/{kind}', include_in_schema=False)
async def forget() -> Response:
    """Take a line of it, keep nothing and tell nobody."""
    return Response(status_code=204)
