"""The counts that the model of cost rests on, against what the functions ask of AWS.

Each door is woken with the thing that is counted in it; what it asks is metered on moto.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import ModuleType

import pytest
import yaml

from shared import wiring
from shared.core.codec import encode
from shared.core.ids import digest
from shared.core.keys import article_key
from shared.core.polling import SEEN_KEPT
from shared.types import EntryState, Feed, FeedJob
from sitrep.cost import ALARMS, DASHBOARDS, EACH, INDEX_BYTES, LINE_BYTES, MEMORY, QUEUES
from sitrep.local.template import _Loader
from tests.conftest import ROOT, Context, Site, Stack, article, entry, feed, item, rss, sqs_event, template
from tests.core.test_extract import STORY, page
from tests.cost.meter import metered, size

NOW = datetime.now(UTC)
MINUTE = timedelta(minutes=1)
STRIKE = (
    "Government jets bombed the market of Idlib in Syria on Monday, killing at least 13 people, rescue workers said."
)
Measure = Callable[[str, Callable[[], object]], None]
Load = Callable[[str], ModuleType]


@pytest.fixture
def measure(stack: Stack, site: Site, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Measure:
    """Does some work and compares what it asked for with what the model says of it."""
    monkeypatch.setenv("LOOPBACK_PORTS", str(site.port))

    def compare(name: str, work: Callable[[], object]) -> None:
        capsys.readouterr()
        with metered(stack.client) as meter:
            work()
        meter.logged(capsys.readouterr().out)
        model = EACH[name]
        told = dict(meter.counts)
        log = told.pop("log_bytes", 0)
        assert {unit: count for unit, count in told.items() if count} == dict(model.counts), name
        # A line is some bytes longer or shorter with what stands in it.
        assert 0.8 * model.log_bytes <= log <= 1.1 * model.log_bytes, name

    return compare


def listing(first: int = 0) -> str:
    """Forty entries as feeds have them."""
    date = NOW.strftime("%a, %d %b %Y %H:%M:%S +0000")
    return rss(
        *(
            item(
                f"https://news.example/world/2026/11/23/{number}",
                f"/world/2026/11/23/a-story-of-some-length-{number}",
                f"A headline of the usual length about event number {number}",
                "A sentence, as feeds have it, that says what has happened and where, and to whom. " * 2,
                date,
            )
            for number in range(first, first + 40)
        )
    )


def on_time(watched: Feed, every: timedelta = 5 * MINUTE, polled: timedelta = 5 * MINUTE) -> None:
    """The feed is polled on its beat."""
    ((_, state),) = wiring.feeds().get_many([watched.id])
    now = datetime.now(UTC)
    on_beat = replace(state, due_at=now - timedelta(seconds=10), every=every, polled_at=now - polled)
    wiring.feeds().put_state(watched, on_beat)


def test_what_a_wake_of_poll_costs(stack: Stack, door: Load, measure: Measure) -> None:
    wiring.feeds().add(feed(), NOW + timedelta(days=1))
    poll = door("poll")
    poll.handler({}, Context())

    measure("poll", lambda: poll.handler({}, Context()))


def test_what_an_order_to_fetch_costs(stack: Stack, door: Load, measure: Measure) -> None:
    poll = door("poll")
    wiring.feeds().add(feed(), NOW)
    on_time(feed())
    wiring.feeds().ordered(NOW - MINUTE)

    measure("poll with a job", lambda: poll.handler({}, Context()))


def test_what_polls_of_a_feed_cost(stack: Stack, site: Site, door: Load, measure: Measure) -> None:
    fetch = door("fetch")
    url = site.says("/feed", listing(), ETag='"1"')
    watched = feed(url, title="The Example: World news")
    wiring.feeds().add(watched, NOW)

    def fetched() -> object:
        return fetch.handler(sqs_event(encode(FeedJob((watched.id,), datetime.now(UTC)))), Context())

    fetched()
    on_time(watched)
    fetched()
    measure("poll of a feed that is as ever", fetched)
    on_time(watched, polled=60 * MINUTE)
    measure("poll of a feed that is as ever, once an hour", fetched)
    site.says("/feed", listing() + " ", ETag='"2"')
    on_time(watched)
    measure("poll of a feed whose body changed without news", fetched)
    old = tuple(digest("old", str(number), length=8 + 4 * (number % 3 == 0)) for number in range(3 * SEEN_KEPT))
    recent = wiring.feeds().recent(watched.id)
    wiring.feeds().put_seen(watched.id, (*recent, *old), (), len(recent))
    for number in range(1, 90):
        site.says("/feed", listing(number))
        fetched()
    site.says("/feed", listing(90), ETag='"3"')
    on_time(watched)
    measure("poll of a feed with a new entry", fetched)
    on_time(watched)
    measure("poll after news", fetched)
    site.says("/feed", listing(91), ETag='"4"')
    on_time(watched)
    measure("poll with the fiftieth new entry", fetched)


def test_what_an_entry_and_its_article_cost(stack: Stack, site: Site, door: Load, measure: Measure) -> None:
    ingest, detect = door("ingest"), door("detect")
    for number in range(2):
        listed = entry(number, url=site.says(f"/{number}", page(*STORY)), title=f"Story {number}")
        wiring.entries().add(listed)
        if number:
            measure("entry read", lambda: ingest.handler(sqs_event(encode(listed)), Context()))  # noqa: B023
        else:
            ingest.handler(sqs_event(encode(listed)), Context())
        (body,) = stack.bodies("DetectQueue")
        if number:
            measure("article without a report", lambda: detect.handler(sqs_event(body), Context()))  # noqa: B023
        else:
            detect.handler(sqs_event(body), Context())


def test_what_a_report_and_its_alert_cost(stack: Stack, door: Load, measure: Measure) -> None:
    detect, notify = door("detect"), door("notify")
    detect.rules().lexicon(datetime.now(UTC))
    strike = entry(2)
    wiring.entries().add(strike)
    read = article(STRIKE, id="entry2", published_at=datetime.now(UTC))
    wiring.archive().put_article(article_key(strike), read)
    (body,) = stack.bodies("DetectQueue")

    measure("article with a report", lambda: detect.handler(sqs_event(body), Context()))
    (story,) = stack.messages("NotifyQueue")
    groups = [story["Attributes"]["MessageGroupId"]]
    measure("report that alerts", lambda: notify.handler(sqs_event(story["Body"], groups=groups), Context()))
    measure("site rewritten", lambda: notify.handler({}, Context()))


def test_what_the_clock_costs(stack: Stack, door: Load, measure: Measure) -> None:
    notify, watch, detect = door("notify"), door("watch"), door("detect")
    watch.handler({}, Context())
    lexicon = detect.rules()

    measure("minute of notify", lambda: notify.handler({}, Context()))
    measure("wake of watch", lambda: watch.handler({}, Context()))
    measure("look for rules", lambda: lexicon.lexicon(datetime.now(UTC)))


def test_the_memory_and_the_alarms_that_are_reckoned_are_the_templates() -> None:
    resources = yaml.load((ROOT / "infra" / "template.yaml").read_bytes(), _Loader)["Resources"]
    kinds = Counter(resource["Type"] for resource in resources.values())

    assert {function.step: function.memory for function in template().functions} == MEMORY
    assert (kinds["AWS::CloudWatch::Alarm"], kinds["AWS::CloudWatch::Dashboard"]) == (ALARMS, DASHBOARDS)
    assert kinds["AWS::SQS::Queue"] == 2 * (QUEUES + 1)  # one is FIFO; each has its dead letters


def test_what_lies_in_the_tables_is_as_large_as_is_reckoned(stack: Stack) -> None:
    wiring.feeds().add(feed("https://news.example.org/world/rss.xml"), NOW)
    url = "https://www.news.example.org/world/middle-east/2026/11/23/a-story-of-the-usual-length-12345678"
    title = "A headline of the usual length, about an event of the day"
    wiring.entries().add(entry(url=url, title=title))
    wiring.entries().close("entry1", EntryState.NO_MATCH, "airstrike: hypothetical")

    dynamodb = stack.client("dynamodb")
    watched = dynamodb.query(
        TableName=stack.outputs["FeedsTable"],
        IndexName="due",
        KeyConditionExpression="watch = :watch",
        ExpressionAttributeValues={":watch": {"S": "feed"}},
    )["Items"]
    (line,) = dynamodb.scan(TableName=stack.outputs["EntriesTable"])["Items"]

    assert size(watched[0]) + len("every_s") + 4 <= INDEX_BYTES
    assert size(line) <= LINE_BYTES
