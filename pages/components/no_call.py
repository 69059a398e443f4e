"""Why a customer cannot join their call now, and what there is to do: it is early, it is over, or it was cancelled."""

import math
from collections.abc import Callable
from datetime import timedelta

from nicegui import html, ui

from db import Appointment, Kind
from pages import live
from pages.asking import ask
from pages.components.words import Words
from services import appointments, calls, clock, events, kinds, visits
from services.times import Reader


class NoCall:
    """`person`: the rep's name · `met`: that of who was in the call, if known · `length`: of it · `on_return`: leads back into it."""

    def __init__(
        self,
        appointment: Appointment,
        kind: Kind,
        reader: Reader,
        *,
        person: str,
        met: str,
        length: timedelta,
        on_return: Callable[[], None],
    ) -> None:
        self._appointment, self._kind, self._reader = appointment, kind, reader
        self._person, self._met, self._length, self._on_return = person, met, length, on_return

    def build(self, how: calls.State) -> None:
        """Say how it stands with the call. An open one has just been left."""
        with html.div().classes('card narrow call-closed') as self._card:
            self._title = Words(self.title(how), tag='h1').props('tabindex=-1')
            {'early': self._early, 'cancelled': self._cancelled}.get(how, self._over)()
            if how == 'open':
                self._way_back()

    def title(self, how: calls.State) -> str:
        """What there is to say of it first."""
        has_been_held = self._met or self._length
        thanks = f'Thank you for talking to {self._met or self._person}.' if has_been_held else 'This call is over'
        return {'early': f'Your call with {self._person}', 'cancelled': 'This appointment is cancelled'}.get(how, thanks)

    def tick(self) -> None:
        """Count down."""
        self._countdown.set_text(self._time_left())

    def _early(self) -> None:
        opens_at, _closes_at = calls.window(self._appointment)
        self._facts()
        html.p(f'The call opens on {self._reader.moment(opens_at)}. Leave this page open and it appears by itself.')
        self._countdown = Words(self._time_left(), tag='p').classes('notice').props('role=timer')
        with html.p():
            ui.link('Check camera, microphone and connection', '/check', new_tab=True)

    def _over(self) -> None:
        """How long it lasted is known a moment later than that it has ended."""
        self._lasted = Words(tag='p').props('role=status')
        self._thank()
        self._facts()
        self._book_again()
        live.within(self._card, events.VisitsStored, self._on_visits)
        with self._card:
            ui.timer(0, self._look, once=True)  # it may have become known since it was read

    def _thank(self) -> None:
        self._title.set_text(self.title('over'))
        self._lasted.set_text(f'The call lasted {visits.words(self._length)}.' if self._length else '')

    async def _on_visits(self, event: events.VisitsStored) -> None:
        if event.appointment_id == self._appointment.id:
            await self._look()

    async def _look(self) -> None:
        self._length = await ask(visits.length, self._appointment.id)
        self._thank()

    def _cancelled(self) -> None:
        self._facts()
        self._book_again()

    def _facts(self) -> None:
        """When it was to be, and what about."""
        with html.div().classes('box'):
            html.h2(self._reader.span(self._appointment.starts_at, appointments.ends_at(self._appointment)))
            html.p(f'{self._reader.place()} time').classes('quiet')
            html.p(self._appointment.comment).classes('user-text')

    def _book_again(self) -> None:
        with html.div().classes('buttons') as self._ways:
            ui.link('Book a new appointment', kinds.path(self._kind)).classes('button primary')

    def _way_back(self) -> None:
        with self._ways:
            html.button('Back to the call').classes('button').props('type=button').on('click', self._on_return)

    def _time_left(self) -> str:
        opens_at, _closes_at = calls.window(self._appointment)
        return f'It opens in {_length(opens_at - clock.now())}.'


def _length(length: timedelta) -> str:
    """`2 hours and 5 minutes`: the two largest units."""
    seconds = max(1, math.ceil(length.total_seconds()))
    units = []
    for name, size in (('day', 86400), ('hour', 3600), ('minute', 60), ('second', 1)):
        number, seconds = divmod(seconds, size)
        if number:
            units.append(f'{number} {name}' if number == 1 else f'{number} {name}s')
    return ' and '.join(units[:2])
