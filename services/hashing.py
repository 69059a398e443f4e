"""How a secret or an address is known where only its hash may lie: keys, browsers, network addresses."""

from hashlib import sha256


def hashed(text: str) -> str:
    """What stands for this text in the database. Not for passwords, which can be guessed."""
    return sha256(text.encode()).hexdigest()
