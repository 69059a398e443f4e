"""What a customer answered to the extra questions."""

from collections.abc import Iterable

from nicegui import html


def answers(found: Iterable[tuple[str, str]]) -> None:
    """Each question with its answer, as terms and descriptions of the `dl` that stands around them."""
    for question, answer in found:
        html.dt(question).classes('answered')
        html.dd(answer).classes('answered user-text')
