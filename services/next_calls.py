"""A rep's calls of these hours: who waits for them, whom to call next, and what begins soon.

All but `near` asks who sits in which call, so it belongs on the event loop and is quick.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import select

from db import Appointment, reading
from services import appointments, calls, seats, standings
from services.video.base import REP

AHEAD = timedelta(days=1)
LONGEST = timedelta(days=1)  # no call is open for so long after its start
SOON, STILL_NOW = timedelta(minutes=5), timedelta(minutes=1)


def near(rep_id: int, now: datetime) -> list[Appointment]:
    """The rep's booked appointments whose call is open at this instant, or opens within a day, in order."""
    theirs = Appointment.rep_id == rep_id, Appointment.status == appointments.BOOKED
    around = Appointment.starts_at > now - LONGEST, Appointment.starts_at <= now + AHEAD + calls.AROUND_START
    with reading() as session:
        found = session.scalars(select(Appointment).where(*theirs, *around).order_by(Appointment.starts_at)).all()
    return [appointment for appointment in found if calls.state(appointment, now) in ('early', 'open')]


def waiting(among: Iterable[Appointment]) -> list[Appointment]:
    """Those of these whose customer waits alone, the one who has waited longest first."""
    alone = [(standing.since, one) for one in among if (standing := standings.standing(one.id)).state == 'waiting' and standing.since]
    return [appointment for _since, appointment in sorted(alone, key=lambda found: found[0])]


def to_call(among: Iterable[Appointment], now: datetime) -> Appointment | None:
    """Whom to call next: who waits and has begun or soon begins, else who has waited longest, else the first whose call is open.

    Of those who wait, one who may be gone comes last. It is none that is over, nor one where the rep is already. A customer who was there
    and left comes after those who have not come yet.
    """
    joinable = [one for one in among if calls.state(one, now) == 'open']
    expected = [one for one in joinable if not appointments.is_over(one, now) and REP not in seats.who_is_there(one.id)]
    in_turn = sorted(expected, key=lambda one: (standings.standing(one.id).state == 'left', one.starts_at))
    return next(iter(_by_turn(waiting(joinable), now) + in_turn), None)


def _by_turn(waiting: Iterable[Appointment], now: datetime) -> list[Appointment]:
    """Sorting is stable: those whose appointment begins later than soon stay in their order."""
    return sorted(waiting, key=lambda one: (standings.is_quiet(one.id), min(one.starts_at, now + SOON)))


def to_open(among: Iterable[Appointment], now: datetime) -> Appointment | None:
    """The first of these whose call is not open yet."""
    return next((one for one in among if calls.state(one, now) == 'early'), None)


def beginning(among: Iterable[Appointment], now: datetime, *, but: int) -> Appointment | None:
    """The first of these, but for the one with this row number, that begins within five minutes or has just begun."""
    return next((one for one in among if now - STILL_NOW < one.starts_at <= now + SOON and one.id != but), None)
