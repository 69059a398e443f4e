"""`/mailbox`: the mails of a site that has no mail server, as people would see them: for reps their own, for admins all."""

import asyncio
from email.message import EmailMessage

from fastapi import Request
from nicegui import html, ui

from db import Rep
from pages import live, times, viewing
from pages.asking import ask
from pages.components.icon import icon
from pages.components.mail_message import MailMessage
from pages.layout import frame
from services import events, mail, mail_states
from services.times import Reader

PAGE_SIZE = 20

Letter = tuple[int, EmailMessage]  # the number of its row, and what it says


async def page(request: Request, message: str = '', skip: str = '') -> None:
    rep = await viewing.signed_in(request)
    shown = MailboxView(request, rep, times.reader_in(request, rep.time_zone), _number(message), _number(skip))
    live.on(events.OutboxChanged, shown.on_outbox)
    with frame('Mailbox', rep=rep, wide=True):
        await shown.build()


class MailboxView:
    """The list of messages, and beside it the chosen one; without a choice the newest, which a phone leaves out."""

    def __init__(self, request: Request, viewer: Rep, reader: Reader, chosen_id: int, skip: int) -> None:
        self.request, self.viewer, self.reader, self.chosen_id, self.skip = request, viewer, reader, chosen_id, skip
        self._listed: set[int] = set()
        self._turn = asyncio.Lock()  # held while reading and showing, so that what happens between is not missed

    async def build(self) -> None:
        async with self._turn:
            letters = await ask(_letters, self.viewer, self.skip, PAGE_SIZE + 1, set())
            chosen = await ask(_letter, self.viewer, self.chosen_id) if self.chosen_id else next(iter(letters), None)
            self._build(letters, chosen)

    def _build(self, letters: list[Letter], chosen: Letter | None) -> None:
        with html.div().classes('mailbox mailbox-chosen' if self.chosen_id else 'mailbox'):
            with html.nav().classes('mailbox-list').props('aria-label=Messages'):
                html.h1('Mailbox')
                html.p('No mail server is set, so the mails stay here.').classes('quiet small')
                if self.viewer.is_admin:
                    ui.link('See the text of every kind of mail (samples)', '/mails').classes('small')
                self._rows = html.ol().classes('mailbox-rows')
                for letter in letters[:PAGE_SIZE]:
                    self._row(*letter, is_open=bool(chosen and chosen[0] == letter[0]))
                self._pages(is_last=len(letters) <= PAGE_SIZE)
            with html.section().classes('mailbox-message').props('aria-label=Message'):
                self._message(chosen)

    async def on_outbox(self, _event: events.OutboxChanged) -> None:
        """Perhaps a mail was delivered: only what is new is read and put on top."""
        async with self._turn:
            if self.skip or self._rows.is_deleted or not (viewer := await viewing.signed_in_again(self.request)):
                return
            for letter in reversed(await ask(_letters, viewer, 0, PAGE_SIZE, self._listed)):
                if not self._rows.is_deleted:
                    self._row(*letter).move(target_index=0)

    def _row(self, item_id: int, message: EmailMessage, *, is_open: bool = False) -> html.li:
        self._listed.add(item_id)
        with self._rows, html.li() as row, ui.link(target=f'/mailbox?message={item_id}&skip={self.skip}').classes('mailbox-row') as link:
            html.span(message['To'].addresses[0].addr_spec).classes('mailbox-to')
            html.span(message['Subject'])
            html.span(self.reader.moment(message['Date'].datetime)).classes('quiet small')
        link.props['aria-current'] = 'true' if is_open else 'false'
        return row

    def _pages(self, *, is_last: bool) -> None:
        with html.div().classes('buttons'):
            if self.skip:
                ui.link('Newer', f'/mailbox?skip={max(0, self.skip - PAGE_SIZE)}').classes('button')
            if not is_last:
                ui.link('Older', f'/mailbox?skip={self.skip + PAGE_SIZE}').classes('button')

    def _message(self, chosen: Letter | None) -> None:
        with ui.link(target=f'/mailbox?skip={self.skip}').classes('button mailbox-back'):
            icon('chevron_left')
            html.span('All messages')
        if chosen:
            MailMessage(chosen[1], self.reader).build()
        else:
            html.p('There is no such message.' if self.chosen_id else 'Mails appear in the list when there is something to tell you.')


def _letters(viewer: Rep, skip: int, limit: int, known: set[int]) -> list[Letter]:
    """The mails from there on that are not known yet, newest first."""
    return [(item.id, mail.compose(item)) for item in mail_states.delivered(skip, limit, viewer) if item.id not in known]


def _letter(viewer: Rep, item_id: int) -> Letter | None:
    item = mail_states.delivered_one(item_id, viewer)
    return (item.id, mail.compose(item)) if item else None


def _number(text: str) -> int:
    """The row number or count that a part of the URL means; 0 when it means none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0
