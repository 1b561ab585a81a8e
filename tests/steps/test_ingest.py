import asyncio

import pytest

from shared import wiring
from shared.adapters.http import Http
from shared.core.keys import article_key
from shared.steps.ingest import ingest_entry
from shared.types import Article, Entry, EntryState
from tests.conftest import NOW, Dies, Site, Stack, entry
from tests.core.test_extract import STORY, page


def ingest(one: Entry, site: Site) -> Article | EntryState:
    async def once() -> Article | EntryState:
        http = Http("tests@example.org", {site.port})
        try:
            return await ingest_entry(
                one, NOW, archive=wiring.archive(), entries=wiring.entries(), http=http, child=wiring.child()
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


def test_a_page_that_its_first_entry_could_not_read_is_tried_again(stack: Stack, site: Site, listed: Entry) -> None:
    wiring.entries().claim(listed)
    wiring.entries().close(listed.id, EntryState.BLOCKED, "HTTP 403")

    assert isinstance(ingest(entry(2, url=listed.url, feed_id="feed2"), site), Article)


def test_a_page_that_refuses_us_leaves_the_summary_and_says_so(stack: Stack, site: Site, listed: Entry) -> None:
    site.says("/1", "no", status=403)

    article = ingest(listed, site)

    assert isinstance(article, Article)
    assert (article.text, article.unread) == ("Shorter.", EntryState.BLOCKED)
    assert keys(stack, "raw/") == []


def test_a_page_that_takes_for_ever_to_read_leaves_the_summary(
    stack: Stack, site: Site, listed: Entry, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wiring.child(), "_limit_s", 0.2)
    site.says(
        "/1",
        b"<html><body><p %s>x</p></body></html>" % b" ".join(b"a%d=b" % number for number in range(100_000)),
        Content_Type="text/html",
    )

    article = ingest(listed, site)

    assert isinstance(article, Article)
    assert (article.text, article.unread) == ("Shorter.", EntryState.UNREADABLE)
    assert article.unread_reason == "it takes longer than 0.2 s to read"


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
