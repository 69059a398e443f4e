"""The texts of mails: ours are whole, and an owner's take their place, or stop the start with a sentence."""

import re
from pathlib import Path

import pytest

from services import letters, mail, outbox, samples, wording
from services.errors import WrongSetting
from tests.conftest import Configure

FILE = letters.file_name(outbox.CONFIRMATION, outbox.CUSTOMER)
OWN = """{% extends layout %}
{% block subject %}See you, {{ reader }}{% endblock %}
{% block heading %}{{ rep.name }} looks forward to it.{% endblock %}
{% block body %}{{ fact('When', when) }}{{ words(comment) }}{{ button('Come in', call_link) }}{% endblock %}
"""


@pytest.fixture
def own(tmp_path: Path, configure: Configure) -> Path:
    """The owner's folder, which is in the settings."""
    folder = tmp_path / 'texts'
    folder.mkdir()
    configure(MAIL_TEMPLATES=str(folder))
    return folder


def test_every_template_belongs_to_a_message_and_every_mail_is_one() -> None:
    files = {path.name for path in letters.FOLDER.glob('*.jinja')} - {letters.PLAIN, letters.HTML}
    assert sorted(files) == sorted(letters.file_name(*message) for message in letters.MESSAGES)
    assert mail.kinds() == {
        value for name, value in vars(outbox).items() if name.isupper() and isinstance(value, str) and name not in NO_MAILS
    }


NO_MAILS = {'VIDEO_SESSION', 'CUSTOMER', 'REP', 'NOBODY', 'WAITING', 'DONE', 'FAILED', 'DROPPED'}


def test_the_list_of_values_for_owners_is_true(configure: Configure) -> None:
    configure()
    listed: dict[str, set[str]] = {'all': set(), 'appointments': set(), 'accounts': set()}
    for names, where in re.findall(
        r'^\| (`\S+`(?:, `\S+`)*) \| (all|appointments|accounts) \|', (letters.FOLDER / 'README.md').read_text(), re.M
    ):
        listed[where] |= {name.split('.')[0] for name in re.findall(r'`([^`]+)`', names)}
    item = samples.item(outbox.CONFIRMATION, outbox.CUSTOMER)
    assert set(wording.about_appointment(item, samples.rep(), samples.booked())) == listed['all'] | listed['appointments']
    assert set(wording.about_account(item, samples.rep())) == listed['all'] | listed['accounts']


def test_an_owners_text_takes_the_place_of_ours(own: Path) -> None:
    (own / FILE).write_text(OWN)
    mail.check_templates()
    told = mail.sample(outbox.CONFIRMATION, outbox.CUSTOMER)
    assert told['Subject'] == 'See you, Carol Tanaka'
    assert 'Riley Berger looks forward to it.' in told.get_body(('plain',)).get_content()
    assert 'last week.<br>Does' in told.get_body(('html',)).get_content()
    assert mail.sample(outbox.CONFIRMATION, outbox.REP)['Subject'].startswith('Your appointment on ')


@pytest.mark.parametrize(
    ('name', 'text', 'sentence'),
    [
        (FILE, OWN.replace('{% endblock %}', '', 1), f'"{FILE}", line 4 cannot be used'),
        (FILE, OWN.replace('call_link', 'chat_link'), f'"{FILE}" cannot be used (\'chat_link\' is undefined)'),
        (FILE, OWN.replace('reader', 'rep.__class__'), f'"{FILE}" cannot be used (access to attribute'),
        (FILE, OWN.replace('block subject', 'block title'), f'"{FILE}" cannot be used (it has no block "subject")'),
        (letters.HTML, '{{ 1 / 0 }}', f'"{FILE}" cannot be used (division by zero)'),
        ('confirmation_custmer.jinja', OWN, 'no mail uses "confirmation_custmer.jinja"'),
    ],
)
def test_an_owners_text_that_cannot_be_used_stops_the_start(name: str, text: str, sentence: str, own: Path) -> None:
    (own / name).write_text(text)
    with pytest.raises(WrongSetting) as refusal:
        mail.check_templates()
    assert str(refusal.value).startswith(f'MAIL_TEMPLATES: {sentence}')


def test_a_folder_that_is_not_there_stops_the_start(configure: Configure) -> None:
    with pytest.raises(WrongSetting, match='MAIL_TEMPLATES must be a folder that is there, but it is "texts"'):
        configure(MAIL_TEMPLATES='texts')
