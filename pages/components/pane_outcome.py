"""How an appointment went: three answers, the likely one marked."""

from collections.abc import Awaitable, Callable

from nicegui import html

from pages.components.icon import icon
from pages.components.words import Words
from services import visits
from services.handling import Details
from services.outcomes import CUSTOMER_MISSED, HELD, REP_MISSED, Outcome, Record
from services.reps import display_name


class PaneOutcome:
    """`on_choose(outcome)` marks it; the one that is marked already is taken back by nothing."""

    def __init__(self, details: Details, *, on_choose: Callable[[Outcome], Awaitable[None]]) -> None:
        self._customer = details.appointment.name
        self._answers: dict[Outcome, str] = {
            HELD: 'It took place',
            CUSTOMER_MISSED: f'{self._customer} did not come',
            REP_MISSED: f'{display_name(details.rep)} did not come',
        }
        self._on_choose = on_choose
        self._marked: str = ''

    def build(self) -> None:
        with html.section().classes('card pane-card') as self._section:
            heading = html.h2('How did it go?')
            self._why = Words(tag='p').classes('quiet').props('role=status')
            with html.div().classes('buttons').props('role=group') as choices:
                self._buttons = {outcome: self._button(outcome, words) for outcome, words in self._answers.items()}
        self._section.props['aria-labelledby'] = choices.props['aria-labelledby'] = heading.html_id
        self._section.set_visibility(False)

    def show(self, record: Record, *, is_due: bool) -> None:
        """Show what is marked, or else what seems to be so."""
        self._marked = record.appointment.outcome
        self._section.set_visibility(is_due or bool(self._marked))
        self._why.set_text('Press it again to take that back.' if self._marked else self._reason(record))
        likely = '' if self._marked else record.suggested
        for outcome, (button, tick) in self._buttons.items():
            button.props['aria-pressed'] = 'true' if outcome == self._marked else 'false'
            button.classes(add='primary' if outcome == likely else '', remove='' if outcome == likely else 'primary')
            tick.set_visibility(outcome == self._marked)

    def _button(self, outcome: Outcome, words: str) -> tuple[html.button, html.span]:
        with html.button().classes('button').props('type=button').on('click', lambda: self._choose(outcome)) as button:
            tick = icon('check')
            html.span(words)
        return button, tick

    async def _choose(self, outcome: Outcome) -> None:
        await self._on_choose('' if outcome == self._marked else outcome)

    def _reason(self, record: Record) -> str:
        """Why one of the answers is likely."""
        return {
            HELD: f'Both were there together for {visits.words(visits.together(record.stays))}.',
            CUSTOMER_MISSED: f'{self._customer} did not join the call.',
            REP_MISSED: f'Only {self._customer} joined the call.',
        }.get(record.suggested, '')
