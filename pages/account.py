"""`/account`: the rep's name, address, time zone and password."""

from fastapi import Request
from nicegui import html, ui
from nicegui.events import GenericEventArguments

from db import Rep
from pages import viewing
from pages.asking import ask
from pages.components.form import EMIT_FORM, Field, WorkButton
from pages.components.words import Words
from pages.components.zone_chooser import zone_options
from pages.layout import frame
from services import reps
from services.errors import EXPECTED, InvalidFields

FIXED = 'Set where this was started ({}), so it cannot be changed here.'
VARIABLES = {'name': 'REP_NAME', 'email': 'REP_EMAIL', 'time_zone': 'TIME_ZONE'}


async def page(request: Request) -> None:
    rep = await viewing.signed_in(request)
    with frame('Your account', rep=rep), html.div().classes('card narrow account-card'):
        html.h1('Your account')
        AccountView(request, rep).build()


class AccountView:
    """The form; what was typed stays in it, whatever is wrong with it."""

    def __init__(self, request: Request, rep: Rep) -> None:
        self.request, self.rep = request, rep
        self._fields: dict[str, Field] = {}

    def build(self) -> None:
        with html.form().classes('form').props('novalidate').on('submit', self._submit, js_handler=EMIT_FORM):
            self._text('Name', 'name', self.rep.name, 'autocomplete=name')
            self._text('Email', 'email', self.rep.email or '', 'type=email autocomplete=username')
            self._zone()
            self._password()
            self._problem = Words(tag='p').classes('problem').props('role=alert')
            with html.div().classes('buttons'):
                self._button = WorkButton('Save', 'Saving…')
                ui.link('Your appointments', '/rep').classes('button')
                self._saved = Words(tag='p').classes('saved').props('role=status')

    def _text(self, label: str, name: str, value: str, attributes: str) -> None:
        self._fields[name] = Field(label, name, value=value).props(attributes)
        if name in reps.fixed_fields(self.rep.id):
            self._fields[name].props('readonly').hint(FIXED.format(VARIABLES[name]))

    def _zone(self) -> None:
        if 'time_zone' in reps.fixed_fields(self.rep.id):
            self._text('Time zone', 'time_zone', self.rep.time_zone, '')
            return
        self._fields['time_zone'] = Field('Time zone', 'time_zone', tag='select').hint('Your working hours are in this zone.')
        self._fields['time_zone'].input.props['innerHTML'] = zone_options(self.rep.time_zone)

    @ui.refreshable_method
    def _password(self) -> None:
        html.h2('Password')
        if reps.password_is_fixed(self.rep.id):
            html.p(FIXED.format('REP_PASSWORD')).classes('quiet')
            return
        wish = 'Leave it empty to keep the one you have.' if self.rep.password_hash else 'You have none yet.'
        self._fields['password'] = Field('New password', 'password').props('type=password autocomplete=new-password')
        self._fields['password'].hint(f'{wish} At least 8 characters. A new one ends your sign-ins elsewhere.')
        self._fields['repeated'] = Field('New password again', 'repeated').props('type=password autocomplete=new-password')

    async def _submit(self, event: GenericEventArguments) -> None:
        """However often it is pressed, it counts once."""
        if self._button.working:
            return
        self._button.start()
        self._show({}, '')
        try:
            await self._save({name: str(value) for name, value in event.args.items() if name in self._fields})
        except InvalidFields as error:
            self._show(error.fields, '')
        except EXPECTED as error:
            self._show({}, str(error))
        self._button.stop()

    async def _save(self, values: dict[str, str]) -> None:
        """:raises ProductError: what the form shows"""
        if not await viewing.signed_in_again(self.request):
            return
        typed = {'name': '', 'email': '', 'time_zone': ''} | values
        self.rep = await ask(reps.update, self.rep.id, **typed, keep=viewing.sign_in_key(self.request) or '')
        self._password.refresh()
        self._saved.set_text('Saved.')

    def _show(self, problems: dict[str, str], sentence: str) -> None:
        for name, field in self._fields.items():
            field.show_problem(problems.get(name, ''))
        self._problem.set_text(sentence)
        self._saved.set_text('')
        first = next((field for name, field in self._fields.items() if name in problems), None)
        if first:
            first.input.run_method('focus')
