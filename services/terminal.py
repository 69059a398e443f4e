"""The commands of `python main.py`. Without one it serves."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, NoReturn

import typer
from sqlalchemy import Engine

from db import Rep
from services import doctor, password_links, reps, sign_ins, team
from services.errors import ProductError
from services.team import Profile

# Pretty tracebacks would show what is in variables, secrets too.
app = typer.Typer(add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None)

Email = Annotated[str, typer.Argument(help='The address they sign in with.', show_default=False)]
Zone = Annotated[str, typer.Option(help='Their IANA time zone, such as Europe/Berlin.')]


@dataclass(frozen=True)
class Parts:
    """What the commands need of `main.py`: how to serve, how to get database and first rep ready, whether the schema is today's."""

    serve: Callable[[], None]
    prepare: Callable[[], Rep]
    is_current: Callable[[Engine], bool]


@app.callback(invoke_without_command=True)
def serve(context: typer.Context) -> None:
    """Scheduled calls. Without a command it serves until it is stopped."""
    if context.invoked_subcommand is None:
        context.obj.serve()


@app.command('add-admin')
def add_admin(context: typer.Context, email: Email, name: str = '', zone: Zone = '') -> None:
    """Make somebody an admin, with a link to choose a password."""
    first = context.obj.prepare()
    try:
        rep = team.make_admin(Profile(name or email.partition('@')[0], email, zone or first.time_zone))
    except ProductError as error:
        _refuse(str(error))
    _show_link(rep)


@app.command('reset-password')
def reset_password(context: typer.Context, email: Email) -> None:
    """Print a link with which a rep chooses another password."""
    context.obj.prepare()
    rep = sign_ins.rep_with(email.strip().lower())
    if rep is None:
        _refuse('No active rep has this address: `list` shows all.')
    _show_link(rep)


@app.command('list')
def show_reps(context: typer.Context) -> None:
    """Show all reps."""
    context.obj.prepare()
    rows = [(rep.name or '-', rep.email or '-', rep.time_zone, ', '.join(_states(rep))) for rep in reps.everyone()]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        print('  '.join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


@app.command('doctor')
def examine(context: typer.Context) -> None:
    """Try every setting against the real thing. Says in one line each how it went, and what to do."""
    logging.disable()  # what went wrong is said once, in words
    findings = []
    for finding in doctor.examine(context.obj.is_current):
        findings.append(finding)
        print(f'{finding.state:<12} {finding.what:<11} {finding.words}', flush=True)
    raise typer.Exit(code=any(finding.state == doctor.PROBLEM for finding in findings))


def _show_link(rep: Rep) -> None:
    if reps.password_is_fixed(rep.id):
        _refuse('REP_PASSWORD says the password of this rep: change it there, and start again.')
    print(f'{reps.display_name(rep)} chooses a password here, once, within a day:\n{password_links.new(rep)}')


def _refuse(sentence: str) -> NoReturn:
    typer.echo(sentence, err=True)
    raise typer.Exit(code=1)


def _states(rep: Rep) -> list[str]:
    states = {'admin': rep.is_admin, 'invited, not yet here': reps.is_invited(rep), 'inactive': not rep.is_active}
    return [state for state, is_so in states.items() if is_so]
