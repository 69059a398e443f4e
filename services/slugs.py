"""Addresses that admins give: `/{slug}`, short and plain, and never one of our own pages'."""

import re
import unicodedata
from collections.abc import Iterable

MAX = 64
PLAIN = re.compile(r'[a-z0-9]+(?:-[a-z0-9]+)*')
LETTERS = str.maketrans({'æ': 'ae', 'œ': 'oe', 'ø': 'o', 'đ': 'd', 'ð': 'd', 'ł': 'l', 'ı': 'i', 'þ': 'th', '’': '', "'": ''})
NAMELESS = 'appointment'  # for names in which no letter of ours is left

_reserved: set[str] = set()


def reserve(paths: Iterable[str]) -> None:
    """Refuse from now on, as a slug, whatever one of these paths begins with."""
    _reserved.update(path.strip('/').partition('/')[0] for path in paths)


def problem(slug: str) -> str:
    """What is wrong with this slug, as a sentence; empty when nothing is."""
    if not PLAIN.fullmatch(slug) or len(slug) > MAX:
        return f'Please use small letters a to z, digits and single hyphens between them, at most {MAX} in all.'
    if slug in _reserved:
        return f'A page of this site has the address /{slug}. Please choose another one.'
    return ''


def proposed(name: str, taken: Iterable[str]) -> str:
    """`first-talk` for `First talk`: a slug made of this name, which none of those taken is."""
    plain = unicodedata.normalize('NFKD', name.casefold().translate(LETTERS)).encode('ascii', 'ignore').decode()
    slug = re.sub(r'[^a-z0-9]+', '-', plain)[: MAX - 4].strip('-') or NAMELESS
    refused, found, number = _reserved | set(taken), slug, 1
    while found in refused:
        number += 1
        found = f'{slug}-{number}'
    return found
