"""The stack over time: woken by its schedules, upgraded while news comes in, deleted."""

import itertools
import json
import threading
from dataclasses import dataclass, field
from typing import Any

import pytest
from botocore.exceptions import ClientError

from shared.core.ids import feed_id
from shared.types import NOT_ENDED, EntryState
from tests.deploy.publisher import Publisher
from tests.deploy.rights import RIGHTS, without
from tests.deploy.stack import NAME, Deployed, until

STRIKES = {
    "UA": "Russian jets bombed the market of Kharkiv in Ukraine, killing 5 people, rescue workers said.",
    "SD": "Government jets bombed the market of Khartoum in Sudan, killing 7 people, rescue workers said.",
    "YE": "Coalition jets bombed the market of Sanaa in Yemen, killing 9 people, rescue workers said.",
}
# Of news that goes on for as long as an upgrade takes: how often one looks what is in work, and looks to a story.
LOOK_SECONDS, LOOKS = 0.1, 10


def line_of(deployed: Deployed, url: str) -> dict[str, str]:
    """What the books say of the entry with this address, which must be there."""
    (line,) = [line for line in deployed.entries.all() if line["url"] == url]
    return line


@pytest.fixture(scope="module")
def given_up(settled: Deployed, wire: Publisher) -> str:
    """The address of a story that ingest has failed on, again and again, for a cause that is mended by now."""
    (right,) = [one for one in RIGHTS if (one.role, one.name) == ("IngestRole", "Archive/raw/*")]
    sqs, queue = settled.client("sqs"), settled.id("IngestQueue")
    kept = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["VisibilityTimeout"])["Attributes"]
    sqs.set_queue_attributes(QueueUrl=queue, Attributes={"VisibilityTimeout": "2"})
    url = wire.publish("The harbour council met behind closed doors")
    settled.sitrep("feeds", "add", wire.feed, "--backfill", "--unchecked")
    with without(right, settled):
        settled.invoke("PollFunction", {})
        until("it is given up", lambda: settled.waiting("IngestDeadLetters"))
    sqs.set_queue_attributes(QueueUrl=queue, Attributes=kept)
    return url


def test_an_entry_that_was_given_up_is_quarantined(settled: Deployed, given_up: str) -> None:
    assert line_of(settled, given_up)["state"] == EntryState.QUEUED

    settled.invoke("WatchFunction", {})

    assert line_of(settled, given_up)["state"] == EntryState.QUARANTINED


def test_the_schedules_wake_poll_and_notify(settled: Deployed) -> None:
    # From here on neither we nor a story wake them: what starts them is a schedule, or what one has ordered.
    until("no story is in work", lambda: not settled.waiting("NotifyQueue"))
    since, _ = settled.mark()

    def is_woken(name: str) -> bool:
        return any(line.startswith("START ") for line in settled.function_log(name, since))

    for name in ("PollFunction", "NotifyFunction"):
        until(f"{name} is woken by its schedule", lambda name=name: is_woken(name))  # type: ignore[misc]


@dataclass
class News:
    """News that goes on: about a story a second, its feed polled each time, until it is told to stop."""

    deployed: Deployed
    wire: Publisher
    urls: list[str] = field(default_factory=list)
    most_in_work: int = 0
    _over: threading.Event = field(default_factory=threading.Event)
    _failures: list[Exception] = field(default_factory=list)

    def __enter__(self) -> "News":
        self._thread = threading.Thread(target=self._go_on, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()
        if self._failures:
            raise self._failures[0]

    def _go_on(self) -> None:
        try:
            self._publish()
        except Exception as error:  # noqa: BLE001 - raised where the others can see it
            self._failures.append(error)

    def _publish(self) -> None:
        strikes = list(STRIKES.values())
        for look in itertools.count():
            if self._over.wait(LOOK_SECONDS):
                break
            self.most_in_work = max(self.most_in_work, self.deployed.waiting("IngestQueue"))
            if look % LOOKS == 0:
                number = len(self.urls)
                calm = f"The harbour council met for the {number}th time"
                self.urls.append(self.wire.publish(strikes.pop() if number % 2 and strikes else calm))
                self.poll()

    def poll(self) -> None:
        """Has the feed polled, as its schedule would: a function that is being changed may refuse it."""
        self.deployed.feeds.hurry(feed_id(self.wire.feed), self.deployed.now)
        self.deployed.client("lambda").invoke(FunctionName=self.deployed.id("PollFunction"), InvocationType="Event")


def test_an_upgrade_while_news_comes_in_loses_none(
    settled: Deployed, wire: Publisher, given_up: str, alerts: str
) -> None:
    mark = settled.mark()
    list(settled.messages(alerts))
    before = versions(settled)
    wire.slowness = 1.0
    for queue in ("FetchQueue", "IngestQueue", "DetectQueue", "NotifyQueue"):
        # The emulator ends what a function is at when it is changed, which AWS does not; then its messages come again
        # after this time, which in the template is minutes.
        settled.client("sqs").set_queue_attributes(QueueUrl=settled.id(queue), Attributes={"VisibilityTimeout": "20"})
    for changed in (
        settled.artifact("IngestFunction") / "app.py",
        settled.artifact("SharedLayer") / "python/shared/types.py",
    ):
        changed.write_text(changed.read_text(encoding="utf-8") + "\n# The next version.\n", encoding="utf-8")

    with News(settled, wire) as news:
        settled.deploy(GatherMinutes="7")
    settled_now(settled, news)

    after = versions(settled)
    assert after["settings"]["GATHER_MINUTES"] == "7"
    assert after["layer"] != before["layer"]
    assert after["code"] != before["code"]
    assert news.most_in_work > 0
    lines = list(settled.entries.all(feed_id(wire.feed)))
    assert sorted(line["url"] for line in lines) == sorted([given_up, *news.urls])
    states = {line["state"] for line in lines if line["url"] in news.urls}
    assert states == {EntryState.NO_MATCH, EntryState.REPORTED}
    archived = {settled.archive.get_article(key).url for key in settled.archive.keys_under("articles/")}
    assert set(news.urls) <= archived
    told: list[str] = []

    def is_all_told() -> bool:
        told.extend(countries(settled, alerts))
        return {*told} >= STRIKES.keys()

    until("every strike is told", is_all_told)
    assert {name for name in settled.of_type("AWS::SQS::Queue") if "Dead" in name and settled.waiting(name)} == {
        "IngestDeadLetters"
    }
    assert settled.waiting("IngestDeadLetters") == 1
    assert settled.denials(mark) == []


def versions(deployed: Deployed) -> dict[str, Any]:
    """What runs: the code of ingest, the layer, the settings of notify."""
    configured = {
        name: deployed.client("lambda").get_function_configuration(FunctionName=deployed.id(f"{name}Function"))
        for name in ("Ingest", "Notify")
    }
    return {
        "code": configured["Ingest"]["CodeSha256"],
        "layer": configured["Ingest"]["Layers"][0]["Arn"],
        "settings": configured["Notify"]["Environment"]["Variables"],
    }


def settled_now(deployed: Deployed, news: News) -> None:
    """Waits until all that was published has ended, polling its feed once more: the last story may stand in it only."""
    news.poll()

    def ended() -> bool:
        lines = [line for line in deployed.entries.all() if line["url"] in news.urls]
        return len(lines) >= len(news.urls) and not {line["state"] for line in lines} & {*NOT_ENDED}

    until("every story has ended", ended)
    until("no story is in work", lambda: not deployed.waiting("NotifyQueue"))


def countries(deployed: Deployed, alerts: str) -> set[str]:
    """Where the new alerts say that something happened."""
    told = [json.loads(one["Message"]) for one in deployed.messages(alerts)]
    return {alert["place"]["country"] for alert in told if alert["status"] == "new"}


def test_what_is_sent_back_once_its_cause_is_mended_ends_as_it_would_have(settled: Deployed, given_up: str) -> None:
    # watch has looked at it, and keeps it to itself for a minute: meanwhile the stack was upgraded.
    until("it can be had", lambda: "1 more" not in settled.sitrep("redrive", "ingest", "--yes"))

    until("it has ended", lambda: line_of(settled, given_up)["state"] == EntryState.NO_MATCH)


def test_what_is_kept_stays_when_the_stack_is_deleted(settled: Deployed) -> None:
    kept = {kind: settled.of_type(kind) for kind in ("AWS::S3::Bucket", "AWS::DynamoDB::Table")}
    gone = {kind: settled.of_type(kind) for kind in ("AWS::Lambda::Function", "AWS::SQS::Queue", "AWS::IAM::Role")}
    entries, keys, lambda_, sqs, iam = (
        settled.entries.counts(),
        settled.archive.keys_under(""),
        *map(settled.client, ("lambda", "sqs", "iam")),
    )
    stores = settled.entries, settled.archive

    settled.delete()

    with pytest.raises(ClientError, match="does not exist"):
        settled.client("cloudformation").describe_stacks(StackName=NAME)
    assert stores[0].counts() == entries
    assert stores[1].keys_under("") == keys
    assert {
        table: settled.client("dynamodb").describe_table(TableName=table)
        for table in kept["AWS::DynamoDB::Table"].values()
    }
    assert not {one["FunctionName"] for one in lambda_.list_functions()["Functions"]} & {
        *gone["AWS::Lambda::Function"].values()
    }
    assert not {*sqs.list_queues().get("QueueUrls", [])} & {*gone["AWS::SQS::Queue"].values()}
    assert not {one["RoleName"] for one in iam.list_roles()["Roles"]} & {*gone["AWS::IAM::Role"].values()}
