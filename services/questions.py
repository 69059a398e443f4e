"""Extra questions on a kind's form: what is asked, and whether it was answered."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from db import Question, reading
from services.errors import InvalidFields
from services.plain_text import one_line, printable, too_long

LINE, TEXT, CHOICE, YES_NO = 'line', 'text', 'choice', 'yes_no'
ANSWERS = {LINE: 'One line', TEXT: 'Longer text', CHOICE: 'One of several', YES_NO: 'Yes or no'}
LINE_MAX, TEXT_MAX = 200, 2000
LABEL_MAX, CHOICE_MAX, MOST_CHOICES, MOST = 200, 90, 20, 20


@dataclass(frozen=True)
class Draft:
    """A question as an admin typed it. `name` is what its fields in the form begin with; `id` is that of one which is there already."""

    name: str
    label: str
    answer: str = LINE
    choices: str = ''
    is_required: bool = False
    id: int | None = None


def of(kind_id: int) -> list[Question]:
    """The questions of a kind, in their order."""
    with reading() as session:
        return list(session.scalars(select(Question).where(Question.kind_id == kind_id).order_by(Question.position)))


def field_name(question: Question) -> str:
    """The name of its field in the form: `question_12`."""
    return f'question_{question.id}'


def choices(question: Question) -> list[str]:
    """What can be chosen; nothing when the answer is typed."""
    return {CHOICE: question.choices.split('\n'), YES_NO: ['Yes', 'No']}.get(question.answer, [])


def checked(kind_id: int, values: Mapping[str, str]) -> list[tuple[str, str]]:
    """What was asked and answered, made printable; questions without an answer are left out. `values` are those of the form.

    :raises InvalidFields: with one sentence a field, by its name
    """
    problems: dict[str, str] = {}
    answers: list[tuple[str, str]] = []
    for question in of(kind_id):
        tidy = printable if question.answer == TEXT else one_line
        answer = tidy(values.get(field_name(question), '')).strip()
        if problem := _problem(question, answer):
            problems[field_name(question)] = problem
        elif answer:
            answers.append((question.label, answer))
    if problems:
        raise InvalidFields(problems)
    return answers


def by_label(kind_id: int, answers: Mapping[str, str]) -> dict[str, str]:
    """The values of the form in which each question of this kind has the answer given for its label."""
    return {field_name(question): answers.get(question.label, '') for question in of(kind_id)}


def tidied(drafts: Sequence[Draft]) -> list[Draft]:
    """The questions as they are stored.

    :raises InvalidFields: with one sentence a field
    """
    tidy = [_tidied(draft) for draft in drafts]
    problems: dict[str, str] = {}
    for index, draft in enumerate(tidy):
        problems |= _problems(draft, [other.label for other in tidy[:index]])
    if len(tidy) > MOST:
        problems[f'{tidy[MOST].name}_label'] = f'Please ask at most {MOST} questions.'
    if problems:
        raise InvalidFields(problems)
    return tidy


def write(session: Session, kind_id: int, drafts: Sequence[Draft]) -> None:
    """Let these be the questions of the kind, in this order, in the caller's transaction. Those that stay keep their fields' names."""
    there = {question.id: question for question in session.scalars(select(Question).where(Question.kind_id == kind_id))}
    staying = {draft.id for draft in drafts}
    session.execute(delete(Question).where(Question.id.in_(there.keys() - staying)))
    for position, draft in enumerate(drafts):
        question = there.get(draft.id or 0) or Question(kind_id=kind_id)
        question.position, question.label, question.answer = position, draft.label, draft.answer
        question.choices, question.is_required = draft.choices, draft.is_required
        session.add(question)


def _problem(question: Question, answer: str) -> str:
    if not answer:
        return f'Please answer “{question.label}”.' if question.is_required else ''
    offered = choices(question)
    if offered and answer not in offered:
        return f'Please choose one of these: {", ".join(offered)}.'
    most = TEXT_MAX if question.answer == TEXT else LINE_MAX
    return too_long(answer, most)


def _tidied(draft: Draft) -> Draft:
    lines = dict.fromkeys(one_line(line) for line in draft.choices.splitlines())
    offered = '\n'.join(filter(None, lines)) if draft.answer == CHOICE else ''
    return replace(draft, label=one_line(draft.label), choices=offered)


def _problems(draft: Draft, labels_before: Sequence[str]) -> dict[str, str]:
    problems = {}
    offered = draft.choices.split('\n')
    if not draft.label:
        problems['label'] = 'Please write the question, or remove it.'
    elif problem := too_long(draft.label, LABEL_MAX, 'the question'):
        problems['label'] = problem
    elif draft.label in labels_before:
        problems['label'] = 'This is asked already. Please write another question, or remove one.'
    if draft.answer not in ANSWERS:
        problems['answer'] = 'Please choose how it is answered.'
    elif draft.answer == CHOICE and not 2 <= len(offered) <= MOST_CHOICES:
        problems['choices'] = f'Please write 2 to {MOST_CHOICES} different choices, each on a line of its own.'
    elif any(len(choice) > CHOICE_MAX for choice in offered):
        problems['choices'] = f'Please shorten each choice to {CHOICE_MAX} characters.'
    return {f'{draft.name}_{field}': sentence for field, sentence in problems.items()}
