"""S3, SQS and SNS on moto, and what moto does not check."""

import json

import pytest
from botocore.exceptions import ClientError
from botocore.stub import Stubber

from shared import wiring
from shared.adapters.aws import client, translated
from shared.adapters.sqs import Queue
from shared.errors import ContractError, TransientError
from tests.conftest import Stack, article


def test_what_is_archived_stays_as_it_was(stack: Stack) -> None:
    archive = wiring.archive()
    archive.put_article("articles/a.json", article("First."))
    archive.put_article("articles/a.json", article("Second."))

    assert archive.get_article("articles/a.json") == article("First.")


def test_an_article_wakes_detect_once_and_a_raw_page_does_not(stack: Stack) -> None:
    for _ in range(2):
        wiring.archive().put_article("articles/dt=2026-03-04/a.json", article("Text."))
    wiring.archive().put_raw("raw/dt=2026-03-04/a.warc.gz", b"x")

    (body,) = stack.bodies("DetectQueue")

    assert json.loads(body)["detail"]["object"]["key"] == "articles/dt=2026-03-04/a.json"


def test_more_messages_than_one_call_takes_are_all_sent(stack: Stack) -> None:
    wiring.queue("FETCH_QUEUE").send(str(number) for number in range(25))

    assert sorted(map(int, stack.bodies("FetchQueue"))) == list(range(25))


def test_messages_too_large_for_one_call_are_sent_in_several(stack: Stack) -> None:
    url = stack.physical["FetchQueue"]
    with Stubber(client("sqs")) as stub:
        for _ in range(2):
            stub.add_response("send_message_batch", {"Successful": [], "Failed": []})
        Queue(url, client("sqs")).send(["x" * 600_000] * 2)
        stub.assert_no_pending_responses()


def test_a_message_that_is_not_taken_brings_the_record_back(stack: Stack) -> None:
    failed = {"Id": "0", "Code": "InternalError", "SenderFault": False, "Message": "try later"}
    with Stubber(client("sqs")) as stub:
        stub.add_response("send_message_batch", {"Successful": [], "Failed": [failed]})
        with pytest.raises(TransientError, match="try later"):
            wiring.queue("FETCH_QUEUE").send(["one"])


def test_a_fifo_queue_drops_the_repeat_and_keeps_the_group(stack: Stack) -> None:
    queue = wiring.queue("NOTIFY_QUEUE")
    for _ in range(2):
        queue.send(["one", "two"], groups=[("g", "k1"), ("g", "k2")])

    messages = stack.messages("NotifyQueue")

    assert [message["Body"] for message in messages] == ["one", "two"]
    assert {message["Attributes"]["MessageGroupId"] for message in messages} == {"g"}


def test_nothing_that_breaks_the_contract_is_published(stack: Stack) -> None:
    with pytest.raises(ContractError):
        wiring.topic().publish({"Subject": "two\nlines", "Message": "{}", "MessageStructure": "json"})


@pytest.mark.parametrize(
    ("status", "code"), [(400, "ThrottlingException"), (503, "Whatever"), (409, "ConditionalRequestConflict")]
)
def test_what_may_pass_is_tried_again(status: int, code: str) -> None:
    with pytest.raises(TransientError, match="storing"), translated("storing"):
        raise ClientError({"Error": {"Code": code}, "ResponseMetadata": {"HTTPStatusCode": status}}, "PutObject")


def test_what_will_not_pass_flies() -> None:
    with pytest.raises(ClientError), translated("storing"):
        raise ClientError({"Error": {"Code": "AccessDenied"}, "ResponseMetadata": {"HTTPStatusCode": 403}}, "PutObject")
