"""Plain HTML forms: labelled fields with their problem beside them, and a button that shows it works.

The values are read in the browser at the moment a form is sent (`EMIT_FORM`), because what was typed while the line was down is only there.
"""

from typing import Self

from nicegui import html
from nicegui.element import Element

from pages.components.words import Words

EMIT_FORM = '(e) => { e.preventDefault(); emit(Object.fromEntries(new FormData(e.target))) }'
EMIT_VALUE = '(e) => emit(e.target.value)'


class Field:
    """A labelled input; `show_problem` puts a sentence beside it, which screen readers read with it."""

    def __init__(self, label: str, name: str, *, value: str = '', tag: str = 'input') -> None:
        with html.div().classes('field') as self._box:
            self.label = Words(label, tag='label')
            self.input = Element(tag)
            self._problem = Words(tag='p').classes('field-problem')
        self.label.props['for'] = self.input.html_id
        self.input.props['name'] = name
        self.input.props['aria-describedby'] = self._problem.html_id
        if value:
            self.input.props['defaultValue'] = value  # `value` would undo what was typed whenever anything on the page changes

    def props(self, attributes: str) -> Self:
        """Further HTML attributes of the input, all of our own wording."""
        self.input.props(attributes)
        return self

    def hint(self, sentence: str) -> Self:
        """A quiet sentence below the input, read with it."""
        with self._box:
            words = html.p(sentence).classes('quiet small')
        self.input.props['aria-describedby'] += f' {words.html_id}'
        return self

    def show_problem(self, sentence: str) -> None:
        """Show what is wrong; nothing, when the sentence is empty."""
        self._problem.set_text(sentence)
        self.input.props['aria-invalid'] = 'true' if sentence else 'false'


class WorkButton:
    """A form's submit button that shows when the work it started is under way."""

    def __init__(self, label: str, working_label: str) -> None:
        self._label, self._working_label = label, working_label
        self.working = False
        with html.button().classes('button primary').props('type=submit') as self._button:
            self._spinner = html.span().classes('spinner').props('aria-hidden=true')
            self._words = Words(label)
        self._spinner.set_visibility(False)

    def start(self) -> None:
        """Show that it works."""
        self._set(True)

    def stop(self) -> None:
        """Show that it can be pressed again."""
        self._set(False)

    def _set(self, working: bool) -> None:
        self.working = working
        self._spinner.set_visibility(working)
        self._words.set_text(self._working_label if working else self._label)
        self._button.props['aria-disabled'] = 'true' if working else 'false'
