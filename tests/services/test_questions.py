"""Extra questions: what admins may ask, and which answers are taken."""

from dataclasses import replace

import pytest

import db
from services import appointments, booking_form, kind_changes, kinds, questions, reps
from services.customers import Customer
from services.errors import InvalidFields
from services.kind_fields import Typed
from services.questions import CHOICE, LINE, TEXT, YES_NO, Draft
from tests.conftest import TOKYO, coming, on_sqlite

TALK = Typed('First talk', rep_ids=[reps.FIRST])
ASKED = [
    Draft('a', ' Which   office? ', LINE, is_required=True),
    Draft('b', 'What is it about?', TEXT, 'Left\nover'),
    Draft('c', 'Which plan?', CHOICE, 'Small\n\n Large \nSmall\n', is_required=True),
    Draft('d', 'Have we met?', YES_NO),
]


@pytest.fixture
def asked(riley: db.Rep) -> list[db.Question]:
    """The questions of a kind that asks one of each."""
    return questions.of(kind_changes.add(replace(TALK, questions=ASKED)).id)


def named(asked: list[db.Question], *answers: str) -> dict[str, str]:
    """The form's values when these are the answers."""
    return {questions.field_name(question): answer for question, answer in zip(asked, answers, strict=False)}


def problems(*drafts: Draft) -> dict[str, str]:
    """The sentences beside the fields of these questions."""
    with pytest.raises(InvalidFields) as error:
        questions.tidied(drafts)
    return error.value.fields


def test_questions_are_kept_tidy_and_in_order(asked: list[db.Question]) -> None:
    assert [question.label for question in asked] == ['Which office?', 'What is it about?', 'Which plan?', 'Have we met?']
    assert [questions.choices(question) for question in asked] == [[], [], ['Small', 'Large'], ['Yes', 'No']]
    assert [question.choices for question in asked] == ['', '', 'Small\nLarge', '']
    assert [question.is_required for question in asked] == [True, False, True, False]


def test_questions_that_stay_keep_their_fields_whatever_is_added_removed_or_moved(asked: list[db.Question]) -> None:
    kept = [Draft('x', 'New'), Draft('d', 'Have we met before?', YES_NO, id=asked[3].id), Draft('a', 'Which office?', id=asked[0].id)]
    kind_changes.change(asked[0].kind_id, replace(TALK, questions=kept))
    now = questions.of(asked[0].kind_id)
    assert [question.label for question in now] == ['New', 'Have we met before?', 'Which office?']
    assert [question.id for question in now[1:]] == [asked[3].id, asked[0].id]


def test_a_question_of_another_kind_is_not_taken_away_from_it(asked: list[db.Question]) -> None:
    kind_changes.change(kinds.FIRST, replace(TALK, questions=[Draft('a', 'Mine?', id=asked[0].id)]))
    assert questions.of(asked[0].kind_id)[0].label == 'Which office?'
    assert [question.label for question in questions.of(kinds.FIRST)] == ['Mine?']


def test_answers_are_kept_as_they_were_asked(asked: list[db.Question], riley: db.Rep, carol: Customer) -> None:
    answers = questions.checked(
        asked[0].kind_id, named(asked, ' Kyoto\x00 ', 'One\r\nTwo\x07', 'Large', 'No') | {'question_0': 'nobody asked'}
    )
    booked = appointments.book(asked[0].kind_id, coming(riley), carol, answers=answers)
    kind_changes.change(asked[0].kind_id, TALK)
    told = [('Which office?', 'Kyoto'), ('What is it about?', 'One\nTwo'), ('Which plan?', 'Large'), ('Have we met?', 'No')]
    assert appointments.answers_of(booked.id) == told


@on_sqlite
def test_what_is_not_required_may_stay_unanswered(asked: list[db.Question]) -> None:
    assert questions.checked(asked[0].kind_id, named(asked, 'Kyoto', ' ', 'Small')) == [
        ('Which office?', 'Kyoto'),
        ('Which plan?', 'Small'),
    ]


@on_sqlite
@pytest.mark.parametrize(
    ('index', 'wrong', 'sentence'),
    [
        (0, ' ', 'Please answer “Which office?”.'),
        (0, 'x' * 201, 'Please shorten this to 200 characters; it has 201.'),
        (1, 'x' * 2001, 'Please shorten this to 2,000 characters; it has 2,001.'),
        (2, '', 'Please answer “Which plan?”.'),
        (2, 'Huge', 'Please choose one of these: Small, Large.'),
        (3, 'Maybe', 'Please choose one of these: Yes, No.'),
    ],
)
def test_an_answer_that_cannot_be_taken_is_told_beside_its_field(asked: list[db.Question], index: int, wrong: str, sentence: str) -> None:
    answers = ['Kyoto', '', 'Small', 'Yes']
    answers[index] = wrong
    with pytest.raises(InvalidFields) as error:
        questions.checked(asked[0].kind_id, named(asked, *answers))
    assert error.value.fields == {questions.field_name(asked[index]): sentence}


@on_sqlite
def test_a_form_hears_of_all_its_problems_at_once(asked: list[db.Question]) -> None:
    with pytest.raises(InvalidFields) as error:
        booking_form.checked(asked[0].kind_id, named(asked, '', '', 'Small') | {'name': 'Carol', 'email': 'carol'}, TOKYO)
    assert set(error.value.fields) == {'email', questions.field_name(asked[0])}
    with pytest.raises(InvalidFields) as error:
        booking_form.checked(kinds.FIRST, {'name': 'Carol'}, TOKYO)
    assert set(error.value.fields) == {'email'}


@on_sqlite
def test_answers_can_be_given_by_what_was_asked(asked: list[db.Question]) -> None:
    values = questions.by_label(asked[0].kind_id, {'Which office?': 'Kyoto', 'Which plan?': 'Large', 'Who?': 'nobody asked'})
    assert questions.checked(asked[0].kind_id, values) == [('Which office?', 'Kyoto'), ('Which plan?', 'Large')]


def test_a_question_that_cannot_be_asked_is_told_beside_its_field() -> None:
    assert set(problems(Draft('a', ' '))) == {'a_label'}
    assert set(problems(Draft('a', 'x' * 201))) == {'a_label'}
    assert set(problems(Draft('a', 'Why?'), Draft('b', ' Why? '))) == {'b_label'}
    assert set(problems(Draft('a', 'Why?', 'song'))) == {'a_answer'}
    assert set(problems(Draft('a', 'Which?', CHOICE, 'One\nOne'))) == {'a_choices'}
    assert set(problems(Draft('a', 'Which?', CHOICE, '\n'.join(map(str, range(21)))))) == {'a_choices'}
    assert set(problems(Draft('a', 'Which?', CHOICE, f'One\n{"x" * 91}'))) == {'a_choices'}
    assert set(problems(*(Draft(f'a{index}', f'{index}?') for index in range(21)))) == {'a20_label'}
