"""The extra questions of a kind, to be written, put in order and removed, inside a form that somebody else sends."""

from collections.abc import Mapping, Sequence
from itertools import count

from nicegui import html
from nicegui.element import Element

from pages.components.icon_button import icon_button
from pages.components.options import offer
from pages.components.tick import tick
from pages.components.words import Words
from pages.components.work_form import WorkForm
from services.questions import ANSWERS, Draft

LABEL = '_label'


class QuestionEditor:
    """The rows stand in the form in their order, which is that of the values that it sends."""

    def __init__(self, form: WorkForm) -> None:
        self._form = form
        self._rows: list[html.li] = []
        self._numbers = count(1)

    def build(self, asked: Sequence[Draft]) -> None:
        self._list = html.ol().classes('questions')
        self._said = Words(tag='p').classes('hidden-words').props('role=status')
        self._more = html.button('Add a question').classes('button').props('type=button').on('click', self._add_empty)
        for draft in asked:
            self._add(draft)

    def _add_empty(self) -> None:
        self._add(Draft('', '')).run_method('focus')

    def _add(self, draft: Draft) -> Element:
        """A further row; its first input."""
        name = f'question_{next(self._numbers)}'
        with self._list, html.li().classes('box question') as row:
            self._rows.append(row)
            label = self._form.field('Question', f'{name}{LABEL}', value=draft.label)
            offer(self._form.field('Answered by', f'{name}_answer', tag='select'), ANSWERS, draft.answer)
            with html.div().classes('question-choices'):
                choices = self._form.field('Choices, one on each line', f'{name}_choices', value=draft.choices, tag='textarea')
                choices.props('rows=3')
            tick('Must be answered', f'{name}_is_required', chosen=draft.is_required)
            hidden = Element('input').props(f'type=hidden name={name}_id')
            hidden.props['value'] = str(draft.id or '')
            self._buttons(row, name)
        return label.input

    def _buttons(self, row: html.li, name: str) -> None:
        with html.div().classes('question-buttons'):
            for picture, words, places in (('arrow_upward', 'up', -1), ('arrow_downward', 'down', 1)):
                button = icon_button(picture, f'Move this question {words}')
                button.on('click', lambda button=button, places=places: self._move(row, places, button))
            icon_button('delete', 'Remove this question').on('click', lambda: self._remove(row, name))

    def _move(self, row: html.li, places: int, button: html.button) -> None:
        index = min(max(self._rows.index(row) + places, 0), len(self._rows) - 1)
        self._rows.remove(row)
        self._rows.insert(index, row)
        row.move(target_index=index)
        button.run_method('focus')  # moving has taken it away
        self._said.set_text(f'This is question {index + 1} of {len(self._rows)} now.')

    def _remove(self, row: html.li, name: str) -> None:
        self._rows.remove(row)
        row.delete()
        self._form.drop(f'{name}_')
        self._more.run_method('focus')
        self._said.set_text('The question is removed.')


def drafts(typed: Mapping[str, str]) -> list[Draft]:
    """The questions among the values of a form, in order."""
    names = [name.removesuffix(LABEL) for name in typed if name.startswith('question_') and name.endswith(LABEL)]
    return [_draft(name, typed) for name in names]


def _draft(name: str, typed: Mapping[str, str]) -> Draft:
    own = typed.get(f'{name}_id', '')
    return Draft(
        name,
        typed[f'{name}{LABEL}'],
        typed.get(f'{name}_answer', ''),
        typed.get(f'{name}_choices', ''),
        f'{name}_is_required' in typed,
        int(own) if own.isdecimal() else None,
    )
