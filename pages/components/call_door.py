"""What is seen of a call from outside: who and what about, and the button to join by."""

from nicegui import html

from db import Appointment
from pages.components.call_engine import CallEngine
from pages.components.words import Words


class CallDoor:
    """Lets a person in by one click. A sentence above the button says why they are outside."""

    def __init__(self, appointment: Appointment, person: str, when: str, engine: CallEngine) -> None:
        self._appointment, self._person, self._when, self._engine = appointment, person, when, engine

    def build(self) -> None:
        with html.div().classes('call-door') as self._door:
            html.h2(f'Call with {self._person}')
            if self._when:
                html.p(self._when).classes('call-when')
            if self._appointment.comment:
                html.p(self._appointment.comment).classes('call-about user-text')
            self._sentence = Words(tag='p').classes('call-sentence').props('role=status')
            # the browser gives camera and microphone to a click, so the click does not travel through the server
            self._button = html.button().classes('button primary').props('type=button')
            self._button.on('click', js_handler=f'() => getElement({self._engine.id}).join()')
            with self._button:
                self._label = Words('Join')

    def show(self, sentence: str, label: str) -> None:
        """Stand there with this sentence, and the button under this name."""
        self._show(sentence, label, is_busy=False)
        self._button.run_method('focus')

    def show_work(self, sentence: str) -> None:
        """Show that the way in is being prepared."""
        self._show(sentence, 'Joining …', is_busy=True)

    def hide(self) -> None:
        """The call is entered."""
        self._door.set_visibility(False)

    def _show(self, sentence: str, label: str, *, is_busy: bool) -> None:
        self._sentence.set_text(sentence)
        self._label.set_text(label)
        self._button.props['aria-disabled'] = 'true' if is_busy else 'false'
        self._door.set_visibility(True)
