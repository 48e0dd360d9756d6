"""Judges addresses: what must not be reached just because a feed or a redirect says so.

Knows which addresses belong to the public internet. Does not resolve names and does not connect; the connection
asks about the very address it is about to use, so that no trick with names, numbers or a second look-up gets past.
"""

from __future__ import annotations

from collections.abc import Iterable
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from aggregator.core.model import IPNetwork

#: Not for us, though ``is_global`` of Python 3.11 says otherwise for some of it (checked with 3.11.7).
_NEVER_PUBLIC = tuple(
    ip_network(text)
    for text in (
        "0.0.0.0/8",  # this host (RFC 1122)
        "192.0.0.0/24",  # protocol assignments (RFC 6890)
        "192.88.99.0/24",  # 6to4 relays (RFC 7526)
        "224.0.0.0/4",  # multicast (RFC 5771)
        "240.0.0.0/4",  # reserved, and broadcast (RFC 1112)
        # Public unicast is 2000::/3 and nothing else (RFC 4291 §2.4). The other seven eighths hold v4-mapped and
        # v4-compatible addresses, NAT64 (64:ff9b::/96), unique local, link-local, site-local and multicast.
        "::/3",
        "4000::/2",
        "8000::/1",
        "2002::/16",  # 6to4 holds a v4 address (RFC 3056)
        "3fff::/20",  # documentation (RFC 9637)
    )
)


def refusal(text: str, allow: Iterable[IPNetwork]) -> str | None:
    """Say why an address, as ``getaddrinfo`` writes it, must not be reached; None: it may.

    Networks in ``allow`` are always reached. The words name the setting that changes the verdict.
    """
    address = ip_address(text)
    meant = (address.ipv4_mapped if isinstance(address, IPv6Address) else None) or address
    if any(address in network or meant in network for network in allow) or _is_public(meant):
        return None
    kind = "a private address" if meant.is_private else "not a public address"
    return f'{meant} is {kind}; if you trust it, add "{_alone(meant)}" to network.allow'


def _is_public(address: IPv4Address | IPv6Address) -> bool:
    return address.is_global and not any(address in network for network in _NEVER_PUBLIC)


def _alone(address: IPv4Address | IPv6Address) -> str:
    """Write the network that holds this address only, without the name of an interface (fe80::1%eth0)."""
    return f"{str(address).partition('%')[0]}/{address.max_prefixlen}"
