"""Network addresses, as far as something is counted by them."""

from ipaddress import IPv6Address, ip_address


def network_of(address: str) -> str:
    """What an address counts as: in IPv6 a household or an office has a whole /64 of them (RFC 6177)."""
    try:
        known = ip_address(address)
    except ValueError:
        return address
    return str(int(known) >> 64) if isinstance(known, IPv6Address) and not known.ipv4_mapped else str(known)
