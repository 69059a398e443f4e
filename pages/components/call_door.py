"""What is seen of a call from outside: who and what about, a try of the devices, and the buttons to join by."""

import json

from nicegui import html

from db import Appointment
from pages.components.call_engine import CallEngine
from pages.components.device_check import DeviceCheck
from pages.components.words import Words

OTHER_WAYS = {'Join without camera': {'camera': False}, 'Join muted': {'microphone': False}}


class CallDoor:
    """Lets a person in by one click. A sentence above the buttons says why they are outside."""

    def __init__(self, appointment: Appointment, person: str, when: str, engine: CallEngine) -> None:
        self._comment, self._person, self._at, self._engine = appointment.comment, person, when, engine

    def build(self) -> None:
        with html.div().classes('call-door') as self._door, html.div().classes('call-door-inside'):
            with html.div().classes('call-door-what'):
                self._what()
            with html.div().classes('call-door-about'):
                self._about = Words(tag='p').classes('quiet').props('role=status')
                self._countdown = Words(tag='p').classes('quiet').props('role=timer')
            self._check = DeviceCheck()
            with html.div().classes('call-door-ways'):
                self._sentence = Words(tag='p').classes('call-sentence').props('role=status')
                with self._way({}).classes('primary') as self._button:
                    self._label = Words('Join')
                others = [self._way(wanted, words) for words, wanted in OTHER_WAYS.items()]
        self._buttons = [self._button, *others]

    def stand_back(self) -> None:
        """Try nothing beforehand: the call is about to be entered."""
        self._check.props['eager'] = False

    def show(self, sentence: str, label: str) -> None:
        """Stand there with this sentence, and the first button under this name."""
        self._check.show()
        self._show(sentence, label, is_busy=False)
        self._button.run_method('focus')

    def say(self, sentence: str) -> None:
        """Show this sentence to one who is outside."""
        self._sentence.set_text(sentence)

    def show_work(self, sentence: str) -> None:
        """Show that the way in is being prepared."""
        self._show(sentence, 'Joining …', is_busy=True)

    def show_about(self, sentence: str, countdown: str) -> None:
        """Show how it stands with the other one, and with the start."""
        self._about.set_text(sentence)
        self._countdown.set_text(countdown)

    def show_when(self, when: str) -> None:
        """Show at what time the call is."""
        self._when.set_text(when)
        self._when.set_visibility(bool(when))

    def rename(self, person: str) -> None:
        """Lead to a call with this person."""
        self._title.set_text(f'Call with {person}')
        self._nobody_yet.set_text(f'{person} sees and hears you only when you have joined.')

    def hide(self) -> None:
        """The call is entered."""
        self._check.hide()
        self._door.set_visibility(False)

    def _what(self) -> None:
        self._title = Words(tag='h2')
        self._when = Words(tag='p')
        self.show_when(self._at)
        if self._comment:
            html.p(self._comment).classes('call-about user-text')
        self._nobody_yet = Words(tag='p').classes('quiet')
        self.rename(self._person)

    def _way(self, wanted: dict[str, bool], words: str = '') -> html.button:
        """The browser gives camera and microphone to a click, so the click does not travel through the server."""
        button = html.button(words).classes('button').props('type=button')
        return button.on('click', js_handler=f'() => getElement({self._engine.id}).join({json.dumps(wanted)})')

    def _show(self, sentence: str, label: str, *, is_busy: bool) -> None:
        self._sentence.set_text(sentence)
        self._label.set_text(label)
        for button in self._buttons:
            button.props['aria-disabled'] = 'true' if is_busy else 'false'
        self._door.set_visibility(True)
