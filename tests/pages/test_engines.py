"""The halves of the video backends that run in browsers."""

import re
from pathlib import Path

import pytest

from pages.components.engines import ENGINES, way
from services.video import BACKENDS

COMPONENTS = Path('pages/components')
FACE = ('call_face', 'call_view', 'call_picture', 'call_media', 'call_screen', 'call_shortcuts')
EMPTY = r'^ {4}(?:async )?(\w+)\(\) \{\},'  # what an engine may leave out
METHOD, FIELD, SET = r'^ {4}(?:async )?(\w+)\(.*\) \{', r'^ {4}(\w+): ', r'\bthis\.(\w+) (?:\?\?|\|\|)?=(?!=)'
IN_ONE_LINE = r'(?:data: \(\) => \(|Object\.assign\(this, )\{(.*)\}'


def script(name: str) -> str:
    return (COMPONENTS / f'{name}.js').read_text()


def names_in(text: str) -> set[str]:
    """What a part of a component has on `this`: its methods, its data, and what it puts there itself."""
    own = {name for pattern in (METHOD, FIELD, SET) for name in re.findall(pattern, text, re.MULTILINE)}
    return own | {name for line in re.findall(IN_ONE_LINE, text) for name in re.findall(r'(?:^|,) *(\w+)', line)}


@pytest.mark.parametrize('engine', ENGINES.values())
def test_an_engine_has_no_name_of_the_face_but_of_what_it_may_leave_out(engine: type) -> None:
    own = script(engine.__module__.rpartition('.')[2])
    parts = [own, *(script(name) for name in re.findall(r"^import .* from '(?!call_face)(\w+)'", own, re.MULTILINE))]
    face = {name for part in FACE for name in names_in(script(part))}
    may_have = set(re.findall(EMPTY, script('call_face'), re.MULTILINE))
    assert may_have >= {'carry', 'toggled', 'meet', 'statistics'}
    assert face > may_have | {'wish', 'screen', 'joined', 'person', 'show', 'report'}
    assert {name for part in parts for name in names_in(part)} & face <= may_have


def test_every_backend_has_an_engine_and_words_for_its_way() -> None:
    assert {kind.name for kind in BACKENDS} == set(ENGINES)
    assert way('peer') == 'from browser to browser'
    assert all(len(way(name).split()) > 1 for name in ENGINES)


def test_an_engine_that_is_there_no_more_goes_by_its_name() -> None:
    assert way('carrier pigeon') == 'carrier pigeon'
