"""Made-up people and an appointment of theirs, to see what mails look like before anybody has booked."""

from datetime import UTC, datetime

from db import Answer, Appointment, Kind, OutboxItem, Rep
from services import outbox
from services.wording import Booked

BOOKED_AT = datetime(2027, 3, 22, 9, tzinfo=UTC)
EARLIER, STARTS_AT = datetime(2027, 3, 29, 8, tzinfo=UTC), datetime(2027, 3, 30, 8, tzinfo=UTC)


def item(kind: str, recipient: str) -> OutboxItem:
    """The row of the outbox for this message."""
    return OutboxItem(
        kind=kind,
        recipient=recipient,
        starts_at=STARTS_AT,
        earlier_starts_at=EARLIER if kind == outbox.RESCHEDULE else None,
        sequence=0 if kind == outbox.CONFIRMATION else 1,
        message_id='<sample@scheduled-calls>',
        created_at=BOOKED_AT,
        done_at=BOOKED_AT,
    )


def rep() -> Rep:
    """Riley in Berlin."""
    return Rep(name='Riley Berger', email='riley@example.com', time_zone='Europe/Berlin', clock=24)


def booked() -> Booked:
    """Carol in Tokyo, and what she wants from Riley. It holds what only a cancelled appointment has, too."""
    appointment = Appointment(
        public_id='sample',
        starts_at=STARTS_AT,
        minutes=30,
        name='Carol Tanaka',
        email='carol@example.com',
        comment='The offer from last week.\nDoes it hold until April?',
        time_zone='Asia/Tokyo',
        clock=12,
        key_version=1,
        cancelled_by=outbox.CUSTOMER,
        cancel_reason='I have a cold. Next week suits me.',
    )
    kind = Kind(name='Consultation', slug='consultation', is_active=True)
    return Booked(appointment, kind, (Answer(label='How large is your company?', text='10 to 50 people'),))
