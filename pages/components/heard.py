"""What a browser said, before it is used: it may be anything."""

from types import UnionType
from typing import Any


def heard(said: Any, **kinds: type | UnionType) -> dict[str, Any]:
    """These parts of it, each of its kind. One that is not there, or of another kind, is that kind when empty, or None if it may be."""
    given = said if isinstance(said, dict) else {}
    empty = {name: kind() if isinstance(kind, type) else None for name, kind in kinds.items()}
    return {name: given.get(name) if isinstance(given.get(name), kinds[name]) else nothing for name, nothing in empty.items()}
