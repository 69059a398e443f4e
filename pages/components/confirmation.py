"""A dialog that asks first, before something that cannot be undone."""

from nicegui import ElementFilter, html, ui


class Confirmation:
    """One question with two answers, asked each time `given()` is awaited; the careful answer has the focus.

    `more`: a third answer, stronger than `yes`, for which `answer()` is to be awaited. The strongest answer is red.
    """

    def __init__(self, title: str, sentence: str, *, yes: str, no: str, more: str = '') -> None:
        self._title = title
        self._sentence = sentence
        self._yes = yes
        self._no = no
        self._more = more
        self._dialog: ui.dialog | None = None

    async def given(self) -> bool:
        """Whether the viewer agreed. Closing the dialog in any other way means no; so does asking while another question is open."""
        return await self.answer() == self._yes

    async def answer(self) -> str:
        """What the viewer pressed, `yes` or `more`; nothing, when they did not agree."""
        if any(other.value for other in ElementFilter(kind=ui.dialog)):
            return ''  # two quick clicks
        with ui.dialog() as dialog, html.div().classes('dialog'):
            title = html.h2(self._title)
            sentence = html.p(self._sentence)
            with html.div().classes('buttons'):
                html.button(self._no).classes('button').props('type=button autofocus').on('click', dialog.close)
                for words in filter(None, (self._yes, self._more)):
                    button = html.button(words).classes('button').props('type=button').on('click', lambda words=words: dialog.submit(words))
                    button.classes('danger' if words == (self._more or self._yes) else '')
        self._dialog = dialog
        dialog.props.update({'role': 'alertdialog', 'aria-labelledby': title.html_id, 'aria-describedby': sentence.html_id})
        dialog.on('hide', dialog.delete)  # not before: the browser gives the focus back while it hides
        return str(await dialog or '')

    def withdraw(self) -> None:
        """Ask no more, which means no: what it was about is not shown any more."""
        if self._dialog:
            self._dialog.close()
