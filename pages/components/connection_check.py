"""A trial of the connection that a call needs, from this browser and in this network."""

from nicegui import html
from nicegui.element import Element

from pages.components.connection_words import Finding, findings
from pages.components.icon import icon
from pages.components.words import Words
from services import trials
from services.errors import EXPECTED

TIMEOUT_SECONDS = 30
SILENT = Finding(False, 'Your browser did not answer. Please reload this page and try again.')


class ConnectionTrial(Element, component='connection_check.js'):
    """The half that runs in the browser: `test(trial)` gives what it found."""


class ConnectionCheck:
    """A button, and below it what was found, a sentence a line. `network`: the network address of whoever looks."""

    def __init__(self, network: str) -> None:
        self._network = network
        self._is_working = False

    def build(self) -> None:
        self._trial = ConnectionTrial()
        with html.button().classes('button').props('type=button').on('click', self._handle_click) as self._button:
            self._label = Words('Test the connection')
        with html.div().props('role=status'):
            self._found = html.ul().classes('check-found')

    async def _handle_click(self) -> None:
        if not self._is_working:
            self._show_work(True)
            self._show(await self._find())
            self._show_work(False)

    async def _find(self) -> list[Finding]:
        try:
            trial = trials.begin(self._network)
            return findings(trial, await self._trial.run_method('test', trial, timeout=TIMEOUT_SECONDS))
        except EXPECTED as error:
            return [Finding(False, str(error))]
        except TimeoutError:
            return [SILENT]

    def _show_work(self, is_working: bool) -> None:
        self._is_working = is_working
        self._label.set_text('Testing …' if is_working else 'Test the connection')
        self._button.props['aria-disabled'] = 'true' if is_working else 'false'

    def _show(self, found: list[Finding]) -> None:
        self._found.clear()
        with self._found:
            for one in found:
                with html.li().classes('good' if one.is_good else 'bad'):
                    icon('check_circle' if one.is_good else 'error')
                    html.span(one.sentence)
