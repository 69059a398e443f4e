"""Appointments for calendar programs: one as a file, and all of a rep's as a feed."""

from fastapi import APIRouter, Request, Response

from pages.failures import page_about
from services import appointments, feeds, invitations, kinds, reps
from services.errors import UnknownLink

router = APIRouter()


@router.get('/appointment/{key}/calendar.ics', include_in_schema=False)
def calendar_file(key: str) -> Response:
    """The appointment as a file for a calendar program. A person clicks on it, so what is wrong with the link is said on a page."""
    try:
        appointment = appointments.by_key('manage', key)
    except UnknownLink as error:
        return page_about(error)
    content = invitations.calendar_file(appointment, reps.get(appointment.rep_id), kinds.get(appointment.kind_id).name)
    headers = {'Content-Disposition': 'attachment; filename="appointment.ics"'}
    return Response(content, media_type='text/calendar; charset=utf-8', headers=headers)


@router.head('/calendar/{key}.ics', include_in_schema=False)
@router.get('/calendar/{key}.ics', include_in_schema=False)
def calendar_feed(key: str, request: Request) -> Response:
    """A rep's appointments for their calendar program, which is asked to look again before it shows what it has kept."""
    feed = feeds.by_key(key)
    headers = {'ETag': f'"{feed.etag}"', 'Cache-Control': 'private, no-cache', 'X-Robots-Tag': 'noindex'}
    if f'"{feed.etag}"' in request.headers.get('if-none-match', ''):
        return Response(status_code=304, headers=headers)
    return Response(feed.content(), media_type='text/calendar; charset=utf-8', headers=headers)
