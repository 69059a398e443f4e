"""`/kinds` in a simulated browser: who may see it, and what an admin does there."""

import re
from dataclasses import replace

import pytest
from fastapi import FastAPI
from nicegui import app
from nicegui.testing import User

import db
from pages import endpoints, mounting
from services import kind_changes, kinds, questions, reps
from services.errors import InvalidFields, NoSuchKind
from services.kind_fields import Typed
from services.questions import Draft
from tests.conftest import on_sqlite
from tests.pages.rights import end_admin_rights
from tests.pages.seeing import answer, element_with, press, press_named, see, see_no, send, trigger, until, words_on

pytestmark = on_sqlite

TALK = Typed('First talk', minutes='30', step_minutes='30', rep_ids=[reps.FIRST])
TYPED = {
    'name': 'First talk',
    'minutes': '30',
    'step_minutes': '15',
    'before_minutes': '5',
    'after_minutes': '10',
    'notice': '2',
    'notice_unit': 'days',
    'change_notice': '',
    'change_notice_unit': 'hours',
    f'rep {reps.FIRST}': 'on',
}


@pytest.fixture
def outer(rep_user: User) -> FastAPI:
    """The outer app; none of its routes, or of the pages', can be a kind's address."""
    outer = FastAPI(openapi_url='/api/openapi.json')
    endpoints.add_routes(outer, is_ready=lambda: True)
    mounting.reserve_addresses(outer)
    return outer


def questions_shown(user: User) -> list[str]:
    """The names of the questions' fields, in the order in which they stand."""
    return [
        str(element.props['name'])
        for element in user.client.layout.descendants()  # type: ignore[union-attr]
        if str(element.props.get('name')).endswith('_label')
    ]


async def test_it_is_for_admins(riley: db.Rep, rep_user: User) -> None:
    end_admin_rights()
    response = await rep_user.http_client.get('/kinds')
    assert (response.status_code, 'This is for admins.' in response.text) == (403, True)


async def test_whoever_is_no_admin_any_more_changes_nothing(riley: db.Rep, rep_user: User) -> None:
    await rep_user.open('/kinds')
    end_admin_rights()
    press_named(rep_user, 'Hide: Video call')
    await until(lambda: rep_user.notify.contains('This is for admins.'), rep_user, 'the refusal')
    assert kinds.default().is_active


async def test_a_kind_that_is_added_appears_in_the_list(riley: db.Rep, rep_user: User) -> None:
    await rep_user.open('/kinds')
    press(rep_user, 'Add a kind')
    await see(rep_user, 'Extra questions')
    asked = {
        'question_2_label': 'Which plan?',
        'question_2_answer': 'choice',
        'question_2_choices': 'Small\nLarge',
        'question_2_is_required': 'on',
        'question_2_id': '',
        'question_1_label': 'Which office?',
        'question_1_answer': 'line',
        'question_1_choices': '',
        'question_1_id': '',
    }
    send(rep_user, **TYPED, **asked)
    await see(rep_user, 'First talk is saved.')
    await see(rep_user, '30 minutes · kept free: 5 minutes before, 10 minutes after')
    await see(rep_user, 'http://localhost:8080/first-talk')
    kind = kinds.by_slug('first-talk')
    assert (kind.step_minutes, kind.notice_minutes, kind.change_notice_minutes, kind.horizon_days) == (15, 2 * 24 * 60, 0, None)
    assert [rep.id for rep in kinds.reps_of(kind.id)] == [riley.id]
    stored = [(one.label, one.answer, one.choices, one.is_required) for one in questions.of(kind.id)]
    assert stored == [('Which plan?', 'choice', 'Small\nLarge', True), ('Which office?', 'line', '', False)]


async def test_what_is_wrong_is_said_beside_its_field(riley: db.Rep, rep_user: User, outer: FastAPI) -> None:
    await rep_user.open('/kinds')
    press(rep_user, 'Add a kind')
    await see(rep_user, 'Add a question')
    press(rep_user, 'Add a question')
    send(rep_user, **TYPED | {'slug': 'reps', 'minutes': '7', 'question_1_label': ' ', 'question_1_answer': 'line'})
    await see(rep_user, 'A page of this site has the address /reps.')
    wrong = [element.props['name'] for element in rep_user.client.layout.descendants() if element.props.get('aria-invalid') == 'true']
    assert wrong == ['slug', 'minutes', 'question_1_label']
    assert len(kind_changes.listed()) == 1


async def test_the_form_shows_what_is_known_and_saving_it_changes_nothing(riley: db.Rep, rep_user: User) -> None:
    kind = kind_changes.add(replace(TALK, notice='36', change_notice='90', change_notice_unit='minutes', questions=[Draft('a', 'Why?')]))
    kind_changes.change(kinds.FIRST, replace(TALK, name='Video call', questions=[Draft('a', 'Who?')]))
    await rep_user.open('/kinds')
    press_named(rep_user, 'Edit: First talk')
    await see(rep_user, 'Edit First talk')
    form = [element for element in rep_user.client.layout.descendants() if element.tag in ('input', 'textarea', 'option')]
    shown = {
        str(one.props['name']): one.props.get('defaultValue', '') for one in form if 'name' in one.props and one.props.get('type') is None
    }
    known = {key: shown[key] for key in ('name', 'slug', 'minutes', 'notice', 'change_notice', 'horizon_days', 'question_1_label')}
    assert known == {
        'name': 'First talk',
        'slug': 'first-talk',
        'minutes': '30',
        'notice': '36',
        'change_notice': '90',
        'horizon_days': '',
        'question_1_label': 'Why?',
    }
    chosen = [one.props['value'] for one in form if one.tag == 'option' and one.props.get('selected')]
    assert chosen == ['hours', 'minutes', 'line']
    asked = questions.of(kind.id)[0]
    units = {'notice_unit': 'hours', 'change_notice_unit': 'minutes', 'question_1_answer': 'line', 'question_1_id': str(asked.id)}
    send(rep_user, **shown | units | {f'rep {reps.FIRST}': 'on'})
    await see(rep_user, 'First talk is saved.')
    saved = kinds.get(kind.id)
    columns = [column.name for column in db.Kind.__table__.columns]
    assert [getattr(saved, column) for column in columns] == [getattr(kind, column) for column in columns]
    assert [one.id for one in questions.of(kind.id)] == [asked.id]


async def test_the_address_that_a_name_gives_is_shown_before_it_is_saved(riley: db.Rep, rep_user: User) -> None:
    await rep_user.open('/kinds')
    press(rep_user, 'Add a kind')
    await see(rep_user, 'Extra questions')
    trigger(rep_user, element_with(rep_user, name='name'), 'change', 'Vidéo  call')
    slug = element_with(rep_user, name='slug')
    await until(lambda: slug.props.get('placeholder') == 'video-call-2', rep_user, 'the address')


async def test_questions_are_put_in_order_and_removed_before_they_are_saved(
    riley: db.Rep, rep_user: User, caplog: pytest.LogCaptureFixture
) -> None:
    await rep_user.open('/kinds')
    press(rep_user, 'Add a kind')
    await see(rep_user, 'Add a question')
    for _ in range(3):
        press(rep_user, 'Add a question')
    press_named(rep_user, 'Move this question down')
    assert questions_shown(rep_user) == ['question_2_label', 'question_1_label', 'question_3_label']
    press_named(rep_user, 'Remove this question')
    press_named(rep_user, 'Move this question up')
    assert questions_shown(rep_user) == ['question_1_label', 'question_3_label']
    send(rep_user, **TYPED | {'name': ''})
    await see(rep_user, 'Please give a name.')
    assert 'still being used' not in caplog.text


async def test_kinds_are_hidden_shown_put_in_order_and_deleted(riley: db.Rep, rep_user: User) -> None:
    kind_changes.add(TALK)
    await rep_user.open('/kinds')
    for name in ('Video call', 'First talk'):
        press_named(rep_user, f'Hide: {name}')
        await see(rep_user, f'{name} is hidden')
    await see(rep_user, 'All kinds are hidden.')
    press_named(rep_user, 'Show: First talk')
    await see_no(rep_user, 'All kinds are hidden.')
    assert [kind.name for kind in kinds.active()] == ['First talk']
    press_named(rep_user, 'Move up: First talk')
    await until(lambda: words_on(rep_user).index('First talk') < words_on(rep_user).index('Video call'), rep_user, 'the new order')
    press_named(rep_user, 'Delete: Video call')
    await answer(rep_user, 'Delete Video call?', 'Delete')
    await see(rep_user, 'Video call is deleted.')
    await until(lambda: 'Video call' not in words_on(rep_user), rep_user, 'the row to go')
    with pytest.raises(NoSuchKind):
        kinds.get(kinds.FIRST)


async def test_what_another_admin_changes_is_shown(riley: db.Rep, rep_user: User) -> None:
    await rep_user.open('/kinds')
    kind = kind_changes.add(replace(TALK, rep_ids=[]))
    await see(rep_user, 'Nobody can be booked')
    kind_changes.change(kind.id, replace(TALK, name='Short talk'))
    await see(rep_user, 'Short talk')
    kind_changes.remove(kind.id)
    await see_no(rep_user, 'Short talk')


async def test_no_kind_can_have_the_address_of_a_page_or_route_of_ours(riley: db.Rep, rep_user: User, outer: FastAPI) -> None:
    first_parts = {route.path.split('/')[1] for route in (*app.routes, *endpoints.routes()) if '/' in route.path}
    ours = {part for part in first_parts if re.fullmatch('[a-z0-9-]+', part)} | {'mailbox'}
    assert {'rep', 'kinds', 'schedule', 'availability', 'healthz', 'api'} <= ours
    for part in ours:
        with pytest.raises(InvalidFields, match='A page of this site'):
            kind_changes.add(replace(TALK, slug=part))
