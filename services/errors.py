"""Every error a person may see. Its text is the sentence they read; `status` is what it means in HTTP.

    ProductError
    ├── WrongSetting         the start is refused: a setting is wrong or half set
    ├── InvalidFields        422  what was typed cannot be taken; one sentence a field
    ├── BadRequest           400  an address or a request that cannot be understood
    ├── NotSignedIn          401
    ├── WrongPassword        401
    ├── TooManyTries         429  wait before the next password
    ├── ForeignOrigin        403  the request came from another site's page
    ├── UnknownLink          404  unknown, malformed or revoked; never says which
    ├── NoAppointment        404  nothing is booked there
    ├── SlotTaken            409  somebody else was faster
    ├── SlotNotOffered       409  past, off the grid, or beyond the horizon
    ├── AlreadyCancelled     409
    ├── AppointmentOver      409
    ├── CallNotOpen          403  too early, too late, or cancelled
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
    """`wait_seconds` says when the next password may be tried."""

    status = 429

    def __init__(self, wait_seconds: int) -> None:
        unit = 'second' if wait_seconds == 1 else 'seconds'
        super().__init__(f'Too many wrong passwords. Please wait {wait_seconds} {unit} and try again.')
        self.wait_seconds = wait_seconds


class ForeignOrigin(ProductError):
    status = 403
    sentence = 'This request came from a page of another site, so nothing was changed.'


class UnknownLink(ProductError):
    status = 404
    sentence = 'This link does not lead anywhere. Please check that it was copied whole from the mail.'


class NoAppointment(ProductError):
    status = 404
    sentence = 'There is no appointment at this time.'


class SlotTaken(ProductError):
    status = 409
    sentence = 'Somebody else has just taken this time. Please choose another one.'


class SlotNotOffered(ProductError):
    status = 409
    sentence = 'This time cannot be booked. Please choose one of the times shown.'


class AlreadyCancelled(ProductError):
    status = 409
    sentence = 'This appointment has already been cancelled.'


class AppointmentOver(ProductError):
    status = 409
    sentence = 'This appointment is already over, so it cannot be cancelled any more.'


class CallNotOpen(ProductError):
    status = 403


class VideoUnavailable(ProductError):
    status = 503
    sentence = 'The video service does not answer just now. Please try again in a moment.'


class MailNotSent(ProductError):
    status = 503


class Failed(ProductError):
    status = 500
    sentence = 'Something went wrong on our side, and it has been written down. Please try again in a moment.'


EXPECTED = (ProductError, Busy)
