"""How a component calls what a page gave it."""

import logging
from collections.abc import Awaitable, Callable
from inspect import isawaitable

from nicegui import background_tasks
from nicegui.element import Element

log = logging.getLogger(__name__)

Handler = Callable[..., Awaitable[None] | None]


def call_back(element: Element, handler: Handler | None, *values: object, **named: object) -> None:
    """Call it in the context of this element's page: what happens was often set off by another page.

    An `async` one goes on by itself. One that fails is logged, and keeps nothing else from happening.
    """
    if handler is None:
        return
    try:
        with element:
            answer = handler(*values, **named)
    except Exception:
        log.exception('A page failed over what it was told')
        return
    if isawaitable(answer):
        background_tasks.create(answer, context=element)
