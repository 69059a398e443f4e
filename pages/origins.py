"""Whether a request that changes something comes from a page of this site."""

from urllib.parse import urlsplit

from fastapi import Request

from services import settings
from services.errors import ForeignOrigin


def require_own(request: Request) -> None:
    """A FastAPI dependency for every route that changes something. No `Origin` (curl, say) is fine: no foreign page can send that.

    :raises ForeignOrigin: when a page of another site sent it
    """
    if request.headers.get('sec-fetch-site') == 'cross-site' or not is_own(request.headers.get('origin'), request.headers.get('host')):
        raise ForeignOrigin


def is_own(origin: str | None, host: str | None) -> bool:
    """Whether an `Origin` header is absent, the site's own address, or the host the request was sent to."""
    try:
        return origin is None or origin == settings.current().site_url or urlsplit(origin).netloc == host
    except ValueError:  # it is no address at all
        return False


def allows_socket(origin: str | None, environ: dict[str, str]) -> bool:
    """The same rule for the live connection, as python-engineio asks it."""
    return is_own(origin, environ.get('HTTP_HOST'))


def own_path(target: str) -> str:
    """This path if it is one of this site, else `/rep`. Browsers read `//host` and `/\\host` as other sites."""
    is_path = target.startswith('/') and target[1:2] not in ('/', '\\') and target.isprintable()
    return target if is_path else '/rep'
