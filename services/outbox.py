"""The durable queue of what to tell whom. Rows are added in the transaction that causes them; `OutboxWorker` carries them out."""

import uuid

from sqlalchemy.orm import Session

from db import Appointment, OutboxItem
from services import clock

CONFIRMATION, CANCELLATION, VIDEO_SESSION = 'confirmation', 'cancellation', 'video_session'
CUSTOMER, REP, NOBODY = 'customer', 'rep', ''


def add(session: Session, appointment: Appointment, kind: str, recipient: str) -> None:
    """Queue this, in the caller's transaction, to be done at once."""
    now = clock.now()
    session.add(
        OutboxItem(
            kind=kind,
            appointment_id=appointment.id,
            recipient=recipient,
            sequence=appointment.calendar_sequence,
            message_id=f'<{uuid.uuid4()}@scheduled-calls>',
            due_at=now,
            created_at=now,
        )
    )
