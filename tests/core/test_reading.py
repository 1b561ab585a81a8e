import pytest

from shared.core.ids import sha256
from shared.core.reading import extract, has_page, read
from shared.types import Article, Entry, EntryState, Response
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
        "a challenge page, not the article (Cloudflare)",
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
