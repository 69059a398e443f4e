"""The free times of some days as JSON."""

import json
from datetime import date, datetime
from functools import lru_cache
from typing import Annotated

from fastapi import APIRouter, Query, Response

from pages.endpoints import parameters
from services import availability
from services.errors import BadRequest

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


@router.get('/api/slots', tags=['appointments'], summary='The free times of some days', response_class=Response, responses={200: FREE})
def free_slots(
    kind: Annotated[str, Query(description='what is to be booked, as in the address of its page; the first kind if left out')] = '',
    first: Annotated[str, Query(alias='from', description='the first day, such as 2026-11-24')] = '',
    last: Annotated[str, Query(alias='to', description=f'the last day, at most {MOST_DAYS} days in all')] = '',
    tz: Annotated[str, Query(description='the IANA zone whose days are meant')] = 'UTC',
    rep: Annotated[str, Query(description='only times with this rep, by number')] = '',
) -> Response:
    """Whole days in the zone `tz`. The `reps` of a time are those who are free then; 400 says what was not understood."""
    wanted, zone = parameters.kind(kind), parameters.zone(tz)
    days = _days(first, last)
    found = availability.free_on(wanted.id, *days, zone, rep_id=parameters.rep(wanted, rep))
    head = json.dumps({'kind': wanted.slug, 'minutes': wanted.minutes, 'tz': zone.key})[:-1]
    slots = ','.join([f'{_slot_head(starts_at)}{rep_ids}}}' for starts_at, rep_ids in found.items()])
    return Response(f'{head}, "slots": [{slots}]}}', media_type='application/json')


@lru_cache(maxsize=100_000)
def _slot_head(starts_at: datetime) -> str:
    """The beginning of a slot as JSON; there are many, and most are told again and again."""
    return f'{{"starts_at": "{starts_at:%Y-%m-%dT%H:%M:%SZ}", "timestamp": {parameters.milliseconds(starts_at)}, "reps": '


def _days(first: str, last: str) -> tuple[date, date]:
    """:raises BadRequest: when these are no days, or too many"""
    days = parameters.day(first), parameters.day(last)
    if not 0 <= (days[1] - days[0]).days < MOST_DAYS:
        raise BadRequest(f'Please give the first day as "from" and the last one as "to", at most {MOST_DAYS} days in all.')
    return days
