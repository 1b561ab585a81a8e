import pytest

from shared.core.addresses import refusal

REFUSED = {
    "loopback": "127.0.0.1",
    "loopback, IPv6": "::1",
    "loopback, as IPv4 in IPv6": "::ffff:127.0.0.1",
    "private": "10.0.0.7",
    "shared by carriers": "100.64.0.1",
    "link-local": "169.254.1.1",
    "cloud metadata": "169.254.169.254",
    "cloud metadata, IPv6": "fd00:ec2::254",
    "link-local with a zone": "fe80::1%eth0",
    "multicast": "224.0.0.251",
    "multicast, IPv6": "ff0e::1",
    "NAT64": "64:ff9b::a00:7",
    "6to4": "2002:a00:7::1",
    "IPv4-compatible": "::7f00:1",
    "protocol assignments": "192.0.0.8",
    "6to4 relays": "192.88.99.1",
    "SIIT": "::ffff:0:127.0.0.1",
    "site-local": "fec0::1",
    "documentation": "3fff::1",
    "segment routing": "5f00::1",
    "direct delegation": "192.31.196.1",
    "unspecified": "0.0.0.0",
    "Teredo": "2001:0:a00:7::1",
    "ISATAP": "2606:2800::5efe:10.0.0.7",
    "ISATAP, said to be unique": "2606:2800::200:5efe:10.0.0.7",
    "the runtime's host in Lambda": "169.254.100.1",
    "broadcast": "255.255.255.255",
    "unspecified, IPv6": "::",
    "unspecified, as IPv4 in IPv6": "::ffff:0.0.0.0",
    "private, as IPv4 in IPv6": "::ffff:10.0.0.7",
    "unique local": "fd12:3456::1",
    "documentation, IPv4": "198.51.100.7",
    "benchmarks": "198.18.0.1",
    "reserved": "240.0.0.1",
    "discard": "100::1",
    "no address": "localhost",
}


@pytest.mark.parametrize("address", REFUSED.values(), ids=REFUSED)
def test_an_address_inside_is_refused(address: str) -> None:
    assert refusal(address, 443)


@pytest.mark.parametrize("address", ["93.184.215.14", "2606:2800:21f:cb07:6820:80da:af6b:8b2c"])
def test_an_address_of_the_open_web_is_allowed(address: str) -> None:
    assert refusal(address, 443) == ""


@pytest.mark.parametrize("port", [22, 25, 53, 3306, 6379, 9001, 11211, 0])
def test_a_port_where_no_site_stands_is_refused(port: int) -> None:
    assert refusal("93.184.215.14", port) == f"port not allowed: {port}"


@pytest.mark.parametrize("port", [80, 443, 8080, 8443])
def test_a_port_where_sites_stand_is_allowed(port: int) -> None:
    assert refusal("93.184.215.14", port) == ""


def test_only_the_named_ports_of_this_machine_are_opened_for_the_local_stack() -> None:
    assert refusal("127.0.0.1", 8000, {8000}) == ""
    assert refusal("127.0.0.1", 9001, {8000})
    assert refusal("10.0.0.7", 8000, {8000})
