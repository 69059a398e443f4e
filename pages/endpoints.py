"""The plain routes on the outer app: the JSON interface, sign-in and sign-out, calendar files, health."""

import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Annotated, Any
from urllib.parse import quote, urlencode
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends, FastAPI, Query, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse, RedirectResponse
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from db import Appointment, Kind, Rep
from pages import browsers, origins, times
from pages.failures import page_about
from pages.viewing import COOKIE, FLASH, sign_in_key
from services import appointments, availability, booking_form, feeds, holds, invitations, kinds, questions, reps, settings, sign_ins
from services.errors import EXPECTED, BadRequest, InvalidFields, NoAppointment, NotSignedIn, UnknownLink
from services.time_zones import zone_names
from services.times import Reader

FIRST_YEAR, LAST_YEAR = 1990, 2199  # days beyond them are nobody's, and near the ends of the calendar no zone can be reckoned
MOST_DAYS = 62  # of which free times are told in one answer
FREE = {
    'description': 'The free times, in order',
    'content': {
        'application/json': {
            'example': {
                'kind': 'video-call',
                'minutes': 60,
                'tz': 'Europe/Berlin',
                'slots': [{'starts_at': '2026-11-24T09:00:00Z', 'timestamp': 1795510800000, 'reps': [1, 2]}],
            }
        }
    },
}
router = APIRouter()
COOKIE_SECONDS = 400 * 24 * 3600  # the most browsers take: it is the row that decides when a sign-in ends, and using it prolongs it
own_origin = Depends(origins.require_own)


def add_routes(app: FastAPI, is_ready: Callable[[], bool]) -> None:
    """Put these routes on the app; `is_ready` tells whether the database answers with today's schema."""

    @app.head('/readyz', include_in_schema=False)
    @app.get('/readyz', tags=['health'], summary='Whether the database answers and its schema is current')
    def readyz() -> Response:
        return _health(is_ready())

    app.include_router(router)


@router.head('/healthz', include_in_schema=False)
@router.get('/healthz', tags=['health'], summary='Whether the process answers')
async def healthz() -> Response:
    return _health(True)


@router.get('/availability/{daystring}', tags=['appointments'], summary='When the booked appointments of a day start')
def taken_times(daystring: str, tz: str | None = None) -> list[int]:
    """Milliseconds since the epoch. The day, `SunNov222026` or `2026-11-22`, is one in the zone `tz`, else in the rep's."""
    rep = reps.first()
    zone = _zone(tz or rep.time_zone)
    return [_milliseconds(starts_at) for starts_at in appointments.taken_starts(rep.id, _day(daystring), zone)]


@router.get('/api/slots', tags=['appointments'], summary='The free times of some days', response_class=Response, responses={200: FREE})
def free_slots(
    kind: Annotated[str, Query(description='what is to be booked, as in the address of its page; the first kind if left out')] = '',
    first: Annotated[str, Query(alias='from', description='the first day, such as 2026-11-24')] = '',
    last: Annotated[str, Query(alias='to', description=f'the last day, at most {MOST_DAYS} days in all')] = '',
    tz: Annotated[str, Query(description='the IANA zone whose days are meant')] = 'UTC',
    rep: Annotated[str, Query(description='only times with this rep, by number')] = '',
) -> Response:
    """Whole days in the zone `tz`. The `reps` of a time are those who are free then; 400 says what was not understood."""
    wanted, zone = _kind(kind), _zone(tz)
    days = _days(first, last)
    found = availability.free_on(wanted.id, *days, zone, rep_id=_rep(wanted, rep))
    head = json.dumps({'kind': wanted.slug, 'minutes': wanted.minutes, 'tz': zone.key})[:-1]
    slots = ','.join([f'{_slot_head(starts_at)}{rep_ids}}}' for starts_at, rep_ids in found.items()])
    return Response(f'{head}, "slots": [{slots}]}}', media_type='application/json')


@lru_cache(maxsize=100_000)
def _slot_head(starts_at: datetime) -> str:
    """The beginning of a slot as JSON; there are many, and most are told again and again."""
    return f'{{"starts_at": "{starts_at:%Y-%m-%dT%H:%M:%SZ}", "timestamp": {_milliseconds(starts_at)}, "reps": '


class Booking(BaseModel):
    """What `POST /schedule` takes, as JSON or as a form."""

    model_config = ConfigDict(extra='ignore', str_max_length=20_000)

    name: str = ''
    email: str = ''
    comment: str = ''
    timestamp: int = Field(description='milliseconds since the epoch')
    tz: str | None = Field(default=None, description='the IANA zone in which the customer reads times')
    kind: str = Field(default='', description='what is booked, as in the address of its page; the first kind if left out')
    rep: int | None = Field(default=None, description='with whom, where the customer may choose')
    answers: dict[str, str] = Field(default={}, description='the extra questions of the kind, each with its answer; only in JSON')


BOOKING_BODY = {
    'requestBody': {
        'required': True,
        'content': {kind: {'schema': Booking.model_json_schema()} for kind in ('application/json', 'application/x-www-form-urlencoded')},
    }
}


@router.post(
    '/schedule',
    status_code=201,
    tags=['appointments'],
    summary='Book an appointment',
    dependencies=[own_origin],
    openapi_extra=BOOKING_BODY,
)
async def schedule(request: Request) -> JSONResponse:
    """The appointment's own links; 409 when the time is taken or not offered, 422 with a sentence per field."""
    return JSONResponse(await run_in_threadpool(_book, await _sent(request), times.clock_of(request)), status_code=201)


@router.get('/getinfo/{timestamp}', tags=['appointments'], summary="The signed-in rep's appointment at a time")
def getinfo(timestamp: str, request: Request) -> dict[str, str] | None:
    """The seed's seven fields, or null when the time is free."""
    rep = sign_ins.rep_of(sign_in_key(request))
    appointment = appointments.booked_at(rep.id, _instant(timestamp))
    return _info(appointment, rep) if appointment else None


@router.post(
    '/cancel/{timestamp}', tags=['appointments'], summary="Cancel the signed-in rep's appointment at a time", dependencies=[own_origin]
)
def cancel(timestamp: str, request: Request) -> dict[str, str]:
    """Frees the time and tells the customer by mail."""
    rep = sign_ins.rep_of(sign_in_key(request))
    appointment = appointments.booked_at(rep.id, _instant(timestamp))
    if appointment is None:
        raise NoAppointment
    appointments.cancel(appointment.id)
    return {'status': 'cancelled'}


@router.post('/api/release', include_in_schema=False, dependencies=[own_origin])
async def release(request: Request) -> Response:
    """Let go of what this browser holds until the instant `held`; sent by a page that is being left."""
    browser, held = browsers.known(request), (await request.form()).get('held')
    if browser:
        await run_in_threadpool(holds.release, browser, _held_until(str(held)))
    return Response(status_code=204)


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


@router.post('/sign-in', include_in_schema=False, dependencies=[own_origin])
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


@router.post('/sign-out', include_in_schema=False, dependencies=[own_origin])
def sign_out(request: Request) -> Response:
    """End the sign-in, which sends its open pages away, and take the cookie back."""
    if key := sign_in_key(request):
        sign_ins.end(key)
    answer = RedirectResponse('/sign-in', status_code=303)
    answer.delete_cookie(COOKIE)
    return answer


METHODS = ('GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS')


def _not_here(allowed: str) -> Callable[[], Response]:
    """A route for the methods another route does not take: NiceGUI, mounted beneath, would answer them as pages."""

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
    '/getinfo/{timestamp}': 'GET',
    '/calendar/{key}.ics': 'GET, HEAD',
    '/healthz': 'GET, HEAD',
    '/readyz': 'GET, HEAD',
}.items():
    others = [method for method in METHODS if method not in allowed.split(', ')]
    router.add_api_route(path, _not_here(allowed), methods=others, include_in_schema=False)


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
    return _greeted(sign_ins.sign_in(email, password, request.client.host if request.client else ''), request)


def _greeted(key: str, request: Request) -> str:
    """The key of this new sign-in; the clock of the rep's browser is kept for their mails."""
    reps.remember_clock(sign_ins.rep_of(key).id, times.clock_of(request))
    return key


def _secure() -> bool:
    return settings.current().site_url.startswith('https://')


def _health(good: bool) -> Response:
    return JSONResponse({'status': 'ok' if good else 'not ready'}, status_code=200 if good else 503)


async def _sent(request: Request) -> Booking:
    """What was sent, JSON or form.

    :raises BadRequest: when it cannot be read
    :raises InvalidFields: with a sentence for each field of a wrong type
    """
    try:
        is_json = request.headers.get('content-type', '').startswith('application/json')
        values = await request.json() if is_json else dict(await request.form())
    except (ValueError, RecursionError):
        raise BadRequest('The body can be read neither as JSON nor as a form.') from None
    try:
        return Booking.model_validate(values)
    except ValidationError as error:
        raise InvalidFields({str((*problem['loc'], 'body')[0]): _type_words(problem) for problem in error.errors()}) from None


def _type_words(problem: Any) -> str:
    return {
        ('timestamp',): 'Please give the timestamp in milliseconds since the epoch, as a whole number.',
        ('rep',): 'Please give the number of a rep.',
        ('answers',): 'Please give an object with each question and, as text, its answer.',
    }.get(problem['loc'][:1], 'Please give this as text of at most 20,000 characters.')


def _book(sent: Booking, clock: int) -> dict[str, str]:
    rep = reps.first()
    kind = _kind(sent.kind)
    values = {'name': sent.name, 'email': sent.email, 'comment': sent.comment} | questions.by_label(kind.id, sent.answers)
    customer, answers = booking_form.checked(kind.id, values, sent.tz or rep.time_zone, clock)
    if sent.rep is not None and not kind.customer_chooses_rep:
        raise BadRequest('Here the rep cannot be chosen. Please leave the rep out.')
    rep_id = _rep(kind, '' if sent.rep is None else str(sent.rep))
    appointment = appointments.book(kind.id, _instant(str(sent.timestamp)), customer, rep_id=rep_id, answers=answers)
    site, chat, manage = settings.current().site_url, appointments.key('chat', appointment), appointments.key('manage', appointment)
    return {
        'status': 'booked',
        'starts_at': appointment.starts_at.isoformat(),
        'chat': f'{site}/chat/{chat}',
        'manage': f'{site}/appointment/{manage}',
    }


def _info(appointment: Appointment, rep: Rep) -> dict[str, str]:
    reader = Reader(ZoneInfo(rep.time_zone), rep.clock)
    return {
        'Name': appointment.name,
        'Email': appointment.email,
        'Comment': appointment.comment,
        'Timestamp': str(_milliseconds(appointment.starts_at)),
        'Daystring': f'{appointment.starts_at.astimezone(reader.zone):%a%b%d%Y}',
        'Sessionid': appointment.session_id or '',
        'Timestring': reader.moment(appointment.starts_at),
    }


def _milliseconds(instant: datetime) -> int:
    return round(instant.timestamp() * 1000)


def _instant(timestamp: str) -> datetime:
    """The instant of a timestamp in milliseconds since the epoch.

    :raises BadRequest: when it is none
    """
    try:
        return datetime.fromtimestamp(int(timestamp) / 1000, UTC)
    except (ValueError, OverflowError, OSError):
        raise BadRequest('Please give the time in milliseconds since the epoch, such as 1795341600000.') from None


def _held_until(text: str) -> datetime:
    """:raises BadRequest: when this is no instant"""
    try:
        instant = datetime.fromisoformat(text)
        if instant.tzinfo is None:
            raise ValueError
        return instant.astimezone(UTC)
    except (ValueError, OverflowError):
        raise BadRequest('Please give "held" as an instant, such as 2026-11-24T09:00:00+00:00.') from None


def _day(daystring: str) -> date:
    """The day of `SunNov222026` or `2026-11-22`.

    :raises BadRequest: when it is neither
    """
    for form in ('%a%b%d%Y', '%Y-%m-%d'):
        try:
            day = datetime.strptime(daystring, form).date()  # noqa: DTZ007
        except ValueError:
            continue
        if FIRST_YEAR <= day.year <= LAST_YEAR:
            return day
    raise BadRequest(f'Please give the day as SunNov222026 or 2026-11-22, from {FIRST_YEAR} to {LAST_YEAR}.')


def _days(first: str, last: str) -> tuple[date, date]:
    """:raises BadRequest: when these are no days, or too many"""
    days = _day(first), _day(last)
    if not 0 <= (days[1] - days[0]).days < MOST_DAYS:
        raise BadRequest(f'Please give the first day as "from" and the last one as "to", at most {MOST_DAYS} days in all.')
    return days


def _kind(slug: str) -> Kind:
    """:raises NoSuchKind: when none is offered under this name"""
    return kinds.by_slug(slug) if slug else kinds.default()


def _rep(kind: Kind, number: str) -> int | None:
    """The rep of this kind with this row number; None when nobody in particular is wanted.

    :raises BadRequest: when the kind has no such rep
    """
    rep_ids = {str(rep.id): rep.id for rep in kinds.reps_of(kind.id)}
    if number and number not in rep_ids:
        raise BadRequest('This cannot be booked with that rep. Please give the number of one of its reps, or leave the rep out.')
    return rep_ids.get(number)


def _zone(name: str) -> ZoneInfo:
    if name not in zone_names():
        raise BadRequest('Please give the zone by its IANA name, such as Europe/Berlin.')
    return ZoneInfo(name)
