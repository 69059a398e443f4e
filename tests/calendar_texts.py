"""Calendars as others publish them (RFC 5545), for tests that read them."""


def event(*lines: str, uid: str = 'one@example.com') -> str:
    """An event with these lines."""
    return '\n'.join(['BEGIN:VEVENT', f'UID:{uid}', 'DTSTAMP:20261101T000000Z', *lines, 'END:VEVENT'])


def calendar(*parts: str) -> bytes:
    """A calendar of these events and lines."""
    return '\n'.join(['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//Tests//EN', *parts, 'END:VCALENDAR', '']).encode()
