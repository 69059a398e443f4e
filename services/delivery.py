"""The way out for mail: a mail server, reached through yagmail; without one, messages stay in the built-in mailbox.

yagmail connects and signs in, nothing else. What it makes of a message, and what it does about one that failed, is not what we want.
"""

import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from email.message import EmailMessage
from smtplib import SMTPAuthenticationError, SMTPException, SMTPRecipientsRefused, SMTPResponseException
from urllib.parse import urlsplit

import yagmail

from services import settings
from services.errors import MailNotSent

TIMEOUT_SECONDS = 30
PORTS = {'ssl': 465, 'starttls': 587, 'none': 25}


def sender() -> str:
    """The address mail comes from; in the built-in mailbox one that nobody reads."""
    current = settings.current()
    return current.sender or f'no-reply@{urlsplit(current.site_url).hostname}'


def deliver(message: EmailMessage) -> None:
    """Hand the message to the mail server, which has taken it when this returns.

    :raises MailNotSent: with a sentence that holds no address
    """
    with _signed_in() as client:
        client.smtp.send_message(message, *_envelope(message))


def try_out() -> None:
    """Connect to the mail server and sign in, as for a message.

    :raises MailNotSent: with a sentence that holds no address
    """
    with _signed_in():
        pass


@contextmanager
def _signed_in() -> Iterator[yagmail.SMTP]:
    """:raises MailNotSent: when the server cannot be reached, or refuses what is done in the `with` block"""
    client = _client()
    try:
        client.login()
        yield client
    except (SMTPException, OSError) as error:
        raise MailNotSent(_sentence(error)) from None
    finally:
        with suppress(SMTPException, OSError):  # a server that has taken the mail and fails at goodbye has taken the mail
            client.close()


def _envelope(message: EmailMessage) -> tuple[str, list[str]]:
    """From whom and to whom, by the parsed headers: smtplib would read the names again, and they may hold anything."""
    return message['From'].addresses[0].addr_spec, [address.addr_spec for address in message['To'].addresses]


def _client() -> yagmail.SMTP:
    current = settings.current()
    if current.smtp_host:
        return _connection(current.smtp_host, current.smtp_port, current.smtp_security, current.smtp_user, current.smtp_password)
    return _connection('smtp.gmail.com', 0, 'ssl', current.gmail_user, current.gmail_password)


def _connection(host: str, port: int, security: str, user: str, password: str) -> yagmail.SMTP:
    """Not yet connected. The user goes in as a dict, because yagmail takes a plain name without @ for one of Gmail's."""
    trusted = {'context': ssl.create_default_context()}  # by itself smtplib trusts any certificate
    return yagmail.SMTP(
        user={user: user} if user else None,
        password=password,
        host=host,
        port=port or PORTS[security],
        smtp_starttls=trusted if security == 'starttls' else False,
        smtp_ssl=security == 'ssl',
        smtp_skip_login=not user,
        soft_email_validation=False,
        timeout=TIMEOUT_SECONDS,
        **(trusted if security == 'ssl' else {}),
    )


def _sentence(error: Exception) -> str:
    """What went wrong, in words: the errors' own texts hold addresses."""
    kind = type(error).__name__
    if isinstance(error, SMTPRecipientsRefused):
        code = next(iter(error.recipients.values()))[0]
        return f'The mail server refuses the address ({kind} {code}).'
    if isinstance(error, SMTPAuthenticationError):
        return f'The mail server refuses our sign-in ({kind} {error.smtp_code}).'
    if isinstance(error, SMTPResponseException):
        return f'The mail server refuses the mail ({kind} {error.smtp_code}).'
    if isinstance(error, ssl.SSLCertVerificationError):
        return f'The certificate of the mail server is not trusted ({kind}).'
    return f'The mail server cannot be reached, or does not keep to its protocol ({kind}).'
