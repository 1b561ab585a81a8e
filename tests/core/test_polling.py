from dataclasses import replace
from datetime import timedelta

import pytest

from shared.core.feeds import MOST_ENTRIES
from shared.core.polling import LONGEST_WAIT, MOST_NEW, SEEN_KEPT, Learned, is_worth_parsing, learn, parse
from shared.types import FeedState, Outcome, Response
from tests.conftest import NOW, feed, item, rss

EVERY = timedelta(minutes=5)
FRESH = FeedState(due_at=NOW)


def answer(body: str = "", status: int = 200, **headers: str) -> Response:
    return Response("https://news.example/feed.xml", status, headers, body.encode())


def poll(response: Response, old: FeedState = FRESH, backfill: bool = False) -> Learned:
    parsed = parse(response, NOW) if is_worth_parsing(old, response) else None
    return learn(feed(backfill=backfill), old, response, parsed, EVERY, NOW, "job1")


def test_the_first_poll_learns_what_is_there_and_raises_nothing() -> None:
    learned = poll(answer(rss(item("a", "/a"), item("b", "/b"))))

    assert learned.entries == ()
    assert learned.state.outcome is Outcome.LEARNED
    assert len(learned.state.seen) == 2


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

    assert state.due_at == NOW + EVERY
    assert len(state.seen) <= MOST_ENTRIES + SEEN_KEPT


def test_a_portion_is_followed_by_a_poll_at_once_that_asks_for_the_whole_body() -> None:
    flood = answer(rss(*(item(f"{number}", f"/{number}") for number in range(MOST_NEW + 1))), etag='"1"')

    state = poll(flood, backfill=True).state

    assert (state.due_at, state.etag) == (NOW, "")


def test_a_bounded_number_of_ids_is_kept_beyond_what_is_listed() -> None:
    known = replace(FRESH, body_sha256="x", seen=tuple(f"old{number}" for number in range(2 * SEEN_KEPT)))

    state = poll(answer(rss(item("a", "/a"))), known).state

    assert len(state.seen) == SEEN_KEPT + 1
    assert "old0" in state.seen


def test_not_modified_and_the_same_body_change_nothing() -> None:
    body = rss(item("a", "/a"))
    known = poll(answer(body, etag='"1"')).state

    for response in (answer("", 304), answer(body)):
        learned = poll(response, known)
        assert learned.entries == ()
        assert learned.state.outcome is Outcome.UNCHANGED
        assert (learned.state.seen, learned.state.etag) == (known.seen, '"1"')
        assert learned.state.due_at == NOW + EVERY


FAILURES = {
    "gone for now": (answer("", 503), Outcome.RETRY, "HTTP 503"),
    "too often": (answer("", 429), Outcome.RETRY, "HTTP 429"),
    "no answer": (Response("u", 0, {}, b"", "no answer within 20 s"), Outcome.RETRY, "no answer within 20 s"),
    "not there": (answer("", 404), Outcome.BROKEN, "HTTP 404"),
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
    assert waits[-1] == LONGEST_WAIT


def test_a_feed_that_answers_again_is_polled_as_before() -> None:
    failed = replace(FRESH, failures=7)

    state = poll(answer(rss(item("a", "/a"))), failed).state

    assert (state.failures, state.due_at) == (0, NOW + EVERY)
