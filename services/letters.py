"""The texts of mails: a template (Jinja) for each message and recipient, put into one layout for plain text and one for HTML.

A file of the same name in the folder `MAIL_TEMPLATES` replaces ours. Templates are read once, and see plain words only (`wording.py`).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from jinja2 import FileSystemLoader, StrictUndefined, Template, TemplateError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from services import outbox, settings
from services.errors import WrongSetting
from services.plain_text import one_line, printable

FOLDER = Path(__file__).parent / 'templates'
PLAIN, HTML = 'layout.txt.jinja', 'layout.html.jinja'
MESSAGES = (
    (outbox.CONFIRMATION, outbox.CUSTOMER),
    (outbox.CONFIRMATION, outbox.REP),
    (outbox.REMINDER, outbox.CUSTOMER),
    (outbox.REMINDER, outbox.REP),
    (outbox.RESCHEDULE, outbox.CUSTOMER),
    (outbox.RESCHEDULE, outbox.REP),
    (outbox.HAND_OVER, outbox.CUSTOMER),
    (outbox.HAND_OVER, outbox.REP),
    (outbox.RELEASE, outbox.REP),
    (outbox.CANCELLATION, outbox.CUSTOMER),
    (outbox.CANCELLATION, outbox.REP),
    (outbox.INVITATION, outbox.REP),
    (outbox.PASSWORD_LINK, outbox.REP),
)


@dataclass(frozen=True)
class Letter:
    """What a mail says: its subject, and the same text plain and as HTML."""

    subject: str
    text: str
    html: str


def write(kind: str, recipient: str, values: Mapping[str, object]) -> Letter:
    """The letter of this kind to this recipient, with these values filled in.

    :raises jinja2.TemplateError: when a template cannot be used; a calculation in it may raise something else
    """
    plain, rich = (_template(file_name(kind, recipient), layout) for layout in (PLAIN, HTML))
    if 'subject' not in plain.blocks:
        raise TemplateError('it has no block "subject"')
    subject = ''.join(plain.blocks['subject'](plain.new_context(dict(values))))
    text = re.sub(r'\n{3,}', '\n\n', plain.render(values, layout=PLAIN)).strip()
    return Letter(one_line(subject), printable(text) + '\n', printable(rich.render(values, layout=HTML)))


def file_name(kind: str, recipient: str) -> str:
    """The file in which the text of this message is."""
    return f'{kind}_{recipient}.jinja'


def check_names() -> None:
    """:raises WrongSetting: when the owner's folder holds a template that would never be used"""
    known = {path.name for path in FOLDER.glob('*.jinja')}
    own = settings.current().mail_templates
    for path in sorted(Path(own).glob('*.jinja')) if own else ():
        if path.name not in known:
            raise WrongSetting(f'MAIL_TEMPLATES: no mail uses "{path.name}": give it one of these names: {", ".join(sorted(known))}.')


def _template(name: str, layout: str) -> Template:
    return _environment(settings.current().mail_templates, layout == HTML).get_template(name)


@cache
def _environment(own: str, autoescape: bool) -> ImmutableSandboxedEnvironment:
    """The owner's folder comes first. A value that is not there is an error, which the start finds."""
    return ImmutableSandboxedEnvironment(
        loader=FileSystemLoader([folder for folder in (own, FOLDER) if folder]),
        autoescape=autoescape,
        undefined=StrictUndefined,
        auto_reload=False,
        trim_blocks=True,
        lstrip_blocks=True,
    )
