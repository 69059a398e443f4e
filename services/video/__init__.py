"""The video backends, and which one is used. A new backend is one class with the contract of `base.py` and one line here."""

from services import settings
from services.video.base import VideoBackend
from services.video.opentok import OpenTokBackend
from services.video.peer import PeerBackend

BACKENDS: tuple[type[VideoBackend], ...] = (
    OpenTokBackend,
    PeerBackend,
)


def backend() -> VideoBackend:
    """The backend that is used: the first that the settings configure. The built-in one always works, so it is the last."""
    known = (kind(settings.current()) for kind in BACKENDS)
    return next(backend for backend in known if backend.is_configured)
