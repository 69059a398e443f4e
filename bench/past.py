"""Years of use: an appointment in every hour until now, with its cells and its outbox rows."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

import db
from services import clock, keys, kinds, outbox, slots
from tests.site import Site

BATCH = 2_000
LENGTH = timedelta(hours=1)


def make(site: Site, count: int, rep_ids: Sequence[int] = ()) -> None:
    """So many more past appointments, of these reps (the first one, if none is given), one an hour for each."""
    rep_ids = rep_ids or [site.rep().id]
    with db.reading() as session:
        used, earliest = session.execute(select(func.max(db.Appointment.id), func.min(db.Appointment.starts_at))).one()
    last = min(earliest or clock.now(), clock.now()).replace(minute=0, second=0, microsecond=0)
    for first in range(0, count, BATCH):
        numbers = range(first, min(first + BATCH, count))
        rows = [_appointment((used or 0) + 1 + n, rep_ids[n % len(rep_ids)], last - LENGTH * (1 + n // len(rep_ids))) for n in numbers]
        db.writing(lambda session, rows=rows: _store(session, rows))


def _store(session: Session, rows: list[dict[str, Any]]) -> None:
    session.execute(insert(db.Appointment), rows)
    session.execute(insert(db.Cell), [cell for row in rows for cell in _cells(row)])
    session.execute(insert(db.OutboxItem), [item for row in rows for item in _outbox(row)])


def _appointment(row_id: int, rep_id: int, starts_at: datetime) -> dict[str, Any]:
    who = {'name': 'Carol Tanaka', 'email': 'carol@example.com', 'comment': 'The offer from last week', 'time_zone': 'Asia/Tokyo'}
    ours = {'id': row_id, 'public_id': keys.new_id(), 'kind_id': kinds.FIRST, 'rep_id': rep_id, 'starts_at': starts_at, 'minutes': 60}
    return who | ours | {'created_at': starts_at - timedelta(days=7)}


def _cells(row: dict[str, Any]) -> list[dict[str, Any]]:
    common = {'rep_id': row['rep_id'], 'appointment_id': row['id']}
    return [common | {'starts_at': cell} for cell in slots.cells(row['starts_at'], row['starts_at'] + LENGTH)]


def _outbox(row: dict[str, Any]) -> list[dict[str, Any]]:
    at = row['created_at']
    common = {
        'appointment_id': row['id'],
        'state': outbox.DONE,
        'message_id': '<past@example.com>',
        'due_at': at,
        'created_at': at,
        'done_at': at,
    }
    what = ((outbox.CONFIRMATION, outbox.CUSTOMER), (outbox.CONFIRMATION, outbox.REP), (outbox.VIDEO_SESSION, outbox.NOBODY))
    return [common | {'kind': kind, 'recipient': recipient} for kind, recipient in what]
