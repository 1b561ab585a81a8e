"""A URL in, whether it leads to this machine out.  Pure."""

from ipaddress import ip_address

from shared.core.urls import host_of


def is_here(url: str) -> bool:
    """Whether a URL leads to this machine, as far as its host says."""
    host = host_of(url)
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:  # another name, or none
        return False
