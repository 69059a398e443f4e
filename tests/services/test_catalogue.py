"""What is kept of reps, hours and kinds is never older than the database."""

import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import update
from sqlalchemy.orm import Session

import db
import migrations
from services import availability, catalogue, first_rep, kind_changes, kinds, reps, team, working_hours
from services.slots import Slot
from services.team import Profile
from tests.conftest import BERLIN, coming, on_sqlite

EVERY_DAY = range(7)
OTHER_PROCESS = """
import db
from services import reps, settings, working_hours
settings.use(settings.load())
db.connect(settings.current().database_url)
working_hours.set_days(reps.FIRST, range(7), [('08:00', '10:00')])
"""


def offered(rep: db.Rep, kind_id: int = kinds.FIRST) -> list[Slot]:
    """The slots of a day that is to come."""
    return availability.slots_on(kind_id, coming(rep).date(), ZoneInfo(rep.time_zone))


def test_changed_hours_reps_and_kinds_are_seen_at_once(riley: db.Rep) -> None:
    assert len(offered(riley)) == 7
    working_hours.set_days(riley.id, EVERY_DAY, [('08:00', '10:00')])
    assert len(offered(riley)) == 2
    robin = team.invite(Profile('Robin', 'robin@example.com', BERLIN), [kinds.FIRST])
    assert len(offered(riley)) == 9
    team.let_go(robin.id, by_id=riley.id, hand_over=False)
    assert len(offered(riley)) == 2
    kind_changes.show(kinds.FIRST, is_active=False)
    assert kinds.active() == []


def test_hours_that_another_process_changed_are_seen_at_once(riley: db.Rep) -> None:
    assert len(offered(riley)) == 7
    subprocess.run([sys.executable, '-c', OTHER_PROCESS], check=True, cwd=Path(db.__file__).parent)
    assert len(offered(riley)) == 2


@on_sqlite
def test_two_databases_are_not_mixed_up(riley: db.Rep, tmp_path: Path) -> None:
    here = db.engine()
    there = db.connect(f'sqlite:///{tmp_path}/other.db')
    migrations.upgrade(there)
    first_rep.set_up()
    for engine, name in ((here, 'Riley Berger'), (there, ''), (here, 'Riley Berger')):
        db.connect(engine.url)
        db.writing(lambda session: session.execute(update(db.Revision).values(number=77)))
        assert [rep.name for rep in kinds.reps_of(kinds.FIRST)] == [name]
        db.engine().dispose()
    there.dispose()


class Interrupted:
    """A session; each time after something was read with it, a new rep comes."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.came = 0

    def execute(self, statement: Any) -> Any:
        return self._interrupt(self.session.execute(statement))

    def scalars(self, statement: Any) -> Any:
        return self._interrupt(self.session.scalars(statement))

    def _interrupt(self, result: Any) -> Any:
        team.invite(Profile('Robin', f'robin{self.came}@example.com', BERLIN), [kinds.FIRST])
        self.came += 1
        return result


def test_who_comes_while_it_is_read_is_not_met_half(riley: db.Rep) -> None:
    with db.reading() as session:
        interrupted = Interrupted(session)
        known = catalogue.current(interrupted)  # type: ignore[arg-type]
    assert set(known.reps_of[kinds.FIRST]) <= set(known.reps) == set(known.hours)
    assert len(kinds.reps_of(kinds.FIRST)) == 1 + interrupted.came


@on_sqlite
def test_in_a_new_year_the_holidays_of_one_year_more_are_known(riley: db.Rep, now: Callable[[datetime], None]) -> None:
    working_hours.set_holiday_place(riley.id, 'DE', '')
    for year in (2026, 2027):
        now(datetime(year, 12, 31, 12, tzinfo=UTC))
        assert max(days_off(riley)).date() == date(year + 11, 12, 26)


@on_sqlite
def test_where_the_old_year_goes_on_its_last_day_is_still_a_holiday(riley: db.Rep, now: Callable[[datetime], None]) -> None:
    reps.update(riley.id, name='Riley', email='riley@example.com', time_zone='Pacific/Honolulu')
    working_hours.set_holiday_place(riley.id, 'LV', '')
    now(datetime(2027, 1, 1, 1, tzinfo=UTC))  # new in UTC; in Honolulu it is three in the afternoon of New Year's Eve
    assert availability.slots_on(kinds.FIRST, date(2026, 12, 31), ZoneInfo('Pacific/Honolulu')) == []


def days_off(rep: db.Rep) -> set[datetime]:
    """When the days begin that this rep has off."""
    with db.reading() as session:
        return {off.starts for off in catalogue.current(session).hours[rep.id].off}
