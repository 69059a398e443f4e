"""Hands service events to the open pages, on the event loop.

A page subscribes once, in its page function (never inside something that is refreshed); the subscription goes with the page. A component
that listens by itself subscribes `within` its outermost element, each time it builds that.
"""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from nicegui import Event as Channel
from nicegui import core
from nicegui.element import Element

from services import events

E = TypeVar('E', bound=events.Event)

_channels: defaultdict[type[events.Event], Channel[Any]] = defaultdict(Channel)
_parts: defaultdict[type[events.Event], list[tuple[Element, Callable[[Any], Awaitable[None]]]]] = defaultdict(list)
_stop: list[Callable[[], None]] = []


def on(kind: type[E], handler: Callable[[E], Awaitable[None] | None]) -> None:
    """Call `handler` with every event of this kind, in the calling page's context, as long as that page lives."""
    _channels[kind].subscribe(handler)


def within(element: Element, kind: type[E], handler: Callable[[E], Awaitable[None] | None]) -> None:
    """The same for a part of a page, as long as this element of it is there.

    An element does not tell when it goes: whoever subscribes next ends the subscriptions of those that are gone. The page would hold on to
    them as long as it lives.
    """

    async def hear(event: E) -> None:
        if not element.is_deleted and (waited := handler(event)) is not None:
            await waited

    _end_those_of_gone_elements(kind)
    _parts[kind].append((element, hear))
    with element:
        _channels[kind].subscribe(hear, unsubscribe_on_delete=False)


def _end_those_of_gone_elements(kind: type[events.Event]) -> None:
    for element, hear in _parts[kind]:
        if element.is_deleted:
            _channels[kind].unsubscribe(hear)
    _parts[kind] = [part for part in _parts[kind] if not part[0].is_deleted]


def _emit(event: events.Event) -> None:
    for kind in type(event).__mro__:
        if kind in _channels:
            _channels[kind].emit(event)


def start() -> None:
    """Begin to listen. Services publish from any thread; pages hear it on the running loop."""
    loop = asyncio.get_running_loop()

    def hand_over(event: events.Event) -> None:
        if not core.app.is_stopping and not loop.is_closed():
            loop.call_soon_threadsafe(_emit, event)

    _stop.append(events.subscribe(hand_over))


def stop() -> None:
    """Stop listening; no page is left."""
    while _stop:
        _stop.pop()()
    _channels.clear()
    _parts.clear()
