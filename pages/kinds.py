"""`/kinds`: what can be booked. For admins."""

import asyncio
from functools import partial

from fastapi import Request
from nicegui import html

from db import Kind
from pages import live, viewing
from pages.asking import ask
from pages.components.confirmation import Confirmation
from pages.components.kind_form import KindForm
from pages.components.kind_list import NOTHING
from pages.components.kind_row import DELETE, EDIT, HIDE, SHOW, KindRow
from pages.components.words import Words
from pages.layout import frame
from pages.viewing import as_admin, succeeds_as_admin
from services import events, kind_changes, questions, reps
from services.kind_changes import Listed
from services.kind_fields import Typed, typed_as


async def page(request: Request) -> None:
    rep = await viewing.admin(request)
    shown = KindsView(request)
    live.on(events.KindChanged, shown.on_changed)
    live.on(events.RepChanged, shown.on_changed)
    with frame('Kinds of appointment', rep=rep):
        await shown.build()


class KindsView:
    """The list, and the dialog that opens from it. Each change comes back as an event, which changes the rows it is about."""

    def __init__(self, request: Request) -> None:
        self.request = request
        self._rows: dict[int, KindRow] = {}
        self._turn = asyncio.Lock()  # held while reading and showing, so that what happens between is not missed

    async def build(self) -> None:
        with html.div().classes('kinds-head'):
            html.h1('Kinds of appointment')
            html.button('Add a kind').classes('button primary').props('type=button').on('click', self._ask_what_to_add)
        self._said = Words(tag='p').classes('notice').props('role=status')
        self._nothing = html.p(f'All kinds are hidden. Customers read: {NOTHING}').classes('notice')
        self._list = html.ol().classes('kinds card')
        self._form = KindForm(propose=partial(ask, kind_changes.proposed_slug))
        self._form.build()
        await self.on_changed()

    async def on_changed(self, _event: events.KindChanged | events.RepChanged | None = None) -> None:
        """A kind, or somebody in it, is not as it was."""
        async with self._turn:
            found = await ask(kind_changes.listed)
            for gone in self._rows.keys() - {listed.kind.id for listed in found}:
                self._rows.pop(gone).element.delete()
            for index, listed in enumerate(found):
                self._show(listed, index)
            self._nothing.set_visibility(not any(listed.kind.is_active for listed in found))

    def _show(self, listed: Listed, index: int) -> None:
        if listed.kind.id not in self._rows:
            acts = {EDIT: self._ask_what_to_change, HIDE: self._hide, SHOW: self._publish, DELETE: self._delete}
            self._rows[listed.kind.id] = KindRow(listed, acts=acts, on_move=self._move, on_copied=self._say_copied)
            with self._list:
                self._rows[listed.kind.id].build()
        row = self._rows[listed.kind.id]
        row.show(listed)
        if self._list.default_slot.children.index(row.element) != index:
            row.element.move(target_index=index)

    async def _ask_what_to_add(self) -> None:
        active = [rep for rep in await ask(reps.everyone) if rep.is_active]
        self._form.ask('Add a kind', Typed('', rep_ids=[rep.id for rep in active]), active, partial(self._save, None))

    async def _ask_what_to_change(self, listed: Listed) -> None:
        kind, in_it = listed.kind, [rep.id for rep in listed.reps]
        known = typed_as(kind, in_it, await ask(questions.of, kind.id))
        offered = [rep for rep in await ask(reps.everyone) if rep.is_active or rep.id in in_it]
        self._form.ask(f'Edit {kind.name}', known, offered, partial(self._save, kind))

    async def _save(self, kind: Kind | None, typed: Typed) -> None:
        """:raises ProductError: what the form shows"""
        change = kind_changes.add if kind is None else partial(kind_changes.change, kind.id)
        if saved := await as_admin(self.request, change, typed):
            self._said.set_text(f'{saved.name} is saved.')

    async def _hide(self, listed: Listed) -> None:
        if await succeeds_as_admin(self.request, kind_changes.show, listed.kind.id, is_active=False):
            self._said.set_text(f'{listed.kind.name} is hidden: nobody can book it. What is booked stays.')

    async def _publish(self, listed: Listed) -> None:
        if await succeeds_as_admin(self.request, kind_changes.show, listed.kind.id, is_active=True):
            self._said.set_text(f'{listed.kind.name} can be booked again.')

    async def _delete(self, listed: Listed) -> None:
        asked = Confirmation(
            f'Delete {listed.kind.name}?', 'Nobody has ever booked it. Its address will lead nowhere.', yes='Delete', no='Keep it'
        )
        with self._list:
            if await asked.given() and await succeeds_as_admin(self.request, kind_changes.remove, listed.kind.id):
                self._said.set_text(f'{listed.kind.name} is deleted.')

    async def _move(self, listed: Listed, places: int) -> None:
        if await succeeds_as_admin(self.request, kind_changes.move, listed.kind.id, places):
            await self.on_changed()  # the event would come later than the focus must
            self._rows[listed.kind.id].focus(places)

    def _say_copied(self, address: str, is_copied: bool) -> None:
        """A page that is not https has no clipboard: there the address is shown."""
        self._said.set_text(f'Copied: {address}' if is_copied else f'Your browser does not let us copy. This is the address: {address}')
