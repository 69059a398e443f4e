"""A try of camera, microphone and speaker, before a call or days before it."""

from nicegui.element import Element

from pages.components.browser_in_use import browser_in_use
from pages.components.device_advice import DEVICES, advice, obstacle
from pages.components.heard import heard

PARTS = ['call_device_menus.js', 'call_devices.js', 'call_focus.js', 'call_sound.js', 'device_access.js']


class DeviceCheck(Element, component='device_check.js', dependencies=PARTS):
    """The own picture in a mirror, the level of the microphone, a test sound, and what to use of what there is.

    What is chosen, and switched on or off, is what a call on the same page then uses. It asks the browser for nothing before a click; what
    the browser has allowed before it uses at once (`eager`).
    """

    def __init__(self, *, eager: bool = True) -> None:
        super().__init__()
        self._browser = browser_in_use()
        self.classes('device-check')
        self.props.update({'active': True, 'eager': eager, 'advice': ''})
        self.on('settled', lambda event: self._advise(advice(heard(event.args, **DEVICES), self._browser)))
        self.on('obstacle', lambda event: self._advise_of_obstacle(**heard(event.args, name=str, touches=int)))

    def show(self) -> None:
        """Offer the try again, without starting it."""
        self.props['active'] = True

    def hide(self) -> None:
        """The call shows the picture now."""
        self.props['active'] = False
        self._advise('')

    def _advise_of_obstacle(self, name: str, touches: int) -> None:
        self._advise(obstacle(name, self._browser.touched(touches)))

    def _advise(self, sentence: str) -> None:
        self.props['advice'] = sentence
