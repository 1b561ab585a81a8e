"""No way of writing an address inside leads to a connection: listeners on loopback, which must see none."""

import asyncio
import socket
from collections.abc import Iterator
from typing import Any

import pytest

from shared.adapters.http import Http
from shared.types import Response
from tests.conftest import Site

NAMES = {
    "loopback.test": ["127.0.0.1"],
    "loopback6.test": ["::1"],
    "private.test": ["10.0.0.7"],
    "metadata.test": ["169.254.169.254"],
    "metadata6.test": ["fd00:ec2::254"],
    "nat64.test": ["64:ff9b::7f00:1"],
    "mapped.test": ["::ffff:127.0.0.1"],
    "many.test": ["10.0.0.7", "127.0.0.1", "::1"],
}
"""What names mean in these tests; what is no name here is left to the machine, without asking a name server."""

# Each of these can be connected to on this machine, and is, in `test_the_listeners_hear_who_is_allowed`.
THIS_MACHINE = {
    "plain": "127.0.0.1",
    "IPv6": "[::1]",
    "IPv6 in full": "[0:0:0:0:0:0:0:1]",
    "IPv4 in IPv6": "[::ffff:127.0.0.1]",
    "IPv4 in IPv6, in hexadecimal": "[::ffff:7f00:1]",
    "by name": "localhost",
    "in hexadecimal": "0x7f.1",
    "in one hexadecimal number": "0x7f000001",
    "behind a user": "news.example@127.0.0.1",
    "behind a user and a password": "news.example:80@127.0.0.1",
    "in full-width digits": "１２７.０.０.１",
    "in circled digits": "①②⑦.⓪.⓪.①",
    "with ideographic stops": "127。0。0。1",
    "a name that means it": "loopback.test",
    "a name that means it, ended by a dot": "loopback.test.",
    "a name that means it, in capitals": "LOOPBACK.TEST",
    "a name that means its IPv6 address": "loopback6.test",
    "a name that means it as IPv4 in IPv6": "mapped.test",
    "a name of several addresses": "many.test",
}
INSIDE = {
    **THIS_MACHINE,
    "another address of this machine": "127.0.0.2",
    "any address of this machine": "0.0.0.0",
    "any address of this machine, IPv6": "[::]",
    "private": "10.0.0.7",
    "private, class B": "172.16.0.1",
    "private, class C": "192.168.0.1",
    "shared by carriers": "100.64.0.1",
    "link-local": "169.254.1.1",
    "link-local, IPv6": "[fe80::1]",
    "link-local with a zone": "[fe80::1%25lo]",
    "cloud metadata": "169.254.169.254",
    "cloud metadata in hexadecimal": "0xa9fea9fe",
    "cloud metadata, IPv6": "[fd00:ec2::254]",
    "cloud metadata, as IPv4 in IPv6": "[::ffff:169.254.169.254]",
    "container credentials": "169.254.170.2",
    "multicast": "224.0.0.251",
    "multicast, IPv6": "[ff02::1]",
    "broadcast": "255.255.255.255",
    "NAT64": "[64:ff9b::7f00:1]",
    "NAT64, local prefix": "[64:ff9b:1::7f00:1]",
    "6to4": "[2002:7f00:1::]",
    "Teredo": "[2001:0:4136:e378:8000:63bf:80ff:fffe]",
    "ISATAP": "[2606:2800::5efe:7f00:1]",
    "IPv4-compatible": "[::7f00:1]",
    "SIIT": "[::ffff:0:7f00:1]",
    "site-local": "[fec0::1]",
    "unique local": "[fd12:3456::1]",
    "a name that means a private address": "private.test",
    "a name that means the metadata": "metadata.test",
    "a name that means the metadata, IPv6": "metadata6.test",
    "a name that means NAT64": "nat64.test",
}
# Other programs connect to these; ours takes four plain numbers for an address and nothing else of digits and dots.
NO_ADDRESS = {
    "short": "127.1",
    "as one number": "2130706433",
    "in octal": "0177.0.0.1",
    "ended by a dot": "127.0.0.1.",
    "any address of this machine, as one number": "0",
    "private, in octal": "012.0.0.07",
    "cloud metadata as one number": "2852039166",
    "more than there is": "4294967297",
    "too many numbers": "127.0.0.1.1",
    "an unclosed bracket": "[::1",
    "two hosts": "127.0.0.1 news.example",
    "a backslash": "127.0.0.1\\news.example",
    "nothing": "",
}


def look_up(host: str, *arguments: Any) -> list[tuple[Any, ...]]:
    host = host.rstrip(".").lower()
    return [found for known in NAMES.get(host, [host]) for found in _numeric(known, *arguments)]


def _numeric(host: str, port: int, family: int, kind: int, protocol: int, _: int) -> list[tuple[Any, ...]]:
    flags = 0 if host == "localhost" else socket.AI_NUMERICHOST
    return list(socket.getaddrinfo(host, port, family, kind, protocol, flags))


def get(url: str, *ports: int) -> Response:
    async def once() -> Response:
        http = Http("tests@example.org", ports, timeout_s=20, look_up=look_up)
        try:
            return await http.get(url, 1_000)
        finally:
            await http.close()

    return asyncio.run(once())


class Listeners:
    """One port of this machine at its IPv4 and its IPv6 address: hears who connects, and hangs up."""

    def __init__(self) -> None:
        self._sockets = [socket.create_server(("127.0.0.1", 0))]
        self.port = self._sockets[0].getsockname()[1]
        if socket.has_ipv6:
            try:
                self._sockets.append(socket.create_server(("::1", self.port), family=socket.AF_INET6))
            except OSError:
                self.has_ipv6 = False
            else:
                self.has_ipv6 = True
        for one in self._sockets:
            one.setblocking(False)

    def heard(self) -> int:
        """How many have connected: their connections stand in line, whether they were answered or not."""
        count = 0
        for one in self._sockets:
            try:
                while True:
                    one.accept()[0].close()
                    count += 1
            except BlockingIOError:
                pass
        return count

    def close(self) -> None:
        for one in self._sockets:
            one.close()


@pytest.fixture
def listeners() -> Iterator[Listeners]:
    listeners = Listeners()
    yield listeners
    listeners.close()


@pytest.mark.parametrize("host", INSIDE.values(), ids=INSIDE)
def test_an_address_inside_is_never_connected_to(listeners: Listeners, host: str) -> None:
    response = get(f"http://{host}:{listeners.port}/latest/meta-data/")

    assert (response.status, response.body, listeners.heard()) == (0, b"", 0)
    assert response.reason.startswith("address not allowed: ")


@pytest.mark.parametrize("host", (INSIDE | NO_ADDRESS).values(), ids=INSIDE | NO_ADDRESS)
def test_neither_is_one_that_a_redirect_names(site: Site, listeners: Listeners, host: str) -> None:
    inside = f"http://{host}:{listeners.port}/".encode().decode("latin-1")

    response = get(site.says("/a", status=302, Location=inside), site.port)

    assert (response.status, response.body, listeners.heard()) == (0, b"", 0)
    assert response.reason
    assert [hop.status for hop in response.hops] == [302]


@pytest.mark.parametrize("host", NO_ADDRESS.values(), ids=NO_ADDRESS)
def test_what_means_no_address_is_connected_to_nowhere(listeners: Listeners, host: str) -> None:
    response = get(f"http://{host}:{listeners.port}/")

    assert (response.status, listeners.heard()) == (0, 0)
    assert response.reason in ("not a URL that can be fetched", "the host's name does not resolve")


@pytest.mark.parametrize("host", THIS_MACHINE.values(), ids=THIS_MACHINE)
def test_the_listeners_hear_who_is_allowed(host: str) -> None:
    """Proves that the tests above can fail: the same addresses, with the port opened as the local stack opens it."""
    listeners = Listeners()
    if host in ("[::1]", "[0:0:0:0:0:0:0:1]", "loopback6.test") and not listeners.has_ipv6:
        pytest.skip("this machine has no IPv6")

    async def ask() -> None:
        http = Http("tests@example.org", {listeners.port}, timeout_s=20, look_up=look_up)
        asked = asyncio.create_task(http.get(f"http://{host}:{listeners.port}/", 1_000))
        while not listeners.heard():
            assert not asked.done()
            await asyncio.sleep(0)
        asked.cancel()
        await http.close()

    asyncio.run(asyncio.wait_for(ask(), 20))
    listeners.close()


def test_a_name_that_means_another_address_the_second_time_is_asked_about_each_time(listeners: Listeners) -> None:
    meanings = iter(["10.0.0.7", "127.0.0.1"])

    def changing(_: str, *arguments: Any) -> list[tuple[Any, ...]]:
        return _numeric(next(meanings), *arguments)

    async def twice() -> list[Response]:
        http = Http("tests@example.org", look_up=changing)
        try:
            return [await http.get(f"http://{name}.test:{listeners.port}/", 1_000) for name in ("a", "b")]
        finally:
            await http.close()

    responses = asyncio.run(twice())

    assert [response.reason for response in responses] == [
        "address not allowed: 10.0.0.7",
        "address not allowed: 127.0.0.1",
    ]
    assert listeners.heard() == 0


@pytest.mark.parametrize("port", [22, 25, 53, 3306, 6379, 9001])
def test_no_feed_makes_us_knock_at_a_port_where_no_site_stands(site: Site, port: int) -> None:
    elsewhere = f"http://93.184.215.14:{port}/"

    direct = get(elsewhere)
    redirected = get(site.says("/a", status=302, Location=elsewhere), site.port)

    assert direct.reason == redirected.reason == f"port not allowed: {port}"


def test_the_runtime_interface_stays_closed_though_another_port_of_this_machine_is_open(site: Site) -> None:
    inside = "http://127.0.0.1:9001/2018-06-01/runtime/invocation/next"

    response = get(site.says("/a", status=307, Location=inside), site.port)

    assert (response.status, response.reason) == (0, "address not allowed: 127.0.0.1")
