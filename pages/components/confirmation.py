"""A dialog that asks first, before something that cannot be undone."""

from nicegui import ElementFilter, html, ui


class Confirmation:
    """One question with two answers, asked each time `given()` is awaited; the careful answer has the focus."""

    def __init__(self, title: str, sentence: str, *, yes: str, no: str) -> None:
        self._title = title
        self._sentence = sentence
        self._yes = yes
        self._no = no

    async def given(self) -> bool:
        """Whether the viewer agreed. Closing the dialog in any other way means no; so does asking while another question is open."""
        if any(other.value for other in ElementFilter(kind=ui.dialog)):
            return False  # two quick clicks
        with ui.dialog() as dialog, html.div().classes('dialog'):
            title = html.h2(self._title)
            sentence = html.p(self._sentence)
            with html.div().classes('buttons'):
                html.button(self._no).classes('button').props('type=button autofocus').on('click', dialog.close)
                html.button(self._yes).classes('button danger').props('type=button').on('click', lambda: dialog.submit(True))
        dialog.props.update({'role': 'alertdialog', 'aria-labelledby': title.html_id, 'aria-describedby': sentence.html_id})
        dialog.on('hide', dialog.delete)  # not before: the browser gives the focus back while it hides
        return bool(await dialog)
