"""Who books, and what about. What was typed stays in it, whatever happens, until it is booked."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime

from nicegui import html
from nicegui.element import Element
from nicegui.events import GenericEventArguments

from db import Question
from pages.components.dialog import Dialog
from pages.components.form import EMIT_FORM, Field, WorkButton
from pages.components.hold_notice import HoldNotice
from pages.components.question_fields import QuestionFields
from pages.components.words import Words
from services.customers import COMMENT_MAX
from services.errors import EXPECTED, InvalidFields
from services.times import Reader

COUNT = "(e) => { document.getElementById('%s').textContent = e.target.value.length.toLocaleString('en') + ' / %s' }"


class BookingDialog:
    """`on_book(starts_at, fields)` books; `fields` maps name, email, comment and the extra questions to what stood in the form.

    Its expected errors are shown here: beside the field, or as a sentence above the buttons. `on_keep` is called when the time shall be
    kept again, `on_close` when the dialog was closed; `notice` says whether the time is kept.
    """

    def __init__(
        self,
        reader: Reader,
        *,
        on_book: Callable[[datetime, dict[str, str]], Awaitable[None]],
        on_keep: Callable[[], Awaitable[None]],
        on_close: Callable[[], Awaitable[None]],
    ) -> None:
        self.reader = reader
        self.starts_at: datetime | None = None
        self.is_open = self._is_filled = False
        self._taken = ''
        self.notice = HoldNotice(on_again=on_keep)
        self._on_book, self._on_close = on_book, on_close

    def build(self) -> None:
        self._dialog = Dialog(fills_phone=True, on_close=self._closed)

    def open(self, starts_at: datetime, asked: Sequence[Question] = ()) -> None:
        """Ask who books the slot that starts then, and these questions."""
        if not self._is_filled:
            self._fill()
        self._questions.show(asked)
        self.starts_at, self.is_open, self._is_filled, self._taken = starts_at, True, True, ''
        self._moment.set_text(self.reader.moment(starts_at))
        self._zone.set_text(f' ({self.reader.place()})')
        self._show({}, '')
        self.notice.clear()
        self._dialog.open()

    def say(self, sentence: str) -> None:
        """Show this sentence above the buttons."""
        self._show({}, sentence)

    def say_taken(self, sentence: str) -> None:
        """Tell that the slot asked about went to somebody else; nothing more of that, when the sentence is empty."""
        if sentence != self._taken and not self._button.working:
            self._taken = sentence
            self._show({}, sentence)

    async def _closed(self) -> None:
        self.is_open = False
        self.notice.clear()
        await self._on_close()

    def _fill(self) -> None:
        """Once, when it is first wanted: most visitors never open it."""
        with self._dialog.content():
            with html.h2() as heading:
                html.span('Confirm appointment for ')
                self._moment = Words().classes('dialog-moment')
                self._zone = Words().classes('dialog-zone')
            self._dialog.name_by(heading)
            self.notice.build()
            with html.form().classes('form').props('novalidate').on('submit', self._submit, js_handler=EMIT_FORM):
                self._fields()
                self._problem = Words(tag='p').classes('problem').props('role=alert')
                with html.div().classes('buttons'):
                    html.button('Close').classes('button').props('type=button').on('click', self._dialog.close)
                    self._button = WorkButton('Schedule', 'Scheduling…')

    def _fields(self) -> None:
        self._inputs = {
            'name': Field('Name', 'name').props('autocomplete=name autofocus'),
            'email': Field('Email', 'email').props('type=email autocomplete=email inputmode=email'),
        }
        self._questions = QuestionFields()
        self._questions.build()
        self._inputs['comment'] = Field('What would you like to talk about? (optional)', 'comment', tag='textarea').props('rows=3')
        counter = html.p(f'0 / {COMMENT_MAX:,}').classes('counter quiet small').props('aria-hidden=true')
        self._inputs['comment'].input.on('input', js_handler=COUNT % (counter.html_id, f'{COMMENT_MAX:,}'))

    async def _submit(self, event: GenericEventArguments) -> None:
        """However often it is pressed, it counts once."""
        if self._button.working or self.starts_at is None:
            return
        self._button.start()
        self._show({}, '')
        try:
            await self._on_book(self.starts_at, {str(name): str(value) for name, value in event.args.items()})
        except InvalidFields as error:
            self._button.stop()
            self._show(error.fields, '')
        except EXPECTED as error:
            self._button.stop()
            self._show({}, str(error))

    def _show(self, fields: dict[str, str], sentence: str) -> None:
        """Beside each field what is wrong with it; what no field here is about stands with the sentence."""
        inputs = self._inputs | self._questions.fields
        for name, field in inputs.items():
            field.show_problem(fields.get(name, ''))
        self._problem.set_text(' '.join([sentence, *(fields[name] for name in fields if name not in inputs)]).strip())
        first: Element | None = next((field.input for name, field in inputs.items() if name in fields), None)
        if first:
            first.run_method('focus')
