import json

import pytest

from shared.core.codec import decode, encode
from shared.core.ids import sha256
from shared.core.reading import extract, has_page, read
from shared.types import Article, DateSource, Entry, EntryState, Mark, Paragraph, Quality, Response
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


STRIKE = "An air strike on the port of Northport killed 12 people on Sunday, medics said"
SUMMARIES = {
    "signed by an agency": f"{STRIKE} - Reuters",
    "signed after a long dash": f"{STRIKE} – AFP",
    "owed to an agency": f"{STRIKE}, via Reuters",
    "signed after a bar": f"{STRIKE} | AP",
    "with a picture's credit in brackets": f"{STRIKE} (AP Photo)",
    "with a picture's credit": f"{STRIKE}. Photo by Reuters",
    "with a plea": f"{STRIKE}. Follow us on Telegram.",
    "with a link's words": f"{STRIKE}. Click here to read more.",
    "with an address": f"{STRIKE}. Contact: desk@news.example",
    "of a film": f"Video: {STRIKE}.",
    "of a film, after a dash": f"Video - {STRIKE}.",
    "to be watched": f"Watch: {STRIKE}.",
    "that explains": f"Explained: {STRIKE}.",
    "that tells more": f"More: {STRIKE}",
    "of a picture": f"Photo: Smoke over the port. {STRIKE}.",
    "that begins like a byline": "By air, the port of Northport was hit and 12 people killed, medics said",
    "that is the headline": "News",
}


@pytest.mark.parametrize("summary", SUMMARIES.values(), ids=SUMMARIES)
def test_a_summary_is_one_paragraph_without_a_mark(summary: str) -> None:
    article = reading(entry(title="News", summary=summary), answer(b"no", 403))

    assert (article.text, article.paragraphs) == (summary, (Paragraph(0, len(summary)),))


def test_where_neither_page_nor_summary_says_anything_there_is_no_paragraph() -> None:
    article = reading(entry(summary=""), answer(b"no", 403))

    assert (article.text, article.paragraphs) == ("", ())


def test_a_paid_storys_beginning_is_not_marked_and_what_stands_beside_it_is() -> None:
    told = f"{STRIKE}, and seven of them were children, the mayor told the council. Sign up to continue."
    page_of_it = page("Related: Ferry sinks off Southport", told, STORY[0], head=PAID)

    article = reading(entry(summary="A strike."), answer(page_of_it))

    assert article.quality is Quality.PAYWALL
    marks = {article.text[one.start : one.end]: one.mark for one in article.paragraphs}
    assert (marks[told], marks["Related: Ferry sinks off Southport"]) == (None, Mark.RELATED)


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
