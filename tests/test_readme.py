"""What the README says is so."""

import re
from pathlib import Path

from services import settings

ROOT = Path(__file__).parent.parent
README = (ROOT / 'README.md').read_text()
ROWS = [row.strip('| ').split(' | ') for row in README.splitlines() if re.match(r'\| `[A-Z_]+`', row)]
SET_BY_THE_PLATFORM = {'DYNO'}


def test_the_table_of_settings_names_every_variable_and_no_other() -> None:
    described = [name for row in ROWS for name in re.findall('`([A-Z_]+)`', row[0])]
    known = {name for field in settings.Settings.model_fields for name in settings.names(field)}
    assert len(described) == len(set(described))
    assert set(described) == known - SET_BY_THE_PLATFORM


def test_the_table_of_settings_tells_the_defaults() -> None:
    told = {name: row[1] for row in ROWS for name in re.findall('`([A-Z_]+)`', row[0])}
    for field, info in settings.Settings.model_fields.items():
        for name in settings.names(field):
            if info.default and name not in SET_BY_THE_PLATFORM:
                assert f'`{info.default}`' in told[name], name


def test_the_commands_it_names_are_there() -> None:
    targets = set(re.findall(r'^([a-z]+):', (ROOT / 'Makefile').read_text(), re.MULTILINE))
    assert set(re.findall(r'(?:^|`)make ([a-z]+)', README, re.MULTILINE)) <= targets


def test_the_files_it_names_are_there() -> None:
    named = re.findall(r'`((?:pages|services|tests)/[\w/]+\.py)`', README) + re.findall(r'\]\(([^):#]+)\)', README)
    assert [path for path in named if not (ROOT / path).exists()] == []
