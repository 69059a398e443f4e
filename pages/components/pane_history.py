"""The earlier appointments with the same customer."""

from nicegui import html, ui

from services.appointments import CANCELLED
from services.outcomes import CUSTOMER_MISSED, HELD, HISTORY_MAX, REP_MISSED, Past
from services.times import Reader

WENT = {HELD: 'took place', CUSTOMER_MISSED: 'they did not come', REP_MISSED: 'the rep did not come'}


class PaneHistory:
    """There when there is one: each leads to that appointment. Those that were cancelled have no page; their notes stand here."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader

    def build(self) -> None:
        with html.section().classes('card pane-card') as self._section:
            heading = html.h2('Earlier appointments')
            self._list = html.ul().classes('pane-history')
        self._section.props['aria-labelledby'] = heading.html_id
        self._section.set_visibility(False)

    def show(self, history: list[Past]) -> None:
        """Show these, the newest first."""
        self._section.set_visibility(bool(history))
        with self._list:
            for past in history:
                with html.li():
                    self._entry(past)
            if len(history) == HISTORY_MAX:
                html.li(f'Those before the last {HISTORY_MAX} are not shown.').classes('quiet small')

    def _entry(self, past: Past) -> None:
        moment = self._reader.moment(past.starts_at)
        if past.status == CANCELLED:
            html.span(moment)
            html.span('cancelled').classes('quiet')
            if past.notes:
                html.p(past.notes).classes('user-text small')
        else:
            ui.link(moment, f'/rep?at={past.starts_at:%Y-%m-%dT%H:%MZ}&of={past.rep_id}')
            html.span(_words(past)).classes('quiet')


def _words(past: Past) -> str:
    return ' · '.join(filter(None, (WENT.get(past.outcome, ''), 'with notes' if past.notes else '')))
