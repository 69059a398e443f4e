"""The dialog in which an admin adds a kind, or changes one."""

from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager

from nicegui import html
from nicegui.events import GenericEventArguments

from db import Rep
from pages.components.dialog import Dialog
from pages.components.form import EMIT_VALUE, Field
from pages.components.options import offer
from pages.components.question_editor import QuestionEditor, drafts
from pages.components.tick import tick
from pages.components.work_form import WorkForm
from services import reps, settings
from services.kind_fields import UNITS, Typed

REP, CHOOSES = 'rep ', 'customer_chooses_rep'  # the first stands before the row number of a rep, as the name of their box
TEXTS = [name for name, kind in Typed.__annotations__.items() if kind is str]


class KindForm:
    """`ask` opens it; `propose(name)` is to give the address that a kind of this name gets when none is typed."""

    def __init__(self, *, propose: Callable[[str], Awaitable[str]]) -> None:
        self._propose = propose

    def build(self) -> None:
        self._dialog = Dialog(fills_phone=True)

    def ask(self, title: str, known: Typed, offered: Sequence[Rep], on_save: Callable[[Typed], Awaitable[None]]) -> None:
        """Ask what a kind is to be, with what is known of it filled in. Expected errors of `on_save` are shown in the form."""

        async def save(values: dict[str, str]) -> str:
            await on_save(_typed(values))
            self._dialog.close()
            return ''

        self._form = WorkForm('Save', 'Saving…', on_sent=save)
        with self._form.asked_in(self._dialog, title):
            self._fields(known, offered)

    def _fields(self, known: Typed, offered: Sequence[Rep]) -> None:
        with _part('What it is'):
            self._words(known)
        with _part('How long it takes'), html.div().classes('kind-numbers'):
            self._lengths(known)
        with _part('When it can be booked'), html.div().classes('kind-numbers'):
            self._limits(known)
        with _part('With whom'):
            for rep in offered:
                away = '' if rep.is_active else ' (inactive)'
                tick(f'{reps.display_name(rep)}{away}', f'{REP}{rep.id}', chosen=rep.id in known.rep_ids)
            tick(
                'Customers may choose the rep; otherwise it is whoever is free and whose turn it is',
                CHOOSES,
                chosen=known.customer_chooses_rep,
            )
        with _part('Extra questions'):
            QuestionEditor(self._form).build(known.questions)

    def _words(self, known: Typed) -> None:
        name = self._form.field('Name', 'name', value=known.name).props('autocomplete=off autofocus')
        name.input.on('change', self._show_proposed, js_handler=EMIT_VALUE)
        self._slug = self._form.field('Address', 'slug', value=known.slug).props('autocomplete=off autocapitalize=none spellcheck=false')
        self._slug.hint(f'What comes after {settings.current().site_url}/. When you leave it empty, it is made of the name.')
        self._form.field('Description', 'description', value=known.description, tag='textarea').props('rows=2')

    async def _show_proposed(self, event: GenericEventArguments) -> None:
        """Only as a placeholder: what is typed there stays."""
        self._slug.input.props['placeholder'] = await self._propose(str(event.args))

    def _lengths(self, known: Typed) -> None:
        self._number('Length in minutes', 'minutes', known.minutes)
        self._number('A start every … minutes', 'step_minutes', known.step_minutes)
        self._number('Minutes kept free before', 'before_minutes', known.before_minutes)
        self._number('Minutes kept free after', 'after_minutes', known.after_minutes)

    def _limits(self, known: Typed) -> None:
        self._notice('Shortest notice', 'notice', known.notice, known.notice_unit)
        self._notice('Notice to move or cancel', 'change_notice', known.change_notice, known.change_notice_unit)
        ahead = self._number('How many days ahead', 'horizon_days', known.horizon_days)
        ahead.props(f'placeholder={settings.current().horizon_days}')
        self._number('Most a day for one rep', 'most_a_day', known.most_a_day).props('placeholder="no limit"')

    def _number(self, label: str, name: str, value: str) -> Field:
        return self._form.field(label, name, value=value).props('inputmode=numeric autocomplete=off')

    def _notice(self, label: str, name: str, value: str, unit: str) -> None:
        with html.div().classes('kind-notice'):
            self._number(label, name, value)
            field = self._form.field('Unit', f'{name}_unit', tag='select')
            field.input.props['aria-label'] = f'Unit: {label}'
            offer(field, {known: known for known in UNITS}, unit)


@contextmanager
def _part(title: str) -> Iterator[None]:
    with html.fieldset().classes('kind-part'):
        html.legend(title)
        yield


def _typed(values: Mapping[str, str]) -> Typed:
    texts = {name: values.get(name, '') for name in TEXTS}
    rep_ids = [int(name.removeprefix(REP)) for name in values if name.startswith(REP)]
    return Typed(**texts, customer_chooses_rep=CHOOSES in values, rep_ids=rep_ids, questions=drafts(values))
