"""`/reps`: everybody who can be booked or looks after those who are. For admins."""

import asyncio

from fastapi import Request
from nicegui import html, ui

from db import Appointment, Rep
from pages import live, times, viewing
from pages.asking import ask, tell
from pages.components import mail_words
from pages.components.leaving_dialog import LeavingDialog
from pages.components.rep_form import RepForm
from pages.components.rep_row import DEACTIVATE, EDIT, INVITE_AGAIN, REACTIVATE, RepRow
from pages.components.words import Words
from pages.layout import frame
from pages.viewing import as_admin, succeeds_as_admin
from services import events, kinds, mail_states, reps, team
from services.errors import EXPECTED, NotAllowed
from services.team import Profile


async def page(request: Request) -> None:
    rep = await viewing.admin(request)
    shown = RepsView(request, rep)
    live.on(events.RepChanged, shown.on_rep)
    live.on(events.OutboxChanged, shown.on_outbox)
    with frame('Reps', rep=rep):
        await shown.build()


class RepsView:
    """The list, and the dialogs that open from it. Each change comes back as an event, which changes the rows it is about."""

    def __init__(self, request: Request, viewer: Rep) -> None:
        self.request, self.viewer = request, viewer
        self._rows: dict[int, RepRow] = {}
        self._turn = asyncio.Lock()  # held while reading and showing, so that what happens between is not missed

    async def build(self) -> None:
        reader = times.reader_in(self.request, self.viewer.time_zone)
        with html.div().classes('team-head'):
            html.h1('Reps')
            html.button('Invite a rep').classes('button primary').props('type=button').on('click', self._ask_whom_to_invite)
        self._said = Words(tag='p').classes('notice').props('role=status')
        self._list = html.ul().classes('team card')
        self._form = RepForm(on_invite=self._invite, on_change=self._change)
        self._form.build()
        self._leaving = LeavingDialog(reader, find=self._appointments, on_decided=self._let_go)
        self._leaving.build()
        await self.on_rep()

    async def on_rep(self, _event: events.RepChanged | None = None) -> None:
        """Somebody came, went or is not as they were; a viewer who is no admin any more sees no more of it."""
        async with self._turn:
            try:
                everyone = await as_admin(self.request, reps.everyone) or ()
                unreached = await ask(mail_states.undelivered_invitations)
                for index, rep in enumerate(everyone):
                    self._show(rep, index, is_unreached=rep.id in unreached)
            except NotAllowed:
                ui.navigate.to('/rep')

    async def on_outbox(self, event: events.OutboxChanged) -> None:
        """Perhaps an invitation was delivered, or was not."""
        if event.appointment_id is None:
            await self.on_rep()

    def _show(self, rep: Rep, index: int, *, is_unreached: bool) -> None:
        if rep.id not in self._rows:
            acts = {
                EDIT: self._ask_what_to_change,
                INVITE_AGAIN: self._invite_again,
                DEACTIVATE: self._ask_what_becomes,
                REACTIVATE: self._reactivate,
            }
            self._rows[rep.id] = RepRow(rep, is_own=rep.id == self.viewer.id, acts=acts)
            with self._list:
                self._rows[rep.id].build()
        row = self._rows[rep.id]
        row.show(rep, is_unreached=is_unreached)
        if self._list.default_slot.children.index(row.element) != index:
            row.element.move(target_index=index)

    async def _ask_whom_to_invite(self) -> None:
        taken = [row.rep.colour for row in self._rows.values()]
        colour = min(reps.COLOURS, key=taken.count)
        proposed = Rep(name='', time_zone=self.viewer.time_zone, colour=colour, is_admin=False)
        self._form.invite(proposed, await ask(kinds.active))

    async def _invite(self, profile: Profile, kind_ids: list[int]) -> None:
        """:raises ProductError: what the form shows"""
        if rep := await as_admin(self.request, team.invite, profile, kind_ids):
            self._said.set_text(f'{rep.name} is invited: {mail_words.invitation_came(rep.email)}.')

    def _ask_what_to_change(self, rep: Rep) -> None:
        self._form.change(rep)

    async def _change(self, rep_id: int, profile: Profile) -> None:
        """:raises ProductError: what the form shows"""
        if rep := await as_admin(self.request, team.change, rep_id, profile):
            self._said.set_text(f'{reps.display_name(rep)} is saved.')

    async def _invite_again(self, rep: Rep) -> None:
        if await succeeds_as_admin(self.request, team.invite_again, rep.id):
            self._said.set_text(f'{rep.name} is invited again: {mail_words.invitation_came(rep.email)}.')

    async def _ask_what_becomes(self, rep: Rep) -> None:
        try:
            await self._leaving.ask(rep)
        except EXPECTED as error:
            tell(str(error))

    async def _appointments(self, rep_id: int) -> list[Appointment]:
        return await as_admin(self.request, team.appointments_to_come, rep_id) or []

    async def _let_go(self, rep: Rep, hand_over: bool, reason: str) -> None:
        """:raises ProductError: what the dialog shows"""
        if await as_admin(self.request, team.let_go, rep.id, by_id=self.viewer.id, hand_over=hand_over, reason=reason):
            self._said.set_text(f'{reps.display_name(rep)} is inactive.')

    async def _reactivate(self, rep: Rep) -> None:
        if await succeeds_as_admin(self.request, team.reactivate, rep.id):
            self._said.set_text(f'{reps.display_name(rep)} is active again.')
