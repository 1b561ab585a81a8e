"""An address that a name resolved to in, why it must not be connected to out.  Pure.

Whoever writes a feed chooses what we connect to, so this is asked on every hop, of the address itself and at the moment
of connecting: a name may mean another address a second later.
"""

from collections.abc import Collection
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

# `is_global` lets these pass, in this or that Python: multicast; what embeds an IPv4 address (NAT64, 6to4,
# IPv4-compatible, SIIT); protocol assignments and relays; documentation, segment routing, old site-local addresses.
# Source: IANA IPv4 and IPv6 Special-Purpose Address Registries.
_NEVER = tuple(
    ip_network(block)
    for block in (
        *("224.0.0.0/4", "ff00::/8"),
        *("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "::/96", "::ffff:0:0:0/96"),
        *("192.0.0.0/24", "192.31.196.0/24", "192.52.193.0/24", "192.88.99.0/24", "192.175.48.0/24"),
        *("100::/64", "2620:4f:8000::/48", "3fff::/20", "5f00::/16", "fec0::/10"),
    )
)

_PORTS = frozenset({80, 443, 8080, 8443})
"""Where sites stand.  A feed must not make us knock at anybody's mail, shell or database."""

_ISATAP = frozenset({0x0000_5EFE, 0x0200_5EFE})
"""The third quarter of an IPv6 address whose last is the IPv4 address to tunnel to.  Source: RFC 5214, 6.1."""


def refusal(address: str, port: int, loopback_ports: Collection[int] = ()) -> str:
    """Why this address must not be connected to at this port; empty when it may.

    `loopback_ports` opens these ports of this machine, for the local stack's sample site.
    """
    try:
        ip = ip_address(address.partition("%")[0])
    except ValueError:
        return f"not an address: {address}"
    ip = _embedded(ip)
    if ip.is_loopback and port in loopback_ports:
        return ""
    if not ip.is_global or any(ip.version == block.version and ip in block for block in _NEVER):
        return f"address not allowed: {address}"
    if isinstance(ip, IPv6Address) and int(ip) >> 32 & 0xFFFF_FFFF in _ISATAP:
        return f"address not allowed: {address}"
    return "" if port in _PORTS else f"port not allowed: {port}"


def _embedded(ip: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    return ip.ipv4_mapped or ip if isinstance(ip, IPv6Address) else ip
