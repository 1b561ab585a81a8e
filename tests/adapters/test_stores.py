"""The stores on moto, with the table that the template makes."""

from dataclasses import replace
from datetime import timedelta

import pytest

from shared import wiring
from shared.core.incidents import head_of
from shared.errors import TransientError
from shared.types import NOT_ENDED, Certainty, EntryState, FeedState, HostPages, Incident, Outcome, Place, Precision
from tests.conftest import NOW, Stack, entry, feed

MINUTE = timedelta(minutes=1)


def test_a_feed_is_watched_once_and_keeps_what_polling_taught(stack: Stack) -> None:
    feeds = wiring.feeds()
    assert feeds.add(feed(title="Mine"), NOW)
    feeds.put_state(feed(), FeedState(due_at=NOW + MINUTE, outcome=Outcome.NEW))

    again = feeds.add(feed(title="Other"), NOW)

    known = feeds.get(feed().id)
    assert not again
    assert known is not None
    assert (known[0].title, known[1].outcome) == ("Mine", Outcome.NEW)


def test_a_feed_that_is_not_watched_is_none(stack: Stack) -> None:
    assert wiring.feeds().get("nobody") is None
    assert not wiring.feeds().put_state(feed(), FeedState(due_at=NOW))
    assert list(wiring.feeds().all()) == []


def test_feeds_come_due_the_longest_due_first(stack: Stack) -> None:
    feeds = wiring.feeds()
    feeds.add(feed("https://a.example/"), NOW)
    feeds.add(feed("https://b.example/"), NOW - MINUTE)
    feeds.add(feed("https://c.example/"), NOW + MINUTE)

    due = [one.feed_id for one in feeds.due_before(NOW)]

    assert due == [feed("https://b.example/").id, feed("https://a.example/").id]


def test_of_two_polls_one_gets_the_feed(stack: Stack) -> None:
    feeds = wiring.feeds()
    feeds.add(feed(), NOW)
    (due,) = feeds.due_before(NOW)

    assert feeds.lease(due, NOW + MINUTE)
    assert not feeds.lease(due, NOW + MINUTE)
    assert feeds.due_before(NOW) == []


def test_a_feed_that_is_hurried_is_due_now_and_keeps_what_a_poll_taught_meanwhile(stack: Stack) -> None:
    feeds = wiring.feeds()
    feeds.add(feed(), NOW)
    feeds.put_state(feed(), FeedState(due_at=NOW + MINUTE, every=MINUTE, outcome=Outcome.NEW))

    assert feeds.hurry(feed().id, NOW)

    assert [one.feed_id for one in feeds.due_before(NOW)] == [feed().id]
    assert feeds.get(feed().id) == (feed(), FeedState(due_at=NOW, outcome=Outcome.NEW))


def test_a_lease_leaves_when_a_feed_is_due_as_it_was(stack: Stack) -> None:
    feeds = wiring.feeds()
    feeds.add(feed(), NOW)
    feeds.lease(*feeds.due_before(NOW), NOW + MINUTE)

    ((_, state),) = feeds.all()

    assert state.due_at == NOW


def test_a_feed_falls_due_again_and_again_by_itself(stack: Stack) -> None:
    feeds = wiring.feeds()
    feeds.add(feed(), NOW)
    feeds.put_state(feed(), FeedState(due_at=NOW + MINUTE, every=5 * MINUTE, polled_at=NOW))

    due = []
    for minute in range(20):
        now = NOW + minute * MINUTE
        due += [minute for _ in feeds.due_before(now)]
        feeds.ordered(now)

    assert due == [1, 6, 11, 16]


def test_what_fell_due_while_nobody_polled_is_due_once_and_keeps_its_beat(stack: Stack) -> None:
    feeds = wiring.feeds()
    feeds.add(feed(), NOW)
    feeds.put_state(feed(), FeedState(due_at=NOW + MINUTE, every=5 * MINUTE, polled_at=NOW))
    feeds.ordered(NOW + MINUTE)

    due = []
    for minute in range(14, 20):
        now = NOW + minute * MINUTE
        due += [minute for _ in feeds.due_before(now)]
        feeds.ordered(now)

    assert due == [14, 16]


def test_all_that_a_feed_ever_listed_is_known_however_it_is_packed(stack: Stack) -> None:
    feeds = wiring.feeds()
    seen: tuple[str, ...] = ()
    past_writes = 0
    for poll in range(100):
        past = feeds.past("f")
        listed = tuple(f"id{number:08}" for number in range(10 * poll, 10 * poll + 30))
        seen = (*listed, *(known for known in dict.fromkeys((*feeds.recent("f"), *past)) if known not in listed))
        feeds.put_seen("f", seen, past, len(listed))
        past_writes += feeds.past("f") != past

    assert set(feeds.recent("f")) | set(feeds.past("f")) == {f"id{number:08}" for number in range(10 * 99 + 30)}
    assert set(feeds.recent("f")) >= set(listed)
    assert past_writes < 10


def test_a_feed_that_is_removed_is_forgotten(stack: Stack) -> None:
    feeds = wiring.feeds()
    feeds.add(feed(), NOW)
    feeds.put_seen(feed().id, [f"id{number}" for number in range(500)], (), 30)

    assert feeds.remove(feed().id)

    assert (feeds.recent(feed().id), feeds.past(feed().id)) == ((), ())


def test_a_feed_that_is_watched_no_longer_cannot_be_hurried(stack: Stack) -> None:
    assert not wiring.feeds().hurry(feed().id, NOW)
    assert list(wiring.feeds().all()) == []


def test_an_entry_has_one_line_in_the_books(stack: Stack) -> None:
    entries = wiring.entries()

    assert entries.add(entry())
    assert not entries.add(entry())
    assert entries.counts() == {EntryState.QUEUED: 1}


def test_an_entry_ends_once(stack: Stack) -> None:
    entries = wiring.entries()
    entries.add(entry())

    assert entries.close(entry().id, EntryState.REPORTED)
    assert not entries.close(entry().id, EntryState.NO_MATCH)
    assert not entries.record(entry(), EntryState.READ)
    assert entries.state(entry().id) is EntryState.REPORTED


def test_a_step_that_is_faster_than_the_book_keeper_is_not_undone(stack: Stack) -> None:
    entries = wiring.entries()
    entries.record(entry(), EntryState.DUPLICATE, "same page")

    assert not entries.add(entry())
    assert entries.counts() == {EntryState.DUPLICATE: 1}


def test_what_is_open_is_found_without_reading_the_rest(stack: Stack) -> None:
    entries = wiring.entries()
    for number in range(3):
        entries.add(entry(number, seen_at=NOW - number * MINUTE))
    entries.record(entry(1, seen_at=NOW - MINUTE), EntryState.READ, since=NOW)
    entries.close("entry2", EntryState.NO_MATCH)
    entries.claim(entry(1))

    opened, hosts = entries.open()

    assert opened == {"entry0": NOW, "entry1": NOW - MINUTE}
    assert hosts == []


@pytest.mark.parametrize("state", sorted(set(EntryState) - NOT_ENDED))
def test_only_a_quarantined_entry_leaves_its_final_state(stack: Stack, state: EntryState) -> None:
    entries = wiring.entries()
    entries.record(entry(), EntryState.QUARANTINED)

    assert entries.close("entry1", state)
    assert not entries.record(entry(), EntryState.READ)
    assert not entries.close("entry1", EntryState.QUARANTINED)


def test_an_entry_that_the_books_do_not_know_is_not_closed(stack: Stack) -> None:
    assert not wiring.entries().close("nobody", EntryState.REPORTED, leaving={EntryState.QUARANTINED})
    assert list(wiring.entries().all()) == []


def test_a_hosts_pages_are_counted_from_the_first_that_it_refuses_day_by_day(stack: Stack) -> None:
    entries = wiring.entries()
    for is_refused in (False, True, False, True):
        entries.count_page("https://a.example/x", NOW, is_refused=is_refused)
    entries.count_page("https://a.example/y", NOW + 1440 * MINUTE, is_refused=True)

    _, hosts = entries.open()

    assert sorted(hosts, key=lambda host: host.day) == [
        HostPages("a.example", NOW.date(), pages=3, refused=2),
        HostPages("a.example", (NOW + 1440 * MINUTE).date(), pages=1, refused=1),
    ]


def test_many_items_are_fetched_by_the_hundred(stack: Stack) -> None:
    for number in range(130):
        wiring.entries().add(entry(number))

    assert len(wiring.entries().lines(f"entry{number}" for number in range(140))) == 130


def test_a_page_belongs_to_the_entry_that_named_it_first(stack: Stack) -> None:
    entries = wiring.entries()
    first = entry(1, url="https://news.example/a")
    second = entry(2, url="http://news.example/a?utm_source=rss", feed_id="feed2")

    assert [entries.claim(one) for one in (first, second, first)] == [first.id, first.id, first.id]
    assert entries.counts() == {}


def test_a_page_that_its_feed_lists_again_under_another_title_is_not_the_same_news(stack: Stack) -> None:
    entries = wiring.entries()
    page = "https://news.example/live"

    entries.claim(entry(1, url=page, title="Live: day one"))

    assert entries.claim(entry(2, url=page, title="Live: day two")) == entry(2).id
    assert entries.claim(entry(3, url=page, title="Live: day one")) == entry(1).id


def incident(**fields: object) -> Incident:
    told = {
        "id": "i1",
        "group": "strike.sy",
        "revision": 1,
        "category": "airstrike",
        "certainty": Certainty.CLAIMED,
        "severity": 70,
        "place": Place("170794", "Deir ez-Zor", "Deir ez-Zor", "SY", "Syria", 35.3359, 40.1408, Precision.CITY),
        "day": NOW.date(),
        "opened_on": NOW.date(),
        "first_seen_at": NOW,
        "last_seen_at": NOW,
        "stories": (),
    }
    return Incident(**{**told, **fields})  # type: ignore[arg-type]


def test_an_incident_is_kept_as_it_was_given(stack: Stack) -> None:
    incidents = wiring.incidents()
    (kept,) = incidents.put([(incident(), None)], NOW)
    incidents.put([(incident(id="i2", group="strike.lb", place=None), None)], NOW)

    assert incidents.get([head_of(kept)]) == [kept]
    assert kept.version == 1
    assert {each.id for each in incidents.all()} == {"i1", "i2"}


def test_of_two_writers_of_an_incident_the_second_starts_over_and_writes_nothing(stack: Stack) -> None:
    incidents = wiring.incidents()
    (kept,) = incidents.put([(incident(), None)], NOW)
    incidents.put([(replace(kept, severity=80), None)], NOW)

    with pytest.raises(TransientError, match="another writer"):
        incidents.put([(incident(id="i2"), None), (kept, None)], NOW)

    assert [each.severity for each in incidents.all()] == [80]


def test_what_is_due_is_found_by_its_time_and_what_is_not_due_is_not(stack: Stack) -> None:
    incidents = wiring.incidents()
    times = {
        "i1": NOW + timedelta(minutes=5),
        "i2": NOW + timedelta(minutes=1),
        "i3": NOW + timedelta(hours=1),
        "i4": None,
    }
    incidents.put([(incident(id=name), at) for name, at in times.items()], NOW)

    due = incidents.due_before(NOW + timedelta(minutes=5), most=10)

    assert [each.id for each in due] == ["i2", "i1"]
    assert [each.id for each in incidents.due_before(NOW + timedelta(days=1), most=1)] == ["i2"]


def test_what_changed_since_is_found_over_midnight(stack: Stack) -> None:
    incidents = wiring.incidents()
    for hours, name in ((0, "i1"), (11, "i2"), (13, "i3")):
        incidents.put([(incident(id=name), None)], NOW + timedelta(hours=hours))

    changed = incidents.changed_since(NOW + timedelta(hours=1), NOW + timedelta(days=1))

    assert [each.id for each in changed] == ["i2", "i3"]


def test_an_incident_is_found_by_the_id_of_one_that_was_merged_into_it(stack: Stack) -> None:
    incidents = wiring.incidents()
    incidents.put([(incident(), None), (incident(id="i2", merged_into="i1"), None)], NOW)

    found = [incidents.find(name) for name in ("i1", "i2", "i3")]

    assert [each and each.id for each in found] == ["i1", "i1", None]
