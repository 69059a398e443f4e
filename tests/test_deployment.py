"""The files that other places start the app with agree with the app."""

import json
import re
from pathlib import Path

import pytest

from services import settings
from services.errors import WrongSetting
from tests.conftest import Configure

ROOT = Path(__file__).parent.parent
HEROKU = json.loads((ROOT / 'app.json').read_text())['env']
CHOSEN = {
    'STORAGE_SECRET': 'made-by-heroku-and-long-enough',
    'BASE_URL': 'https://calls.example.com',
    'REP_EMAIL': 'riley@example.com',
    'REP_PASSWORD': 'correct horse',
    'GMAIL_USER': 'riley@gmail.com',
    'GMAIL_PW': 'app password',
}


def test_heroku_asks_only_for_what_is_a_setting() -> None:
    known = {name for field in settings.Settings.model_fields for name in settings.names(field)}
    assert set(HEROKU) <= known


def test_what_heroku_asks_for_is_enough_to_start_in_production(configure: Configure) -> None:
    given = {name: row['value'] for name, row in HEROKU.items() if 'value' in row}
    current = configure(DYNO='web.1', PORT='5000', **given, **CHOSEN)
    assert (current.production, current.listen_on, current.proxies) == (True, '0.0.0.0', '*')


@pytest.mark.parametrize('name', ['STORAGE_SECRET', 'BASE_URL', 'REP_EMAIL', 'REP_PASSWORD'])
def test_heroku_insists_on_what_production_insists_on(name: str) -> None:
    assert HEROKU[name].get('required', True)


def test_the_image_holds_every_file_that_the_app_is_made_of() -> None:
    copied = set(re.findall(r'^COPY (.+) \S+$', (ROOT / 'Dockerfile').read_text(), re.MULTILINE))
    let_in = set(re.findall(r'^!(.+)$', (ROOT / '.dockerignore').read_text(), re.MULTILINE))
    assert set(' '.join(copied).split()) == let_in == {'main.py', 'db.py', 'requirements.txt', 'migrations', 'services', 'pages'}


def test_what_stands_in_the_env_file_changes_neither_where_compose_finds_the_app_nor_its_database(configure: Configure) -> None:
    fixed = re.findall(r"^      ([A-Z_]+): '?(.*?)'?$", (ROOT / 'compose.yaml').read_text(), re.MULTILINE)
    env_file = {'PORT': '9000', 'HOST': '127.0.0.1', 'CLEARDB_DATABASE_URL': 'mysql://elsewhere/calls', 'DATABASE_URL': 'sqlite:///x.db'}
    current = configure(**env_file | dict(fixed))
    assert (current.listen_on, current.port, current.database_url.host) == ('0.0.0.0', 8080, 'database')


def test_what_stands_in_the_env_file_does_not_move_the_data_out_of_the_volume_of_compose(configure: Configure) -> None:
    compose = (ROOT / 'compose.yaml').read_text()
    fixed = re.findall(r"^      ([A-Z_]+): '?(.*?)'?$", compose, re.MULTILINE)
    current = configure(**{'DATA_DIR': '/elsewhere'} | dict(fixed))
    assert f"volumes: ['data:{current.data_dir}']" in compose


def test_production_refuses_what_heroku_would_start_without_mail(configure: Configure) -> None:
    without_mail = {name: value for name, value in CHOSEN.items() if not name.startswith('GMAIL')}
    with pytest.raises(WrongSetting, match=r'^SMTP_HOST is not set'):
        configure(MODE='production', **without_mail)
