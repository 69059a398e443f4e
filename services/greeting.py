"""The first moments of a start: the port is ours, and where everything is gets said, once."""

import socket

from db import Rep
from services import settings, sign_ins
from services.errors import WrongSetting


def listen() -> socket.socket:
    """The socket to serve on.

    :raises WrongSetting: when the address cannot be had
    """
    host, port = settings.current().listen_on, settings.current().port
    try:
        return socket.create_server((host, port), family=socket.AF_INET6 if ':' in host else socket.AF_INET, backlog=2048)
    except OSError as error:
        raise WrongSetting(f'PORT is {port} and HOST is {host}, but that cannot be used ({error.strerror}): choose others.') from None


def greet(rep: Rep) -> None:
    """Print the address, where the data lies and, until the rep has a password, a one-time link to sign in with."""
    current = settings.current()
    print(f'{current.site_name} is at {current.site_url}')
    if not (current.production or (rep.email and rep.password_hash)):
        print(f'Sign in as the rep, once: {current.site_url}/sign-in/{sign_ins.new_link(rep.id)}')
    print(f'The rep is at {current.site_url}/rep, in the time zone {rep.time_zone}')
    if not current.site_url.startswith(('https://', 'http://localhost')):
        print('BASE_URL is not https, so browsers will give calls neither camera nor microphone.')
    print(f'Data: {current.database_url.render_as_string(hide_password=True)}', flush=True)
