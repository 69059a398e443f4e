"""The fields of a kind's extra questions, in a form that somebody else sends."""

from collections.abc import Sequence

from nicegui import html

from db import Question
from pages.components.form import Field
from pages.components.options import offer
from services import questions


class QuestionFields:
    """`fields` are those shown, by their names in the form."""

    def __init__(self) -> None:
        self.fields: dict[str, Field] = {}
        self._shown: list[tuple[object, ...]] = []

    def build(self) -> None:
        self._box = html.div().classes('form question-fields')

    def show(self, asked: Sequence[Question]) -> None:
        """Ask these; while they are the same, what was typed stays."""
        wanted = [(one.id, one.label, one.answer, one.choices, one.is_required) for one in asked]
        if wanted == self._shown:
            return
        self._shown = wanted
        self._box.clear()
        with self._box:
            self.fields = {questions.field_name(question): _field(question) for question in asked}


def _field(question: Question) -> Field:
    label = question.label if question.is_required else f'{question.label} (optional)'
    offered = questions.choices(question)
    tag = 'select' if offered else 'textarea' if question.answer == questions.TEXT else 'input'
    field = Field(label, questions.field_name(question), tag=tag)
    field.props(f'autocomplete=off aria-required={"true" if question.is_required else "false"}')
    return offer(field, {'': 'Please choose'} | {choice: choice for choice in offered}) if offered else field
