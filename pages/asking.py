"""How a page calls a service: off the event loop, with expected errors turned into words."""

import asyncio
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from http import HTTPStatus
from typing import ParamSpec, TypeVar

from nicegui import ui

from services.errors import EXPECTED, Failed, ProductError

log = logging.getLogger(__name__)

P = ParamSpec('P')
T = TypeVar('T')

# NiceGUI's own `run.io_bound` answers None when the page's build is cancelled or the app stops; here that stays an error.
_pool = ThreadPoolExecutor(32, thread_name_prefix='asking')


async def ask(service: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """What the service returns.

    :raises ProductError: what the service raises; `Failed` for what it should not have raised, which is logged here
    """
    try:
        return await asyncio.get_running_loop().run_in_executor(_pool, partial(service, *args, **kwargs))
    except EXPECTED:
        raise
    except Exception as error:
        log.exception('%s failed', getattr(service, '__name__', service))
        raise Failed from error


async def succeeds(service: Callable[P, object], *args: P.args, **kwargs: P.kwargs) -> bool:
    """Whether the service did it; an expected error is shown to the viewer."""
    try:
        await ask(service, *args, **kwargs)
    except EXPECTED as error:
        tell(str(error))
        return False
    return True


async def is_allowed(service: Callable[P, object], *args: P.args, **kwargs: P.kwargs) -> bool:
    """Whether the service does not refuse this; a refusal is shown to the viewer.

    :raises Busy, ProductError: when it could not be asked just now, which refuses nothing
    """
    try:
        await ask(service, *args, **kwargs)
    except ProductError as error:
        if error.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            raise
        tell(str(error))
        return False
    return True


def tell(sentence: str) -> None:
    """Show a sentence that something did not work."""
    ui.notify(sentence, type='negative', position='top', close_button='Close', timeout=10_000)
