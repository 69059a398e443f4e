"""The halves of the video backends that run in browsers."""

from pages.components.engines import ENGINES, way
from services.video import BACKENDS


def test_every_backend_has_an_engine_and_words_for_its_way() -> None:
    assert {kind.name for kind in BACKENDS} == set(ENGINES)
    assert way('peer') == 'from browser to browser'
    assert all(len(way(name).split()) > 1 for name in ENGINES)


def test_an_engine_that_is_there_no_more_goes_by_its_name() -> None:
    assert way('carrier pigeon') == 'carrier pigeon'
