"""What stands in a field of a page, as only the browser knows it. Its tab remembers what was typed until that is kept."""

import json
from typing import Any

from nicegui import ui
from nicegui.element import Element

# From which text on it was typed is remembered with it, for whoever asks later whether somebody else has changed that meanwhile.
# What is told is what stands there then, which may have been put there by us.
REMEMBER_AND_EMIT = """(e) => {
    const form = e.currentTarget;
    sessionStorage.setItem(%s, JSON.stringify([e.target.dataset.seen, e.target.value]));
    form.telling ??= setTimeout(() => {
        form.telling = null;
        emit(Object.fromEntries(new FormData(form)));
    }, %s);
}"""
FORGET_OTHERS = """
    for (const key of Object.keys(sessionStorage)) if (key.startsWith('typed ') && !key.startsWith(%s)) sessionStorage.removeItem(key);
"""
RESTORE = f"""(() => {{{FORGET_OTHERS}
    const [field, typed] = [document.getElementById(%s), JSON.parse(sessionStorage.getItem(%s))];
    if (field && typed) field.value = typed[1];
    return typed;
}})()"""
REPLACE = """(() => {
    const [field, seen, text] = [document.getElementById(%s), %s, %s];
    const is_untouched = field?.value.trim() === seen;
    if (is_untouched) field.value = text;
    return is_untouched;
})()"""
PUT = """{
    document.getElementById(%s).value = %s;
    sessionStorage.removeItem(%s);
}"""
FORGET = """{
    const [key, kept] = [%s, %s], typed = JSON.parse(sessionStorage.getItem(key));
    if (typed?.[1].trim() === kept) sessionStorage.removeItem(key);
    else if (typed) sessionStorage.setItem(key, JSON.stringify([kept, typed[1]]));
}"""


def forget_all() -> None:
    """Remember nothing of what was typed in this tab: whoever typed it has signed out."""
    ui.run_javascript(_filled(FORGET_OTHERS, 'nobody'))


class TypedText:
    """`name`: under which the tab remembers it, for the time in which nobody is told of it, or the line is down.

    It is remembered for the rep with the number `rep_id` alone: what another one typed in this tab before is forgotten.

    `emit`: the `js_handler` by which the field's form tells every so many seconds, at its `input`, what stands in it.
    """

    def __init__(self, field: Element, name: str, text: str, *, rep_id: int, seconds: float) -> None:
        self._field, self._owner = field, f'typed {rep_id} '
        self._name = self._owner + name
        self._client = field.client  # which outlives the field: what is kept is forgotten all the same
        self.emit = REMEMBER_AND_EMIT % (json.dumps(self._name), round(seconds * 1000))
        self.made_of(text)

    def made_of(self, text: str) -> None:
        """Note from which text on it is typed now."""
        self._field.props['data-seen'] = text

    async def restored(self) -> tuple[str, str] | None:
        """From which text on was typed what was not kept, and that, which stands in the field again; None when there is nothing."""
        typed = await self._answer(RESTORE, self._owner, self._field.html_id, self._name)
        return (str(typed[0]), str(typed[1])) if typed else None

    async def is_replaced(self, seen: str, text: str) -> bool:
        """Whether this text stands there now, because nothing else than what was seen stood there."""
        return bool(await self._answer(REPLACE, self._field.html_id, seen, text))

    def put(self, text: str) -> None:
        """Let this stand there, whatever was typed."""
        self._client.run_javascript(_filled(PUT, self._field.html_id, text, self._name))

    def forget(self, kept: str) -> None:
        """Remember what was typed no more, now that this is kept; what was typed since is made of it."""
        self._client.run_javascript(_filled(FORGET, self._name, kept))

    async def _answer(self, code: str, *values: str) -> Any:
        try:
            return await self._client.run_javascript(_filled(code, *values))
        except TimeoutError:  # the line is down
            return None


def _filled(code: str, *values: str) -> str:
    return code % tuple(map(json.dumps, values))
