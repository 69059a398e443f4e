"""A line to write to the other side of a call; Enter sends it."""

import json
from collections.abc import Awaitable, Callable, Sequence

from nicegui import html, ui
from nicegui.events import GenericEventArguments

from pages.components.form import EMIT_FORM, Field
from pages.components.heard import heard
from pages.components.icon import icon
from services.errors import EXPECTED
from services.messages import TEXT_MAX

# takes away what was sent, and leaves what has been typed since
TAKE = """{
    const [field, sent] = [document.getElementById(%s), %s];
    if (field?.value.startsWith(sent)) field.value = field.value.slice(sent.length);
}"""


class MessageForm:
    """`on_say(text)` says it to `person`; the errors it raises are shown, and what was typed stays then.

    `suggestions`: sentences that can be said with one click.
    """

    def __init__(self, person: str, *, on_say: Callable[[str], Awaitable[bool]], suggestions: Sequence[str] = ()) -> None:
        self._person, self._on_say, self._suggestions = person, on_say, suggestions
        self._is_working = False

    def build(self) -> None:
        with html.form().classes('message-form').props('novalidate').on('submit', self._submit, js_handler=EMIT_FORM) as self._form:
            self._field = Field(_label(self._person), 'text')
            self._field.props(f'maxlength={TEXT_MAX} autocomplete=off enterkeyhint=send')
            with html.button().classes('button primary message-send').props('type=submit aria-label=Send title=Send'):
                icon('send')
            for sentence in self._suggestions:
                offer = html.button(sentence).classes('button message-suggestion').props('type=button')
                offer.on('click', lambda sentence=sentence: self._say(sentence))

    def show(self, is_open: bool) -> None:
        """Be there, or not."""
        self._form.set_visibility(is_open)

    def rename(self, person: str) -> None:
        """Write to this person from now on."""
        self._field.label.set_text(_label(person))

    def focus(self) -> None:
        """Put the keyboard there."""
        self._field.input.run_method('focus')

    async def _submit(self, event: GenericEventArguments) -> None:
        text = heard(event.args, text=str)['text']
        if await self._say(text):
            ui.run_javascript(TAKE % (json.dumps(self._field.input.html_id), json.dumps(text)))
        self.focus()

    async def _say(self, text: str) -> bool:
        """Whether it was said. However often it is pressed, it counts once."""
        if self._is_working:
            return False
        self._is_working = True
        problem = ''
        try:
            return await self._on_say(text)
        except EXPECTED as error:
            problem = str(error)
            return False
        finally:
            self._is_working = False
            self._field.show_problem(problem)


def _label(person: str) -> str:
    return f'Message to {person}'
