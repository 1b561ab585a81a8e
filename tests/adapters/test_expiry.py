"""What the tables forget by themselves, and what they keep for good."""

from datetime import timedelta
from typing import Any

from shared import wiring
from shared.adapters.mute_store import MuteStore
from shared.adapters.tally_store import TallyStore
from shared.types import EntryState, FeedState, Mute, Muted
from tests.conftest import NOW, Stack, entry, feed

DAY = timedelta(days=1)


def items(stack: Stack, table: str, key: str) -> dict[str, dict[str, Any]]:
    found = stack.client("dynamodb").scan(TableName=stack.outputs[table])["Items"]
    return {item[key]["S"]: item for item in found}


def life(item: dict[str, Any]) -> timedelta | None:
    """From now on; none where it is kept for good."""
    return timedelta(seconds=int(item["expires_at"]["N"]) - NOW.timestamp()) if "expires_at" in item else None


def test_an_entrys_line_expires_after_the_days_that_are_set_whatever_became_of_it(stack: Stack) -> None:
    wiring.entries().add(entry(1))
    wiring.entries().record(entry(2), EntryState.READ)
    wiring.entries().add(entry(3))
    wiring.entries().close("entry3", EntryState.REPORTED)

    lives = {key: life(item) for key, item in items(stack, "EntriesTable", "entry_id").items()}

    assert lives == {"entry1": 90 * DAY, "entry2": 90 * DAY, "entry3": 90 * DAY}


def test_a_claim_of_a_page_expires_when_it_holds_no_more(stack: Stack) -> None:
    wiring.entries().claim(entry(1))

    (claim,) = items(stack, "EntriesTable", "entry_id").values()

    assert life(claim) == 2 * DAY
    assert wiring.entries().claim(entry(2, url=entry(1).url, feed_id="feed2", seen_at=NOW + 2 * DAY)) == "entry1"
    late = entry(3, url=entry(1).url, feed_id="feed3", seen_at=NOW + 2 * DAY + timedelta(seconds=1))
    assert wiring.entries().claim(late) == late.id


def test_a_hosts_tally_expires_after_a_week(stack: Stack) -> None:
    wiring.entries().count_page("https://a.example/x", NOW, is_refused=True)

    assert [life(item) for item in items(stack, "EntriesTable", "entry_id").values()] == [7 * DAY]


def test_the_line_of_an_entry_is_told_without_when_it_expires(stack: Stack) -> None:
    wiring.entries().add(entry())

    (line,) = wiring.entries().all()

    assert "expires_at" not in line


def test_of_feeds_only_the_hosts_that_ask_for_time_expire(stack: Stack) -> None:
    wiring.feeds().add(feed(), NOW)
    wiring.feeds().put_state(feed(), FeedState(due_at=NOW))
    wiring.feeds().put_seen(feed().id, ["a"], (), 1)
    wiring.feeds().ordered(NOW)
    wiring.feeds().hold_host("news.example", NOW + DAY)

    lives = {key: life(item) for key, item in items(stack, "FeedsTable", "feed_id").items()}

    assert lives == {feed().id: None, f"recent#{feed().id}": None, "poll": None, "host#news.example": 2 * DAY}


def test_a_mute_expires_with_its_end_and_one_without_an_end_never(stack: Stack) -> None:
    mutes = MuteStore(stack.outputs["IncidentsTable"], stack.client("dynamodb"))
    mutes.put(Mute(Muted.RULE, "a", NOW, NOW + DAY))
    mutes.put(Mute(Muted.RULE, "b", NOW))

    lives = [life(item) for item in items(stack, "IncidentsTable", "incident_id").values()]

    assert sorted(lives, key=bool) == [None, DAY]


def test_counts_that_hold_alerts_back_expire_when_they_hold_none_back_any_more(stack: Stack) -> None:
    tallies = TallyStore(stack.outputs["IncidentsTable"], stack.client("dynamodb"))
    tallies.note_new("SY", "i1", NOW, timedelta(minutes=5))
    tallies.count_sms(NOW.date(), "a1")
    tallies.put_mark("site", NOW)

    lives = {key: life(item) for key, item in items(stack, "IncidentsTable", "incident_id").items()}

    assert lives["new#SY"] == DAY + timedelta(minutes=5)
    assert lives["mark#site"] is None
    # Days of the operator's zone begin and end up to half a day from UTC's.
    sms = lives[f"sms#{NOW.date()}"]
    assert sms is not None
    assert sms > DAY + timedelta(hours=14)
