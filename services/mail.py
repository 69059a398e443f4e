"""One function a message: what it says to whom, as a `Letter`. Plain text, HTML and calendar part are made of it at delivery.

A new message is one function under `@tells(...)`. Nothing made here is stored, so no link key lies in the database.
"""

from collections.abc import Callable
from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from html import escape
from zoneinfo import ZoneInfo

from email_validator import validate_email

from db import Appointment, OutboxItem, Rep
from services import appointments, clock, delivery, invitations, outbox, reps, settings
from services.invitations import chat_link, rep_link
from services.plain_text import one_line, printable
from services.times import Reader

Fact = tuple[str, str]
Link = tuple[str, str]

POLICY = SMTP.clone(cte_type='7bit')  # not every mail server takes eight bits


@dataclass(frozen=True)
class Letter:
    """What a mail says, whatever it looks like. A fact is a label and its text, left out when empty; a link is a label and its address.

    The first link is the button.
    """

    subject: str
    greeting: str
    heading: str
    facts: tuple[Fact, ...]
    links: tuple[Link, ...]


Writer = Callable[[Appointment, Rep], Letter]
_writers: dict[tuple[str, str], Writer] = {}


def tells(kind: str, recipient: str) -> Callable[[Writer], Writer]:
    """Makes a function the one that writes the message of this kind to this recipient."""

    def register(writer: Writer) -> Writer:
        _writers[kind, recipient] = writer
        return writer

    return register


@tells(outbox.CONFIRMATION, outbox.CUSTOMER)
def confirmation(appointment: Appointment, rep: Rep) -> Letter:
    """To the customer who has booked."""
    reader = _customer_reader(appointment)
    manage = f'{settings.current().site_url}/appointment/{appointments.key("manage", appointment)}'
    return Letter(
        subject=f'Your appointment on {reader.moment(appointment.starts_at)}',
        greeting=f'Hello {appointment.name},',
        heading=f'Your call with {reps.display_name(rep)} is booked.',
        facts=(('When', _when(appointment, reader)), ('What you would like to talk about', appointment.comment)),
        links=(('Join the call', chat_link(appointment)), ('See or cancel the appointment', manage)),
    )


@tells(outbox.CANCELLATION, outbox.CUSTOMER)
def cancellation(appointment: Appointment, rep: Rep) -> Letter:
    """To the customer whose appointment was cancelled."""
    reader = _customer_reader(appointment)
    return Letter(
        subject=f'Cancelled: Your appointment on {reader.moment(appointment.starts_at)}',
        greeting=f'Hello {appointment.name},',
        heading=f'Your call with {reps.display_name(rep)} has been cancelled.',
        facts=(('When it would have been', _when(appointment, reader)),),
        links=(('Choose another time', f'{settings.current().site_url}/'),),
    )


@tells(outbox.CONFIRMATION, outbox.REP)
def booked(appointment: Appointment, rep: Rep) -> Letter:
    """To the rep who has been booked."""
    return Letter(
        subject=f'Your appointment on {_rep_reader(rep).moment(appointment.starts_at)} with {appointment.name}',
        greeting=f'Hello {reps.display_name(rep)},',
        heading=f'{appointment.name} has booked a call with you.',
        facts=(*_facts_for_rep(appointment, rep), ('What they would like to talk about', appointment.comment)),
        links=(('Open the appointment', rep_link(appointment, rep)),),
    )


@tells(outbox.CANCELLATION, outbox.REP)
def cancelled(appointment: Appointment, rep: Rep) -> Letter:
    """To the rep whose appointment was cancelled, by whomever."""
    return Letter(
        subject=f'Cancelled: Your appointment on {_rep_reader(rep).moment(appointment.starts_at)} with {appointment.name}',
        greeting=f'Hello {reps.display_name(rep)},',
        heading=f'The call with {appointment.name} has been cancelled. Its time can be booked again.',
        facts=(*_facts_for_rep(appointment, rep), ('What they wanted to talk about', appointment.comment)),
        links=(('Open the day', rep_link(appointment, rep)),),
    )


def kinds() -> set[str]:
    """The kinds of outbox rows that are mails."""
    return {kind for kind, _ in _writers}


def send(item: OutboxItem) -> None:
    """Make the message of this row and hand it over. In the built-in mailbox it is made when somebody looks at it.

    :raises MailNotSent: when the mail server did not take it
    """
    if settings.current().sends_mail:
        delivery.deliver(compose(item))


def compose(item: OutboxItem) -> EmailMessage:
    """The whole message of this row, as it is sent now or was sent then."""
    appointment = appointments.get(item.appointment_id or 0)
    rep = reps.get(item.rep_id or appointment.rep_id)
    letter = _writers[item.kind, item.recipient](appointment, rep)
    message = EmailMessage(policy=POLICY)
    _address(message, item, appointment, rep)
    message['Subject'] = one_line(letter.subject)
    message['Date'] = item.done_at or clock.now()
    message['Message-ID'] = item.message_id
    message['Auto-Submitted'] = 'auto-generated'  # RFC 3834: no holiday notice comes back
    message.set_content(_plain(letter))
    message.add_alternative(_html(letter), subtype='html')
    calendar = invitations.invitation(item, appointment, rep).decode()
    message.add_alternative(calendar, subtype='calendar', params={'method': invitations.method_of(item)})
    return message


def _address(message: EmailMessage, item: OutboxItem, appointment: Appointment, rep: Rep) -> None:
    """From the site to one side; an answer goes to the other side."""
    customer, other = (appointment.name, appointment.email), (rep.name, rep.email or '')
    to, reply_to = (customer, other) if item.recipient == outbox.CUSTOMER else (other, customer)
    message['From'] = _mailbox(settings.current().site_name, delivery.sender())
    message['To'] = _mailbox(*to)
    if rep.email:
        message['Reply-To'] = _mailbox(*reply_to)


def _mailbox(name: str, address: str) -> Address:
    """A name and an address for a header; the domain as every mail server understands it."""
    local, _, domain = address.rpartition('@')
    if not domain.isascii():
        domain = validate_email(address, check_deliverability=False).ascii_domain
    return Address(one_line(name), local, domain)


def _customer_reader(appointment: Appointment) -> Reader:
    return Reader(ZoneInfo(appointment.time_zone), appointment.clock)


def _rep_reader(rep: Rep) -> Reader:
    return Reader(ZoneInfo(rep.time_zone), rep.clock)


def _when(appointment: Appointment, reader: Reader) -> str:
    starts_at = appointment.starts_at
    return f'{reader.span(starts_at, appointments.ends_at(appointment))}, {reader.place_and_offset(starts_at)}'


def _facts_for_rep(appointment: Appointment, rep: Rep) -> tuple[Fact, ...]:
    """Who, and when: for the customer too, if their clock shows another time."""
    theirs, ours = _customer_reader(appointment), _rep_reader(rep)
    offsets = {appointment.starts_at.astimezone(reader.zone).utcoffset() for reader in (theirs, ours)}
    return (
        ('Who', f'{appointment.name}, {appointment.email}'),
        ('When', _when(appointment, ours)),
        ('For them', _when(appointment, theirs) if len(offsets) > 1 else ''),
    )


def _plain(letter: Letter) -> str:
    facts = [f'{label}: {text}'.replace('\n', '\n    ') for label, text in letter.facts if text]
    links = [f'{label}:\n{address}' for label, address in letter.links]
    return printable('\n\n'.join([letter.greeting, letter.heading, '\n'.join(facts), *links, settings.current().site_name])) + '\n'


def _html(letter: Letter) -> str:
    """No colours but the button's, so that it can be read in a light and in a dark mail program; no pictures, nothing loaded."""
    (label, address), *others = letter.links
    return PAGE.format(
        subject=_shown(letter.subject),
        greeting=_shown(letter.greeting),
        heading=_shown(letter.heading),
        facts=''.join(FACT.format(label=_shown(name), text=_shown(text)) for name, text in letter.facts if text),
        button=BUTTON.format(label=_shown(label), address=escape(address)),
        links=''.join(LINK.format(label=_shown(name), address=escape(link)) for name, link in others),
        site=_shown(settings.current().site_name),
    )


def _shown(text: str) -> str:
    """Text as HTML, lines kept."""
    return escape(printable(text)).replace('\n', '<br>')


PAGE = """\
<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark"><title>{subject}</title></head>
<body style="margin: 0; padding: 24px; font: 16px/1.5 system-ui, -apple-system, 'Segoe UI', Roboto, sans-serif; overflow-wrap: anywhere">
<div style="max-width: 560px; margin: 0 auto">
<p style="margin: 0 0 16px">{greeting}</p>
<h1 style="margin: 0 0 24px; font-size: 22px; line-height: 1.3">{heading}</h1>
{facts}{button}{links}<p style="margin: 32px 0 0; font-size: 14px; opacity: .75">{site}</p>
</div>
</body>
</html>
"""
FACT = '<p style="margin: 0 0 16px"><span style="font-size: 14px; opacity: .75">{label}</span><br>{text}</p>\n'
BUTTON = (
    '<p style="margin: 24px 0"><a href="{address}" target="_blank" style="display: inline-block; padding: 12px 24px; border-radius: 12px; '
    'background: #1d5fa8; color: #ffffff; font-weight: 600; text-decoration: none">{label}</a></p>\n'
)
LINK = '<p style="margin: 0 0 16px"><a href="{address}" target="_blank">{label}</a></p>\n'
