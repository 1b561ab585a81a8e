"""Every door with a real event: one bad record among ten comes back alone, the others are done."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from types import ModuleType
from typing import Any

import pytest

from shared import wiring
from shared.core.codec import decode, encode
from shared.core.keys import article_key
from shared.steps.notify import notify_story
from shared.types import EntryState, FeedJob, Reread, Story
from tests.conftest import NOW, Context, Dies, Site, Stack, article, entry, feed, item, rss, sqs_event
from tests.core.test_extract import STORY, page

Load = Callable[[str], ModuleType]
BAD = '{"not": "a message of ours"}'


def failures(answer: dict[str, Any]) -> list[str]:
    return [failure["itemIdentifier"] for failure in answer["batchItemFailures"]]


def logged(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    lines = capsys.readouterr().out.splitlines()
    return [record for line in lines if line.startswith("{") and "_aws" not in (record := json.loads(line))]


@pytest.fixture
def open_port(site: Site, stack: Stack, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOOPBACK_PORTS", str(site.port))


def test_poll_orders_the_feeds_that_are_due(stack: Stack, door: Load, capsys: pytest.CaptureFixture[str]) -> None:
    wiring.feeds().add(feed(), NOW)

    assert door("poll").handler({}, Context()) == {"feeds": 1}

    (body,) = stack.bodies("FetchQueue")
    (line,) = [line for line in logged(capsys) if line["message"] == "feeds are due"]
    assert (line["step"], line["feeds"]) == ("poll", len(json.loads(body)["feed_ids"]))


@pytest.mark.usefixtures("open_port")
def test_fetch_polls_nine_feeds_and_gives_one_record_back(stack: Stack, site: Site, door: Load) -> None:
    bodies = [BAD]
    for number in range(9):
        watched = feed(site.says(f"/{number}", rss(item("a", f"/{number}/a"))), backfill=True)
        wiring.feeds().add(watched, NOW)
        bodies.append(encode(FeedJob((watched.id,), NOW)))

    answer = door("fetch").handler(sqs_event(*bodies), Context())

    assert failures(answer) == ["m0"]
    assert len(stack.bodies("IngestQueue")) == 9


@pytest.mark.usefixtures("open_port")
def test_ingest_reads_nine_pages_and_gives_one_record_back(stack: Stack, site: Site, door: Load) -> None:
    entries = [entry(number, url=site.says(f"/{number}", page(*STORY))) for number in range(9)]

    answer = door("ingest").handler(sqs_event(*map(encode, entries), BAD), Context())

    assert failures(answer) == ["m9"]
    assert wiring.entries().counts() == {EntryState.READ: 9}


@pytest.mark.usefixtures("open_port")
def test_ingest_reads_a_page_again_when_the_other_queue_says_so(
    stack: Stack, site: Site, door: Load, capsys: pytest.CaptureFixture[str]
) -> None:
    listed = entry(url=site.says("/1", page(*STORY)))
    door("ingest").handler(sqs_event(encode(listed)), Context())
    site.says("/1", page(*STORY, "The mayor has spoken since."))
    stack.bodies("DetectQueue")
    due, early = (Reread(article_key(listed), 1, at, "job9") for at in (NOW, datetime.max.replace(tzinfo=UTC)))
    queue = stack.physical["RereadQueue"].rpartition("/")[2]

    answer = door("ingest").handler(sqs_event(encode(due), encode(early), BAD, queue=queue), Context())

    assert failures(answer) == ["m2"]
    assert len(stack.bodies("DetectQueue")) == 1
    assert len(stack.held("RereadQueue")) == 1
    (line,) = [line for line in logged(capsys) if line["message"] == "page read again"]
    assert (line["outcome"], line["correlation_id"]) == ("edited", "job9")


@pytest.mark.usefixtures("open_port")
def test_concurrent_stories_keep_their_correlation_ids_apart(
    stack: Stack, site: Site, door: Load, capsys: pytest.CaptureFixture[str]
) -> None:
    entries = [
        entry(number, url=site.says(f"/{number}", page(*STORY)), correlation_id=f"job{number}") for number in range(5)
    ]

    door("ingest").handler(sqs_event(*map(encode, entries)), Context())

    lines = [line for line in logged(capsys) if line["message"] == "article archived"]
    assert sorted((line["entry_id"], line["correlation_id"]) for line in lines) == [
        (f"entry{number}", f"job{number}") for number in range(5)
    ]


STRIKE = (
    "Government jets bombed the market of Idlib in Syria on Monday, killing at least 13 people, rescue workers said."
)


def stored(stack: Stack, number: int, text: str) -> str:
    """Archives an article; the message that its arrival puts into DetectQueue."""
    wiring.entries().add(entry(number))
    read = article(text, id=f"entry{number}", published_at=datetime.now(UTC))
    wiring.archive().put_article(article_key(entry(number)), read)
    (body,) = stack.bodies("DetectQueue")
    return body


def test_detect_takes_nine_articles_and_gives_one_record_back(stack: Stack, door: Load) -> None:
    bodies = [stored(stack, number, STRIKE if number == 3 else "A bridge was closed.") for number in range(9)]
    gone = json.loads(bodies[0])
    gone["detail"]["object"]["key"] = "articles/dt=2026-03-04/gone.json"

    answer = door("detect").handler(sqs_event(*bodies, json.dumps(gone)), Context())

    assert failures(answer) == ["m9"]
    assert wiring.entries().counts() == {EntryState.REPORTED: 1, EntryState.NO_MATCH: 8}


def told(stack: Stack, door: Load) -> str:
    """A story as detect hands it to notify."""
    assert failures(door("detect").handler(sqs_event(stored(stack, 1, STRIKE)), Context())) == []
    (body,) = stack.bodies("NotifyQueue")
    return body


def test_a_story_that_fails_comes_back_alone(stack: Stack, door: Load) -> None:
    story = told(stack, door)
    event = sqs_event(BAD, story, story, groups=["one", "one", "other"])

    answer = door("notify").handler(event, Context())

    assert failures(answer) == ["m0"]
    (incident,) = wiring.incidents().all()
    assert [alert.status for alert in incident.alerts] == ["new"]


def test_notify_woken_by_the_schedule_sends_what_is_due(stack: Stack, door: Load, dies: Dies) -> None:
    with dies(wiring.topic(), "publish"):
        notify_story(
            decode(told(stack, door), Story), datetime.now(UTC), outbox=wiring.outbox(), entries=wiring.entries()
        )

    answer = door("notify").handler({"source": "aws.scheduler"}, Context())
    (order,) = stack.messages("NotifyQueue")
    group = order["Attributes"]["MessageGroupId"]
    done = door("notify").handler(sqs_event(order["Body"], groups=[group]), Context())
    door("notify").handler({"source": "aws.scheduler"}, Context())

    (incident,) = wiring.incidents().all()
    listed = stack.client("s3").list_objects_v2(Bucket=stack.outputs["Archive"], Prefix="site/")["Contents"]
    assert (answer, failures(done), group) == ({}, [], incident.group)
    assert [alert.state for alert in incident.alerts] == ["sent"]
    assert {f"site/cap/{incident.id}-r1.xml", "site/incidents.atom"} < {one["Key"] for one in listed}


def test_the_site_is_written_only_when_an_incident_has_changed(stack: Stack, door: Load) -> None:
    door("notify").handler({"source": "aws.scheduler"}, Context())

    assert "Contents" not in stack.client("s3").list_objects_v2(Bucket=stack.outputs["Archive"], Prefix="site/")


@pytest.mark.parametrize("of", ["day", "night"])
def test_digest_says_what_it_did(
    of: str, stack: Stack, door: Load, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DIGEST_WHEN_EMPTY", "yes")
    monkeypatch.setenv("QUIET_HOURS", "22:00-07:30")

    first, second = (door("digest").handler({"of": of}, Context()) for _ in range(2))

    assert (first["subject"].split()[0], second) == ({"day": "Daily", "night": "Night"}[of], {})
    assert [line["message"] for line in logged(capsys)] == ["digest sent", "no digest is due"]


def test_watch_measures_what_it_finds(stack: Stack, door: Load, capsys: pytest.CaptureFixture[str]) -> None:
    wiring.feeds().add(feed(), NOW)
    wiring.entries().add(entry())

    answer = door("watch").handler({}, Context())

    (measured,) = [json.loads(line) for line in capsys.readouterr().out.splitlines() if '"_aws"' in line]
    units = {metric["Name"]: metric["Unit"] for metric in measured["_aws"]["CloudWatchMetrics"][0]["Metrics"]}
    assert (answer["FeedsWatched"], answer["EntriesQuarantined"]) == (1, 1)
    assert (measured["service"], measured["stack"]) == ("watch", "sitrep")
    assert units == dict.fromkeys(("EntriesOverdue", "FeedsBroken", "FeedsSilent"), "Count")


@pytest.mark.usefixtures("open_port")
def test_what_was_not_read_is_measured_by_its_reason(
    stack: Stack, site: Site, door: Load, capsys: pytest.CaptureFixture[str]
) -> None:
    pages = [(page(*STORY), 200), ("", 403), ("", 200)]
    entries = [entry(number, url=site.says(f"/{number}", *told)) for number, told in enumerate(pages)]

    door("ingest").handler(sqs_event(*map(encode, entries)), Context())
    door("ingest").handler(sqs_event(*map(encode, entries)), Context())

    (measured,) = [json.loads(line) for line in capsys.readouterr().out.splitlines() if '"_aws"' in line]
    values = {name: value for name, value in measured.items() if name.startswith("Articles")}
    assert values == {"ArticlesRead": [1.0], "ArticlesBlocked": [1.0], "ArticlesUnreadable": [1.0]}


def test_a_minute_without_news_measures_nothing_and_warns_of_nothing(
    stack: Stack, door: Load, capsys: pytest.CaptureFixture[str], recwarn: pytest.WarningsRecorder
) -> None:
    door("notify").handler({"source": "aws.scheduler"}, Context())

    assert '"_aws"' not in capsys.readouterr().out
    assert [one for one in recwarn if "metrics" in str(one.message)] == []


def test_an_alert_is_measured_where_it_goes_out(stack: Stack, door: Load, capsys: pytest.CaptureFixture[str]) -> None:
    body = told(stack, door)
    capsys.readouterr()

    door("notify").handler(sqs_event(body, body, groups=["one", "one"]), Context())

    (measured,) = [json.loads(line) for line in capsys.readouterr().out.splitlines() if '"_aws"' in line]
    units = {metric["Name"]: metric["Unit"] for metric in measured["_aws"]["CloudWatchMetrics"][0]["Metrics"]}
    assert (measured["service"], measured["stack"]) == ("notify", "sitrep")
    assert [measured[name] for name in ("IncidentsNew", "AlertsNew", "SmsAlerts")] == [[1.0]] * 3
    assert units["PublishedToSentSeconds"] == "Seconds"
    assert "Silences" not in measured


def test_one_correlation_id_follows_a_story_from_fetch_to_notify(
    stack: Stack, site: Site, door: Load, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LOOPBACK_PORTS", str(site.port))
    site.says("/1", page(STRIKE, *STORY))
    wiring.feeds().add(feed(site.says("/feed", rss(item("a", "/1", "Strike"))), backfill=True), NOW)
    door("poll").handler({}, Context())
    for step, queue in (
        ("fetch", "FetchQueue"),
        ("ingest", "IngestQueue"),
        ("detect", "DetectQueue"),
        ("notify", "NotifyQueue"),
    ):
        messages = stack.messages(queue)
        groups = [message["Attributes"].get("MessageGroupId", "") for message in messages]
        event = sqs_event(*(message["Body"] for message in messages), groups=groups)
        assert failures(door(step).handler(event, Context())) == []

    ids = {line["step"]: line["correlation_id"] for line in logged(capsys) if line["step"] != "poll"}

    assert set(ids) == {"fetch", "ingest", "detect", "notify"}
    assert len(set(ids.values())) == 1
