import gzip
import io
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from warcio.archiveiterator import ArchiveIterator

from shared.core.ids import sha256
from shared.core.warc import LONGEST_HEADER, MOST_HEADERS, warc
from shared.types import Hop, Response
from tests.conftest import NOW

BODY = "<html><p>Обстрел порта</p></html>".encode()
SENT = {"Host": "news.example", "User-Agent": "sitrep/0.1 (+desk@example.org)"}
PAGE = Response(
    "https://news.example/story?id=1",
    200,
    {"content-type": "text/html", "content-encoding": "br", "content-length": "17", "x-served-by": "cache-1"},
    BODY,
    request_headers=SENT,
)
MOVED = Hop(301, "http://news.example/story?id=1", {"location": PAGE.url, "content-length": "0"}, SENT)
LEFT = Hop(302, "https://news.example/a", {"location": "/story?id=1", "content-length": "512"}, SENT)


class Record:
    """A record as warcio reads it, its digests checked."""

    def __init__(self, found: Any) -> None:
        self.kind = found.rec_type
        self.warc = dict(found.rec_headers.headers)
        self.http = dict(found.http_headers.headers) if found.http_headers else {}
        self.line = f"{found.http_headers.protocol} {found.http_headers.statusline}" if found.http_headers else ""
        self.body = found.raw_stream.read()
        self.holds = found.digest_checker.passed is True


def records(body: bytes) -> list[Record]:
    return [Record(found) for found in ArchiveIterator(io.BytesIO(body), check_digests=True)]


def last(response: Response) -> Record:
    return records(warc(response, NOW))[-1]


def test_a_warc_tells_what_was_asked_and_answered_at_every_hop() -> None:
    told = records(warc(replace(PAGE, hops=(MOVED, LEFT)), NOW))

    assert [(one.kind, one.line, one.warc.get("WARC-Target-URI")) for one in told] == [
        ("warcinfo", "", None),
        ("request", "GET /story?id=1 HTTP/1.1", MOVED.url),
        ("response", "HTTP/1.1 301", MOVED.url),
        ("request", "GET /a HTTP/1.1", LEFT.url),
        ("response", "HTTP/1.1 302", LEFT.url),
        ("request", "GET /story?id=1 HTTP/1.1", PAGE.url),
        ("response", "HTTP/1.1 200", PAGE.url),
    ]
    assert all(one.holds for one in told)
    assert {one.warc["WARC-Date"] for one in told} == {"2026-03-04T12:00:00Z"}
    assert told[1].http == SENT
    assert told[-1].body == BODY


def test_requests_and_answers_name_each_other_and_their_warcinfo() -> None:
    info, *told = records(warc(replace(PAGE, hops=(MOVED,)), NOW))

    for asked, answered in zip(told[::2], told[1::2], strict=True):
        assert asked.warc["WARC-Concurrent-To"] == answered.warc["WARC-Record-ID"]
        assert answered.warc["WARC-Concurrent-To"] == asked.warc["WARC-Record-ID"]
    assert {one.warc["WARC-Warcinfo-ID"] for one in told} == {info.warc["WARC-Record-ID"]}
    assert b"software: sitrep" in info.body


def test_every_record_has_an_id_of_its_own_even_where_a_hop_repeats() -> None:
    told = records(warc(replace(PAGE, hops=(MOVED, MOVED)), NOW))

    names = [one.warc["WARC-Record-ID"] for one in told]
    assert len(set(names)) == len(names) == 7
    assert all(UUID(name.removeprefix("<urn:uuid:").removesuffix(">")).version == 5 for name in names)


def test_the_same_answer_gives_the_same_bytes_and_another_gives_others() -> None:
    first = warc(PAGE, NOW)

    assert warc(PAGE, NOW) == first
    assert warc(PAGE, NOW + timedelta(seconds=1)) != first


def test_the_digest_of_the_payload_is_the_articles_hash() -> None:
    assert last(PAGE).warc["WARC-Payload-Digest"] == f"sha256:{sha256(BODY)}"


def test_a_changed_byte_is_found_by_the_digests() -> None:
    plain = gzip.decompress(warc(PAGE, NOW))

    told = records(plain.replace(b"cache-1", b"cache-2"))

    assert [one.holds for one in told] == [True, True, False]


def test_headers_of_the_wire_say_so_where_the_body_is_archived_decoded() -> None:
    assert last(PAGE).http == {
        "content-type": "text/html",
        "x-crawler-content-encoding": "br",
        "x-crawler-content-length": "17",
        "x-served-by": "cache-1",
        "content-length": str(len(BODY)),
    }


def test_a_redirect_whose_body_was_not_read_says_so() -> None:
    told = records(warc(replace(PAGE, hops=(MOVED, LEFT)), NOW))

    assert [one.warc.get("WARC-Truncated") for one in told if one.kind == "response"] == [None, "unspecified", None]


def test_a_page_over_the_size_we_read_says_so() -> None:
    assert last(replace(PAGE, body=b"", reason="over 3 MB")).warc["WARC-Truncated"] == "length"


def test_without_a_known_request_only_the_answer_is_written() -> None:
    told = records(warc(replace(PAGE, request_headers={}), NOW))

    assert [one.kind for one in told] == ["warcinfo", "response"]
    assert "WARC-Concurrent-To" not in told[-1].warc


HOSTILE = {
    "a line of its own": ({"x-a": "1\r\nx-b: 2"}, {"x-a": "1%0D%0Ax-b: 2"}),
    "a record of its own": ({"x-a": "1\r\n\r\nWARC/1.1\r\n"}, {"x-a": "1%0D%0A%0D%0AWARC/1.1"}),
    "a name with a line": ({"x-a\r\nx-b": "1"}, {}),
    "a name that is none": ({"x a:": "1", "": "2", "ключ": "3"}, {}),
    "letters beyond ASCII": ({"x-a": "Киев"}, {"x-a": "%D0%9A%D0%B8%D0%B5%D0%B2"}),
    "half a character": ({"x-a": "\ud800"}, {"x-a": "?"}),
    "a nul and an escape": ({"x-a": "\x00\x1b[2J"}, {"x-a": "%00%1B[2J"}),
    "a very long one": ({"x-a": "a" * 100_000}, {"x-a": "a" * LONGEST_HEADER}),
}


@pytest.mark.parametrize(("sent", "kept"), HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_header_is_written_down_harmlessly(sent: dict[str, str], kept: dict[str, str]) -> None:
    told = last(replace(PAGE, headers=sent))

    assert told.http == kept | {"content-length": str(len(BODY))}
    assert told.holds
    assert told.body == BODY


@pytest.mark.parametrize(
    "sent",
    [{f"x-{n}": "1" for n in range(1_000)}, {"x-a": "a" * (LONGEST_HEADER + 1)}, {"x a": "1"}],
    ids=["too many", "too long", "no header's name"],
)
def test_headers_that_are_cut_say_so(sent: dict[str, str]) -> None:
    told = last(replace(PAGE, headers=sent))

    assert len(told.http) <= MOST_HEADERS + 1
    assert told.warc["WARC-Truncated"] == "length"


@pytest.mark.parametrize(
    ("url", "line"),
    [
        pytest.param("https://news.example", "GET / HTTP/1.1", id="no path"),
        pytest.param("https://news.example?a=1", "GET /?a=1 HTTP/1.1", id="no path but a query"),
        pytest.param("https://news.example/a#b", "GET /a HTTP/1.1", id="a fragment"),
        pytest.param("https://news.example/a b\r\nX: y", "GET /a%20b%0D%0AX:%20y HTTP/1.1", id="a line of its own"),
        pytest.param("https://news.example/Киев", "GET /%D0%9A%D0%B8%D0%B5%D0%B2 HTTP/1.1", id="letters beyond ASCII"),
    ],
)
def test_the_request_names_what_was_asked_for(url: str, line: str) -> None:
    _, asked, answered = records(warc(replace(PAGE, url=url), NOW))

    assert asked.line == line
    assert answered.holds


HEADERS = st.dictionaries(st.text(max_size=20), st.text(max_size=60), max_size=8)


@given(HEADERS, HEADERS, st.text(max_size=40), st.binary(max_size=200))
def test_whatever_comes_the_warc_is_read_back_whole(
    headers: dict[str, str], sent: dict[str, str], path: str, body: bytes
) -> None:
    hop = Hop(301, f"https://news.example/{path}", headers, sent)
    page = Response(f"https://news.example/{path}", 200, headers, body, "", (hop,), {"Host": "x"} | sent)

    told = records(warc(page, NOW))

    assert [one.kind for one in told] == ["warcinfo", *(["request"] if sent else []), "response", "request", "response"]
    assert all(one.holds for one in told)
    assert told[-1].body == body
