"""Service events, handed to the open pages and to parts of them."""

import pytest
from nicegui import html
from nicegui.testing import User

from pages import live
from services import events
from tests.pages.seeing import until


@pytest.mark.usefixtures('riley')
@pytest.mark.parametrize('database_url', ['sqlite'], indirect=True)
async def test_a_part_of_a_page_hears_what_happens_until_it_is_gone_and_leaves_nothing_behind(user: User) -> None:
    heard: list[int] = []

    await user.open('/sign-in')
    assert user.client is not None
    for number in range(20):
        with user.client:
            part = html.div()
            live.within(part, events.VisitsStored, lambda _event, number=number: heard.append(number))
        if number < 19:
            part.delete()
    assert len(live._channels[events.VisitsStored].callbacks) == 1
    events.publish(events.VisitsStored(1))
    await until(lambda: heard != [], user, 'the last part to hear it')
    assert heard == [19]


@pytest.mark.usefixtures('riley')
@pytest.mark.parametrize('database_url', ['sqlite'], indirect=True)
async def test_who_listens_to_several_things_by_their_one_name_hears_each_of_them_once(user: User) -> None:
    heard: list[events.Event] = []
    told = [events.CallEnded(1), events.SignInEnded('key'), events.CallReopened(1)]

    await user.open('/sign-in')
    assert user.client is not None
    with user.client:
        live.on(events.CallChange, heard.append)
        live.on(events.SignInEnded, heard.append)
    for event in told:
        events.publish(event)
    await until(lambda: len(heard) == 3, user, 'all of them to be heard')
    assert heard == told
