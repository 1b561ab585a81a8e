"""What is wrong, and what the operator is told of it and when."""

import json
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from shared.core import health
from shared.core.codec import encode
from shared.core.health import Kind, Member, Told, Trouble, judge
from shared.core.render.ops import render_over, render_trouble
from shared.core.sns_contract import check
from shared.types import Due, EntryState, Feed, FeedJob, FeedState, HostPages, Outcome, Reread
from tests.conftest import NOW, entry, feed

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def state(**fields: Any) -> FeedState:
    """A feed that is polled and publishes as it should."""
    well = {
        "due_at": NOW,
        "polled_at": NOW - HOUR / 12,
        "outcome": Outcome.UNCHANGED,
        "newest_at": NOW - HOUR,
        "usual_gap": 2 * HOUR,
        "daily": 12.0,
    }
    return FeedState(**{**well, **fields})


def troubled(*known: tuple[Feed, FeedState], held: tuple[str, ...] = ()) -> dict[Kind, list[str]]:
    """Names of the feeds in trouble, by kind."""
    _, troubles = health.of_feeds(known, held, NOW)
    return {one.kind: [member.name for member in one.members.values()] for one in troubles if one.members}


FARES: dict[str, tuple[FeedState, list[Kind]]] = {
    "one that answers and publishes is well": (state(), []),
    "one that was never polled is well as long as it is not overdue": (FeedState(due_at=NOW), []),
    "four failures may pass": (state(outcome=Outcome.RETRY, failures=4), []),
    "five failures in a row are told": (state(outcome=Outcome.RETRY, failures=5), [Kind.FEEDS_BROKEN]),
    "so are five answers that are no feed": (state(outcome=Outcome.BROKEN, failures=5), [Kind.FEEDS_BROKEN]),
    "one that says it is gone is gone at once": (state(outcome=Outcome.GONE, failures=1), [Kind.FEEDS_GONE]),
    "one that stays gone is not broken as well": (state(outcome=Outcome.GONE, failures=30), [Kind.FEEDS_GONE]),
    "three usual gaps without news may be": (state(newest_at=NOW - 6 * HOUR), []),
    "over three are silence": (state(newest_at=NOW - 6.1 * HOUR), [Kind.FEEDS_SILENT]),
    "silence is not asked of one that fails": (state(newest_at=NOW - 9 * HOUR, failures=1), []),
    "one that was due an hour ago may be polled yet": (state(due_at=NOW - HOUR), []),
    "one that was due before that is not polled": (state(due_at=NOW - 1.1 * HOUR), [Kind.FEEDS_UNPOLLED]),
    "one that answers at another address has moved": (state(url="https://new.example/f"), [Kind.FEEDS_MOVED]),
    "one may have moved and fallen silent": (
        state(url="https://new.example/f", newest_at=NOW - 9 * HOUR),
        [Kind.FEEDS_SILENT, Kind.FEEDS_MOVED],
    ),
}


@pytest.mark.parametrize(("known", "kinds"), FARES.values(), ids=FARES)
def test_how_a_feed_fares(known: FeedState, kinds: list[Kind]) -> None:
    assert list(troubled((feed(), known))) == kinds


def test_a_paused_feed_is_not_watched() -> None:
    watched, _ = health.of_feeds(
        [(feed(is_paused=True), state(failures=9)), (feed("https://b.example/"), state())], (), NOW
    )

    assert watched == 1
    assert troubled((feed(is_paused=True), state(failures=9))) == {}


def test_a_feed_whose_host_asked_to_be_left_alone_waits_with_good_reason() -> None:
    assert troubled((feed(), state(due_at=NOW - 5 * HOUR)), held=("news.example",)) == {}


def test_the_feed_that_is_silent_the_longest_stands_first() -> None:
    known = [(feed(f"https://{hours}.example/"), state(newest_at=NOW - hours * HOUR)) for hours in (8, 30, 20)]

    assert troubled(*known) == {Kind.FEEDS_SILENT: ["https://30.example/", "https://20.example/", "https://8.example/"]}


HOSTS = {
    "most pages refused": ([(0, 4, 3)], True),
    "two pages are too few to say": ([(0, 2, 2)], False),
    "one section behind a paywall": ([(0, 20, 4)], False),
    "yesterday counts": ([(1, 2, 2), (0, 1, 1)], True),
    "the day before does not": ([(2, 9, 9)], False),
}


@pytest.mark.parametrize(("days", "is_told"), HOSTS.values(), ids=HOSTS)
def test_a_host_that_refuses_most_of_its_pages_is_told(days: list[tuple[int, int, int]], is_told: bool) -> None:
    pages = [HostPages("a.example", (NOW - ago * DAY).date(), asked, refused) for ago, asked, refused in days]

    assert list(health.of_hosts(pages, NOW).members) == (["a.example"] if is_told else [])


def test_an_entry_that_is_open_for_an_hour_is_overdue_the_oldest_first() -> None:
    opened = {"fresh": NOW - HOUR, "late": NOW - 1.1 * HOUR, "later": NOW - 9 * HOUR}

    assert health.overdue(opened, NOW) == ["later", "late"]


STORED = '{"detail-type": "Object Created", "detail": {"object": {"key": "articles/dt=2026-03-04/entry1%s.json"}}}'
LETTERS = {
    "an entry": ("ingest", encode(entry()), "entry1"),
    "an article": ("detect", STORED % "", "entry1"),
    "a later reading of an article": ("detect", STORED % ".2", "entry1"),
    "a poll": ("fetch", encode(FeedJob(("f1", "f2"), NOW)), ""),
    "an order to read again": ("reread", encode(Reread("articles/dt=2026-03-04/entry1.json", 1, NOW, "c")), ""),
    "an order to see to an incident": ("notify", encode(Due("air.SY", "2026-03-04#abc")), ""),
    "no JSON": ("ingest", "\x00{", ""),
    "nothing of ours": ("notify", '{"not": "a message of ours"}', ""),
    "an event of something else": ("detect", '{"detail": {}}', ""),
}


@pytest.mark.parametrize(("queue", "body", "entry_id"), LETTERS.values(), ids=LETTERS)
def test_a_dead_letter_says_whose_it_is(queue: str, body: str, entry_id: str) -> None:
    letter = health.read_letter(queue, "m1", body, NOW)

    assert letter.entry_id == entry_id
    assert letter.about


@pytest.mark.parametrize("name", LETTERS)
def test_a_message_that_no_step_of_ours_has_sent_is_told_apart(name: str) -> None:
    queue, body, _ = LETTERS[name]

    is_strange = name in ("no JSON", "nothing of ours", "an event of something else")
    assert health.read_letter(queue, "m1", body, NOW).is_ours is not is_strange


def letter(**fields: Any) -> health.Letter:
    return replace(health.read_letter("ingest", "m1", encode(entry()), NOW), **fields)


def quarantined(states: dict[str, EntryState], **opened: datetime) -> list[str]:
    return [one.entry_id for one in health.quarantines([letter()], states, opened, NOW)]


def test_the_entry_of_a_dead_letter_is_quarantined_unless_it_has_ended() -> None:
    assert quarantined({"entry1": EntryState.QUEUED}) == ["entry1"]
    assert quarantined({}) == ["entry1"]  # given up before it was written down
    assert quarantined({"entry1": EntryState.NO_MATCH}) == []
    assert quarantined({"entry1": EntryState.QUARANTINED}) == []


def test_an_article_of_no_known_entry_is_not_written_into_the_books() -> None:
    stored = health.read_letter("detect", "m1", STORED % "", NOW)

    assert health.quarantines([stored], {}, {}, NOW) == []


def test_an_entry_whose_message_no_queue_can_hold_any_more_is_quarantined() -> None:
    assert quarantined({"entry1": EntryState.READ}, entry1=NOW - 6 * DAY, old=NOW - 6 * DAY, new=NOW - 4 * DAY) == [
        "entry1",
        "old",
    ]


# --- what is told ---------------------------------------------------------------------------------------------


def told_over(*moments: tuple[float, set[str]]) -> list[tuple[float, tuple[str, ...]]]:
    """The messages of a course of events: (hour, who is in trouble) in, (hour, who is told of) out; () is the end."""
    told = Told()
    messages: list[tuple[float, tuple[str, ...]]] = []
    for hour, members in moments:
        verdict = judge(sorted(members), told, NOW + hour * HOUR)
        told = verdict.told
        if verdict.new or verdict.is_over:
            messages.append((hour, verdict.new))
    return messages


COURSES: dict[str, tuple[list[tuple[float, set[str]]], list[tuple[float, tuple[str, ...]]]]] = {
    "nothing is wrong": ([(0, set()), (1, set())], []),
    "what stays wrong is told once": ([(hour, {"a"}) for hour in range(100)], [(0, ("a",))]),
    "who joins in is told six hours after the last message": (
        [(0, {"a"}), (1, {"a", "b"}), (5, {"a", "b", "c"}), (6, {"a", "b", "c"})],
        [(0, ("a",)), (6, ("b", "c"))],
    ),
    "who is well again before that is not": ([(0, {"a"}), (1, {"a", "b"}), (6, {"a"})], [(0, ("a",))]),
    "who flaps is told once": ([(hour / 4, {"a"} if hour % 3 else set()) for hour in range(1, 400)], [(0.25, ("a",))]),
    "a day without trouble is said, once": (
        [(0, {"a"}), (1, set()), (24, set()), (25, set()), (26, set())],
        [(0, ("a",)), (25, ())],
    ),
    "who was well for a day is told anew": ([(0, {"a"}), (1, set()), (25, {"a"})], [(0, ("a",)), (25, ("a",))]),
    "the last one in trouble holds back the all-clear": (
        [(0, {"a", "b"}), (1, {"b"}), (50, {"b"}), (51, set()), (75, set())],
        [(0, ("a", "b")), (75, ())],
    ),
}


@pytest.mark.parametrize(("moments", "messages"), COURSES.values(), ids=COURSES)
def test_what_is_told_when(
    moments: list[tuple[float, set[str]]], messages: list[tuple[float, tuple[str, ...]]]
) -> None:
    assert told_over(*moments) == messages


def test_what_is_remembered_stays_small_enough_to_be_stored() -> None:
    verdict = judge((f"member{number}" for number in range(50_000)), Told(), NOW)

    assert len(verdict.new) == 50_000
    assert len(verdict.told.members) == health.MOST_REMEMBERED


def trouble(kind: Kind = Kind.FEEDS_BROKEN, count: int = 30) -> Trouble:
    members = {f"f{n}": Member(f"https://{n}.example/feed", f"reason {n}", NOW - n * HOUR) for n in range(30)}
    return Trouble(kind, members, count)


def text(message: dict[str, object]) -> str:
    check(message)
    bodies = json.loads(str(message["Message"]))
    assert bodies["sms"] in bodies["default"]
    return str(bodies["default"])


@pytest.mark.parametrize("stack", ["sitrep", ""], ids=["deployed", "local"])
@pytest.mark.parametrize("kind", Kind)
def test_every_kind_is_told_in_a_message_that_sns_takes(kind: Kind, stack: str) -> None:
    message = render_trouble(trouble(kind, 12_345), ["f3"], stack)

    assert text(message).startswith(str(message["Subject"]).removeprefix("sitrep: "))
    assert "What to do\n  " in text(message)
    assert "{" not in text(message)
    assert ("sitrep" in text(message).partition("What to do")[2]) or not stack
    assert "--stack" not in text(message) or stack
    text(render_over(kind))


def test_a_message_names_what_is_new_first_and_twenty_at_most() -> None:
    lines = text(render_trouble(trouble(), ["f29"], "sitrep")).splitlines()

    assert "30 feeds fail at every poll, since 2026-03-03 07:00 UTC." in lines
    assert [line for line in lines if line.startswith("  new: ")] == ["  new: https://29.example/feed"]
    assert len([line for line in lines if line.endswith(".example/feed")]) == 20
    assert "  and 10 more" in lines


def test_words_from_outside_cannot_forge_a_line() -> None:
    member = Member("https://x@evil.example/\nWhat to do", "HTTP 404\nWhat to do\n  rm -r \x1b[2J\u202e", NOW)

    message = render_trouble(Trouble(Kind.FEEDS_BROKEN, {"f": member}, 1), ["f"], "sitrep")

    assert text(message).count("\nWhat to do") == 1
    assert "\x1b" not in text(message)
    assert "\u202e" not in text(message)
