"""Against a server on loopback, which the reader may reach only because the test opens its port."""

import asyncio
import gzip
import socket
from collections.abc import Iterator

import brotli
import pytest

from shared.adapters.http import REDIRECTS, Http
from shared.types import Response
from tests.conftest import Site


def get(url: str, *ports: int, most_bytes: int = 1_000_000, timeout_s: float = 5, **headers: str) -> Response:
    async def once() -> Response:
        http = Http("tests@example.org", ports, timeout_s)
        try:
            return await http.get(url, most_bytes, {name.replace("_", "-"): value for name, value in headers.items()})
        finally:
            await http.close()

    return asyncio.run(once())


def test_a_page_comes_with_its_status_headers_and_body(site: Site) -> None:
    url = site.says("/a", "Hello", Content_Type="text/plain", ETag='"1"')

    response = get(url, site.port)

    assert (response.status, response.body, response.reason) == (200, b"Hello", "")
    assert response.headers["etag"] == '"1"'


def test_the_operator_can_be_reached_from_every_request(site: Site) -> None:
    get(site.says("/a"), site.port, If_None_Match='"1"')

    (_, headers), *_ = site.asked
    assert headers["user-agent"].startswith("sitrep/")
    assert "tests@example.org" in headers["user-agent"]
    assert headers["if-none-match"] == '"1"'
    assert "cookie" not in headers


def test_a_header_in_an_unknown_encoding_can_be_written_down(site: Site) -> None:
    response = get(site.says("/a", "x", X_Note="caf\xe9"), site.port)

    assert response.headers["x-note"] == "caf\ufffd"


def test_redirects_are_followed_and_told(site: Site) -> None:
    first = site.says("/a", status=302, Location="/b")
    last = site.says("/b", "there")

    response = get(first, site.port)

    assert (response.url, response.body) == (last, b"there")
    assert [(hop.status, hop.url) for hop in response.hops] == [(302, first)]
    assert response.hops[0].headers["location"] == "/b"


def test_what_was_sent_is_told_for_each_hop(site: Site) -> None:
    site.says("/b", "there")

    response = get(site.says("/a", status=302, Location="/b"), site.port, If_None_Match='"1"')

    asked = [headers for _, headers in site.asked]
    told = [response.hops[0].request_headers, response.request_headers]
    assert [{name.lower(): value for name, value in sent.items()} for sent in told] == asked


def test_a_password_is_sent_and_not_told(site: Site) -> None:
    response = get(site.says("/a", "x").replace("//", "//me:secret@"), site.port)

    assert "authorization" in site.asked[0][1]
    assert "authorization" not in {name.lower() for name in response.request_headers}


def test_a_header_said_twice_is_told_as_one(site: Site) -> None:
    url = site.says("/a", "x", **{"Cache-Control": "no-cache", "cache-control": "max-age=60"})

    assert get(url, site.port).headers["cache-control"] == "no-cache, max-age=60"


def test_a_ring_of_redirects_ends(site: Site) -> None:
    response = get(site.says("/a", status=302, Location="/a"), site.port)

    assert (response.status, response.reason) == (0, f"more than {REDIRECTS} redirects")
    assert len(site.asked) == REDIRECTS + 1


@pytest.mark.parametrize("location", ["file:///etc/passwd", "ftp://news.example/", "javascript:alert(1)"])
def test_a_redirect_to_what_is_no_web_address_ends_there(site: Site, location: str) -> None:
    response = get(site.says("/a", status=302, Location=location), site.port)

    assert (response.status, response.reason) == (0, "redirected to what is no web address")


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    """A port of this machine that nobody may connect to."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        yield server


COMPRESSED = {"gzip": gzip.compress, "br": brotli.compress}


@pytest.mark.parametrize("encoding", COMPRESSED)
def test_a_compressed_body_is_unpacked(site: Site, encoding: str) -> None:
    url = site.says("/a", COMPRESSED[encoding](b"Hello " * 100), Content_Encoding=encoding)

    assert get(url, site.port).body == b"Hello " * 100


@pytest.mark.parametrize("encoding", COMPRESSED)
def test_a_body_that_unpacks_beyond_the_bound_is_refused(site: Site, encoding: str) -> None:
    url = site.says("/bomb", COMPRESSED[encoding](b"0" * 50_000_000), Content_Encoding=encoding)

    response = get(url, site.port)

    assert response.body == b""
    assert response.reason


def test_a_body_over_the_bound_is_refused_with_its_size_in_words(site: Site) -> None:
    response = get(site.says("/a", b"0" * 1_000_001), site.port)

    assert (response.body, response.reason) == (b"", "over 1 MB")


def test_a_server_that_never_answers_is_left_after_its_time(listener: socket.socket) -> None:
    port = listener.getsockname()[1]

    response = get(f"http://127.0.0.1:{port}/", port, timeout_s=0.2)

    assert (response.status, response.reason) == (0, "no answer within 0.2 s")


def test_a_port_where_nobody_listens_is_an_answer_with_a_reason() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]

    response = get(f"http://127.0.0.1:{port}/", port)

    assert response.status == 0
    assert response.reason == "cannot connect: Connection refused"


def test_a_name_that_means_nothing_is_an_answer_with_a_reason() -> None:
    assert get("http://no-such-host.invalid/").reason == "the host's name does not resolve"
