"""Who was in the call of an appointment, from when until when, and how good the line was."""

from datetime import datetime

from nicegui import html

from db import Visit
from pages.components.engines import way
from services import visits
from services.outcomes import Record
from services.times import Reader
from services.video.base import CUSTOMER, REP, Seat

SPANS_MOST = 4  # that are told one by one


class PaneVisits:
    """There once somebody has joined."""

    def __init__(self, reader: Reader) -> None:
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
            self._row(record.appointment.name, self._times(record.stays, CUSTOMER))
            for rep_id, stays in visits.by_rep(record.stays, record.appointment.rep_id).items():
                self._row(record.rep_names[rep_id], self._times(stays, REP))
            self._row('Together', _together(record))
            self._row('Line', _line(record))

    def _row(self, name: str, words: str) -> None:
        html.dt(name).classes('user-text')
        html.dd(words)

    def _times(self, stays: list[Visit], seat: Seat) -> str:
        """`10:00 – 10:12, since 10:20`; of very many only from when until when: `10:00 – 10:40, with 7 breaks`."""
        found, breaks = visits.times_there(stays, seat), ''
        if len(found) > SPANS_MOST:
            found, breaks = [(found[0][0], found[-1][1])], f', with {len(found) - 1} breaks'
        spans = [self._span(*stretch) for stretch in found]
        if any(stay.seat == seat and not stay.ended for stay in stays):
            spans[-1] = f'since {self._reader.time(found[-1][0])}'
        return ', '.join(spans) + breaks or 'did not join'

    def _span(self, first: datetime, last: datetime) -> str:
        """`10:00 – 10:12`, or `10:00` when it did not last until the clocks showed another time."""
        return ' – '.join(dict.fromkeys((self._reader.time(first), self._reader.time(last))))


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
