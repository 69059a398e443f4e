"""`/mails`: every mail there is, with made-up people in it: what it looks like, and which file its text is in. For admins."""

from email.message import EmailMessage

from fastapi import Request
from nicegui import html, ui

from pages import times, viewing
from pages.asking import ask
from pages.components.icon import icon
from pages.components.mail_message import MailMessage
from pages.layout import frame
from services import letters, mail
from services.times import Reader


async def page(request: Request, message: str = '') -> None:
    rep = await viewing.admin(request)
    samples = await ask(_samples)
    reader = times.reader_in(request, rep.time_zone)
    with frame('Mails', rep=rep, wide=True):
        MailsView(samples, message if message in samples else '', reader).build()


class MailsView:
    """The list of all messages by the names of their files, and beside it the chosen one; without a choice the first."""

    def __init__(self, samples: dict[str, EmailMessage], chosen: str, reader: Reader) -> None:
        self.samples, self.chosen, self.reader = samples, chosen, reader

    def build(self) -> None:
        shown = self.chosen or next(iter(self.samples))
        with html.div().classes('mailbox mailbox-chosen' if self.chosen else 'mailbox'):
            with html.nav().classes('mailbox-list').props('aria-label=Mails'):
                html.h1('Mails')
                html.p('What people get, with sample data. MAIL_TEMPLATES can name a folder with texts of your own.').classes('quiet small')
                with html.ol().classes('mailbox-rows'):
                    for name in self.samples:
                        self._row(name, is_open=name == shown)
            with html.section().classes('mailbox-message').props('aria-label=Message'):
                with ui.link(target='/mails').classes('button mailbox-back'):
                    icon('chevron_left')
                    html.span('All mails')
                MailMessage(self.samples[shown], self.reader).build()

    def _row(self, name: str, *, is_open: bool) -> None:
        with html.li(), ui.link(target=f'/mails?message={name}').classes('mailbox-row') as link:
            html.span(self.samples[name]['Subject'])
            html.span(name).classes('quiet small')
        link.props['aria-current'] = 'true' if is_open else 'false'


def _samples() -> dict[str, EmailMessage]:
    """Every message by the name of its file."""
    return {letters.file_name(*message): mail.sample(*message) for message in letters.MESSAGES}
