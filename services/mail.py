"""Makes and sends the mail that a row of the outbox stands for. What it says is in `templates/`.

Nothing made here is stored, so no link key lies in the database.
"""

from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP

from email_validator import validate_email
from sqlalchemy import select

from db import Answer, Appointment, Kind, OutboxItem, Rep, reading
from services import clock, delivery, invitations, letters, outbox, samples, settings, wording
from services.errors import WrongSetting
from services.plain_text import one_line
from services.wording import Booked

POLICY = SMTP.clone(cte_type='7bit')  # not every mail server takes eight bits


def kinds() -> set[str]:
    """The kinds of outbox rows that are mails."""
    return {kind for kind, _ in letters.MESSAGES}


def send(item: OutboxItem) -> None:
    """Make the message of this row and hand it over. In the built-in mailbox it is made when somebody looks at it.

    :raises MailNotSent: when the mail server did not take it
    """
    if settings.current().sends_mail:
        delivery.deliver(compose(item))


def compose(item: OutboxItem) -> EmailMessage:
    """The whole message of this row, as it is sent now or was sent then."""
    with reading() as session:
        rep = session.get_one(Rep, item.rep_id)
        if item.appointment_id is None:
            return _message(item, rep, None)
        appointment = session.get_one(Appointment, item.appointment_id)
        kind = session.get_one(Kind, appointment.kind_id)
        answers = session.scalars(select(Answer).where(Answer.appointment_id == appointment.id).order_by(Answer.position)).all()
    appointment.starts_at = item.starts_at or appointment.starts_at  # it may have been moved since
    return _message(item, rep, Booked(appointment, kind, tuple(answers)))


def sample(kind: str, recipient: str) -> EmailMessage:
    """This message as it would be with made-up people."""
    return _message(samples.item(kind, recipient), samples.rep(), samples.booked() if kind not in outbox.ABOUT_ACCOUNTS else None)


def check_templates() -> None:
    """:raises WrongSetting: when one of the owner's own templates cannot be used"""
    if not settings.current().mail_templates:
        return
    letters.check_names()
    for kind, recipient in letters.MESSAGES:
        try:
            sample(kind, recipient)
        except Exception as error:
            name = getattr(error, 'name', None) or letters.file_name(kind, recipient)
            line = f', line {error.lineno}' if hasattr(error, 'lineno') else ''
            raise WrongSetting(f'MAIL_TEMPLATES: "{name}"{line} cannot be used ({error}): mend it, or take it away.') from None


def _message(item: OutboxItem, rep: Rep, booked: Booked | None) -> EmailMessage:
    values = wording.about_appointment(item, rep, booked) if booked else wording.about_account(item, rep)
    letter = letters.write(item.kind, item.recipient, values)
    message = EmailMessage(policy=POLICY)
    _address(message, item, rep, booked)
    message['Subject'] = letter.subject
    message['Date'] = item.done_at or clock.now()
    message['Message-ID'] = item.message_id
    message['Auto-Submitted'] = 'auto-generated'  # RFC 3834: no holiday notice comes back
    message.set_content(letter.text)
    message.add_alternative(letter.html, subtype='html')
    if booked and (method := invitations.method_of(item)):
        calendar = invitations.invitation(item, booked.appointment, rep, booked.kind.name)
        message.add_alternative(calendar.decode(), subtype='calendar', params={'method': method})
    return message


def _address(message: EmailMessage, item: OutboxItem, rep: Rep, booked: Booked | None) -> None:
    """From the site to one side; an answer goes to the other side."""
    own = rep.name, rep.email or ''
    customer = (booked.appointment.name, booked.appointment.email) if booked else ('', '')
    to, reply_to = (customer, own) if item.recipient == outbox.CUSTOMER else (own, customer)
    message['From'] = _mailbox(settings.current().site_name, delivery.sender())
    message['To'] = _mailbox(*to)
    if reply_to[1]:
        message['Reply-To'] = _mailbox(*reply_to)


def _mailbox(name: str, address: str) -> Address:
    """A name and an address for a header; the domain as every mail server understands it."""
    local, _, domain = address.rpartition('@')
    if not domain.isascii():
        domain = validate_email(address, check_deliverability=False).ascii_domain
    return Address(one_line(name), local, domain)
