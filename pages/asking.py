"""How a page calls a service: off the event loop, with expected errors turned into words."""

from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar

from nicegui import core, run, ui

from services.errors import EXPECTED

P = ParamSpec('P')
T = TypeVar('T')


class Stopping(Exception):
    """The app is going down, so there is no answer."""


async def ask(service: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """What the service returns or raises."""
    result: Any = await run.io_bound(service, *args, **kwargs)
    if result is None and core.app.is_stopping:
        raise Stopping
    return result


async def succeeds(service: Callable[P, object], *args: P.args, **kwargs: P.kwargs) -> bool:
    """Whether the service did it; an expected error is shown to the viewer."""
    try:
        await ask(service, *args, **kwargs)
    except EXPECTED as error:
        tell(str(error))
        return False
    return True


def tell(sentence: str) -> None:
    """Show a sentence that something did not work."""
    ui.notify(sentence, type='negative', position='top', close_button='Close', timeout=10_000)
