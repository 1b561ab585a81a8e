import io

import pytest
from warcio.archiveiterator import ArchiveIterator

from shared.core.ids import sha256
from shared.core.reading import extract, has_page, read
from shared.core.warc import warc
from shared.types import Article, Entry, EntryState, Hop, Response
from tests.conftest import NOW, entry
from tests.core.test_extract import STORY, page

URL = "https://news.example/1"


def answer(body: bytes = b"", status: int = 200, reason: str = "") -> Response:
    return Response(URL, status, {}, body, reason)


def reading(one: Entry, response: Response | None) -> Article:
    return read(one, response, extract(response, NOW) if response is not None and has_page(response) else None, NOW)


def test_a_page_that_can_be_read_is_the_article() -> None:
    body = page(*STORY)

    article = reading(entry(summary="Shorter."), answer(body))

    assert article.text == "\n".join(STORY)
    assert (article.unread, article.from_summary) == (None, False)
    assert article.raw_sha256 == sha256(body)


UNREAD = {
    "refused": (answer(b"no", 403), EntryState.BLOCKED, "HTTP 403"),
    "a challenge": (
        answer(b"<html><title>Just a moment...</title></html>"),
        EntryState.BLOCKED,
        "a challenge page, not the article",
    ),
    "not there": (answer(b"no", 404), EntryState.UNREADABLE, "HTTP 404"),
    "no answer": (answer(reason="no answer within 20 s", status=0), EntryState.UNREADABLE, "no answer within 20 s"),
    "an empty page": (answer(b""), EntryState.UNREADABLE, "empty page"),
    "a page without text": (answer(b"<html><body><img></body></html>"), EntryState.UNREADABLE, "no text in the page"),
    "no link": (None, EntryState.UNREADABLE, "the feed gives no link to a page"),
}


@pytest.mark.parametrize(("response", "state", "reason"), UNREAD.values(), ids=UNREAD)
def test_where_the_page_cannot_be_read_the_summary_is_and_the_article_says_so(
    response: Response | None, state: EntryState, reason: str
) -> None:
    article = reading(entry(summary="A bridge is closed."), response)

    assert article.text == "A bridge is closed."
    assert (article.unread, article.unread_reason, article.from_summary) == (state, reason, True)


def test_an_archived_page_is_read_back_with_its_redirects() -> None:
    response = Response(
        URL,
        200,
        {"content-type": "text/html", "content-encoding": "gzip"},
        b"<p>x</p>",
        "",
        (Hop(301, "http://news.example/1", {"location": URL}),),
    )

    records = list(ArchiveIterator(io.BytesIO(warc(response, NOW))))
    with io.BytesIO(warc(response, NOW)) as stored:
        bodies = [record.content_stream().read() for record in ArchiveIterator(stored)]

    assert [record.rec_headers["WARC-Target-URI"] for record in records] == ["http://news.example/1", URL]
    assert [record.http_headers.get_statuscode() for record in records] == ["301", "200"]
    assert records[0].http_headers.get_header("Location") == URL
    assert bodies == [b"", b"<p>x</p>"]
    assert records[1].http_headers.get_header("content-encoding") is None


def test_the_same_page_makes_the_same_archive_bytes() -> None:
    response = answer(b"<p>x</p>")

    assert warc(response, NOW) == warc(response, NOW)
