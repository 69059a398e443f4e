"""One mail as a mail program shows it."""

from base64 import b64encode
from email.message import EmailMessage

from nicegui import html, ui

from services.times import Reader


class MailMessage:
    """Headers, body, the same as plain text, and the calendar object, if there is one, with a way to save it.

    The body is in a frame of its own that can do nothing but open links, each in a new tab: as strict as a mail program.
    """

    def __init__(self, message: EmailMessage, reader: Reader) -> None:
        self.message, self.reader = message, reader
        self._parts = {part.get_content_type(): part for part in message.walk()}

    def build(self) -> None:
        html.h1(self.message['Subject']).classes('user-text')
        with html.dl().classes('mail-headers'):
            for name in ('From', 'To', 'Reply-To'):
                self._header(name, str(self.message[name] or ''))
            self._header('Date', self.reader.moment(self.message['Date'].datetime))
        body = ui.element('iframe').classes('mail-body')
        body.props['sandbox'] = 'allow-popups allow-popups-to-escape-sandbox'
        body.props['title'] = 'The text of the mail'
        body.props['srcdoc'] = self._parts['text/html'].get_content()
        if 'text/calendar' in self._parts:
            self._plain()
        if calendar := self._parts.get('text/calendar'):
            self._calendar(calendar)

    def _header(self, name: str, text: str) -> None:
        if text:
            html.dt(name)
            html.dd(text).classes('user-text')

    def _plain(self) -> None:
        with html.details().classes('mail-part'):
            html.summary('Plain text')
            html.pre(self._parts['text/plain'].get_content())

    def _calendar(self, part: EmailMessage) -> None:
        lines = part.get_content().rstrip('\n').split('\n')  # `splitlines` knows more ends of a line than RFC 5545
        with html.details().classes('mail-part'):
            html.summary(f'Calendar part ({part.get_param("method")})')
            html.pre('\n'.join(lines).replace('\n ', ''))  # long lines are folded in it (RFC 5545 §3.1)
        save = html.a('Save the calendar part').classes('button').props('download=invitation.ics')
        save.props['href'] = 'data:text/calendar;base64,' + b64encode('\r\n'.join([*lines, '']).encode()).decode()
