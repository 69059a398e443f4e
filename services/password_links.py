"""The links with which reps choose a password: in an invitation, in a mail to who has forgotten theirs, or printed for an admin."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from db import OutboxItem, Rep, reading, writing
from services import clock, events, keys, outbox, passwords, reps, settings, sign_ins, throttle
from services.errors import InvalidFields, PasswordLinkOver

LASTS = timedelta(days=1)
INVITATION_LASTS = timedelta(days=3)


def send(email: str, network_address: str) -> None:
    """Mail a link to the rep with this address. Whoever asks is not told whether there is one.

    :raises TooManyTries: when links were asked for too often lately
    """
    email = email.strip().lower()
    throttle.count_wish_for_link(email, network_address)
    rep = sign_ins.rep_with(email)
    if rep and not reps.password_is_fixed(rep.id):
        writing(lambda session: outbox.add_for_rep(session, rep.id, outbox.PASSWORD_LINK))
        events.publish(events.OutboxChanged(None, is_done=False))


def link_in(item: OutboxItem) -> str:
    """The link that this mail to a rep holds: good for three days in an invitation, else for one, and until it has been used."""
    lasts = INVITATION_LASTS if item.kind == outbox.INVITATION else LASTS
    return _link(item.rep_id or 0, item.sequence, item.created_at + lasts)


def new(rep: Rep) -> str:
    """A link for this rep, good for a day, and until it has been used."""
    return _link(rep.id, rep.link_version, clock.now() + LASTS)


def rep_by_key(key: str) -> Rep:
    """The rep who may choose a password with the key of such a link. Looking uses nothing up.

    :raises PasswordLinkOver: when it lets nobody
    """
    rep_id, version = keys.read_password_key(key)
    with reading() as session:
        return _let_in(session.get(Rep, rep_id), version)


def choose(key: str, password: str, repeated: str) -> Rep:
    """The rep, who has this password now; the link, the rep's other links and their sign-ins end.

    :raises InvalidFields: when the password cannot be taken
    :raises PasswordLinkOver: when the link lets nobody choose one
    """
    if problems := passwords.problems(password, repeated):
        raise InvalidFields(problems)
    rep_id, version = keys.read_password_key(key)
    password_hash = passwords.hash_password(password)

    def fn(session: Session) -> tuple[Rep, list[str]]:
        rep = _let_in(session.get(Rep, rep_id, with_for_update=True), version)  # of two who use it at once, one is too late
        return rep, sign_ins.set_password(session, rep, password_hash)

    rep, ended = writing(fn)
    sign_ins.tell_ended(ended)
    events.publish(events.RepChanged(rep.id))
    return rep


def _let_in(rep: Rep | None, version: int) -> Rep:
    if rep is None or not rep.is_active or rep.link_version != version:
        raise PasswordLinkOver
    return rep


def _link(rep_id: int, version: int, ends_at: datetime) -> str:
    return f'{settings.current().site_url}/password/{keys.make_password_key(rep_id, version, ends_at)}'
