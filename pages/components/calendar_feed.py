"""The address at which a rep's calendar program reads their appointments."""

from collections.abc import Awaitable, Callable

from nicegui import html
from nicegui.events import GenericEventArguments

from db import Rep
from pages.components.confirmation import Confirmation
from pages.components.form import Field
from pages.components.words import Words
from services import feeds

COPY = """async () => {
  const field = document.getElementById('ID');
  field.select();
  try { await navigator.clipboard.writeText(field.value); emit(true); } catch { emit(false); }
}"""


class CalendarFeed:
    """The address, to be copied or renewed. `on_renew` is to renew it, and to `show` the rep it then is."""

    def __init__(self, rep: Rep, *, on_renew: Callable[[], Awaitable[None]]) -> None:
        self.rep, self._on_renew = rep, on_renew

    def build(self) -> None:
        with html.section().classes('calendar-feed'):
            html.h2('Your appointments in your own calendar')
            html.p('Let Google, Outlook, Apple or another calendar subscribe to this address. It shows changes when it next looks here.')
            self._field = Field('Address of the calendar', 'feed', value=feeds.address(self.rep)).props('readonly')
            self._field.hint('Whoever knows it can read your appointments. Renew it, and the address so far leads nowhere.')
            with html.div().classes('buttons'):
                copy = html.button('Copy').classes('button').props('type=button')
                copy.on('click', self._copied, js_handler=COPY.replace('ID', self._field.input.html_id))
                html.button('Renew').classes('button').props('type=button aria-haspopup=dialog').on('click', self._renew)
                self._said = Words(tag='p').classes('saved').props('role=status')

    def show(self, rep: Rep) -> None:
        """Show the address this rep has now, and that it is a new one."""
        self._field.input.props['defaultValue'] = feeds.address(rep)
        self._said.set_text('This is the new address.')

    def _copied(self, event: GenericEventArguments) -> None:
        self._said.set_text('Copied.' if event.args else 'Please copy the marked text.')

    async def _renew(self) -> None:
        asked = Confirmation(
            'Renew the address?',
            'Your calendar programs must subscribe to the new one: the address so far will lead nowhere.',
            yes='Renew',
            no='Keep it',
        )
        if await asked.given():
            await self._on_renew()
