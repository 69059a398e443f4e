"""The way to a new password, in a dialog: a form that asks for the address, and says the same whether or not a rep has it."""

from nicegui import html

from pages.asking import ask
from pages.components.dialog import Dialog
from pages.components.work_form import WorkForm
from services import password_links, settings

ON_ITS_WAY = 'If a rep has this address, a mail with a link to choose a new password is on its way to it.'
IN_THE_MAILBOX = (
    'No mail server is set here, so it lies in the mailbox, for an admin to read. `python main.py reset-password` prints a link too.'
)


class ForgottenPassword:
    """A button and its dialog. `network_address`: whoever asks too often from there has to wait."""

    def __init__(self, network_address: str) -> None:
        self._network_address = network_address

    def build(self) -> None:
        html.button('Forgot your password?').classes('link-button').props('type=button').on('click', self._open)
        self._dialog = Dialog()

    def _open(self) -> None:
        self._dialog.clear()
        form = WorkForm('Send the link', 'Sending…', on_sent=self._send)
        with self._dialog.content():
            self._dialog.name_by(html.h2('Forgot your password?'))
            with form.build():
                field = form.field('Your email', 'email').props('type=email autocomplete=username autofocus')
                field.hint('A link to choose a new one is sent there.')
            form.add_way_out('Close', self._dialog.close)
        self._dialog.open()

    async def _send(self, typed: dict[str, str]) -> str:
        """:raises TooManyTries: which the form shows"""
        await ask(password_links.send, typed.get('email', ''), self._network_address)
        return ON_ITS_WAY if settings.current().sends_mail else f'{ON_ITS_WAY} {IN_THE_MAILBOX}'
