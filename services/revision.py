"""The number that says whether reps, their hours, or kinds have changed since they were last read."""

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from db import Revision


def number(session: Session) -> int:
    """The number now."""
    return session.scalars(select(Revision.number)).one()


def rise(session: Session) -> None:
    """Say, in the caller's transaction, that something of these has changed."""
    session.execute(update(Revision).values(number=Revision.number + 1).execution_options(synchronize_session=False))


def hold_the_line(session: Session) -> None:
    """Let nobody else pass here until the caller's transaction has ended. Those who book do not come by."""
    session.execute(select(Revision.id).with_for_update())
