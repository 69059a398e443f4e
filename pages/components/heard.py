"""What a browser said, before it is used: it may be anything."""

from typing import Any


def heard(said: Any, **kinds: type) -> dict[str, Any]:
    """These parts of it, each of its kind. One that is not there, or of another kind, is what that kind is when it is empty."""
    given = said if isinstance(said, dict) else {}
    return {name: given[name] if isinstance(given.get(name), kind) else kind() for name, kind in kinds.items()}
