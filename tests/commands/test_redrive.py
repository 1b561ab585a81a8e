"""What was given up goes back, on a local stack in this process, with the queues of the template."""

import io
import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from shared import wiring
from shared.core.codec import decode, encode
from shared.core.keys import article_key
from shared.types import Due, EntryState, FeedJob, Reread, Story
from sitrep.letters import QUEUES, DeadQueue
from sitrep.local.queues import release
from sitrep.stack import Stack as Opened
from tests.commands.conftest import Cli
from tests.conftest import NOW, Stack, entry, feed
from tests.infra.test_watched import QUEUES as TEMPLATES
from tests.steps.test_notify import STRIKE, story
from tests.steps.test_watch import dead, wake

STRANGE = '{"not": "ours\x1b[2J\u202e\nline"}'
STORED = json.dumps({"detail": {"object": {"key": article_key(entry())}}})


def give_up(stack: Stack, queue: str, body: str, **fields: Any) -> None:
    """Fails on a message until SQS lays it into the dead letters by itself."""
    sqs, url = stack.client("sqs"), stack.physical[f"{queue}Queue"]
    sqs.send_message(QueueUrl=url, MessageBody=body, **fields)
    for _ in range(6):
        for one in sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", []):
            sqs.change_message_visibility(QueueUrl=url, ReceiptHandle=one["ReceiptHandle"], VisibilityTimeout=0)


@pytest.fixture
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits for what is not there."""
    monkeypatch.setattr("sitrep.letters._WAIT_SECONDS", 0)


pytestmark = pytest.mark.usefixtures("patient")


def test_every_queue_with_dead_letters_can_be_named() -> None:
    assert {f"{word.capitalize()}Queue" for word in QUEUES} == {name for name in TEMPLATES if name.endswith("Queue")}


def test_without_a_queue_all_are_counted(cli: Cli, stack: Stack) -> None:
    dead(stack, "Ingest", encode(entry()))
    dead(stack, "Ingest", encode(entry(2)))

    lines = cli("redrive").splitlines()

    assert [line.split() for line in lines[:5]] == [
        [word, "2" if word == "ingest" else "0", "given", "up"] for word in QUEUES
    ]
    assert lines[5].endswith("sitrep redrive ingest")


def test_what_was_given_up_is_shown_sent_back_and_comes_to_its_end(cli: Cli, stack: Stack) -> None:
    watched = feed()
    wiring.feeds().add(watched, NOW)
    one = entry(feed_id=watched.id)
    wiring.entries().add(one)
    give_up(stack, "Ingest", encode(one))
    wake(NOW)
    assert wiring.entries().state(one.id) is EntryState.QUARANTINED
    release()

    said = cli("redrive", "ingest", "--yes")

    assert said.startswith(f"{one.title}\n   {one.url}\n   feed {watched.url}\n   quarantined in the books: given up; ")
    assert re.search(r"\n   sent [-0-9: ]+ UTC, first tried [-0-9: ]+ UTC, received \d times; id ", said)
    assert said.endswith("1 message sent back to ingest; they are handled when `sitrep local` runs\n")
    assert stack.bodies("IngestQueue") == [encode(one)]
    assert DeadQueue("ingest", opened(stack)).count() == 0


def opened(stack: Stack) -> Any:
    return Opened("sitrep", stack.outputs, stack)


MESSAGES = {
    "fetch": (
        encode(FeedJob((feed().id, "gone"), NOW)),
        {},
        f"a poll of {feed().url}, 1 that are watched no longer, ordered",
    ),
    "ingest": (encode(entry()), {}, "Story 1\n   https://news.example/1\n"),
    "detect": (STORED, {}, "Story 1\n   https://news.example/1\n"),
    "reread": (encode(Reread(article_key(entry()), 2, NOW, "job1")), {}, "Story 1\n   https://news.example/1\n"),
    "notify": (
        encode(replace(story(), title="Jets bomb a market")),
        {"MessageGroupId": "air.SY", "MessageDeduplicationId": "r1"},
        "Jets bomb a market\n   https://",
    ),
}


@pytest.mark.parametrize("word", MESSAGES)
def test_a_message_of_each_queue_is_named_and_goes_back_as_it_was(cli: Cli, stack: Stack, word: str) -> None:
    body, fields, says = MESSAGES[word]
    wiring.feeds().add(feed(), NOW)
    wiring.entries().add(entry())
    dead(stack, word.capitalize(), body, **fields)

    said = cli("redrive", word, "--yes")

    assert said.startswith(says)
    (message,) = stack.messages(f"{word.capitalize()}Queue")
    assert message["Body"] == body
    assert message["Attributes"].get("MessageGroupId") == fields.get("MessageGroupId")


def test_an_order_to_see_to_an_incident_is_named_too(cli: Cli, stack: Stack) -> None:
    dead(stack, "Notify", encode(Due("air.SY", "2026-03-04#abc")), MessageGroupId="g", MessageDeduplicationId="d")

    assert cli("redrive", "notify", "--yes").startswith("what falls due of incident abc\n")
    assert len(stack.bodies("NotifyQueue")) == 1


def test_a_story_that_failed_just_now_is_not_taken_for_its_own_repeat(cli: Cli, stack: Stack) -> None:
    told = {"MessageGroupId": "air.SY", "MessageDeduplicationId": "report1"}
    give_up(stack, "Notify", encode(story()), **told)
    sqs, url = stack.client("sqs"), stack.physical["NotifyQueue"]
    # SQS keeps an id for five minutes, whatever became of its message; moto only while the message is there.
    sqs.send_message(QueueUrl=url, MessageBody="the one that SQS remembers", **told)

    cli("redrive", "notify", "--yes")

    bodies = [message["Body"] for _ in range(2) for message in stack.messages("NotifyQueue")]
    assert encode(story()) in bodies


def test_a_message_that_is_sent_back_twice_comes_once(stack: Stack) -> None:
    dead(stack, "Notify", encode(story()), MessageGroupId="air.SY", MessageDeduplicationId="report1")
    queue = DeadQueue("notify", opened(stack))
    (held,) = queue.hold(1)
    queue.send_back(held)

    # Its sender died before it was taken away: the next finds the same message.
    queue.send_back(held)

    assert len(stack.bodies("NotifyQueue")) == 1


def test_stories_of_one_group_keep_their_order(cli: Cli, stack: Stack) -> None:
    bodies = [encode(story(STRIKE, number)) for number in range(14)]
    for number, body in enumerate(bodies):
        dead(stack, "Notify", body, MessageGroupId="air.SY", MessageDeduplicationId=f"report{number}")

    cli("redrive", "notify", "--yes")

    assert [decode(body, Story) for body in stack.bodies("NotifyQueue")] == [decode(body, Story) for body in bodies]


def test_no_more_are_sent_back_than_asked_for(cli: Cli, stack: Stack) -> None:
    for number in range(5):
        dead(stack, "Ingest", encode(entry(number)))

    said = cli("redrive", "ingest", "--yes", "--most", "3")

    assert "3 messages sent back to ingest" in said
    assert "about 2 more are there" in said
    assert len(stack.bodies("IngestQueue")) == 3


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(("answer", "sent"), [("y\n", 1), ("\n", 0), ("n\n", 0), ("", 0)])
def test_a_person_is_asked(cli: Cli, stack: Stack, monkeypatch: pytest.MonkeyPatch, answer: str, sent: int) -> None:
    dead(stack, "Ingest", encode(entry()))
    monkeypatch.setattr("sys.stdin", Terminal(answer))

    said = cli("redrive", "ingest")

    assert "send 1 message back to ingest? [y/N] " in said
    assert len(stack.bodies("IngestQueue")) == sent
    assert ("nothing was sent back" in said) == (not sent)
    # What was not sent back is to be had again at once.
    assert len(stack.bodies("IngestDeadLetters")) == 1 - sent


def test_where_nobody_can_be_asked_nothing_is_sent_back(
    cli: Cli, stack: Stack, monkeypatch: pytest.MonkeyPatch
) -> None:
    dead(stack, "Ingest", encode(entry()))
    monkeypatch.setattr("sys.stdin", io.StringIO("y\n"))

    assert "say --yes" in cli("redrive", "ingest", status=1)
    assert len(stack.bodies("IngestDeadLetters")) == 1


def test_who_thinks_for_too_long_is_asked_anew(cli: Cli, stack: Stack, monkeypatch: pytest.MonkeyPatch) -> None:
    dead(stack, "Ingest", encode(entry()))
    monkeypatch.setattr("sys.stdin", Terminal("y\n"))
    monkeypatch.setattr("sitrep.commands.redrive._SPARE_SECONDS", 300)

    assert "ask again" in cli("redrive", "ingest", status=1)
    assert stack.bodies("IngestQueue") == []


def test_a_message_of_nobody_s_stays_is_escaped_and_holds_nothing_up(cli: Cli, stack: Stack) -> None:
    dead(stack, "Ingest", STRANGE)
    dead(stack, "Ingest", encode(entry()))

    said = cli("redrive", "ingest", "--yes", status=1)

    assert "\\x1b[2J\\u202e\\nline" in said
    assert not {"\x1b", "\u202e"} & set(said)
    assert "1 message of nobody's left there" in said
    assert stack.bodies("IngestQueue") == [encode(entry())]
    assert stack.bodies("IngestDeadLetters") == [STRANGE]


def test_a_message_is_dropped_only_by_its_id_and_after_it_was_saved(cli: Cli, stack: Stack, tmp_path: Path) -> None:
    for body in (STRANGE, encode(entry())):
        dead(stack, "Ingest", body)
    (held,) = (one for one in DeadQueue("ingest", opened(stack)).hold(10) if one.body == STRANGE)
    release()

    said = cli("redrive", "ingest", "--drop", held.id)

    path = tmp_path / f"sitrep-ingest-{held.id}.json"
    assert said == f"saved in {path.name}, and taken away; an entry that it carried stays quarantined\n"
    assert json.loads(path.read_text())["body"] == STRANGE
    assert stack.bodies("IngestDeadLetters") == [encode(entry())]


@pytest.mark.parametrize(
    ("words", "says"),
    [
        pytest.param(["ingets"], "there is no queue 'ingets': name one of fetch, ingest", id="no such queue"),
        pytest.param(["--yes"], "name the queue whose messages are meant: fetch, ingest", id="no queue"),
        pytest.param(["ingest", "--drop", "nobody"], "no message nobody is to be seen", id="no such message"),
        pytest.param(["ingest", "--drop", "../x\x1b"], "'../x\\x1b' is no id of a message", id="no id"),
    ],
)
def test_what_cannot_be_done_is_one_line_with_a_remedy(cli: Cli, stack: Stack, words: list[str], says: str) -> None:
    dead(stack, "Ingest", STRANGE)

    said = cli("redrive", *words, status=1)

    assert says in said
    assert said.count("\n") == 1
    assert stack.bodies("IngestDeadLetters") == [STRANGE]


def test_a_file_that_is_there_is_not_overwritten(cli: Cli, stack: Stack, tmp_path: Path) -> None:
    dead(stack, "Ingest", STRANGE)
    (held,) = DeadQueue("ingest", opened(stack)).hold(1)
    release()
    (tmp_path / "kept").write_text("mine")

    said = cli("redrive", "ingest", "--drop", held.id, "--to", "kept", status=1)

    assert "is there already, so nothing was taken away" in said
    assert (tmp_path / "kept").read_text() == "mine"
    assert stack.bodies("IngestDeadLetters") == [STRANGE]


def test_what_event_bridge_could_not_hand_on_says_why(cli: Cli, stack: Stack) -> None:
    told = {"ERROR_MESSAGE": {"DataType": "String", "StringValue": "no access\x1b[2J"}}
    dead(stack, "Detect", STORED, MessageAttributes=told)

    said = cli("redrive", "detect", "--yes")

    assert "EventBridge could not hand it on: no access" in said
    assert "\x1b" not in said


def test_where_nothing_was_given_up_that_is_said(cli: Cli) -> None:
    assert cli("redrive", "FetchQueue").startswith("nothing was given up by fetch in sitrep (local, ")


def test_a_stack_of_an_older_version_is_told_apart(stack: Stack, cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sitrep.letters.QUEUES", ("other",))

    with pytest.raises(Exception, match="has no output OtherDeadLetters: deploy it anew"):
        DeadQueue("other", opened(stack))


def test_a_message_keeps_its_attributes(stack: Stack) -> None:
    queue = DeadQueue("ingest", opened(stack))
    told = {"a": {"DataType": "String", "StringValue": "b"}}
    dead(stack, "Ingest", encode(entry()), MessageAttributes=told)
    (held,) = queue.hold(1)

    queue.send_back(held)

    sqs, url = stack.client("sqs"), stack.physical["IngestQueue"]
    (message,) = sqs.receive_message(QueueUrl=url, MessageAttributeNames=["All"])["Messages"]
    assert message["MessageAttributes"] == told
