"""What moto's queues are asked of, and made to do, beyond SQS."""

import boto3
import pytest
from moto import mock_aws

from sitrep.local.queues import depths, release


@pytest.fixture
def queue(monkeypatch):
    """The URL of a queue with one message held back."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    with mock_aws():
        sqs = boto3.client("sqs", region_name="eu-central-1")
        url = sqs.create_queue(QueueName="queue")["QueueUrl"]
        sqs.send_message(QueueUrl=url, MessageBody="later", DelaySeconds=900)
        yield url


def test_a_message_that_is_held_back_is_no_work_to_wait_for(queue):
    assert depths()["queue"] == {"messages": 0, "in_flight": 0, "back_at": 0}


def test_what_a_dead_runner_was_at_work_on_comes_back_and_what_is_held_back_does_not(queue):
    sqs = boto3.client("sqs", region_name="eu-central-1")
    sqs.send_message(QueueUrl=queue, MessageBody="at work")
    sqs.receive_message(QueueUrl=queue, VisibilityTimeout=600)

    assert release() == 1

    received = sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10)["Messages"]
    assert [message["Body"] for message in received] == ["at work"]
    assert depths()["queue"]["messages"] == 1
