"""Exercises, on a local stack in this process."""

import json
from typing import Any

import pytest

from shared.types import Status
from tests.commands.conftest import Cli
from tests.conftest import Stack


@pytest.fixture
def queue(stack: Stack, cli: Cli) -> str:
    """The URL of a queue that gets every alert."""
    url = str(stack.client("sqs").create_queue(QueueName="alerts")["QueueUrl"])
    cli("subscribe", "sqs", "alerts")
    return url


def taken(stack: Stack, url: str) -> list[dict[str, Any]]:
    messages = stack.client("sqs").receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", [])
    return [json.loads(message["Body"]) for message in messages]


def test_an_exercise_says_that_nothing_happened_wherever_it_is_read(cli: Cli, stack: Stack, queue: str) -> None:
    said = cli("test-alert")

    (message,) = taken(stack, queue)
    told = json.loads(message["Message"])
    assert message["Subject"].startswith("EXERCISE: Airstrike, ")
    assert told["is_exercise"] is True
    assert "nothing has happened" in told["summary"] + json.dumps(told["claims"]) + json.dumps(told["sources"])
    assert {name: one["Value"] for name, one in message["MessageAttributes"].items()}.items() >= {
        "exercise": "true",
        "category": "airstrike",
        "status": str(Status.NEW),
    }.items()
    assert f"message {message['MessageId']}: EXERCISE: Airstrike" in said


def test_an_exercise_is_of_a_kind_and_a_place(cli: Cli, stack: Stack, queue: str) -> None:
    cli("test-alert", "--category", "drone strike", "--country", "Ukraine")

    (message,) = taken(stack, queue)
    attributes = {name: one["Value"] for name, one in message["MessageAttributes"].items()}
    assert (attributes["category"], json.loads(attributes["country"])) == ("drone_strike", ["UA"])
    assert message["Subject"].endswith(": Ukraine")


def test_it_says_who_should_get_it(cli: Cli, stack: Stack, queue: str) -> None:
    cli("subscribe", "email", "all@example.org")
    cli("subscribe", "email", "there@example.org", "--country", "SY")
    cli("subscribe", "email", "elsewhere@example.org", "--country", "UA")
    cli("subscribe", "sms", "+12025550123", "--min-severity", "60")
    stack.client("sns").subscribe(
        TopicArn=stack.outputs["AlertTopic"],
        Protocol="email",
        Endpoint="own@example.org",
        Attributes={"FilterPolicy": '{"category": [{"prefix": "air"}]}'},
    )

    said = cli("test-alert", "--country", "SY").splitlines()[1:]

    assert [(line[2:15].strip(), line[17:].split()[1]) for line in said] == [
        ("gets it", "arn:aws:sqs:eu-central-1:123456789012:alerts"),
        ("gets it", "all@example.org"),
        ("gets it", "there@example.org"),
        ("filtered out", "elsewhere@example.org"),
        ("gets it", "+12025550123"),
        ("may get it", "own@example.org"),
    ]
    assert len(taken(stack, queue)) == 1


def test_without_readers_nothing_is_sent(cli: Cli) -> None:
    assert "nobody gets the alerts of sitrep" in cli("test-alert", status=1)


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["--category", "airstrik"], "did you mean airstrike?"),
        (["--category", "friendly_fire"], "is a flag"),
        (["--country", "Syrya"], "did you mean Syria (SY)?"),
        (["--country", "x\n\u202e\x1b[2J"], "'x\\n\\u202e\\x1b[2J' is no country"),
    ],
)
def test_what_is_not_known_is_refused_and_nothing_sent(
    cli: Cli, stack: Stack, queue: str, words: list[str], says: str
) -> None:
    said = cli("test-alert", *words, status=1)

    assert says in said
    assert said.count("\n") == 1
    assert taken(stack, queue) == []
