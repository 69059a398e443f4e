"""A real SMTP server of the tests' own, in a thread, and the certificates it shows."""

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from tests.waiting import free_port


class MailServer:
    """What it took is in `messages`, to whom in `recipients`; `refusals` are its next answers to a recipient, instead of taking them.

    Whoever signs in is in `sign_ins`, right or wrong; right is the password `open sesame`.
    """

    def __init__(self) -> None:
        self.port = free_port()
        self.messages: list[EmailMessage] = []
        self.recipients: list[str] = []
        self.refusals: list[str] = []
        self.sign_ins: list[tuple[str, str]] = []
        self.goodbye = '221 Bye'

    def settings(self, **more: str) -> dict[str, str]:
        """The variables that make the product send its mail here."""
        return {'SMTP_HOST': 'localhost', 'SMTP_PORT': str(self.port), 'SMTP_SECURITY': 'none', 'MAIL_FROM': 'calls@example.com', **more}

    @contextmanager
    def running(self, *, sign_in: bool = False, **options: Any) -> Iterator[None]:
        """Take mail inside the `with` block. `sign_in`: only from those who sign in; the other options are aiosmtpd's."""
        if sign_in:
            options |= {'authenticator': self.authenticate, 'auth_required': True}
        controller = Controller(self, hostname='127.0.0.1', port=self.port, **options)
        controller.start()
        try:
            yield
        finally:
            controller.stop()

    def authenticate(self, _server: Any, _session: Any, _envelope: Any, _mechanism: str, given: LoginPassword) -> AuthResult:
        self.sign_ins.append((given.login.decode(), given.password.decode()))
        return AuthResult(success=given.password == b'open sesame', handled=False)

    async def handle_RCPT(self, _server: Any, _session: Any, envelope: Any, address: str, _options: list[str]) -> str:  # noqa: N802
        if self.refusals:
            return self.refusals.pop(0)
        envelope.rcpt_tos.append(address)
        return '250 OK'

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        message = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(message, EmailMessage)
        self.messages.append(message)
        self.recipients += envelope.rcpt_tos
        return '250 Taken'

    async def handle_QUIT(self, _server: Any, _session: Any, _envelope: Any) -> str:  # noqa: N802
        return self.goodbye


@contextmanager
def mail_server(**options: Any) -> Iterator[MailServer]:
    """A mail server that runs inside the `with` block; `options` are those of `running`."""
    server = MailServer()
    with server.running(**options):
        yield server


def certificate(folder: Path, host: str) -> tuple[Path, ssl.SSLContext]:
    """A self-signed certificate for this host: the file to trust, and the context for a server that shows it."""
    key, name, now = ec.generate_private_key(ec.SECP256R1()), x509.Name.from_rfc4514_string(f'CN={host}'), datetime.now(UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number(), now - timedelta(1), now + timedelta(1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = folder / f'{host}.pem'
    private = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    path.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(path)
    return path, context
