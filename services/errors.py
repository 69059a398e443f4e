"""Every error a person may see. Its text is the sentence they read; `status` is what it means in HTTP.

    ProductError
    ├── WrongSetting         the start is refused: a setting is wrong or half set
    ├── InvalidFields        422  what was typed cannot be taken; one sentence a field
    ├── BadRequest           400  an address or a request that cannot be understood
    ├── NotSignedIn          401
    ├── WrongPassword        401
    ├── TooManyTries         429  wait before the next password, link to choose one, trial or join
    ├── ForeignOrigin        403  the request came from another site's page
    ├── NotAllowed           403  for admins, or for the rep it belongs to
    ├── UnknownLink          404  unknown, malformed or revoked; never says which
    │   └── PasswordLinkOver     the same, of a link to choose a password
    ├── NoAppointment        404  nothing is booked there
    ├── NoSuchKind           404  no such kind of appointment, or it is not offered any more
    ├── KindInUse            409  what was booked keeps its kind
    ├── SlotTaken            409  somebody else was faster
    ├── TooManyHolds         429  one network address holds as many slots as it may
    ├── SlotNotOffered       409  past, off the grid, or beyond the horizon
    ├── AlreadyCancelled     409
    ├── AppointmentOver      409
    ├── AppointmentChanged   409  somebody else changed it meanwhile
    ├── NotesChanged         409  somebody else wrote private notes meanwhile
    ├── TooLateToChange      409  the kind's notice for moving or cancelling has begun
    ├── LastAdmin            409  nobody could look after the reps
    ├── OwnAccount           409  nobody deactivates themselves
    ├── StillBooked          409  a rep cannot go while customers count on them
    ├── CallNotOpen          403  too early, too late, cancelled, or ended
    ├── MessageRefused       422  empty, or too long
    ├── TooManyMessages      429  too fast, or as many as a call may hold
    ├── VideoUnavailable     503  the video platform does not answer
    ├── MailNotSent          503  the mail server did not take a message; never names an address
    └── Failed               500  what nobody expected; the log says more

`db.Busy` (503) is the one raised below the services; `EXPECTED` holds both kinds.
"""

from db import Busy


class ProductError(Exception):
    """An expected error; `str(error)` is the sentence to show."""

    status = 400
    sentence = ''

    def __init__(self, sentence: str = '') -> None:
        super().__init__(sentence or self.sentence)


class WrongSetting(ProductError):
    """A setting that stops the start."""


class InvalidFields(ProductError):
    """What was typed cannot be taken; `fields` maps each field's name to the sentence to show beside it."""

    status = 422

    def __init__(self, fields: dict[str, str]) -> None:
        super().__init__(' '.join(fields.values()))
        self.fields = fields


class BadRequest(ProductError):
    status = 400


class NotSignedIn(ProductError):
    status = 401
    sentence = 'Please sign in first.'


class WrongPassword(ProductError):
    status = 401
    sentence = 'This email and password do not belong together. Please check both and try again.'


class TooManyTries(ProductError):
    """`wait_seconds` says when the next try may come."""

    status = 429

    def __init__(self, wait_seconds: int, why: str) -> None:
        unit = 'second' if wait_seconds == 1 else 'seconds'
        super().__init__(f'{why} Please wait {wait_seconds} {unit} and try again.')
        self.wait_seconds = wait_seconds


class ForeignOrigin(ProductError):
    status = 403
    sentence = 'This request came from a page of another site, so nothing was changed.'


class NotAllowed(ProductError):
    status = 403
    sentence = 'This is for admins. Please ask one of yours.'


class UnknownLink(ProductError):
    status = 404
    sentence = 'This link does not lead anywhere. Please check that it was copied whole from the mail.'


class PasswordLinkOver(UnknownLink):
    sentence = 'This link has been used or is too old. You get a new one with “Forgot your password?” on the page where you sign in.'


class NoAppointment(ProductError):
    status = 404
    sentence = 'There is no appointment at this time.'


class NoSuchKind(ProductError):
    status = 404
    sentence = 'This cannot be booked any more. Please go to the start and choose what you would like to book.'


class KindInUse(ProductError):
    status = 409
    sentence = 'This kind has been booked, so it cannot be deleted. Please hide it instead.'


class SlotTaken(ProductError):
    status = 409
    sentence = 'Somebody else has just taken this time. Please choose another one.'


class TooManyHolds(ProductError):
    status = 429
    sentence = 'Several times are being booked from where you are. Please finish one of them first, or try again in five minutes.'


class SlotNotOffered(ProductError):
    status = 409
    sentence = 'This time cannot be booked. Please choose one of the times shown.'


class AlreadyCancelled(ProductError):
    status = 409
    sentence = 'This appointment has already been cancelled.'


class AppointmentOver(ProductError):
    status = 409
    sentence = 'This appointment is already over, so it cannot be changed any more.'


class AppointmentChanged(ProductError):
    status = 409
    sentence = 'Somebody else has just changed this appointment. Please look at it again.'


class NotesChanged(ProductError):
    """`notes` is what they are now."""

    status = 409
    sentence = 'Somebody else has changed these notes meanwhile, so yours are not saved yet. Theirs are below: save again to replace them.'

    def __init__(self, notes: str) -> None:
        super().__init__()
        self.notes = notes


class TooLateToChange(ProductError):
    """`notice` says in words how long before the appointment it could be changed, `instead` what to do now."""

    status = 409

    def __init__(self, notice: str, instead: str) -> None:
        super().__init__(f'This appointment could be moved or cancelled until {notice} before it begins. {instead}')


class LastAdmin(ProductError):
    status = 409
    sentence = 'There must be an active admin who has chosen a password. Please make somebody else an admin first.'


class OwnAccount(ProductError):
    status = 409
    sentence = 'You cannot deactivate yourself. Please ask another admin.'


class StillBooked(ProductError):
    status = 409
    sentence = 'These are left: nobody else works then and is free, or they have just been booked. Please cancel them, or keep this rep.'


class CallNotOpen(ProductError):
    status = 403


class MessageRefused(ProductError):
    status = 422


class TooManyMessages(ProductError):
    status = 429
    sentence = 'These were very many messages. Please wait half a minute, then send this again.'


class VideoUnavailable(ProductError):
    status = 503
    sentence = 'The video service does not answer just now. Please try again in a moment.'


class MailNotSent(ProductError):
    status = 503


class Failed(ProductError):
    status = 500
    sentence = 'Something went wrong on our side, and it has been written down. Please try again in a moment.'


EXPECTED = (ProductError, Busy)
