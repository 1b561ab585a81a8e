import json

import pytest

from shared.core.codec import decode, encode
from shared.core.ids import sha256
from shared.core.reading import extract, has_page, read
from shared.types import Article, DateSource, Entry, EntryState, Mark, Quality, Response
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
        "a challenge page (Cloudflare)",
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


PAID = '<script type="application/ld+json">{"@type": "Article", "isAccessibleForFree": false}</script>'
PARTS = {
    "more than the summary": ("A bridge is closed.", "\n".join(STORY)),
    "less than the summary": ("A bridge is closed. " * 30, "A bridge is closed. " * 30),
}


@pytest.mark.parametrize(("summary", "text"), PARTS.values(), ids=PARTS)
def test_of_a_paid_story_the_longer_of_teaser_and_summary_is_read(summary: str, text: str) -> None:
    article = reading(entry(summary=summary), answer(page(*STORY, head=PAID)))

    assert article.text == text
    assert (article.unread, article.unread_reason) == (
        EntryState.BLOCKED,
        "a paywall: only the beginning of the story can be read",
    )
    assert article.quality is (Quality.PAYWALL if text != summary else Quality.SUMMARY)


def test_a_page_that_says_hardly_more_than_the_feed_is_a_teaser() -> None:
    article = reading(entry(summary=" ".join(STORY)), answer(page(*STORY)))

    assert (article.text, article.quality, article.unread) == ("\n".join(STORY), Quality.TEASER, None)


BODIES = {
    "a challenge that says so": (403, b"<script src='https://ct.captcha-delivery.com/c.js'>", " (DataDome)"),
    "a challenge of a server in trouble": (503, b"<title>Just a moment...</title>", " (Cloudflare)"),
}


@pytest.mark.parametrize(("status", "body", "vendor"), BODIES.values(), ids=BODIES)
def test_a_refusal_names_the_challenge_in_its_body(status: int, body: bytes, vendor: str) -> None:
    article = reading(entry(), answer(body, status))

    assert article.unread is EntryState.BLOCKED
    assert article.unread_reason == f"HTTP {status}, a challenge page{vendor}"


def test_a_consent_page_is_blocked_and_none_of_its_words_are_read() -> None:
    html = page("We and our partners use cookies with your consent, for personalised ads. Accept all cookies? " * 3)

    article = reading(entry(summary="A bridge is closed."), answer(html))

    assert (article.text, article.unread, article.quality) == (
        "A bridge is closed.",
        EntryState.BLOCKED,
        Quality.SUMMARY,
    )


def test_the_feeds_headline_in_the_text_is_marked() -> None:
    article = reading(entry(title="The bridge has moved"), answer(page("The bridge has moved", *STORY)))

    assert [one.mark for one in article.paragraphs] == [Mark.TITLE, None, None, None]


DATES = {
    "the page's": ('<meta property="article:published_time" content="2026-03-04T09:00:00Z">', DateSource.META, 9),
    "the feed's": ("", DateSource.FEED, 12),
}


@pytest.mark.parametrize(("head", "source", "hour"), DATES.values(), ids=DATES)
def test_a_date_says_where_it_stands(head: str, source: DateSource, hour: int) -> None:
    article = reading(entry(), answer(page(*STORY, head=head)))

    assert (article.date_source, article.published_at) == (source, NOW.replace(hour=hour))


def test_what_was_archived_before_there_were_grades_is_still_read() -> None:
    stored = json.loads(encode(reading(entry(), answer(page(*STORY)))))
    for later in ("quality", "authors", "canonical_url", "date_source"):
        del stored[later]

    article = decode(json.dumps(stored), Article)

    assert (article.quality, article.authors, article.date_source) == (Quality.GOOD, (), DateSource.NONE)
