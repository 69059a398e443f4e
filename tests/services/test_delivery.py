"""Delivery: real conversations with a mail server."""

import socket
from collections.abc import Iterator
from email.headerregistry import Address
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest

from services import delivery
from services.errors import MailNotSent
from tests.conftest import Configure
from tests.mail_server import MailServer, certificate, mail_server
from tests.waiting import free_port

pytestmark = pytest.mark.filterwarnings('ignore:Requiring AUTH while not requiring TLS')  # aiosmtpd's, about its own settings

SIGN_IN = {'SMTP_USER': 'apikey', 'SMTP_PASSWORD': 'open sesame'}


@pytest.fixture
def server() -> Iterator[MailServer]:
    with mail_server() as server:
        yield server


@pytest.fixture
def message() -> EmailMessage:
    message = EmailMessage()
    message['From'] = 'Scheduled calls <calls@example.com>'
    message['To'] = Address('Carol, Sam <sam@example.com>', 'carol', 'example.com')
    message['Subject'] = 'Your appointment'
    message['Message-ID'] = '<1@example.com>'
    message.set_content('Hello')
    return message


def test_a_server_that_wants_no_sign_in_gets_the_message(server: MailServer, configure: Configure, message: EmailMessage) -> None:
    configure(**server.settings())
    delivery.deliver(message)
    assert [(taken['Subject'], taken['Message-ID']) for taken in server.messages] == [('Your appointment', '<1@example.com>')]


def test_a_name_that_looks_like_addresses_adds_no_recipient(server: MailServer, configure: Configure, message: EmailMessage) -> None:
    configure(**server.settings())
    delivery.deliver(message)
    assert server.recipients == ['carol@example.com']


@pytest.mark.parametrize('security', ['ssl', 'starttls'])
def test_the_password_travels_encrypted_to_a_server_that_is_trusted(
    security: str, configure: Configure, message: EmailMessage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, context = certificate(tmp_path, 'localhost')
    options = {'ssl_context': context} if security == 'ssl' else {'tls_context': context, 'require_starttls': True}
    monkeypatch.setenv('SSL_CERT_FILE', str(path))
    with mail_server(sign_in=True, auth_require_tls=security == 'starttls', **options) as server:
        configure(**server.settings(SMTP_SECURITY=security, **SIGN_IN))
        delivery.deliver(message)
    assert server.sign_ins == [('apikey', 'open sesame')]
    assert len(server.messages) == 1


@pytest.mark.parametrize('security', ['ssl', 'starttls'])
def test_a_server_that_is_not_trusted_gets_no_password(
    security: str, configure: Configure, message: EmailMessage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, context = certificate(tmp_path, 'localhost')
    monkeypatch.delenv('SSL_CERT_FILE', raising=False)
    with mail_server(sign_in=True, **({'ssl_context': context} if security == 'ssl' else {'tls_context': context})) as server:
        configure(**server.settings(SMTP_SECURITY=security, **SIGN_IN))
        with pytest.raises(MailNotSent, match=r'^The certificate of the mail server is not trusted \(SSLCertVerificationError\)\.$'):
            delivery.deliver(message)
    assert server.sign_ins == []


def test_gmail_needs_only_a_name_and_a_password(
    configure: Configure, message: EmailMessage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, context = certificate(tmp_path, 'smtp.gmail.com')
    monkeypatch.setenv('SSL_CERT_FILE', str(path))
    asked: list[tuple[str, int]] = []
    connect = socket.create_connection
    with mail_server(sign_in=True, auth_require_tls=False, ssl_context=context) as server:

        def to_our_server(address: tuple[str, int], *more: Any, **options: Any) -> socket.socket:
            asked.append((address[0], int(address[1])))
            return connect(('127.0.0.1', server.port), *more, **options)

        monkeypatch.setattr(socket, 'create_connection', to_our_server)
        configure(GMAIL_USER='riley@gmail.com', GMAIL_PW='open sesame')
        delivery.deliver(message)
    assert (asked, server.sign_ins) == ([('smtp.gmail.com', 465)], [('riley@gmail.com', 'open sesame')])
    assert delivery.sender() == 'riley@gmail.com'
    assert len(server.messages) == 1


def test_a_refused_password_is_told_without_it(configure: Configure, message: EmailMessage) -> None:
    with mail_server(sign_in=True, auth_require_tls=False) as server:
        configure(**server.settings(SMTP_USER='apikey', SMTP_PASSWORD='wrong'))
        with pytest.raises(MailNotSent, match=r'^The mail server refuses our sign-in \(SMTPAuthenticationError 535\)\.$'):
            delivery.deliver(message)
    assert server.sign_ins


def test_a_refused_address_is_told_without_it(server: MailServer, configure: Configure, message: EmailMessage) -> None:
    configure(**server.settings())
    server.refusals = ['550 there is no carol@example.com']
    with pytest.raises(MailNotSent, match=r'^The mail server refuses the address \(SMTPRecipientsRefused 550\)\.$'):
        delivery.deliver(message)


def test_a_server_that_is_not_there_is_told(configure: Configure, message: EmailMessage) -> None:
    configure(SMTP_HOST='localhost', SMTP_PORT=str(free_port()), SMTP_SECURITY='none', MAIL_FROM='calls@example.com')
    with pytest.raises(MailNotSent, match=r'\(ConnectionRefusedError\)'):
        delivery.deliver(message)


def test_what_a_server_has_taken_is_delivered_even_if_it_fails_at_goodbye(
    server: MailServer, configure: Configure, message: EmailMessage
) -> None:
    configure(**server.settings())
    server.goodbye = '2' * 10_000
    delivery.deliver(message)
    assert len(server.messages) == 1


def test_without_a_server_the_sender_is_an_address_of_the_site_that_nobody_reads(configure: Configure) -> None:
    configure(BASE_URL='https://calls.example.com')
    assert delivery.sender() == 'no-reply@calls.example.com'
