"""A form that does one thing at a time and says how it went: beside a field, in a sentence above its buttons, or that all is well."""

from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager

from nicegui import html
from nicegui.events import GenericEventArguments

from pages.components.dialog import Dialog
from pages.components.form import EMIT_FORM, Field, WorkButton
from pages.components.words import Words
from services.errors import EXPECTED, InvalidFields


class WorkForm:
    """`on_sent(values)` gets what stood in the form when it was sent, and answers with what to say when it went well.

    What it raises of the expected errors is shown. What was typed stays, whatever is wrong with it.
    """

    def __init__(self, label: str, working_label: str, *, on_sent: Callable[[dict[str, str]], Awaitable[str]]) -> None:
        self._label, self._working_label = label, working_label
        self._on_sent = on_sent
        self._fields: dict[str, Field] = {}

    @contextmanager
    def build(self) -> Iterator[None]:
        """The form; what is made inside the `with` block stands above its buttons."""
        with html.form().classes('form').props('novalidate').on('submit', self._submit, js_handler=EMIT_FORM):
            yield
            self._problem = Words(tag='p').classes('problem').props('role=alert')
            self._said = Words(tag='p').classes('notice').props('role=status')
            with html.div().classes('buttons') as self._buttons:
                self._button = WorkButton(self._label, self._working_label)

    @contextmanager
    def asked_in(self, dialog: Dialog, title: str) -> Iterator[None]:
        """The form, alone in this dialog, which then opens. Made anew each time: what was typed about one thing is nothing for the next."""
        dialog.clear()
        with dialog.content():
            dialog.name_by(html.h2(title))
            with self.build():
                yield
            self.add_way_out('Close', dialog.close)
        dialog.open()

    def add_way_out(self, label: str, on_click: Callable[[], None]) -> html.button:
        """A button beside the one that sends, for those who would rather not."""
        with self._buttons:
            way_out = html.button(label).classes('button').props('type=button').on('click', on_click)
        way_out.move(target_index=0)
        return way_out

    def field(self, label: str, name: str, *, value: str = '', tag: str = 'input') -> Field:
        """A further field, beside which problems with this name are shown."""
        self._fields[name] = Field(label, name, value=value, tag=tag)
        return self._fields[name]

    def drop(self, name: str) -> None:
        """Forget the fields whose names begin so: they have been taken away."""
        self._fields = {known: field for known, field in self._fields.items() if not known.startswith(name)}

    async def _submit(self, event: GenericEventArguments) -> None:
        """However often it is pressed, it counts once."""
        if self._button.working:
            return
        self._button.start()
        self.show()
        try:
            self.show(said=await self._on_sent({str(name): str(value) for name, value in event.args.items()}))
        except InvalidFields as error:
            self.show(error.fields, ' '.join(sentence for name, sentence in error.fields.items() if name not in self._fields))
        except EXPECTED as error:
            self.show(problem=str(error))
        self._button.stop()

    def unsay(self) -> None:
        """Say no more that it went well: it is not news any more."""
        self._said.set_text('')

    def show(self, fields: dict[str, str] | None = None, problem: str = '', said: str = '') -> None:
        """Show what is wrong with which field, or with all of it, or what went well; nothing of it by default."""
        fields = fields or {}
        for name, field in self._fields.items():
            field.show_problem(fields.get(name, ''))
        self._problem.set_text(problem)
        self._said.set_text(said)
        first = next((field for name, field in self._fields.items() if name in fields), None)
        if first:
            first.input.run_method('focus')
