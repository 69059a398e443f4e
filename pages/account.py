"""`/account`: the rep's name, address, time zone and password, and their calendar feed."""

from fastapi import Request
from nicegui import html, ui

from db import Rep
from pages import viewing
from pages.asking import ask, succeeds
from pages.components.calendar_feed import CalendarFeed
from pages.components.rep_fields import FIXED, rep_fields
from pages.components.work_form import WorkForm
from pages.layout import frame
from services import feeds, passwords, reps


async def page(request: Request) -> None:
    rep = await viewing.signed_in(request)
    with frame('Your account', rep=rep), html.div().classes('card narrow account-card'):
        html.h1('Your account')
        AccountView(request, rep).build()


class AccountView:
    """The form, what is stored of what it says, and the address of the rep's calendar feed."""

    def __init__(self, request: Request, rep: Rep) -> None:
        self.request, self.rep = request, rep
        self._form = WorkForm('Save', 'Saving…', on_sent=self._save)
        self._feed = CalendarFeed(rep, on_renew=self._renew_feed)

    def build(self) -> None:
        with self._form.build():
            rep_fields(self._form, self.rep, is_own=True)
            self._password()
        self._feed.build()

    @ui.refreshable_method
    def _password(self) -> None:
        html.h2('Password')
        if reps.password_is_fixed(self.rep.id):
            html.p(FIXED.format('REP_PASSWORD')).classes('quiet')
            return
        wish = 'Leave it empty to keep the one you have.' if self.rep.password_hash else 'You have none yet.'
        first = self._form.field('New password', 'password').props('type=password autocomplete=new-password')
        first.hint(f'{wish} At least {passwords.SHORTEST} characters. A new one ends your sign-ins elsewhere.')
        self._form.field('New password again', 'repeated').props('type=password autocomplete=new-password')

    async def _save(self, typed: dict[str, str]) -> str:
        """:raises ProductError: what the form shows"""
        if not await viewing.signed_in_again(self.request):
            return ''
        values = {name: typed.get(name, '') for name in ('name', 'email', 'time_zone', 'password', 'repeated')}
        self.rep = await ask(reps.update, self.rep.id, **values, keep=viewing.sign_in_key(self.request) or '')
        self._password.refresh()
        return 'Saved.'

    async def _renew_feed(self) -> None:
        if await viewing.signed_in_again(self.request) and await succeeds(feeds.renew, self.rep.id):
            self._feed.show(await ask(reps.get, self.rep.id))
