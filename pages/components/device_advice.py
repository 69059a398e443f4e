"""What to do when a browser gives no camera or no microphone, in the words of that browser."""

from collections.abc import Mapping, Sequence
from typing import Any

from pages.components.browser_in_use import ANDROID, IOS, MAC, WINDOWS, Browser

DEVICES: dict[str, Any] = {'microphone': bool | None, 'camera': bool | None, 'reason': str, 'touches': int}  # what a browser says of them
AGAIN = 'then press “Try again”.'
OUTCOMES = {('camera',): 'you cannot be seen', ('microphone',): 'you cannot be heard'}
NEITHER = 'you can neither be seen nor heard'
INSECURE = 'Camera and microphone work on a secure page only. Please open this page with https:// at the front.'
MISSING = {'NotFoundError', 'DevicesNotFoundError', 'OverconstrainedError'}
BUSY = {'NotReadableError', 'TrackStartError', 'AbortError'}
REFUSED = {'NotAllowedError', 'PermissionDeniedError'}

# where a site is allowed what, by browser, at a desk and on Android; on iOS Safari has its own place, and all others theirs in the system
AT_A_DESK = {
    'Chrome': 'Click the icon to the left of the address and switch {it} on',
    'Edge': 'Click the lock to the left of the address and allow {it}',
    'Firefox': 'Click the crossed-out icon to the left of the address and clear the block on {it}',
    'Safari': 'Choose Safari › Settings for This Website in the menu bar and allow {it}',
}
ON_ANDROID = {
    'Chrome': 'Tap the icon to the left of the address, then Permissions, and allow {it}',
    'Edge': 'Tap the lock to the left of the address, then Permissions, and allow {it}',
    'Firefox': 'Tap the lock to the left of the address and allow {it}',
}
ELSEWHERE = 'Allow {it} for this site in the settings of your browser'
IN_SAFARI_ON_IOS = 'Tap the icon to the left of the address, then the three dots or Website Settings, and allow {it}'
IN_THE_SYSTEM = {
    WINDOWS: 'Open Settings › Privacy & security in Windows and let {browser} use {it}',
    MAC: 'Open System Settings › Privacy & Security on your Mac and let {browser} use {it}',
    ANDROID: "Open Apps in your phone's settings, choose {browser}, then Permissions, and allow {it}",
    IOS: "Open your device's Settings, choose {browser} and allow {it}",
}


def obstacle(name: str, browser: Browser) -> str:
    """The sentence for what makes every call impossible, `insecure` or `old`; nothing for another name."""
    if name == 'insecure':
        return INSECURE
    if name != 'old':
        return ''
    if browser.system == IOS:
        return 'This app cannot make calls. Please open this page in Safari, on an up-to-date system.'
    return f'{browser.words} is too old for calls here. Please update it, or open this page in a current Chrome, Edge, Firefox or Safari.'


def please_allow(kinds: Sequence[str]) -> str:
    """What to say while the browser asks for these."""
    return f'Please let the browser use your {" and ".join(kinds)}.' if kinds else 'One moment, please.'


def advice(devices: Mapping[str, Any], browser: Browser) -> str:
    """What is not there, what that means, and what to do about it; nothing when all that is wanted is there.

    `devices`: what `report()` in `call_devices.js` gives: whether there are a `camera` and a `microphone` (None: not wanted), the
    `reason`, which is the browser's error, and how many `touches` it feels.
    """
    lacking = [kind for kind in ('camera', 'microphone') if devices.get(kind) is False]
    if not lacking:
        return ''
    cause, cure = _cause_and_cure(str(devices.get('reason', '')), lacking, browser.touched(devices.get('touches')))
    return f'{cause}, so {OUTCOMES.get(tuple(lacking), NEITHER)}. {cure}'


def _cause_and_cure(reason: str, lacking: list[str], browser: Browser) -> tuple[str, str]:
    """Browsers name the kind of an error; who refused is only in its text."""
    name, _, text = reason.partition(': ')
    both, either = f'the {" and the ".join(lacking)}', f'the {" or the ".join(lacking)}'
    if name in MISSING:
        return f'No {" or ".join(lacking)} was found', _find(browser)
    if name in BUSY:
        what = 'app' if browser.is_phone else 'program'
        return f'Another {what} is using {either}', f'Close it there, {AGAIN}'
    if name == 'SecurityError':
        return f'The rules of this device do not allow {both}', 'Please ask who looks after it, or use another device.'
    if name in REFUSED:
        return _refusal(text.lower(), both, browser)
    return f'{browser.words} could not start {either}', f'Close other programs that use {_it(lacking)}, {AGAIN}'


def _find(browser: Browser) -> str:
    return f'Check the settings of your device, {AGAIN}' if browser.is_phone else 'Connect one, and it is used at once.'


def _refusal(text: str, both: str, browser: Browser) -> tuple[str, str]:
    """`text`: the browser's own words. Who closed its question is asked again; a system or an organisation has a place of its own."""
    if 'dismissed' in text:
        return f'{browser.words} was not told to allow {both}', 'Press “Try again” and allow it when you are asked.'
    if 'policy' in text:
        return f'The rules of this device do not allow {both}', 'Please ask who looks after it, or use another device.'
    if 'system' in text or (browser.system == IOS and browser.name != 'Safari'):
        where = IN_THE_SYSTEM.get(browser.system, "Allow {it} for {browser} in your system's settings")
        return f'Your system does not let {_named(browser)} use {both}', f'{where.format(browser=_named(browser), it=both)}, {AGAIN}'
    return f'{browser.words} blocks {both}', f'{_place(browser).format(it=both)}, {AGAIN}'


def _place(browser: Browser) -> str:
    if browser.system == IOS:
        return IN_SAFARI_ON_IOS
    return (ON_ANDROID if browser.system == ANDROID else AT_A_DESK).get(browser.name, ELSEWHERE)


def _named(browser: Browser) -> str:
    return browser.name or 'your browser'


def _it(lacking: list[str]) -> str:
    return 'them' if len(lacking) > 1 else 'it'
