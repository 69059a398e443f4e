"""Receives the customers of the rep who looks: tells who has arrived, whom to call next, and what begins soon."""

import asyncio
from datetime import datetime, timedelta

from fastapi import Request
from nicegui import ui

from db import Appointment
from pages import live, viewing
from pages.asking import ask
from pages.components.rep_desk import RepDesk
from pages.rep_page.view import RepView
from services import clock, events, next_calls, standings

READ_AGAIN = timedelta(hours=1)  # what is near is known for a day ahead, so this is early enough


class Reception:
    """Keeps the desk beside the times true, and the page's title. It is about the viewer's own appointments, whosever are listed."""

    def __init__(self, request: Request, view: RepView) -> None:
        self._request, self._view = request, view
        self._turn = asyncio.Lock()  # held while reading and showing, so that the latest is shown
        self._near: list[Appointment] = []
        self._is_away, self._read_at = view.rep.is_away, clock.now()
        self._came_at: dict[int, datetime | None] | None = None  # the customers who were there when it was last looked at, or before
        self._title = ''  # of the page while nobody waits; empty until the page is there

    @property
    def turn(self) -> Appointment | None:
        """Whose call is next."""
        return next_calls.to_call(self._near, clock.now())

    async def begin(self) -> None:
        """Listen and read, before the page is there."""
        live.on(events.AppointmentChange, self._on_changed)
        live.on(events.CallChange, lambda _event: self._read())
        live.on(events.SeatChange, lambda _event: self._look())
        live.on(events.PresenceChanged, self._on_presence)
        await self._read()

    def show(self) -> None:
        """Show it on the page that is there now, and from now on. Who waits already does not ring."""
        self._title = ui.context.client.title
        self._look()

    async def tick(self) -> None:
        """Show what has become true by time alone."""
        if abs(clock.now() - self._read_at) > READ_AGAIN:
            await self._read()
        else:
            self._look()

    async def _on_changed(self, event: events.AppointmentChange) -> None:
        if self._view.rep.id in (event.rep_id, getattr(event, 'earlier_rep_id', None)):
            await self._read()

    async def _on_presence(self, event: events.PresenceChanged) -> None:
        if event.rep_id == self._view.rep.id:
            await self._read()

    async def _read(self) -> None:
        async with self._turn:
            viewer = await viewing.signed_in_again(self._request)
            if viewer:
                self._is_away, self._read_at = viewer.is_away, clock.now()
                self._near = await ask(next_calls.near, viewer.id, self._read_at)
                self._look()

    def _look(self) -> None:
        if not self._title or self._view.columns.is_deleted:
            return
        now, waiting = clock.now(), next_calls.waiting(self._near)
        for appointment in self._arrived(waiting):
            when = self._view.reader.time(appointment.starts_at)
            self._desk.alert.ring(f'{appointment.name} is waiting for your call at {when}.', _about(appointment))
        self._desk.alert.keep([_about(appointment) for appointment in waiting])
        self._show_title(waiting)
        self._show_next(waiting, now)
        self._desk.status.show(is_away=self._is_away, is_in_call=standings.is_in_call(self._view.rep.id))
        if call := self._view.main.call:
            self._view.main.show_coming(next_calls.beginning(self._near, now, but=call.appointment.id))

    @property
    def _desk(self) -> RepDesk:
        return self._view.sidebar.desk

    def _arrived(self, waiting: list[Appointment]) -> list[Appointment]:
        """Those who wait and have come since this was last asked: who was away for a moment has not, nor whom the rep left in a call."""
        was = self._came_at
        self._came_at = {one.id: standings.customer_since(one.id) or (was or {}).get(one.id) for one in self._near}
        return [one for one in waiting if was is not None and was.get(one.id) != self._came_at[one.id]]

    def _show_title(self, waiting: list[Appointment]) -> None:
        names = [appointment.name for appointment in waiting]
        title = f'({len(names)}) {_who(names)} · {self._title}' if names else self._title
        if ui.context.client.title != title:
            ui.page_title(title)

    def _show_next(self, waiting: list[Appointment], now: datetime) -> None:
        reader, turn, in_call = self._view.reader, self.turn, self._view.main.call is not None
        if turn and turn in waiting:
            words = f'{turn.name}, {reader.time(turn.starts_at)}, waiting '
            self._desk.next.show(words, is_there=True, since=standings.standing(turn.id).since, is_quiet=in_call)
        elif turn:
            self._desk.next.show(f'{turn.name}, at {reader.time(turn.starts_at)}', is_there=not in_call, is_quiet=in_call)
        else:
            self._desk.next.show(self._why_nobody(now), is_there=False, is_quiet=in_call)

    def _why_nobody(self, now: datetime) -> str:
        later = next_calls.to_open(self._near, now)
        if not later:
            return 'Nobody to call now, nor in the next 24 hours.'
        return f'Nobody to call now. Next: {later.name}, {self._view.reader.soon(later.starts_at, now)}. The call opens one hour before.'


def _about(appointment: Appointment) -> str:
    return f'arrival {appointment.id}'


def _who(names: list[str]) -> str:
    if len(names) == 1:
        return f'{names[0]} is waiting'
    others = names[1] if len(names) == 2 else f'{len(names) - 1} others'
    return f'{names[0]} and {others} are waiting'
