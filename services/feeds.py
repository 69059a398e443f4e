"""A rep's appointments as a calendar that their own program reads again and again, at an address that only they know."""

from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from db import Appointment, Kind, Rep, reading, writing
from services import appointments, clock, delivery, events, invitations, keys, settings
from services.errors import UnknownLink

LOOKS_BACK = timedelta(days=30)


@dataclass(frozen=True)
class Feed:
    """A feed as it is now: the booked appointments of the last month and of all time to come, each with the name of its kind."""

    rep: Rep
    booked: tuple[tuple[Appointment, str], ...]

    @property
    def etag(self) -> str:
        """Another one whenever the feed says something else; made without making the feed, which takes longer."""
        rows = [(found.public_id, found.calendar_sequence, what) for found, what in self.booked]
        current = settings.current()
        return sha256(repr((rows, self.rep.time_zone, current.site_url, current.site_name, delivery.sender())).encode()).hexdigest()[:32]

    def content(self) -> bytes:
        """The calendar (RFC 5545)."""
        return invitations.feed(self.booked, self.rep)


def address(rep: Rep) -> str:
    """Where a calendar program reads this rep's feed."""
    return f'{settings.current().site_url}/calendar/{keys.make("feed", str(rep.id), rep.feed_version)}.ics'


def by_key(key: str) -> Feed:
    """The feed a key opens.

    :raises UnknownLink: when it opens none: unknown, malformed, renewed, or of a rep who is not active any more
    """
    rep_id, version = keys.read('feed', key)
    with reading() as session:
        rep = session.scalar(select(Rep).where(Rep.id == int(rep_id), Rep.feed_version == version, Rep.is_active))
        if rep is None:
            raise UnknownLink
        ours = Appointment.rep_id == rep.id, Appointment.starts_at > clock.now() - LOOKS_BACK
        booked = select(Appointment, Kind.name).join(Kind).where(*ours, Appointment.status == appointments.BOOKED)
        rows = session.execute(booked.order_by(Appointment.starts_at)).all()
    return Feed(rep, tuple((appointment, what) for appointment, what in rows))


def renew(rep_id: int) -> Rep:
    """The rep, whose feed has a new address; the one before it leads nowhere."""
    more = update(Rep).where(Rep.id == rep_id).values(feed_version=Rep.feed_version + 1)

    def fn(session: Session) -> Rep:
        session.execute(more.execution_options(synchronize_session=False))
        return session.get_one(Rep, rep_id)

    rep = writing(fn)
    events.publish(events.RepChanged(rep_id))
    return rep
