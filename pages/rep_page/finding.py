"""What there is to show of a choice on the rep's page, and what became of an appointment that was open."""

from dataclasses import dataclass

from db import Appointment, Rep
from pages.rep_page.choice import Choice
from services import agenda, appointments, handling, mail_states, outbox, reps
from services.agenda import Entry
from services.handling import Details
from services.mail_states import Undelivered
from services.times import Reader


@dataclass(frozen=True)
class Found:
    """What there is to show of a choice. `cancelled`: what was booked at the chosen time, when nothing is.

    `latest`: the appointment that was open before, as it is now. It is read last, so it explains what the rest is no longer.
    """

    entries: list[Entry]
    details: Details | None
    cancelled: Appointment | None
    undelivered: list[Undelivered]
    team: dict[int, Rep]
    latest: Appointment | None

    @property
    def is_shared(self) -> bool:
        """Whether there are several reps."""
        return len(self.team) > 1

    def has_others(self, rep: Rep) -> bool:
        """Whether anybody else could be booked instead of this rep."""
        return any(other.is_active and other.id != rep.id for other in self.team.values())

    def name(self, rep_id: int) -> str:
        """What this rep is called."""
        return reps.display_name(self.team[rep_id])

    def news(self, was: Details | None, reader: Reader) -> str:
        """What became of the appointment that was open before, in words."""
        now = self.latest
        if was is None or now is None:
            return ''
        if now.status == appointments.CANCELLED:
            return cancelled(now)
        if now.rep_id != was.rep.id:
            return f'The appointment with {now.name} is now {self.name(now.rep_id)}’s. Before, it was {self.name(was.rep.id)}’s.'
        return f'The appointment with {now.name} has been moved. Before, it was on {reader.moment(was.appointment.starts_at)}.'


def find(viewer: Rep, choice: Choice, was: Details | None) -> Found:
    """What there is to show now. `was`: the appointment that was open before.

    :raises NotAllowed: when the viewer may not see it
    """
    reps.require_may_handle(viewer, choice.of)
    booked = appointments.booked_at(choice.of, choice.at) if choice.at else None
    return Found(
        agenda.entries_on(viewer, choice.day, choice.whose),
        handling.details(booked) if booked else None,
        appointments.last_cancelled_at(choice.of, choice.at) if choice.at and not booked else None,
        mail_states.undelivered(viewer.id),
        {rep.id: rep for rep in reps.everyone()},
        appointments.get(was.appointment.id) if was else None,
    )


def state(details: Details | None) -> tuple[int, int] | None:
    """What changes whenever the appointment does."""
    return (details.appointment.id, details.appointment.calendar_sequence) if details else None


def cancelled(appointment: Appointment | None) -> str:
    """Who cancelled it, and why; nothing when there is none."""
    if appointment is None:
        return ''
    by_customer = f'{appointment.name} has cancelled this appointment.'
    by_rep = f'The appointment with {appointment.name} has been cancelled.'
    reason = f' “{appointment.cancel_reason}”' if appointment.cancel_reason else ''
    return f'{by_customer if appointment.cancelled_by == outbox.CUSTOMER else by_rep}{reason}'
