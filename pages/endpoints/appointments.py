"""Appointments as JSON: when those of a day start, and the signed-in rep's, to be read and cancelled."""

from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends, Request

from db import Appointment, Rep
from pages import origins
from pages.endpoints import parameters
from pages.viewing import sign_in_key
from services import appointment_changes, appointments, reps, sign_ins
from services.errors import NoAppointment
from services.times import Reader

router = APIRouter()


@router.get('/availability/{daystring}', tags=['appointments'], summary='When the booked appointments of a day start')
def taken_times(daystring: str, tz: str | None = None) -> list[int]:
    """Milliseconds since the epoch. The day, `SunNov222026` or `2026-11-22`, is one in the zone `tz`, else in the rep's."""
    rep = reps.first()
    zone = parameters.zone(tz or rep.time_zone)
    return [parameters.milliseconds(starts_at) for starts_at in appointments.taken_starts(rep.id, parameters.day(daystring), zone)]


@router.get('/getinfo/{timestamp}', tags=['appointments'], summary="The signed-in rep's appointment at a time")
def getinfo(timestamp: str, request: Request) -> dict[str, str] | None:
    """The seed's seven fields, or null when the time is free."""
    rep = sign_ins.rep_of(sign_in_key(request))
    appointment = appointments.booked_at(rep.id, parameters.instant(timestamp))
    return _info(appointment, rep) if appointment else None


@router.post(
    '/cancel/{timestamp}',
    tags=['appointments'],
    summary="Cancel the signed-in rep's appointment at a time",
    dependencies=[Depends(origins.require_own)],
)
def cancel(timestamp: str, request: Request) -> dict[str, str]:
    """Frees the time and tells the customer."""
    rep = sign_ins.rep_of(sign_in_key(request))
    appointment = appointments.booked_at(rep.id, parameters.instant(timestamp))
    if appointment is None:
        raise NoAppointment
    appointment_changes.cancel(appointment.id)
    return {'status': 'cancelled'}


def _info(appointment: Appointment, rep: Rep) -> dict[str, str]:
    reader = Reader(ZoneInfo(rep.time_zone), rep.clock)
    return {
        'Name': appointment.name,
        'Email': appointment.email,
        'Comment': appointment.comment,
        'Timestamp': str(parameters.milliseconds(appointment.starts_at)),
        'Daystring': f'{appointment.starts_at.astimezone(reader.zone):%a%b%d%Y}',
        'Sessionid': appointment.session_id or '',
        'Timestring': reader.moment(appointment.starts_at),
    }
