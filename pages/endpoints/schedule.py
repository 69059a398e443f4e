"""Booking an appointment, sent as JSON or as a form."""

from typing import Any

from fastapi import APIRouter, Depends, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from pages import origins, times
from pages.endpoints import parameters
from services import appointments, booking_form, questions, reps, settings
from services.errors import BadRequest, InvalidFields

router = APIRouter()


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
    dependencies=[Depends(origins.require_own)],
    openapi_extra=BOOKING_BODY,
)
async def schedule(request: Request) -> JSONResponse:
    """The appointment's own links; 409 when the time is taken or not offered, 422 with a sentence per field."""
    return JSONResponse(await run_in_threadpool(_book, await _sent(request), times.clock_of(request)), status_code=201)


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
    kind = parameters.kind(sent.kind)
    values = {'name': sent.name, 'email': sent.email, 'comment': sent.comment}
    if sent.answers:
        values |= questions.by_label(kind.id, sent.answers)
    customer, answers = booking_form.checked(kind.id, values, sent.tz or reps.first().time_zone, clock)
    if sent.rep is not None and not kind.customer_chooses_rep:
        raise BadRequest('Here the rep cannot be chosen. Please leave the rep out.')
    rep_id = None if sent.rep is None else parameters.rep(kind, str(sent.rep))
    appointment = appointments.book(kind.id, parameters.instant(str(sent.timestamp)), customer, rep_id=rep_id, answers=answers)
    site, chat, manage = settings.current().site_url, appointments.key('chat', appointment), appointments.key('manage', appointment)
    return {
        'status': 'booked',
        'starts_at': appointment.starts_at.isoformat(),
        'chat': f'{site}/chat/{chat}',
        'manage': f'{site}/appointment/{manage}',
    }
