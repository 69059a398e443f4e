"""The dialog in which an admin invites a rep, or changes one."""

from collections.abc import Awaitable, Callable

from nicegui import html

from db import Kind, Rep
from pages.components import mail_words
from pages.components.dialog import Dialog
from pages.components.rep_fields import rep_fields
from pages.components.tick import tick
from pages.components.work_form import WorkForm
from services import reps
from services.team import Profile

FROM_NOW_ON = 'From now on, every day from {:%H:%M} to {:%H:%M} in their time zone, until they change their hours.'
KIND = 'kind '  # before the row number of a kind, as the name of its box


class RepForm:
    """`invite` and `change` open it; what was typed goes to a callback, whose expected errors are shown in it."""

    def __init__(
        self,
        *,
        on_invite: Callable[[Profile, list[int]], Awaitable[None]],
        on_change: Callable[[int, Profile], Awaitable[None]],
    ) -> None:
        self._on_invite, self._on_change = on_invite, on_change

    def build(self) -> None:
        self._dialog = Dialog(fills_phone=True)

    def invite(self, proposed: Rep, kinds: list[Kind]) -> None:
        """Ask who is to be invited, with what is likely filled in."""

        async def send(typed: dict[str, str]) -> str:
            await self._on_invite(_profile(typed), [kind.id for kind in kinds if f'{KIND}{kind.id}' in typed])
            self._dialog.close()
            return ''

        form = WorkForm('Send the invitation', 'Inviting…', on_sent=send)
        with form.asked_in(self._dialog, 'Invite a rep'):
            html.p(mail_words.invitation_comes()).classes('quiet')
            _fields(form, proposed)
            _kinds(kinds)

    def change(self, rep: Rep) -> None:
        """Ask what is to be changed about a rep."""

        async def save(typed: dict[str, str]) -> str:
            await self._on_change(rep.id, _profile(typed))
            self._dialog.close()
            return ''

        form = WorkForm('Save', 'Saving…', on_sent=save)
        with form.asked_in(self._dialog, f'Edit {reps.display_name(rep)}'):
            _fields(form, rep)


def _fields(form: WorkForm, rep: Rep) -> None:
    rep_fields(form, rep, is_own=False)
    with html.fieldset().classes('ticks colours'):
        html.legend('Colour')
        for colour, name in reps.COLOURS.items():
            with tick(name, 'colour', chosen=colour == rep.colour, value=colour, one_of_several=True):
                html.span().classes('swatch').style(f'background: {colour}').props('aria-hidden=true')
    tick('Admin: looks after reps, kinds and everybody’s appointments', 'is_admin', chosen=rep.is_admin)


def _kinds(kinds: list[Kind]) -> None:
    with html.fieldset().classes('ticks'):
        html.legend('Can be booked for')
        html.p(FROM_NOW_ON.format(*reps.DEFAULT_HOURS)).classes('quiet small')
        for kind in kinds:
            tick(kind.name, f'{KIND}{kind.id}', chosen=True)


def _profile(typed: dict[str, str]) -> Profile:
    fields = {name: typed.get(name, '') for name in ('name', 'email', 'time_zone', 'colour')}
    return Profile(**fields, is_admin='is_admin' in typed)
