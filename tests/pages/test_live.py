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
