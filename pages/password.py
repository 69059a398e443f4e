"""`/password/{key}`: where an invited rep, or one who has forgotten theirs, chooses a password. Opening it uses nothing up."""

from nicegui import html, ui

from db import Rep
from pages.asking import ask
from pages.components.work_form import WorkForm
from pages.layout import frame
from services import password_links, passwords, sign_ins


async def page(key: str) -> None:
    rep = await ask(password_links.rep_by_key, key)
    with frame('Choose a password'), html.div().classes('card narrow sign-in'):
        html.h1('Choose a password')
        PasswordView(key, rep).build()


class PasswordView:
    """The password twice; then the browser is sent on by a one-time link, which signs it in."""

    def __init__(self, key: str, rep: Rep) -> None:
        self._key, self._rep = key, rep
        self._form = WorkForm('Save and sign in', 'Saving…', on_sent=self._save)

    def build(self) -> None:
        with self._form.build():
            self._form.field('Email', 'email', value=self._rep.email or '').props('type=email autocomplete=username readonly')
            first = self._form.field('New password', 'password').props('type=password autocomplete=new-password autofocus')
            first.hint(f'At least {passwords.SHORTEST} characters.')
            self._form.field('New password again', 'repeated').props('type=password autocomplete=new-password')

    async def _save(self, typed: dict[str, str]) -> str:
        """:raises ProductError: what the form shows"""
        rep = await ask(password_links.choose, self._key, typed.get('password', ''), typed.get('repeated', ''))
        ui.navigate.to(f'/sign-in/{await ask(sign_ins.new_link, rep.id)}')
        return 'Saved. You are being signed in.'
