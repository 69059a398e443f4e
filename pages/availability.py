"""`/availability`: when a rep can be booked, and beside it what customers see of that. Their own, or for admins anybody's."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from typing import ParamSpec, TypeVar, get_args
from zoneinfo import ZoneInfo

from fastapi import Request
from nicegui import html, ui
from nicegui.events import GenericEventArguments

from db import Rep
from pages import live, times, viewing
from pages.asking import ask
from pages.components.availability_card import availability_card
from pages.components.availability_editors import AvailabilityEditors
from pages.components.availability_preview import AvailabilityPreview
from pages.components.form import EMIT_VALUE, Field
from pages.components.words import Words
from pages.layout import frame
from services import clock, events, rep_availability, reps
from services.errors import BadRequest, NotAllowed
from services.rep_availability import RepAvailability

P = ParamSpec('P')
T = TypeVar('T')

NO_KIND = 'Nobody can book here yet. An admin chooses on the page of kinds who can be booked for what.'
REFRESH_SECONDS = 60  # times pass, and another process may have read a calendar
OfOneRep = events.AvailabilityChanged | events.BusyCalendarChanged | events.RepChanged | events.TimeChange


async def page(request: Request, rep: str = '') -> None:
    viewer = await viewing.signed_in(request)
    subject = await ask(_whose, viewer, rep)
    shown = AvailabilityView(request, viewer, subject)
    for kind in get_args(OfOneRep):
        live.on(kind, shown.on_rep)
    live.on(events.KindChanged, shown.on_kind)
    with frame('Availability', rep=viewer):
        await shown.build()
    ui.timer(REFRESH_SECONDS, shown.refresh, immediate=False)


class AvailabilityView:
    """The editors, and the preview. Each change comes back as an event, which changes what it is about."""

    def __init__(self, request: Request, viewer: Rep, rep: Rep) -> None:
        self.request, self.viewer, self.rep = request, viewer, rep
        self.reader = times.reader_of(request) or times.reader_in(request, rep.time_zone)
        self._kind_id = 0
        self._turn = asyncio.Lock()  # held while reading and showing, so that what happens between is not missed

    async def build(self) -> None:
        async with self._turn:
            everyone = await ask(reps.everyone) if self.viewer.is_admin else []
            state = await self._read()
            self._editors = AvailabilityEditors(state, self.reader, on_change=self._change)
            self._preview = AvailabilityPreview(self.reader, on_kind=self._change_kind, on_zone=self._change_zone)
            self._build(everyone)
            self._show(state)

    async def refresh(self) -> None:
        """Show what is the case now; an admin who is none any more goes back to their own."""
        async with self._turn:
            try:
                if not self._nothing.is_deleted and await self._is_allowed():
                    self._show(await self._read())
            except NotAllowed:
                ui.navigate.to('/availability')

    async def on_rep(self, event: OfOneRep) -> None:
        """Something about a rep has changed."""
        if event.rep_id == self.rep.id:
            await self.refresh()

    async def on_kind(self, _event: events.KindChanged) -> None:
        """A kind of appointment, or who can be booked for it, has changed."""
        await self.refresh()

    def _build(self, everyone: list[Rep]) -> None:
        now = clock.now()
        with html.div().classes('availability-head'):
            html.h1('Availability')
            if len(everyone) > 1:
                self._choose_rep(everyone)
        with html.div().classes('availability'):
            self._editors.build(now)
            with html.div().classes('availability-preview'), availability_card('What customers see'):
                self._nothing = Words(tag='p').classes('notice')
                self._preview.build(now)

    def _choose_rep(self, everyone: list[Rep]) -> None:
        field = Field('Of', 'rep', tag='select')
        field.input.on('change', _go_to, js_handler=EMIT_VALUE)
        with field.input:
            for rep in everyone:
                option = Words(reps.display_name(rep), tag='option')
                option.props['value'], option.props['selected'] = str(rep.id), rep.id == self.rep.id

    def _show(self, state: RepAvailability) -> None:
        self.rep, self._kind_id, now = state.rep, state.kind_id, clock.now()
        self._editors.show(state, now)
        self._nothing.set_text('' if state.kinds else NO_KIND)
        self._preview.show(state.kinds, state.kind_id, self.reader, state.starts, now)

    async def _read(self) -> RepAvailability:
        return await ask(rep_availability.of, self.rep.id, self._kind_id, self.reader.zone)

    async def _change_kind(self, kind_id: int) -> None:
        self._kind_id = kind_id
        await self.refresh()

    async def _change_zone(self, name: str) -> None:
        self.reader = replace(self.reader, zone=ZoneInfo(name))
        await self.refresh()

    async def _change(self, service: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T | None:
        """What the service returns; None when the viewer may not do this any more, and then the page says so or leaves.

        :raises ProductError: what the service raises
        """
        async with self._turn:
            return await ask(service, *args, **kwargs) if await self._is_allowed() else None

    async def _is_allowed(self) -> bool:
        """Whether the viewer is still signed in; then they still may.

        :raises NotAllowed: when this is not theirs to change any more
        """
        viewer = await viewing.signed_in_again(self.request)
        if viewer:
            reps.require_may_handle(viewer, self.rep.id)
        return viewer is not None


def _whose(viewer: Rep, rep: str) -> Rep:
    """The rep this part of the URL means; the viewer, when it is empty.

    :raises BadRequest: when there is no such rep
    :raises NotAllowed: when they are none of the viewer's business
    """
    if not rep:
        return viewer
    found = next((one for one in reps.everyone() if str(one.id) == rep), None)
    reps.require_may_handle(viewer, found.id if found else 0)
    if found is None:
        raise BadRequest('There is no such rep. Please choose one on the page of reps.')
    return found


def _go_to(event: GenericEventArguments) -> None:
    ui.navigate.to(f'/availability?rep={int(event.args)}')
