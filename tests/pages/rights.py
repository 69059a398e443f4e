"""What a rep may do: signed in as themselves, until that ends behind the back of their open pages."""

from nicegui.testing import User
from sqlalchemy import update

import db
from services import sign_ins
from services.hashing import hashed


def new_key(rep: db.Rep) -> str:
    """The key of a new sign-in of this rep."""
    return sign_ins.sign_in_by_link(sign_ins.new_link(rep.id))


def sign_in(user: User, rep: db.Rep) -> None:
    """This rep is signed in in this browser."""
    user.http_client.cookies.set('sign_in', new_key(rep))


def end_sign_in(key: str) -> None:
    """As it ends by itself, or in another process: nobody is told."""
    db.writing(lambda session: session.delete(session.get_one(db.SignIn, hashed(key))))


def end_admin_rights() -> None:
    """No rep is an admin any more, and nobody is told."""
    db.writing(lambda session: session.execute(update(db.Rep).values(is_admin=False)))
