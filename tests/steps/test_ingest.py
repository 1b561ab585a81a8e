import asyncio
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from shared import wiring
from shared.adapters.http import Http
from shared.core.codec import decode
from shared.core.edits import Rereading, RereadResult
from shared.core.keys import article_key, revision_key
from shared.steps.ingest import ingest_entry, reread_article
from shared.types import Article, Entry, EntryState, Reread
from tests.conftest import NOW, Dies, Site, Stack, entry
from tests.core.test_extract import STORY, page


def ingest(one: Entry, site: Site) -> Article | EntryState:
    async def once() -> Article | EntryState:
        http = Http("tests@example.org", {site.port})
        try:
            return await ingest_entry(
                one,
                NOW,
                archive=wiring.archive(),
                entries=wiring.entries(),
                http=http,
                child=wiring.child(),
                queue=wiring.queue("INGEST_QUEUE"),
            )
        finally:
            await http.close()

    return asyncio.run(once())


@pytest.fixture
def listed(stack: Stack, site: Site) -> Entry:
    """An entry whose page can be read."""
    listed = entry(url=site.says("/1", page(*STORY), Content_Type="text/html"), summary="Shorter.")
    wiring.entries().add(listed)
    return listed


def keys(stack: Stack, prefix: str) -> list[str]:
    found = stack.client("s3").list_objects_v2(Bucket=stack.outputs["Archive"], Prefix=prefix)
    return [one["Key"] for one in found.get("Contents", [])]


def test_a_page_is_archived_as_received_and_as_read(stack: Stack, site: Site, listed: Entry) -> None:
    ingest(listed, site)

    article = wiring.archive().get_article(article_key(listed))
    assert article.text == "\n".join(STORY)
    assert keys(stack, "raw/") == [article.raw_key]
    assert wiring.entries().state(listed.id) is EntryState.READ


def test_reading_twice_archives_and_wakes_once(stack: Stack, site: Site, listed: Entry) -> None:
    first = ingest(listed, site)
    second = ingest(listed, site)

    assert isinstance(first, Article)
    assert second is EntryState.READ
    assert len(site.asked) == 1
    assert len(stack.bodies("DetectQueue")) == 1


def test_an_entry_that_arrives_before_it_is_written_down_has_a_whole_line_in_the_books(
    stack: Stack, site: Site
) -> None:
    early = entry(7, url=site.says("/7", page(*STORY)))

    ingest(early, site)

    (line,) = wiring.entries().all()
    assert (line["feed_id"], line["url"], line["state"]) == (early.feed_id, early.url, EntryState.READ)


def test_the_same_page_listed_by_another_feed_is_a_duplicate(stack: Stack, site: Site, listed: Entry) -> None:
    ingest(listed, site)
    again = entry(2, url=listed.url + "?utm_source=rss", feed_id="feed2")

    assert ingest(again, site) is EntryState.DUPLICATE
    assert wiring.entries().counts() == {EntryState.READ: 1, EntryState.DUPLICATE: 1}


@pytest.mark.parametrize(
    ("title", "state"), [("Story 1", EntryState.DUPLICATE), ("Story 2", EntryState.READ)], ids=["same", "another"]
)
def test_a_page_that_names_the_same_address_under_the_same_title_is_a_duplicate(
    stack: Stack, site: Site, title: str, state: EntryState
) -> None:
    body = page(*STORY, head='<link rel="canonical" href="/the-story">')
    for number, path in ((1, "/amp"), (2, "/story")):
        listed = entry(number, url=site.says(path, body, Content_Type="text/html"), feed_id=f"feed{number}")
        ingest(replace(listed, title=title if number == 2 else "Story 1"), site)

    assert wiring.entries().state("entry2") is state


def test_a_page_that_its_first_entry_could_not_read_is_tried_again(stack: Stack, site: Site, listed: Entry) -> None:
    wiring.entries().claim(listed)
    wiring.entries().close(listed.id, EntryState.BLOCKED, "HTTP 403")

    assert isinstance(ingest(entry(2, url=listed.url, feed_id="feed2"), site), Article)


def test_who_comes_while_a_page_is_read_for_another_waits_and_is_looked_at_again(
    stack: Stack, site: Site, listed: Entry
) -> None:
    wiring.entries().claim(listed)
    other = entry(2, url=listed.url, feed_id="feed2", summary="What the other does not say.")
    wiring.entries().add(other)

    assert ingest(other, site) is EntryState.QUEUED

    sqs, url = stack.client("sqs"), stack.physical["IngestQueue"]
    held = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["ApproximateNumberOfMessagesDelayed"])["Attributes"]
    assert held["ApproximateNumberOfMessagesDelayed"] == "1"
    ingest(listed, site)
    assert ingest(other, site) is EntryState.DUPLICATE


@pytest.mark.parametrize("state", [EntryState.QUARANTINED, EntryState.UNREADABLE])
def test_a_page_that_could_not_be_read_for_the_first_is_read_for_the_next(
    stack: Stack, site: Site, listed: Entry, state: EntryState
) -> None:
    wiring.entries().claim(listed)
    wiring.entries().close(listed.id, state, "given up")

    assert isinstance(ingest(entry(2, url=listed.url, feed_id="feed2"), site), Article)


def test_a_page_that_was_refused_and_is_not_decided_yet_is_tried_for_the_next(
    stack: Stack, site: Site, listed: Entry
) -> None:
    site.says("/1", "no", status=403)
    ingest(listed, site)
    site.says("/1", page(*STORY), Content_Type="text/html")

    assert isinstance(ingest(entry(2, url=listed.url, feed_id="feed2"), site), Article)


def test_a_page_is_not_given_up_for_one_that_has_its_address_and_waits_to_be_read(stack: Stack, site: Site) -> None:
    body = page(*STORY, head='<link rel="canonical" href="/the-story">')
    waiting = entry(1, url=site.url("/the-story"))
    wiring.entries().add(waiting)
    wiring.entries().claim(waiting)

    assert isinstance(ingest(entry(2, url=site.says("/amp", body), title=waiting.title), site), Article)


AGAIN = {
    "in other words": {"summary": "Another thing happened."},
    "after two days": {"seen_at": NOW + timedelta(days=2, minutes=1)},
}


@pytest.mark.parametrize("fields", AGAIN.values(), ids=AGAIN)
def test_a_standing_page_that_is_listed_again_is_read_again(
    stack: Stack, site: Site, listed: Entry, fields: dict[str, Any]
) -> None:
    ingest(listed, site)

    assert isinstance(ingest(entry(2, url=listed.url, title=listed.title, **fields), site), Article)


def test_a_page_that_refuses_us_leaves_the_summary_and_says_so(stack: Stack, site: Site, listed: Entry) -> None:
    site.says("/1", "no", status=403)

    article = ingest(listed, site)

    assert isinstance(article, Article)
    assert (article.text, article.unread) == ("Shorter.", EntryState.BLOCKED)
    assert keys(stack, "raw/") == []


def test_a_host_that_refuses_pages_is_counted(stack: Stack, site: Site, listed: Entry) -> None:
    site.says("/1", "no", status=403)
    ingest(listed, site)
    ingest(entry(2, url=site.says("/2", page(*STORY))), site)

    (host,) = wiring.entries().open()[1]

    assert (host.host, host.pages, host.refused) == ("127.0.0.1", 2, 1)


def test_a_quarantined_entry_is_read_when_its_message_is_sent_back(stack: Stack, site: Site, listed: Entry) -> None:
    wiring.entries().close(listed.id, EntryState.QUARANTINED, "given up")

    ingest(listed, site)

    assert wiring.entries().state(listed.id) is EntryState.READ
    assert len(stack.bodies("DetectQueue")) == 1


def test_a_page_that_takes_for_ever_to_read_leaves_the_summary(
    stack: Stack, site: Site, listed: Entry, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wiring.child(), "_computing_s", 0.001)
    site.says("/1", page(*STORY * 2_000), Content_Type="text/html")

    article = ingest(listed, site)

    assert isinstance(article, Article)
    assert (article.text, article.unread) == ("Shorter.", EntryState.UNREADABLE)
    assert article.unread_reason == "it takes more than 0.001 s of computing to read"


@pytest.mark.parametrize(
    ("adapter", "method"), [("archive", "put_raw"), ("archive", "put_article"), ("entries", "record")]
)
def test_dying_half_way_reads_again_and_wakes_detect_once(
    stack: Stack, site: Site, listed: Entry, dies: Dies, adapter: str, method: str
) -> None:
    with dies(getattr(wiring, adapter)(), method):
        ingest(listed, site)
    site.says("/1", page(*STORY, "And the page has changed meanwhile."), Content_Type="text/html")

    ingest(listed, site)

    article = wiring.archive().get_article(article_key(listed))
    assert article.raw_key in keys(stack, "raw/")
    assert wiring.entries().state(listed.id) is EntryState.READ
    assert len(stack.bodies("DetectQueue")) == 1


LATER = NOW + timedelta(hours=1)
EDITED = STORY[1].replace("Three of the eleven", "Five of the eleven")


def order(number: int = 1, due_at: datetime = LATER) -> Reread:
    return Reread(article_key(entry()), number, due_at, "job1")


def reread(site: Site, given: Reread, now: datetime = LATER) -> RereadResult:
    async def once() -> RereadResult:
        http = Http("tests@example.org", {site.port})
        try:
            return await reread_article(
                given,
                now,
                archive=wiring.archive(),
                http=http,
                child=wiring.child(),
                queue=wiring.queue("REREAD_QUEUE"),
            )
        finally:
            await http.close()

    return asyncio.run(once())


@pytest.fixture
def first(stack: Stack, site: Site, listed: Entry) -> Article:
    """The first reading, archived; its page has been edited since."""
    article = ingest(listed, site)
    assert isinstance(article, Article)
    stack.bodies("DetectQueue")
    site.says("/1", page(STORY[0], EDITED, STORY[2]), Content_Type="text/html")
    site.asked.clear()
    return article


EARLY = {
    "by less than a queue can wait": (timedelta(minutes=3), 180),
    "by a moment": (timedelta(milliseconds=1), 1),
    "by a day": (timedelta(hours=23), 900),
}


@pytest.mark.parametrize(("by", "seconds"), EARLY.values(), ids=EARLY)
def test_an_order_that_comes_early_is_sent_on_for_as_long_as_a_queue_can_wait(
    stack: Stack, site: Site, first: Article, by: timedelta, seconds: int
) -> None:
    assert reread(site, order(), LATER - by).outcome is Rereading.EARLY

    ((body, held),) = stack.held("RereadQueue")
    assert decode(body, Reread) == order()
    assert held == pytest.approx(seconds, abs=0.5)
    assert site.asked == []


def test_an_edited_page_is_archived_as_received_and_as_its_articles_revision(
    stack: Stack, site: Site, first: Article
) -> None:
    result = reread(site, order(2))

    revision = wiring.archive().get_article(revision_key(article_key(entry()), 2))
    assert result == RereadResult(Rereading.EDITED, "", revision)
    assert (revision.revision, revision.revises) == (2, article_key(entry()))
    assert [(edit.before, edit.after) for edit in revision.edits] == [(STORY[1], EDITED)]
    assert {first.raw_key, revision.raw_key} == set(keys(stack, "raw/"))
    assert (revision.title, revision.publisher, revision.published_at) == (
        first.title,
        first.publisher,
        first.published_at,
    )
    assert wiring.entries().state(first.id) is EntryState.READ


def test_reading_again_twice_stores_and_wakes_once(stack: Stack, site: Site, first: Article) -> None:
    reread(site, order())
    site.says("/1", page(*STORY, "And the page has changed meanwhile."), Content_Type="text/html")

    assert reread(site, order()).outcome is Rereading.PASSED

    assert len(stack.bodies("DetectQueue")) == 1
    assert stack.held("RereadQueue") == []


def test_a_later_reading_is_compared_with_the_last_revision(stack: Stack, site: Site, first: Article) -> None:
    reread(site, order(1))

    assert reread(site, order(3)).outcome is Rereading.UNCHANGED
    assert reread(site, order(2)).outcome is Rereading.UNCHANGED
    site.says("/1", page(*STORY), Content_Type="text/html")
    result = reread(site, order(4))

    assert result.article is not None
    assert result.article.revises == revision_key(article_key(entry()), 1)
    assert reread(site, order(2)).outcome is Rereading.PASSED


UNCHANGED = {
    "the same bytes": page(*STORY),
    "other bytes around the same words": page(*STORY, head="<script>var served = 2</script>"),
    "a comma": page(STORY[0].replace(" on Tuesday", ", on Tuesday,"), *STORY[1:]),
}


@pytest.mark.parametrize("body", UNCHANGED.values(), ids=UNCHANGED)
def test_a_page_that_says_the_same_leaves_nothing(stack: Stack, site: Site, first: Article, body: bytes) -> None:
    site.says("/1", body, Content_Type="text/html")

    assert reread(site, order()) == RereadResult(Rereading.UNCHANGED)

    assert keys(stack, "raw/") == [first.raw_key]
    assert stack.bodies("DetectQueue") == []


@pytest.mark.parametrize("status", [404, 410])
def test_a_page_that_was_taken_down_leaves_a_proof_and_wakes_nobody(
    stack: Stack, site: Site, first: Article, status: int
) -> None:
    site.says("/1", "This page does not exist.", status=status)

    assert reread(site, order()) == RereadResult(Rereading.GONE, f"HTTP {status}")

    assert len(keys(stack, "raw/")) == 2
    assert stack.bodies("DetectQueue") == []


IN_THE_WAY = {
    "refused": (403, b"no", "HTTP 403"),
    "overburdened": (503, b"no", "HTTP 503"),
    "a teaser": (200, page(STORY[0]), ""),
    "nothing": (200, page(), ""),
}


@pytest.mark.parametrize(("status", "body", "reason"), IN_THE_WAY.values(), ids=IN_THE_WAY)
def test_what_stands_in_the_articles_way_is_no_edit(
    stack: Stack, site: Site, first: Article, status: int, body: bytes, reason: str
) -> None:
    site.says("/1", body, status=status, Content_Type="text/html")

    result = reread(site, order())

    assert result.outcome is Rereading.UNREADABLE
    assert result.reason.startswith(reason)
    assert result.reason
    assert keys(stack, "raw/") == [first.raw_key]
    assert stack.bodies("DetectQueue") == []


@pytest.mark.parametrize("method", ["put_raw", "put_article"])
def test_dying_half_way_through_an_edit_reads_again_and_wakes_once(
    stack: Stack, site: Site, first: Article, dies: Dies, method: str
) -> None:
    with dies(wiring.archive(), method):
        reread(site, order())

    result = reread(site, order())

    assert result.article is not None
    assert result.article.raw_key in keys(stack, "raw/")
    assert len(stack.bodies("DetectQueue")) == 1


def test_dying_before_a_removed_pages_proof_is_stored_proves_it_when_the_order_comes_again(
    stack: Stack, site: Site, first: Article, dies: Dies
) -> None:
    site.says("/1", "gone", status=410)
    with dies(wiring.archive(), "put_raw"):
        reread(site, order())

    reread(site, order())

    assert len(keys(stack, "raw/")) == 2
