"""Kinds of appointment: what can be booked, how long it takes, and with whom."""

from db import Kind, Rep, reading
from services import catalogue, settings
from services.errors import NoSuchKind

FIRST = 1  # the row number of the kind that is there from the start


def get(kind_id: int) -> Kind:
    """:raises NoSuchKind: when there is none with this row number"""
    with reading() as session:
        return catalogue.current(session).kind(kind_id)


def active() -> list[Kind]:
    """The kinds that are offered, in their order."""
    with reading() as session:
        return [kind for kind in catalogue.current(session).kinds.values() if kind.is_active]


def default() -> Kind:
    """The first of the kinds that are offered.

    :raises NoSuchKind: when none is
    """
    found = active()
    if not found:
        raise NoSuchKind
    return found[0]


def of_rep(rep_id: int) -> list[Kind]:
    """The kinds that are offered with this rep, in their order."""
    with reading() as session:
        known = catalogue.current(session)
    return [kind for kind in known.kinds.values() if kind.is_active and rep_id in known.reps_of.get(kind.id, ())]


def by_slug(slug: str) -> Kind:
    """The active kind at this address.

    :raises NoSuchKind: when there is none
    """
    found = next((kind for kind in active() if kind.slug == slug), None)
    if found is None:
        raise NoSuchKind
    return found


def address(kind: Kind) -> str:
    """The address at which customers book it."""
    return f'{settings.current().site_url}/{kind.slug}'


def path(kind: Kind) -> str:
    """Where on this site customers book it; the start, when it is not offered any more."""
    return f'/{kind.slug}' if kind.is_active else '/'


def reps_of(kind_id: int) -> list[Rep]:
    """The active reps who can be booked for a kind, by name."""
    with reading() as session:
        known = catalogue.current(session)
    return sorted((known.reps[rep_id] for rep_id in known.reps_of.get(kind_id, ())), key=lambda rep: rep.name)
