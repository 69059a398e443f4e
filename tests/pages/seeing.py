"""What the simulated user sees and presses: words, wherever they stand. NiceGUI's own search passes over plain HTML elements."""

import asyncio
import time
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import TypeVar

from nicegui import events, ui
from nicegui.testing import User

E = TypeVar('E', bound=ui.element)


def words_on(user: User) -> list[str]:
    """All texts that are visible, in their order on the page."""
    return [text for element in _visible(user) if (text := _text(element))]


async def see(user: User, words: str, seconds: float = 20) -> None:
    """Wait until a visible text holds these words."""
    await until(lambda: any(words in text for text in words_on(user)), user, f'"{words}"', seconds)


async def see_no(user: User, words: str, seconds: float = 20) -> None:
    """Wait until no visible text holds these words."""
    await until(lambda: not any(words in text for text in words_on(user)), user, f'"{words}" to go', seconds)


async def until(condition: Callable[[], bool], user: User, what: str, seconds: float = 20) -> None:
    """Wait until `condition()` is true, while the page goes on."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, f'waited in vain for {what} among {words_on(user)}'
        await asyncio.sleep(0.02)


def find(user: User, words: str) -> ui.element:
    """The first visible element whose text is exactly this."""
    found = next((element for element in _visible(user) if _text(element) == words), None)
    assert found is not None, f'"{words}" is not among {words_on(user)}'
    return found


def element_with(user: User, **props: object) -> ui.element:
    """The first visible element with these HTML attributes."""
    return next(element for element in _visible(user) if all(_prop(element, name) == value for name, value in props.items()))


def with_class(user: User, name: str) -> ui.element:
    """The first element of this class, visible or not."""
    assert user.client is not None
    return next(element for element in user.client.layout.descendants() if name in element.classes)


def part(user: User, kind: type[E]) -> E:
    """The part of the page that is of this kind."""
    return next(iter(user.find(kind).elements))


def around(element: ui.element, tag: str) -> ui.element:
    """The nearest element with this tag in which this one stands."""
    return next(one for one in element.ancestors() if one.tag == tag)


def button(user: User, words: str) -> ui.element:
    """The button in which these words stand."""
    return around(find(user, words), 'button')


def slot(user: User, starts_at: datetime) -> ui.element:
    """The time to book that begins then."""
    return element_with(user, **{'data-slot': starts_at.isoformat()})


def press(user: User, words: str) -> None:
    """Click what has these words on it, or in it."""
    _click(user, find(user, words))


def press_named(user: User, name: str, args: object = None) -> None:
    """Click what has this name for screen readers; `args`: what the browser says with it."""
    trigger(user, element_with(user, **{'aria-label': name}), 'click', args)


def press_slot(user: User, starts_at: datetime) -> None:
    """Click on the time to book that begins then."""
    trigger(user, with_class(user, 'slot-grid'), 'click', starts_at.isoformat())


def send(user: User, **typed: str) -> None:
    """Send the form that is open, with this in it."""
    trigger(user, element_with(user, novalidate=True), 'submit', typed)


async def answer(user: User, question: str, words: str, **typed: str) -> None:
    """Wait for the dialog with this question, and click there what has these words on it; `typed` is what stands in its form."""
    await see(user, question)
    dialog = next(one for one in _visible(user) if _is_dialog(one) and any(_text(part) == question for part in one.descendants()))
    _click(user, next(element for element in dialog.descendants() if _text(element) == words), typed)


def _is_dialog(element: ui.element) -> bool:
    return isinstance(element, ui.dialog) or element.tag == 'dialog'


def _click(user: User, element: ui.element, typed: object = None) -> None:
    """Click on this, or what it is in; in a form without a listener of its own, that sends the form."""
    while not any(listener.type == 'click' for listener in element._event_listeners.values()):
        if element.tag == 'form':
            trigger(user, element, 'submit', typed or {})
            return
        assert element.parent_slot is not None, 'nothing to press there'
        element = element.parent_slot.parent
    trigger(user, element, 'click')


def trigger(user: User, element: ui.element, event: str, args: object = None) -> None:
    """Let the element's listeners hear this event, as if it came from the browser."""
    assert user.client is not None
    with user.client:
        for listener in list(element._event_listeners.values()):
            if listener.type == event:
                events.handle_event(listener.handler, events.GenericEventArguments(sender=element, client=user.client, args=args))


def told_closed(user: User, dialog: ui.element, opening: object = None) -> None:
    """The browser tells that the dialog was closed, after its last opening, or after this one."""
    trigger(user, dialog, 'close', opening or dialog.props['data-opening'])


def went_back(user: User, search: str) -> None:
    """The browser's Back or Forward has led to this `location.search`."""
    assert user.client is not None
    trigger(user, user.client.layout, 'went_back', search)


def _visible(user: User) -> Iterator[ui.element]:
    assert user.client is not None
    return (element for element in user.client.layout.descendants() if all(_is_open(one) for one in (element, *element.ancestors())))


def _is_open(element: ui.element) -> bool:
    return element.visible and not (isinstance(element, ui.dialog) and not element.value)


def _prop(element: ui.element, name: str) -> object:
    return element.html_id if name == 'id' else element.props.get(name)


def _text(element: ui.element) -> str:
    return str(element._text or '')
