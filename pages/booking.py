"""`/` and `/{slug}`: walk through the days, pick a free slot, say who you are; or first choose what to book."""

from urllib.parse import parse_qs

from fastapi import HTTPException, Request
from nicegui import html, ui

from db import Kind
from pages import browsers, live, times
from pages.asking import ask
from pages.components.booking_view import BookingView
from pages.components.kind_list import kind_list
from pages.components.offer import Offer
from pages.components.slot_keeper import SlotKeeper
from pages.layout import frame
from services import events, kinds
from services.errors import NoSuchKind
from services.times import Reader

TITLE = 'Schedule your appointment'
TICK_SECONDS = 15


async def page(request: Request, day: str = '', rep: str = '') -> None:
    """`/`: the one kind that can be booked, or a list of them."""
    with frame(TITLE):
        offered = await ask(kinds.active)
        if len(offered) == 1:
            await _show(request, offered[0], day, rep, address='/')
        else:
            html.h1('What would you like to book?' if offered else TITLE)
            kind_list(offered)


async def kind_page(request: Request, slug: str, day: str = '', rep: str = '') -> None:
    """`/{slug}`: one of several kinds."""
    with frame(TITLE):
        await _show(request, await ask(kinds.by_slug, slug), day, rep, address=f'/{slug}')


def require_kind(slug: str) -> None:
    """Answer with our page for what is not there, before a page is made for it."""
    try:
        kinds.by_slug(slug)
    except NoSuchKind:
        raise HTTPException(404) from None


async def _show(request: Request, kind: Kind, day: str, rep: str, *, address: str) -> None:
    ui.add_head_html(browsers.SCRIPT)
    reader = times.reader_of(request) or await _ask_reader(request)
    if reader is None:
        return
    keeper = SlotKeeper(request)
    shown = BookingView(Offer(kind, reader), keeper, address=address)
    live.on(events.TimeTaken, shown.news.on_taken)
    live.on(events.TimeFreed, shown.news.on_freed)
    for changed in (events.RepChanged, events.AvailabilityChanged, events.KindChanged):
        live.on(changed, shown.news.on_changed)
    await shown.build(day, rep)
    ui.on('went_back', lambda event: shown.go_back(*_asked(event.args)))
    ui.timer(TICK_SECONDS, shown.news.tick, immediate=False)
    ui.context.client.on_delete(keeper.let_go)


async def _ask_reader(request: Request) -> Reader | None:
    """Who looks, on a very first visit; None when the page never comes alive: a robot, or a link preview."""
    skeleton = html.div().classes('card booking skeleton').props('aria-busy=true aria-label="The times are being loaded"')
    await ui.context.client.connected()
    reader = await times.ask_reader(request)
    if ui.context.client.is_deleted:
        return None
    skeleton.delete()
    return reader


def _asked(search: str) -> tuple[str, str]:
    """The day and the rep of a `location.search`."""
    asked = parse_qs(search[1:])
    return asked.get('day', [''])[0], asked.get('rep', [''])[0]
