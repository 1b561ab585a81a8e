"""Feeds by hand, on a local stack in this process and a site on loopback."""

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from shared import wiring
from shared.core.ids import feed_id
from shared.types import EntryState, Feed, FeedState, Outcome
from tests.commands.conftest import Cli
from tests.conftest import Answer, Site, entry, feed, item, rss

Sitrep = Callable[..., str]
A, B = "https://a.example/feed", "https://b.example/feed"


@pytest.fixture
def sitrep(cli: Cli) -> Sitrep:
    """Runs `sitrep feeds ...`; what it says, and its error where its status is not 0."""
    return partial(cli, "feeds")


def dated(number: int, ago: timedelta) -> str:
    date = format_datetime(datetime.now(UTC) - ago)
    return item(f"{number}", f"/story/{number}", f"Story {number}", date=date)


@pytest.fixture
def news(site: Site) -> str:
    """The URL of a feed of three stories, one every six hours."""
    stories = [dated(number, timedelta(hours=6 * number + 1)) for number in range(3)]
    return site.says("/feed.xml", rss(*stories, title="The &lt;b&gt;Example&lt;/b&gt;"), Content_Type="text/xml")


def watched() -> dict[str, tuple[Feed, FeedState]]:
    return {known[0].url: known for known in wiring.feeds().all()}


def test_a_feed_is_asked_for_once_and_known_from_then_on(sitrep: Sitrep, site: Site, news: str) -> None:
    said = sitrep("add", news)

    known, state = watched()[news]
    assert known == Feed(feed_id(news), news, "The Example")
    assert (state.outcome, state.reason) == (Outcome.LEARNED, "3 entries known from now on")
    assert state.due_at > datetime.now(UTC)
    assert len(site.asked) == 1
    assert said.startswith(f"{news} is watched from now on  (id {known.id})\n  title:    The Example\n")
    assert "  lists:    3 entries, the newest 60 min old, about 5.5 a day\n" in said


def test_a_feed_is_added_as_a_person_wishes(sitrep: Sitrep, news: str) -> None:
    sitrep("add", news, "--urgent", "--backfill", "--title", "Ours\x1b")

    known, state = watched()[news]
    assert known == Feed(feed_id(news), news, "Ours", backfill=True, is_urgent=True)
    assert state.outcome is None
    assert [due.feed_id for due in wiring.feeds().due_before(datetime.now(UTC))] == [known.id]


def test_a_site_is_added_by_its_front_page(sitrep: Sitrep, site: Site, news: str) -> None:
    site.says("/", '<link rel="alternate" type="application/rss+xml" href="feed.xml">', Content_Type="text/html")

    assert sitrep("add", site.url("/")).startswith(f"{news} is watched from now on")


@pytest.mark.parametrize(
    "html",
    [
        pytest.param("<a href='/feed.xml'>RSS</a>", id="that links to it"),
        pytest.param("<p>News</p>", id="that does not say where it is"),
        pytest.param(
            '<link rel="alternate" type="application/rss+xml" href="/none.xml"><a href="/none/rss">',
            id="that says wrongly where it is",
        ),
        pytest.param('<link rel="alternate" type="application/rss+xml" href="/">', id="that names itself"),
    ],
)
def test_a_feed_is_found_from_a_page(sitrep: Sitrep, site: Site, news: str, html: str) -> None:
    sitrep("add", site.says("/", f"<html>{html}</html>", Content_Type="text/html"))

    assert list(watched()) == [news]


@pytest.fixture
def two_feeds(site: Site) -> list[str]:
    """The URLs of two feeds of a site; its front page names them, the first in two formats, and its comments."""
    story = {name: item(name, f"/{name}", f"About {name}") for name in ("world", "sport", "comment")}
    urls = [site.says(f"/{name}.xml", rss(story[name], title=name.title())) for name in ("world", "sport")]
    site.says("/world2.xml", rss(story["world"], title="World again"))
    site.says("/comments/feed", rss(story["comment"]))
    links = "".join(
        f'<link rel="alternate" type="application/rss+xml" href="{path}">'
        for path in ("/comments/feed", "/world.xml", "/world2.xml", "/sport.xml")
    )
    site.says("/", links)
    return urls


def test_of_several_feeds_a_person_is_to_choose(sitrep: Sitrep, site: Site, two_feeds: list[str]) -> None:
    said = sitrep("add", site.url("/"), status=1)

    world, sport = two_feeds
    assert said.splitlines() == [
        f"{world}  World, 1 entries",
        f"{sport}  Sport, 1 entries",
        f"sitrep: {site.url('/')} has 2 feeds: name one of these, or take them with --all",
    ]
    assert watched() == {}


def test_all_feeds_of_a_site_are_added_when_asked(sitrep: Sitrep, site: Site, two_feeds: list[str]) -> None:
    sitrep("add", site.url("/"), "--all")

    assert sorted(watched()) == sorted(two_feeds)


@pytest.mark.parametrize(
    ("status", "is_moved"),
    [(301, True), (308, True), (302, False), (307, False)],
)
def test_a_feed_that_has_moved_for_good_is_added_where_it_is(
    sitrep: Sitrep, site: Site, news: str, status: int, is_moved: bool
) -> None:
    old = site.says("/old", status=status, Location="/feed.xml")

    said = sitrep("add", old)

    assert list(watched()) == [news if is_moved else old]
    assert f"for good, from {old}" in said if is_moved else f"from {news}, for the time being" in said


@pytest.mark.parametrize(
    "path",
    [
        pytest.param("/feed.xml", id="the same URL"),
        pytest.param("/feed.xml#top", id="a fragment"),
        pytest.param("/feed.xml?utm_source=x", id="the reader's way"),
        pytest.param("/moved", id="a redirect"),
        pytest.param("/", id="its front page"),
    ],
)
def test_a_feed_that_is_watched_is_not_watched_twice(sitrep: Sitrep, site: Site, news: str, path: str) -> None:
    site.says("/moved", status=302, Location="/feed.xml")
    site.says("/", '<a href="/feed.xml">')
    site.answers["/feed.xml?utm_source=x"] = site.answers["/feed.xml"]
    sitrep("add", news)
    before = watched()

    assert "is watched already" in sitrep("add", site.url(path))
    assert watched() == before


def test_an_address_without_a_scheme_is_understood(sitrep: Sitrep, site: Site, news: str) -> None:
    sitrep("add", news.removeprefix("http://"))

    assert list(watched()) == [news]


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        pytest.param(Answer("none", 404), "brings no page: HTTP 404; check the address", id="nothing there"),
        pytest.param(Answer("", 410), "is gone for good (HTTP 410): look for the feed's new address", id="gone"),
        pytest.param(
            Answer("<script>check()</script>", 403),
            "127.0.0.1 refuses programs: HTTP 403 with a challenge",
            id="refused",
        ),
        pytest.param(Answer("", 503), "127.0.0.1 refuses programs: HTTP 503 for", id="away"),
        pytest.param(Answer("<html>Hello</html>"), "is an HTML page, not a feed, and no feed of its site", id="a page"),
        pytest.param(Answer(""), "is no feed (empty body), and no feed of its site was found", id="empty"),
        pytest.param(
            Answer("", 302, {"Location": "http://10.0.0.1/"}),
            "does not answer: address not allowed",
            id="into a network",
        ),
    ],
)
def test_what_is_no_feed_is_one_line_with_a_remedy(sitrep: Sitrep, site: Site, answer: Answer, says: str) -> None:
    site.answers["/feed"] = answer

    said = sitrep("add", site.url("/feed"), status=1)

    assert says in said
    assert said.count("\n") == 1
    assert watched() == {}


@pytest.mark.parametrize(
    "written", ["", " ", "ftp://a.example/f", "javascript:alert(1)", "http://", "a b c://x", "[::1"]
)
def test_what_is_no_address_is_refused_by_name(sitrep: Sitrep, written: str) -> None:
    assert f"{written!r} is no web address; give one like" in sitrep("add", written, status=1)


def test_a_feed_of_this_machine_is_none_for_a_deployed_stack(sitrep: Sitrep, site: Site, news: str) -> None:
    assert "is on this machine, where sitrep cannot reach it" in sitrep("add", news, "--stack", "sitrep", status=1)
    assert site.asked == []


def test_a_page_opens_no_other_port_of_this_machine(sitrep: Sitrep, site: Site) -> None:
    site.says("/", '<link rel="alternate" type="application/rss+xml" href="http://127.0.0.1:9/feed">')

    assert "no feed of its site was found" in sitrep("add", site.url("/"), status=1)


def test_a_feed_that_does_not_answer_is_watched_when_a_person_insists(sitrep: Sitrep) -> None:
    url = "http://127.0.0.1:9/feed"

    assert "does not answer: cannot connect" in sitrep("add", url, status=1)
    assert "is watched from now on, unchecked" in sitrep("add", url, "--unchecked")
    assert list(watched()) == [url]


def add(*feeds: Feed, **state: Any) -> None:
    now = datetime.now(UTC)
    for one in feeds:
        wiring.feeds().add(one, now)
        if state:
            wiring.feeds().put_state(
                one, FeedState(**{"due_at": now + timedelta(minutes=9.5), "polled_at": now, **state})
            )


def test_the_feeds_in_trouble_stand_first(sitrep: Sitrep) -> None:
    long_ago = datetime.now(UTC) - timedelta(days=9)
    add(feed("https://a.example/"), outcome=Outcome.UNCHANGED, reason="not modified")
    add(feed("https://b.example/"))
    add(feed("https://c.example/"), outcome=Outcome.BROKEN, reason="HTTP 404", failures=3)
    add(feed("https://d.example/", is_paused=True), outcome=Outcome.NEW, reason="1 new")
    add(
        feed("https://e.example/"),
        outcome=Outcome.UNCHANGED,
        reason="not modified",
        newest_at=long_ago,
        usual_gap=timedelta(hours=2),
    )

    assert sitrep("list").splitlines() == [
        "state       a day  next     feed",
        "broken        0.0  9 min    https://c.example/  HTTP 404, failed 3 times in a row",
        "silent        0.0  9 min    https://e.example/  not modified",
        "not polled    0.0  due      https://b.example/",
        "unchanged     0.0  9 min    https://a.example/  not modified",
        "paused        0.0  -        https://d.example/  1 new",
        "5 feeds: 1 broken, 1 silent, 1 not polled, 1 unchanged, 1 paused; about 0.0 entries a day",
    ]


def test_the_list_is_what_feeds_shows_of_itself(sitrep: Sitrep) -> None:
    add(feed(A), feed(B), outcome=Outcome.NEW, reason="1 new")

    assert sitrep() == sitrep("list")


def test_scripts_get_one_object_a_line(sitrep: Sitrep) -> None:
    add(feed(A, title="one\ntwo"), outcome=Outcome.NEW, reason="1 new")
    add(feed(B))

    new, waiting = sorted(
        (json.loads(line) for line in sitrep("list", "--json").splitlines()), key=lambda one: one["url"]
    )

    assert (new["url"], new["state"], new["title"], new["id"]) == (A, "new", "one\ntwo", feed_id(A))
    assert (waiting["state"], waiting["polled_at"], waiting["moved_to"]) == ("not polled", None, None)


def test_an_empty_stack_says_how_to_begin(sitrep: Sitrep) -> None:
    assert "watches no feed; add some with: sitrep feeds add URL" in sitrep()
    assert sitrep("--json") == ""


def test_show_tells_all_of_one_feed(sitrep: Sitrep) -> None:
    known = feed(A, title="The Example", is_urgent=True)
    now = datetime.now(UTC)
    add(
        known,
        feed(B),
        outcome=Outcome.RETRY,
        reason="HTTP 503",
        failures=2,
        url="https://new.example/feed",
        ttl=timedelta(minutes=15),
        newest_at=now - timedelta(hours=5),
        usual_gap=timedelta(hours=3),
    )
    for number, (owner, state, reason) in enumerate(
        [
            (known.id, EntryState.REPORTED, ""),
            (known.id, EntryState.BLOCKED, "HTTP 403"),
            (known.id, EntryState.QUEUED, ""),
            (feed_id(B), EntryState.BLOCKED, "HTTP 401"),
        ]
    ):
        listed = entry(number, feed_id=owner)
        wiring.entries().add(listed)
        wiring.entries().record(listed, state, reason)

    said = sitrep("show", A)

    assert re.sub(r"\d+ s ago", "0 s ago", said).splitlines() == [
        A,
        "  title:     The Example",
        f"  id:        {known.id}",
        "  moved to:  https://new.example/feed",
        "  marked:    urgent",
        "  last poll: retry: HTTP 503; polled 0 s ago, failed 2 times in a row; next in 9 min",
        "  publishes: about 0.0 entries a day, the last 5 h ago, at most 3 h apart as a rule",
        "  asks for:  15 min between polls",
        "  entries:   1 blocked, 1 queued, 1 reported",
        "    queued: https://news.example/2 - on its way, or failing",
        "    blocked: https://news.example/1 - HTTP 403",
    ]


@pytest.mark.parametrize(
    "name",
    [A, f" {A} ", feed_id(A), "a.example/feed", "http://a.example/feed", f"{A}/#x", "feed:https://a.example/feed"],
)
def test_a_feed_is_known_by_any_way_to_write_its_address(sitrep: Sitrep, name: str) -> None:
    add(feed(A), feed(B))

    assert sitrep("show", name).startswith(A)


def test_a_feed_is_known_by_where_it_has_moved(sitrep: Sitrep) -> None:
    add(feed(A), outcome=Outcome.NEW, url="https://new.example/feed")

    assert sitrep("show", "https://new.example/feed").startswith(A)


@pytest.mark.parametrize(
    ("name", "says"),
    [
        pytest.param("https://c.example/feed", "no feed https://c.example/feed is watched", id="none"),
        pytest.param("b.example", f"b.example is no feed that is watched; these come near: {B} (id", id="a part"),
        pytest.param("a.example/feed", "is more than one feed: http://a.example/feed (id", id="two"),
        pytest.param("", "no feed  is watched", id="nothing"),
    ],
)
def test_a_name_that_is_no_feed_s_says_what_comes_near(sitrep: Sitrep, name: str, says: str) -> None:
    add(feed(A), feed(B), feed("http://a.example/feed"))

    for action in ("show", "remove", "pause"):
        assert says in sitrep(action, name, status=1)
    assert len(watched()) == 3


def test_a_removed_feed_is_watched_no_longer(sitrep: Sitrep) -> None:
    add(feed(A), feed(B))

    assert f"{A} is watched no longer" in sitrep("remove", A)
    assert list(watched()) == [B]


def test_a_paused_feed_is_not_due_until_it_is_resumed(sitrep: Sitrep) -> None:
    add(feed(A))
    due = [[one.feed_id for one in wiring.feeds().due_before(datetime.now(UTC))]]

    for action in ("pause", "pause", "resume"):
        sitrep(action, A)
        due.append([one.feed_id for one in wiring.feeds().due_before(datetime.now(UTC))])

    assert due == [[feed_id(A)], [], [], [feed_id(A)]]


def test_an_urgent_feed_is_polled_at_once_and_an_ordinary_one_as_it_was(sitrep: Sitrep) -> None:
    add(feed(A), outcome=Outcome.UNCHANGED)

    sitrep("urgent", A)
    (known, state), now = watched()[A], datetime.now(UTC)
    sitrep("urgent", A, "--off")

    assert known.is_urgent
    assert state.due_at <= now
    assert not watched()[A][0].is_urgent


def test_a_failing_feed_waits_as_long_when_it_becomes_urgent(sitrep: Sitrep) -> None:
    add(feed(A), outcome=Outcome.RETRY, reason="HTTP 429", failures=1)
    before = watched()[A][1]

    sitrep("urgent", A)

    assert watched()[A][1] == before


def test_what_is_exported_is_imported_the_same(sitrep: Sitrep, tmp_path: Path) -> None:
    add(feed(A, title='A & <b> "c"', is_urgent=True), feed(B, is_paused=True), feed("https://c.example/?a=1&b=2"))
    feeds = {known for known, _ in watched().values()}

    assert sitrep("export", "f.opml") == "3 feeds written to f.opml\n"
    assert sitrep("export") == (tmp_path / "f.opml").read_text()
    assert sitrep("import", "f.opml") == "0 feeds added, 3 were watched already\n"
    for one in feeds:
        wiring.feeds().remove(one.id)
    sitrep("import", "f.opml")

    assert {known for known, _ in watched().values()} == feeds


def test_an_export_that_cannot_be_written_is_one_line(sitrep: Sitrep) -> None:
    assert sitrep("export", "no/such/f.opml", status=1) == "sitrep: no/such/f.opml: No such file or directory\n"


def test_a_long_list_is_polled_over_some_minutes(sitrep: Sitrep, tmp_path: Path) -> None:
    outlines = "".join(f'<outline xmlUrl="https://{number}.example/"/>' for number in range(1_001))
    (tmp_path / "f.opml").write_text(f"<opml><body>{outlines}</body></opml>")

    said = sitrep("import", "f.opml")

    start = min(state.due_at for _, state in watched().values())
    assert said.splitlines() == [
        "1001 feeds added, 0 were watched already",
        "they are polled for the first time over the next 3 minutes",
    ]
    assert {(state.due_at - start) // timedelta(minutes=1) for _, state in watched().values()} == {0, 1, 2}


def test_a_feed_s_own_words_forge_no_lines(sitrep: Sitrep, site: Site) -> None:
    title = "x\u2028y&#10;sitrep: WRONG\u202e"

    said = sitrep("add", site.says("/f", rss(title=title)))

    assert "  title:    x y sitrep: WRONG\n" in said
    assert not {"\u2028", "\u202e"} & set(said)


def test_a_list_marks_feeds_that_are_watched_already_and_takes_nothing_back(sitrep: Sitrep, tmp_path: Path) -> None:
    url = "https://news.example/feed.xml"
    lists = {"plain": "", "marked": ' category="/sitrep/urgent"'}
    for name, marks in lists.items():
        outline = f'<outline type="rss" text="News" xmlUrl="{url}"{marks}/>'
        (tmp_path / f"{name}.opml").write_text(f"<opml><body>{outline}</body></opml>")

    for name in ("plain", "marked", "plain"):
        sitrep("import", str(tmp_path / f"{name}.opml"))

    assert watched()[url][0].is_urgent
