"""Mails leave no faster than SNS lets them."""

import time
from datetime import timedelta

import pytest

from shared.adapters.sns import Topic
from tests.conftest import Stack

MESSAGE = {"Subject": "A", "Message": "b"}


def test_each_message_waits_for_the_one_before(stack: Stack, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = [100.0]
    waits: list[float] = []
    monkeypatch.setattr(time, "monotonic", lambda: clock[0])
    monkeypatch.setattr(time, "sleep", waits.append)
    topic = Topic(stack.outputs["AlertTopic"], stack.client("sns"), timedelta(milliseconds=350))

    for at in (0.0, 0.1, 0.1, 9.0):
        clock[0] = 100.0 + at
        topic.publish(MESSAGE)

    assert [round(wait, 2) for wait in waits] == [0.25, 0.6]
