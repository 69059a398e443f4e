"""Calls on simulated pages: where each side finds its own, the server's half of the engine, and the way in."""

from datetime import timedelta

from nicegui.testing import User

import db
from pages.components.call_engine import CallEngine
from pages.components.seen import Seen
from services import appointments, events, places, seats, visits
from services.keys import Purpose
from services.video.base import CUSTOMER, REP, Seat
from services.visits import Stay
from tests.occupants import Nobody
from tests.pages.seeing import part, see, see_no, trigger, until

DEVICES = {'microphone': True, 'camera': True, 'reason': '', 'touches': 0}  # what a browser says that has both


def link(kind: Purpose, appointment: db.Appointment) -> str:
    """The address of the appointment's `chat` or `manage` page."""
    path = {'chat': 'chat', 'manage': 'appointment'}[kind]
    return f'/{path}/{appointments.key(kind, appointment)}'


def at_rep(appointment: db.Appointment, extra: str = '') -> str:
    """The address of the rep's page with this appointment; with `&call=1` as `extra`, with its call."""
    return f'/rep?at={appointment.starts_at:%Y-%m-%dT%H:%MZ}{extra}'


def day_of(appointment: db.Appointment) -> str:
    """The address of the rep's page with the day of this appointment."""
    return f'/rep?day={appointment.starts_at.date()}'


def engine(user: User) -> CallEngine:
    """The server's half of the engine on the page; the other half runs in browsers only."""
    return part(user, CallEngine)


async def open_chat(user: User, appointment: db.Appointment) -> CallEngine:
    """The engine of the customer's page, on which nobody has joined."""
    await user.open(link('chat', appointment))
    return engine(user)


async def open_pane(user: User, appointment: db.Appointment, extra: str = '') -> None:
    """The rep has this appointment of Carol's before them."""
    await user.open(at_rep(appointment, extra))
    await see(user, 'carol@example.com')


async def join(user: User, appointment: db.Appointment, seat: Seat, **devices: object) -> CallEngine:
    """The engine of the page that is open, on which this side has joined; `devices`: what there is other than both."""
    found = engine(user)
    trigger(user, found, 'asking')
    trigger(user, found, 'join', DEVICES | devices)
    await until(lambda: seat in seats.who_is_there(appointment.id), user, 'the seat to be taken')
    await see_no(user, 'Joining …')
    trigger(user, found, 'ready')
    return found


async def customer_in_call(user: User, appointment: db.Appointment, **devices: object) -> CallEngine:
    """The engine of the customer's page, on which they are in the call."""
    await open_chat(user, appointment)
    return await join(user, appointment, CUSTOMER, **devices)


async def rep_in_call(user: User, appointment: db.Appointment, extra: str = '') -> CallEngine:
    """The engine of the rep's page, on which they are in the call."""
    await user.open(at_rep(appointment, f'&call=1{extra}'))
    await see(user, 'Stop chatting')
    return await join(user, appointment, REP)


def sit(appointment: db.Appointment, rep_id: int | None = None) -> places.Place:
    """The customer, or the rep with this number, is in the call at a page that does not care."""
    return seats.take(appointment.id, REP if rep_id else CUSTOMER, Nobody(), rep_id=rep_id)


def seen(user: User, *, is_seen: bool) -> None:
    """The browser says whether the last message can be seen."""
    trigger(user, part(user, Seen), 'seen', is_seen)


def store_talk(appointment: db.Appointment, minutes: int, how: places.How = places.HUNG_UP) -> None:
    """Write down that both were there for so long and left in this way, as the recorder does."""
    first, last = appointment.starts_at, appointment.starts_at + timedelta(minutes=minutes)
    stays = [Stay(f'stay of {seat}', appointment.id, seat, 'peer', first, last, how, good_seconds=60) for seat in (CUSTOMER, REP)]
    visits.keep(stays)
    events.publish(events.VisitsStored(appointment.id))
