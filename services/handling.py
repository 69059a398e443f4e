"""What people do about appointments, each by their own right: a customer by the key of their page, a rep if it is theirs, an admin always.

Whoever changes one says which `calendar_sequence` of it they saw, so that nobody decides about what is no longer so.
"""

from dataclasses import dataclass
from datetime import datetime

from db import Appointment, Kind, Rep
from services import appointment_changes, appointments, kinds, mail_states, outbox, reps
from services.mail_states import MailState


@dataclass(frozen=True)
class Details:
    """All that there is to read about an appointment; `mail` is how it stands with the last one that told the customer about it."""

    appointment: Appointment
    rep: Rep
    kind: Kind
    answers: list[tuple[str, str]]
    mail: MailState | None


def details(appointment: Appointment) -> Details:
    """The details of an appointment that the caller may read."""
    return Details(
        appointment,
        reps.get(appointment.rep_id),
        kinds.get(appointment.kind_id),
        appointments.answers_of(appointment.id),
        mail_states.of(appointment.id, *outbox.NEWS),
    )


def by_key(key: str) -> Details:
    """The details of the appointment that a `manage` key opens, for its customer.

    :raises UnknownLink: when it opens none
    """
    return details(appointments.by_key('manage', key))


def reschedule_by_key(key: str, starts_at: datetime, *, seen: int) -> None:
    """Move the appointment for its customer; raises what `appointment_changes.reschedule` does, and `UnknownLink`."""
    appointment_changes.reschedule(appointments.by_key('manage', key).id, starts_at, by=outbox.CUSTOMER, seen=seen)


def cancel_by_key(key: str, reason: str, *, seen: int) -> None:
    """Cancel the appointment for its customer; raises what `appointment_changes.cancel` does, and `UnknownLink`."""
    appointment_changes.cancel(appointments.by_key('manage', key).id, by=outbox.CUSTOMER, reason=reason, seen=seen)


def find(rep: Rep, appointment_id: int) -> Appointment:
    """The appointment with this row number.

    :raises NoAppointment: when there is none
    :raises NotAllowed: when this rep may not handle it
    """
    appointment = appointments.get(appointment_id)
    reps.require_may_handle(rep, appointment.rep_id)
    return appointment


def reschedule(rep: Rep, appointment_id: int, starts_at: datetime, *, seen: int) -> None:
    """Move the appointment for this rep; raises what `appointment_changes.reschedule` does, and `NotAllowed`."""
    appointment_changes.reschedule(find(rep, appointment_id).id, starts_at, by=outbox.REP, seen=seen)


def hand_over(rep: Rep, appointment_id: int, to_id: int, *, seen: int) -> None:
    """Give the appointment to the rep `to_id`, for this rep; raises what `appointment_changes.hand_over` does, and `NotAllowed`."""
    appointment_changes.hand_over(find(rep, appointment_id).id, to_id, seen=seen)


def cancel(rep: Rep, appointment_id: int, reason: str, *, seen: int) -> None:
    """Cancel the appointment for this rep; raises what `appointment_changes.cancel` does, and `NotAllowed`."""
    appointment_changes.cancel(find(rep, appointment_id).id, by=outbox.REP, reason=reason, seen=seen)


def send_mails_again(rep: Rep, appointment_id: int) -> None:
    """Try the appointment's given-up mails again, for this rep.

    :raises NotAllowed: when this rep may not handle it
    """
    outbox.send_again(find(rep, appointment_id).id)
