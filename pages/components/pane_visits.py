"""Who was in the call of an appointment, from when until when, and how good the line was."""

from nicegui import html

from pages.components.engines import way
from services import reps, visits
from services.handling import Details
from services.outcomes import Record
from services.times import Reader
from services.video.base import CUSTOMER, REP, Seat


class PaneVisits:
    """There once somebody has joined."""

    def __init__(self, details: Details, reader: Reader) -> None:
        self._names: dict[Seat, str] = {CUSTOMER: details.appointment.name, REP: reps.display_name(details.rep)}
        self._reader = reader

    def build(self) -> None:
        with html.section().classes('card pane-card') as self._section:
            heading = html.h2('Who was there')
            self._rows = html.dl().classes('pane-visits')
        self._section.props['aria-labelledby'] = heading.html_id

    def show(self, record: Record) -> None:
        """Show what is known now."""
        self._section.set_visibility(bool(record.stays))
        self._rows.clear()
        with self._rows:
            for seat, name in self._names.items():
                self._row(name, self._times(record, seat) or 'did not join')
            self._row('Together', _together(record))
            self._row('Line', _line(record))

    def _row(self, name: str, words: str) -> None:
        html.dt(name).classes('user-text')
        html.dd(words)

    def _times(self, record: Record, seat: Seat) -> str:
        """`10:00 – 10:12 and since 10:20`."""
        is_there = any(stay.seat == seat and not stay.ended for stay in record.stays)
        spans = [f'{self._reader.time(first)} – {self._reader.time(last)}' for first, last in visits.times_there(record.stays, seat)]
        if is_there:
            spans[-1] = f'since {spans[-1].partition(" – ")[0]}'
        return ', '.join(spans)


def _together(record: Record) -> str:
    """Two who are there still have been so for a while, though it is not written down how long."""
    length, here = visits.together(record.stays), {stay.seat for stay in record.stays if not stay.ended}
    return visits.words(length) if length or here == {CUSTOMER, REP} else 'never'


def _line(record: Record) -> str:
    line = visits.line(record.stays)
    if line is None:
        return ''
    how = way(line.engine) + (', through a relay' if line.is_relayed else '')
    return f'{line.quality}, {how}' if line.quality else how
