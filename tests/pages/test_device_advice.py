"""What a browser that gives no camera or microphone makes us say: for each failure one sentence and what to do, for the browser in use."""

import pytest

from pages.components.browser_in_use import Browser, browser_of
from pages.components.device_advice import advice, obstacle

CHROME, EDGE, FIREFOX, SAFARI = (Browser(name, 'Windows') for name in ('Chrome', 'Edge', 'Firefox', 'Safari'))
MAC = 'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Safari/605.1.15'
IPHONE = 'Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)'
WINDOWS_CHROME = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36'
ANDROID_CHROME = 'Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Mobile Safari/537.36'


@pytest.mark.parametrize(
    ('user_agent', 'browser'),
    [
        (WINDOWS_CHROME, CHROME),
        (f'{WINDOWS_CHROME} Edg/131.0.2903.51', EDGE),
        ('Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:132.0) Gecko/20100101 Firefox/132.0', FIREFOX),
        (MAC, Browser('Safari', 'Mac OS X')),
        (f'{IPHONE} Version/18.1 Mobile/15E148 Safari/604.1', Browser('Safari', 'iOS')),
        (f'{IPHONE} CriOS/131.0.6778.73 Mobile/15E148 Safari/604.1', Browser('Chrome', 'iOS')),
        (ANDROID_CHROME, Browser('Chrome', 'Android')),
        (f'{ANDROID_CHROME} EdgA/131.0.0.0', Browser('Edge', 'Android')),
        ('Mozilla/5.0 (Android 14; Mobile; rv:132.0) Gecko/132.0 Firefox/132.0', Browser('Firefox', 'Android')),
        ('', Browser()),
        ('a browser nobody knows', Browser()),
    ],
)
def test_a_browser_is_known_by_what_it_gives_itself_out_as(user_agent: str, browser: Browser) -> None:
    assert browser_of(user_agent) == browser


def test_an_ipad_gives_itself_out_as_a_mac_and_is_known_by_its_fingers() -> None:
    assert browser_of(MAC).touched(5).is_phone
    assert not browser_of(MAC).touched(0).is_phone
    assert not browser_of(WINDOWS_CHROME).touched(10).is_phone


@pytest.mark.parametrize(
    ('browser', 'how'),
    [
        (CHROME, 'Chrome blocks the camera, so you cannot be seen. Click the icon to the left of the address and switch the camera on'),
        (EDGE, 'Edge blocks the camera, so you cannot be seen. Click the lock to the left of the address and allow the camera'),
        (FIREFOX, 'Firefox blocks the camera, so you cannot be seen. Click the crossed-out icon'),
        (Browser('Safari', 'Mac OS X'), 'Safari blocks the camera, so you cannot be seen. Choose Safari › Settings for This Website'),
        (Browser('Chrome', 'Android'), 'Chrome blocks the camera, so you cannot be seen. Tap the icon to the left of the address'),
        (Browser('Firefox', 'Android'), 'Firefox blocks the camera, so you cannot be seen. Tap the lock'),
        (Browser('Safari', 'iOS'), 'Safari blocks the camera, so you cannot be seen. Tap the icon to the left of the address'),
        (Browser('Chrome', 'iOS'), "Your system does not let Chrome use the camera, so you cannot be seen. Open your device's Settings"),
        (
            Browser(),
            'Your browser blocks the camera, so you cannot be seen. Allow the camera for this site in the settings of your browser',
        ),
    ],
)
def test_who_refused_reads_where_this_browser_lets_them_allow_it(browser: Browser, how: str) -> None:
    said = advice({'microphone': True, 'camera': False, 'reason': 'NotAllowedError: Permission denied'}, browser)
    assert said.startswith(how)
    assert said.endswith(', then press “Try again”.')


@pytest.mark.parametrize(
    ('reason', 'browser', 'sentence'),
    [
        (
            'NotAllowedError: Permission dismissed',
            CHROME,
            'Chrome was not told to allow the camera, so you cannot be seen. Press “Try again” and allow it when you are asked.',
        ),
        (
            'NotAllowedError: Permission denied by system',
            Browser('Chrome', 'Mac OS X'),
            'Your system does not let Chrome use the camera, so you cannot be seen. '
            'Open System Settings › Privacy & Security on your Mac and let Chrome use the camera, then press “Try again”.',
        ),
        (
            'NotAllowedError: Permission denied by system',
            Browser('', 'Linux'),
            'Your system does not let your browser use the camera, so you cannot be seen. '
            "Allow the camera for your browser in your system's settings, then press “Try again”.",
        ),
        (
            'NotAllowedError: The feature is not allowed by the permissions policy',
            CHROME,
            'The rules of this device do not allow the camera, so you cannot be seen. '
            'Please ask who looks after it, or use another device.',
        ),
        ('NotFoundError: ', CHROME, 'No camera was found, so you cannot be seen. Connect one, and it is used at once.'),
        (
            'NotFoundError',
            Browser('Chrome', 'Android'),
            'No camera was found, so you cannot be seen. Check the settings of your device, then press “Try again”.',
        ),
        (
            'NotReadableError: Could not start video source',
            CHROME,
            'Another program is using the camera, so you cannot be seen. Close it there, then press “Try again”.',
        ),
        (
            'NotReadableError',
            Browser('Safari', 'iOS'),
            'Another app is using the camera, so you cannot be seen. Close it there, then press “Try again”.',
        ),
        (
            'SomethingNew: of tomorrow',
            FIREFOX,
            'Firefox could not start the camera, so you cannot be seen. Close other programs that use it, then press “Try again”.',
        ),
    ],
)
def test_each_failure_has_its_sentence_and_says_what_to_do(reason: str, browser: Browser, sentence: str) -> None:
    assert advice({'microphone': True, 'camera': False, 'reason': reason}, browser) == sentence


@pytest.mark.parametrize(
    ('there', 'beginning'),
    [
        ({'microphone': False, 'camera': True}, 'No microphone was found, so you cannot be heard.'),
        ({'microphone': False, 'camera': False}, 'No camera or microphone was found, so you can neither be seen nor heard.'),
        ({'microphone': False, 'camera': None}, 'No microphone was found, so you cannot be heard.'),
        ({'microphone': True, 'camera': None}, ''),
        ({'microphone': True, 'camera': True}, ''),
    ],
)
def test_only_what_is_wanted_and_not_there_is_told(there: dict[str, bool | None], beginning: str) -> None:
    said = advice({**there, 'reason': 'NotFoundError'}, CHROME)
    assert said.startswith(beginning)
    assert bool(said) == bool(beginning)


def test_an_ipad_is_advised_as_an_ipad() -> None:
    said = advice({'camera': False, 'reason': 'NotAllowedError', 'touches': 5}, browser_of(MAC))
    assert 'Tap the icon to the left of the address' in said


@pytest.mark.parametrize(
    ('name', 'browser', 'words'),
    [
        ('insecure', CHROME, 'https:// at the front'),
        ('old', FIREFOX, 'Firefox is too old for calls here. Please update it'),
        ('old', Browser('', 'iOS'), 'Please open this page in Safari'),
    ],
)
def test_what_makes_every_call_impossible_is_told(name: str, browser: Browser, words: str) -> None:
    assert words in obstacle(name, browser)


def test_other_problems_are_for_others_to_tell() -> None:
    assert obstacle('lost', CHROME) == ''
