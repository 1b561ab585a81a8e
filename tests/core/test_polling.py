from dataclasses import replace
from datetime import timedelta

import pytest

from shared.core.feeds import MOST_ENTRIES
from shared.core.polling import MOST_NEW, SEEN_KEPT, Learned, hold, is_worth_parsing, learn, parse, postponed
from shared.core.schedule import DAY
from shared.types import Bounds, Entry, FeedState, Hop, Outcome, Response
from tests.conftest import NOW, feed, item, rss

FEED = "https://news.example/feed.xml"
BOUNDS = Bounds(timedelta(minutes=5), timedelta(minutes=60))
FRESH = FeedState(due_at=NOW)


def answer(body: str = "", status: int = 200, **headers: str) -> Response:
    told = {name.replace("_", "-"): value for name, value in headers.items()}
    return Response(FEED, status, told, body.encode())


def poll(response: Response, old: FeedState = FRESH, backfill: bool = False) -> Learned:
    parsed = parse(response, NOW) if is_worth_parsing(old, response) else None
    return learn(feed(backfill=backfill), old, response, parsed, BOUNDS, NOW, "job1")


def test_the_first_poll_learns_what_is_there_and_raises_nothing() -> None:
    learned = poll(answer(rss(item("a", "/a"), item("b", "/b"))))

    assert learned.entries == ()
    assert learned.state.outcome is Outcome.LEARNED
    assert poll(answer(rss(item("b", "/b"), item("a", "/a"))), learned.state).entries == ()


def test_with_backfill_the_first_poll_takes_everything_as_new_oldest_first() -> None:
    learned = poll(answer(rss(item("b", "/b", "later"), item("a", "/a", "earlier"))), backfill=True)

    assert [entry.title for entry in learned.entries] == ["earlier", "later"]
    assert {entry.correlation_id for entry in learned.entries} == {"job1"}


def test_what_comes_later_is_new_and_what_was_there_is_not() -> None:
    known = poll(answer(rss(item("a", "/a")))).state

    learned = poll(answer(rss(item("b", "/b"), item("a", "/a"))), known)

    assert [entry.url for entry in learned.entries] == ["https://news.example/b"]
    assert learned.state.outcome is Outcome.NEW


def test_an_entry_that_drops_out_and_comes_back_is_not_new() -> None:
    known = poll(answer(rss(item("a", "/a")))).state
    without = poll(answer(rss(item("b", "/b"))), known).state

    assert poll(answer(rss(item("a", "/a"))), without).entries == ()


@pytest.mark.parametrize("link", ["https://news.example/", "https://news.example"])
def test_a_link_to_the_front_door_leads_to_no_story(link: str) -> None:
    (entry,) = poll(answer(rss(item("a", link, "Title", "Summary."))), backfill=True).entries

    assert (entry.url, entry.summary) == ("", "Summary.")


def test_a_feed_that_begins_empty_has_news_when_something_comes() -> None:
    known = poll(answer(rss())).state

    assert len(poll(answer(rss(item("a", "/a"))), known).entries) == 1


def test_a_feed_that_first_failed_still_learns_silently() -> None:
    failed = poll(answer("", 503)).state

    assert poll(answer(rss(item("a", "/a"))), failed).state.outcome is Outcome.LEARNED


def test_an_entry_listed_twice_is_one() -> None:
    assert len(poll(answer(rss(item("a", "/a"), item("a", "/a"))), backfill=True).entries) == 1


def test_two_stories_listed_under_one_id_are_two() -> None:
    body = answer(rss(item("a", "/a", "One"), item("a", "/b", "Two")))

    assert [entry.title for entry in poll(body, backfill=True).entries] == ["Two", "One"]
    assert poll(answer(rss(item("a", "/b", "Two"), item("a", "/a", "One"))), poll(body).state).entries == ()


def test_a_flood_of_entries_is_taken_in_portions_and_none_is_lost() -> None:
    flood = answer(rss(*(item(f"{number}", f"/{number}") for number in range(2 * MOST_NEW + 7))), etag='"1"')
    state, taken = FRESH, []
    for _ in range(4):
        learned = poll(flood, state, backfill=True)
        state = learned.state
        taken.append({entry.id for entry in learned.entries})

    assert [len(portion) for portion in taken] == [MOST_NEW, MOST_NEW, 7, 0]
    assert len(set().union(*taken)) == 2 * MOST_NEW + 7
    assert state.outcome is Outcome.UNCHANGED


def test_a_flood_that_changes_its_ids_at_each_poll_is_not_polled_without_a_pause() -> None:
    state = FRESH
    for turn in range(60):
        flood = answer(rss(*(item(f"{turn}-{number}", f"/{number}") for number in range(MOST_NEW + 1))))
        state = poll(flood, state, backfill=True).state

    assert state.due_at > NOW
    assert len(state.seen) <= 3 * (MOST_ENTRIES + SEEN_KEPT)


def test_a_portion_is_followed_by_a_poll_at_once_that_asks_for_the_whole_body() -> None:
    flood = answer(rss(*(item(f"{number}", f"/{number}") for number in range(MOST_NEW + 1))), etag='"1"')

    state = poll(flood, backfill=True).state

    assert (state.due_at, state.etag) == (NOW, "")


def test_a_bounded_number_of_ids_is_kept_beyond_what_is_listed() -> None:
    known = replace(FRESH, body_sha256="x", seen=tuple(f"old{number}" for number in range(4 * SEEN_KEPT)))

    state = poll(answer(rss(item("a", "/a"))), known).state

    assert len(state.seen) == 3 * SEEN_KEPT + 3
    assert "old0" in state.seen


def test_not_modified_and_the_same_body_change_nothing() -> None:
    body = rss(item("a", "/a"))
    known = poll(answer(body, etag='"1"')).state

    for response in (answer("", 304), answer(body)):
        learned = poll(response, known)
        assert learned.entries == ()
        assert learned.state.outcome is Outcome.UNCHANGED
        assert learned.state.seen == known.seen
        assert learned.state.due_at > NOW


FAILURES = {
    "gone for now": (answer("", 503), Outcome.RETRY, "HTTP 503"),
    "too often": (answer("", 429), Outcome.RETRY, "HTTP 429"),
    "no answer": (Response("u", 0, {}, b"", "no answer within 20 s"), Outcome.RETRY, "no answer within 20 s"),
    "not there": (answer("", 404), Outcome.BROKEN, "HTTP 404"),
    "over for good": (answer("", 410), Outcome.GONE, "HTTP 410"),
    "a web page": (answer("<html><body>Hi</body></html>"), Outcome.BROKEN, "an HTML page, not a feed"),
    "an empty body": (answer(""), Outcome.BROKEN, "empty body"),
    "too large": (replace(answer(), reason="over 5 MB"), Outcome.BROKEN, "over 5 MB"),
}


@pytest.mark.parametrize(("response", "outcome", "reason"), FAILURES.values(), ids=FAILURES)
def test_a_failure_is_recorded_with_its_reason(response: Response, outcome: Outcome, reason: str) -> None:
    state = poll(response).state

    assert (state.outcome, state.reason, state.failures) == (outcome, reason, 1)


def test_a_failing_feed_is_polled_less_and_less_and_never_given_up() -> None:
    state = FRESH
    waits = []
    for _ in range(400):
        state = poll(answer("", 404), state).state
        waits.append(state.due_at - NOW)

    assert waits == sorted(waits)
    assert waits[0] < waits[1]
    assert waits[-1] > DAY - timedelta(minutes=1)


def test_a_feed_that_answers_again_is_polled_as_before() -> None:
    failed = replace(FRESH, failures=40)

    state = poll(answer(rss(item("a", "/a"))), failed).state

    assert state.failures == 0
    assert state.due_at < poll(answer("", 503), failed).state.due_at


def known_of(*titles: str) -> FeedState:
    """A feed of entries a, b, c..., polled once."""
    return poll(answer(listed(*titles))).state


def listed(*titles: str, guids: str = "", link: str = "/{}", date: str = "") -> str:
    names = [chr(ord("a") + number) for number in range(len(titles))]
    return rss(*(item(guids + n, link.format(n), t, date=date) for n, t in zip(names, titles, strict=True)))


SAME = ("Bridge closed", "Vote delayed", "Rain expected", "Team wins", "Road opens")
NO_NEWS = {
    "a date that changed": listed(*SAME, date="Wed, 04 Mar 2026 11:00:00 GMT"),
    "the way a title is written": listed("BRIDGE &#8211; closed", *SAME[1:]),
    "tracking added to the links": listed(*SAME, link="/{}?utm_source=rss"),
    "other ids for the same pages": listed(*SAME, guids="urn:new:"),
    "http for https": listed(*SAME, guids="urn:new:", link="http://news.example/{}"),
}


@pytest.mark.parametrize("body", NO_NEWS.values(), ids=NO_NEWS)
def test_what_only_looks_new_raises_nothing(body: str) -> None:
    state = known_of(*SAME)

    first = poll(answer(body), state)

    assert first.entries == ()
    assert poll(answer(body + " "), first.state).entries == ()


def test_a_silence_over_changed_ids_is_told() -> None:
    learned = poll(answer(NO_NEWS["other ids for the same pages"]), known_of(*SAME))

    assert "5 known under new ids" in learned.state.reason


def test_a_publisher_who_renames_everything_has_no_news_and_that_is_told() -> None:
    def feed_of(start: str) -> Response:
        return answer(rss(*(item(f"{n}", f"/{n}", f"{start} {n}") for n in range(30))))

    learned = poll(feed_of("Live | Story"), poll(feed_of("Story")).state)

    assert learned.entries == ()
    assert "30 reworded at once" in learned.state.reason


def test_many_edits_at_once_are_believed() -> None:
    strikes = ("Strike kills 1", "Strike kills 2", "Strike kills 3", "Strike kills 4")

    assert len(poll(answer(listed(*strikes, *SAME[4:])), known_of(*SAME)).entries) == 4


def test_an_entry_whose_summary_begins_otherwise_is_an_edit_and_one_whose_end_changed_is_not() -> None:
    words = " ".join(f"word{n}" for n in range(30))
    state = poll(answer(rss(item("a", "/a", "Strike", f"Kills 5. {words} 2 comments")))).state

    assert poll(answer(rss(item("a", "/a", "Strike", f"Kills 5. {words} 3 comments"))), state).entries == ()
    assert len(poll(answer(rss(item("a", "/a", "Strike", f"Kills 12. {words} 2 comments"))), state).entries) == 1


def test_entries_that_share_their_page_and_words_are_told_apart_by_their_ids() -> None:
    def sirens(*numbers: int) -> Response:
        return answer(rss(*(item(f"siren{n}", "/live", "Alert") for n in numbers)))

    assert len(poll(sirens(5, 4, 3), poll(sirens(2, 1, 0)).state).entries) == 3


def test_a_feed_that_was_cut_short_is_asked_for_whole() -> None:
    body = rss(item("a", "/a"), item("b", "/b", "Strike"))
    cut = answer(body[: body.index("Strike")], etag='"1"', last_modified="Wed, 04 Mar 2026 11:00:00 GMT")

    state = poll(cut).state

    assert (state.etag, state.last_modified) == ("", "")
    assert [entry.title for entry in poll(answer(body, etag='"1"'), state).entries] == ["Strike"]


def test_an_entry_that_is_given_another_title_is_read_again_as_an_entry_of_its_own() -> None:
    state = known_of(*SAME)
    body = answer(listed("Bridge closed, 12 dead", *SAME[1:]))

    (edited,) = poll(body, state).entries

    assert (edited.url, edited.title) == ("https://news.example/a", "Bridge closed, 12 dead")
    assert edited.id != titled(poll(answer(listed(*SAME)), backfill=True), "Bridge closed").id
    assert poll(body, poll(body, state).state).entries == ()


def titled(learned: Learned, title: str) -> Entry:
    return next(entry for entry in learned.entries if entry.title == title)


def test_a_title_that_comes_back_is_no_news_again() -> None:
    edited = poll(answer(listed("Bridge closed, 12 dead", *SAME[1:])), known_of(*SAME)).state

    assert poll(answer(listed(*SAME)), edited).entries == ()


def test_new_entries_among_changed_ids_are_still_news() -> None:
    body = listed(*SAME, guids="urn:new:").replace("</channel>", item("z", "/z", "Strike") + "</channel>")

    assert [entry.title for entry in poll(answer(body), known_of(*SAME)).entries] == ["Strike"]


def test_one_page_under_new_ids_and_new_titles_is_news_each_time() -> None:
    first = rss(*(item(f"p{n}", "/live", f"Post {n}") for n in range(4)))
    later = rss(*(item(f"p{n}", "/live", f"Post {n}") for n in range(9)))

    new = poll(answer(later), poll(answer(first)).state).entries

    assert [entry.title for entry in new] == ["Post 8", "Post 7", "Post 6", "Post 5", "Post 4"]


def test_entries_of_one_time_are_all_found() -> None:
    date = "Wed, 04 Mar 2026 11:00:00 GMT"
    state = poll(answer(listed("One", date=date))).state

    assert len(poll(answer(listed("One", "Two", "Three", date=date)), state).entries) == 2


def moved(*statuses: int, to: str = "https://new.example/feed.xml", start: str = FEED) -> Response:
    urls = [start, *(f"https://step{number}.example/" for number in range(1, len(statuses))), to]
    hops = tuple(Hop(status, url) for status, url in zip(statuses, urls, strict=False))
    return replace(answer(listed(*SAME)), url=to, hops=hops)


MOVES = {
    "for good": (moved(301), "https://new.example/feed.xml"),
    "for good, keeping the method": (moved(308), "https://new.example/feed.xml"),
    "for now": (moved(302), ""),
    "for now, in another word": (moved(307), ""),
    "for good, then for now": (moved(301, 302), "https://step1.example/"),
    "for now, then for good": (moved(302, 301), ""),
    "down to http": (moved(301, to="http://new.example/feed.xml"), ""),
}


@pytest.mark.parametrize(("response", "url"), MOVES.values(), ids=MOVES)
def test_a_move_is_remembered_as_far_as_it_is_for_good(response: Response, url: str) -> None:
    assert poll(response).state.url == url


def test_a_move_to_what_is_no_feed_is_not_remembered() -> None:
    assert poll(replace(moved(301), body=b"<html><body>This domain is for sale</body></html>")).state.url == ""


def test_a_feed_that_fails_where_it_moved_is_asked_for_where_people_wrote() -> None:
    state = poll(moved(301)).state
    urls = []
    for _ in range(3):
        state = poll(answer("", 404), state).state
        urls.append(state.url)

    assert urls == ["https://new.example/feed.xml"] * 2 + [""]


def test_a_whole_answer_without_validators_forgets_the_old_ones() -> None:
    known = poll(answer(listed(*SAME), etag='"1"', last_modified="Wed, 04 Mar 2026 11:00:00 GMT")).state

    state = poll(answer(listed(*SAME) + " "), known).state

    assert (state.etag, state.last_modified) == ("", "")


SILENT = Response(FEED, 0, {}, b"", "no answer within 20 s")
HOLDS = {
    "too many requests": (answer("", 429), 0, "HTTP 429 (another feed of the host)", None),
    "too many, and how long": (answer("", 429, retry_after="600"), 0, "HTTP 429 (another feed of the host)", 600),
    "busy, and how long": (answer("", 503, retry_after="60"), 0, "HTTP 503 (another feed of the host)", 60),
    "no answer a second time": (SILENT, 1, "no answer within 20 s (another feed of the host)", None),
}


@pytest.mark.parametrize(("response", "silences", "reason", "seconds"), HOLDS.values(), ids=HOLDS)
def test_an_answer_for_one_feed_may_speak_for_its_host(
    response: Response, silences: int, reason: str, seconds: int | None
) -> None:
    held, _ = hold(response, silences, NOW)

    assert held is not None
    assert (held.reason, held.until) == (reason, NOW + timedelta(seconds=seconds) if seconds else None)
    state = postponed(feed(), FRESH, held, BOUNDS, NOW)
    assert state.due_at >= NOW + timedelta(seconds=seconds or 1)
    assert (state.outcome, state.failures) == (Outcome.RETRY, 0)


REFUSED_BY_US = replace(SILENT, reason="port not allowed: 8081")


@pytest.mark.parametrize("response", [SILENT, answer("", 503), answer("", 404), answer(listed(*SAME)), moved(301)])
def test_other_answers_speak_for_their_feed_alone(response: Response) -> None:
    assert hold(response, 0, NOW)[0] is None


def test_what_we_refuse_to_ask_for_is_no_silence_of_the_host() -> None:
    assert hold(REFUSED_BY_US, 1, NOW) == (None, 0)
