"""What people type, made fit to be stored and sent."""

import unicodedata

UNPRINTABLE = ('Cc', 'Cs')  # control characters and lone surrogates: neither a database nor a mail nor a calendar takes them all


def printable(text: str) -> str:
    """The text without control characters; its lines stay, ended as here."""
    text = text.replace('\r\n', '\n').replace('\t', ' ')
    return ''.join(character for character in text if character == '\n' or unicodedata.category(character) not in UNPRINTABLE)


def one_line(text: str) -> str:
    """The same on one line, without spaces around it or twice in a row."""
    return ' '.join(printable(text).split())


def too_long(text: str, most: int, what: str = 'this') -> str:
    """The sentence that asks to shorten it, when it has more than `most` characters; nothing when it fits."""
    return f'Please shorten {what} to {most:,} characters; it has {len(text):,}.' if len(text) > most else ''
