"""Axe finds nothing in a call that does not go well."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import update

import db
from services import appointments, calls, clock
from tests.browser.calling import Open, expect_picture, expect_status, join, press
from tests.browser.conftest import axe
from tests.browser.test_healing import MEASURE_AS_WE_SAY
from tests.site import Site

ONLY_BY_A_RELAY = """window.RTCPeerConnection = class extends RTCPeerConnection {
  constructor(ways) { super({ ...ways, iceServers: [], iceTransportPolicy: 'relay' }); }
};"""


@pytest.fixture(scope='module')
def site(make_site: Callable[..., Site]) -> Site:
    return make_site(REP_NAME='Riley Berger')


@pytest.fixture(scope='module')
def appointment(site: Site) -> db.Appointment:
    """Its call closes in less than five minutes."""
    booked = site.book()
    _opens_at, closes_at = calls.window(booked)
    starts_at = booked.starts_at - closes_at + clock.now().replace(second=0, microsecond=0) + timedelta(minutes=5)
    db.writing(lambda session: session.execute(update(db.Appointment).where(db.Appointment.id == booked.id).values(starts_at=starts_at)))
    return appointments.get(booked.id)


def test_axe_finds_nothing_in_a_call_that_closes_soon_pauses_a_picture_and_is_taken_to_another_window(
    site: Site, appointment: db.Appointment, carol: Page, riley: Page, open_page: Open
) -> None:
    carol.context.add_init_script(MEASURE_AS_WE_SAY)
    carol.reload()
    join(carol, riley)
    for page in (carol, riley):
        expect(page.get_by_text(re.compile(r'^This call closes in \d minutes\.$'))).to_be_visible()
    expect_picture(carol, riley)
    assert axe(carol) == axe(riley) == []
    carol.evaluate('window.is_poor = true')
    expect(carol.locator('.call-note')).to_contain_text('The picture is paused: poor line.')
    expect_status(riley, 'your picture is paused')
    assert axe(carol) == axe(riley) == []
    press(open_page(site.link('chat', appointment), inside=carol.context), 'Join')
    expect(carol.get_by_text('You joined from another window.')).to_be_visible()
    assert axe(carol) == []


def test_axe_finds_nothing_in_a_call_that_finds_no_way(carol: Page, riley: Page) -> None:
    carol.context.add_init_script(ONLY_BY_A_RELAY)
    carol.reload()
    press(carol, 'Join')
    press(riley, 'Start chat')
    for page in (carol, riley):
        expect(page.locator('.call-note')).to_contain_text('There is no way from your network', timeout=60_000)
    assert axe(carol) == axe(riley) == []
