"""The customer's page of an appointment, while what it says of its rep and kind changes."""

from nicegui.testing import User

import db
from services import appointments, kind_changes, kinds, reps
from services.kind_fields import Typed
from tests.conftest import on_sqlite
from tests.pages.seeing import see

pytestmark = on_sqlite

TALK = Typed('First talk', minutes='30', step_minutes='30', rep_ids=[reps.FIRST])


async def test_a_customer_reads_at_once_what_the_rep_and_the_kind_are_called_now(
    appointment: db.Appointment, riley: db.Rep, user: User
) -> None:
    await user.open(f'/appointment/{appointments.key("manage", appointment)}')
    await see(user, 'Video call with Riley Berger')
    reps.update(riley.id, name='Riley Vogel', email=riley.email, time_zone=riley.time_zone)
    await see(user, 'Video call with Riley Vogel')
    kind_changes.change(kinds.FIRST, TALK)
    await see(user, 'First talk with Riley Vogel')
