"""Who is looking, as far as time goes: the zone and the clock that their browser keeps or they chose, and its language."""

import json
from urllib.parse import unquote
from zoneinfo import ZoneInfo

from fastapi import Request
from nicegui import ui

from services.time_zones import zone_names
from services.times import AMERICAN, Reader, clock_of_language

LANGUAGE_MAX = 35  # characters of a language tag (RFC 5646, 4.4.1)
CHOSEN, DETECTED = 'zone', 'tz'  # cookies: what the viewer chose; what the browser keeps
CHOSEN_CLOCK = 'clock'

# Every page carries it, so from the second page on the zone is known before anything is drawn.
DETECT_SCRIPT = """<script>
document.cookie = 'tz=' + encodeURIComponent(Intl.DateTimeFormat().resolvedOptions().timeZone) + ';path=/;max-age=31536000;samesite=lax';
</script>"""


def reader_of(request: Request) -> Reader | None:
    """Who looks, as far as the request tells; None when its cookies name no zone we know (a very first visit)."""
    zone = next((zone for name in (CHOSEN, DETECTED) if (zone := _known(request.cookies.get(name)))), None)
    return Reader(zone, clock_of(request), language_of(request)) if zone else None


def reader_in(request: Request, time_zone: str) -> Reader:
    """Who looks, where it is said in which IANA zone."""
    return Reader(ZoneInfo(time_zone), clock_of(request), language_of(request))


async def ask_reader(request: Request) -> Reader:
    """Who looks, asking the browser for its zone; the page must be connected. UTC when it does not say."""
    try:
        name = await ui.run_javascript('Intl.DateTimeFormat().resolvedOptions().timeZone', timeout=10)
    except TimeoutError:
        name = None
    return Reader(_known(name) or ZoneInfo('UTC'), clock_of(request), language_of(request))


def remember_zone(name: str) -> None:
    """Keep this zone as the viewer's choice, in their browser."""
    _remember(CHOSEN, name)


def remember_clock(hours: int) -> None:
    """Keep this clock, of 12 or 24 hours, as the viewer's choice, in their browser."""
    _remember(CHOSEN_CLOCK, str(hours))


def clock_of(request: Request) -> int:
    """12 or 24 hours: what they chose, else by the browser's first language."""
    chosen = request.cookies.get(CHOSEN_CLOCK)
    return int(chosen) if chosen in ('12', '24') else clock_of_language(language_of(request))


def language_of(request: Request) -> str:
    """The browser's first language."""
    return request.headers.get('accept-language', AMERICAN).split(',')[0].split(';')[0].strip()[:LANGUAGE_MAX]


def _remember(name: str, value: str) -> None:
    cookie = f'{name}={value};path=/;max-age=31536000;samesite=lax'
    ui.run_javascript(f'document.cookie = {json.dumps(cookie)}')


def _known(name: str | None) -> ZoneInfo | None:
    name = unquote(name or '')
    return ZoneInfo(name) if name in zone_names() else None
