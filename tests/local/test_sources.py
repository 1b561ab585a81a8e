"""What wakes the functions, by SQS's and Lambda's rules, against the real AWS process."""

import json
import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from sitrep.local.sources import failed_ids, schedule_event
from sitrep.local.template import Schedule
from sitrep.local.worker import FunctionError

FAILS_ON_BAD = """
def handler(event, context):
    for record in event["Records"]:
        note(record["body"] + " " + record["attributes"]["ApproximateReceiveCount"])
    return {"batchItemFailures": [{"itemIdentifier": r["messageId"]} for r in event["Records"] if "bad" in r["body"]]}
"""
RAISES = """
def handler(event, context):
    note(len(event["Records"]))
    raise ValueError("no good")
"""


@pytest.mark.parametrize(
    ("response", "failed"),
    [
        pytest.param(None, set(), id="nothing returned is a success"),
        pytest.param({}, set(), id="an empty answer is a success"),
        pytest.param({"batchItemFailures": None}, set(), id="a null list is a success"),
        pytest.param({"batchItemFailures": []}, set(), id="an empty list is a success"),
        pytest.param({"batchItemFailures": [{"itemIdentifier": "a"}]}, {"a"}, id="the named one failed"),
        pytest.param({"batchItemFailures": [{"itemIdentifier": ""}]}, {"a", "b"}, id="an empty id fails all"),
        pytest.param({"batchItemFailures": [{"itemIdentifier": None}]}, {"a", "b"}, id="a null id fails all"),
        pytest.param({"batchItemFailures": [{"itemIdentifier": "x"}]}, {"a", "b"}, id="an unknown id fails all"),
        pytest.param({"batchItemFailures": [{"id": "a"}]}, {"a", "b"}, id="a wrong key fails all"),
        pytest.param({"batchItemFailures": ["a"]}, {"a", "b"}, id="a bare id fails all"),
        pytest.param({"batchItemFailures": {}}, {"a", "b"}, id="no list fails all"),
        pytest.param("done", {"a", "b"}, id="a text fails all"),
    ],
)
def test_a_function_says_which_records_failed(response, failed):
    assert failed_ids(response, {"a", "b"}) == failed


def test_the_schedule_hands_over_what_the_scheduler_sends():
    event = schedule_event("EveryMinute", datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC))

    assert event["time"] == "2026-01-02T03:04:05Z"
    assert (event["source"], event["detail-type"], event["detail"]) == ("aws.scheduler", "Scheduled Event", "{}")


def test_only_the_failed_record_comes_back_and_ends_in_the_dead_letter_queue(stage):
    made = stage(step=FAILS_ON_BAD)
    made.send("Queue", "good", "bad")

    while made.depth("Queue"):
        made.queue("Queue").poll(wait=3)

    assert made.seen == ["good 1", "bad 1", "bad 2"]
    assert made.depth("Dead") == 1
    assert made.runner.failures == {"step": 2}


def test_a_handler_that_raises_loses_nothing(stage):
    made = stage(step=RAISES)
    made.send("Queue", "one", "two")

    made.queue("Queue").poll()

    assert made.depth("Queue") == 2
    assert made.said == ["step failed: ValueError: no good"]


def test_a_failed_record_stays_hidden_for_its_visibility_time_out(stage):
    made = stage(step=RAISES)
    made.send("Queue", "one")
    made.queue("Queue").poll()

    at_once = made.queue("Queue").poll(wait=0)
    later = made.queue("Queue").poll(wait=3)

    assert (at_once, later) == (0, 1)


def test_a_function_out_of_time_is_ended_and_starts_cold_for_the_next(stage):
    made = stage(
        line="""
        note("loaded")
        def handler(event, context):
            note(event["Records"][0]["body"])
            if event["Records"][0]["body"] == "slow":
                threading.Event().wait()
        """
    )
    made.send("Line", "slow", group="a")
    made.queue("Line").poll()
    made.send("Line", "quick", group="b")
    made.queue("Line").poll()

    assert made.seen == ["loaded", "slow", "loaded", "quick"]
    assert made.depth("Line") == 1
    assert "Task timed out after 1.00 seconds" in made.said[0]


def test_a_group_keeps_its_order_and_waits_for_its_first(stage):
    made = stage(
        line="""
        def handler(event, context):
            note(" ".join(record["body"] for record in event["Records"]))
            if event["Records"][0]["body"] == "a1":
                raise ValueError("a is stuck")
        """
    )
    made.send("Line", "a1", "a2", group="a")
    made.queue("Line").poll()
    made.send("Line", "a3", group="a")
    made.send("Line", "b1", "b2", group="b")
    made.queue("Line").poll()
    rest = made.queue("Line").poll(wait=0)

    assert made.seen == ["a1 a2", "b1 b2"]
    assert rest == 0
    assert made.depth("Line") == 3


def test_a_function_that_reports_no_failures_succeeds_as_a_whole(stage):
    made = stage(line="def handler(event, context): return {'batchItemFailures': [{'itemIdentifier': ''}]}")
    made.send("Line", "one", group="a")

    made.queue("Line").poll()

    assert made.depth("Line") == 0


def test_a_stored_object_wakes_the_function_through_event_bridge(stage):
    made = stage(step='def handler(event, context): note(event["Records"][0]["body"])')
    for key in ("raw/x.warc.gz", "articles/x.json"):
        made.cloud.client("s3").put_object(Bucket=made.names["Bucket"], Key=key, Body=b"{}")

    made.queue("Queue").poll()

    (event,) = map(json.loads, made.seen)
    assert event["detail-type"] == "Object Created"
    assert event["detail"]["bucket"]["name"] == made.names["Bucket"]
    assert event["detail"]["object"]["key"] == "articles/x.json"


def test_a_schedule_wakes_its_function_at_once(stage):
    made = stage(step='def handler(event, context): note(event["detail-type"]); return {"feeds": 2}')

    done = made.runner.fire_schedules()

    assert done
    assert made.seen == ["Scheduled Event"]


def test_a_schedule_hands_on_what_the_template_gives_it(stage):
    made = stage(step='def handler(event, context): note(event["of"])')
    trigger = replace(made.runner.schedules[0], schedule=Schedule("s", timedelta(days=1), '{"of": "night"}'))

    assert trigger.fire()

    assert made.seen == ["night"]


def test_a_schedule_that_sums_up_is_woken_apart_from_the_others(stage):
    made = stage(step='def handler(event, context): note("woken")')

    assert made.runner.fire_schedules(seldom=True)
    assert made.seen == []
    assert [Schedule("s", timedelta(minutes=minutes)).is_seldom for minutes in (1, 15)] == [False, True]


def test_a_schedule_whose_function_fails_says_so(stage):
    made = stage(step=RAISES.replace('note(len(event["Records"]))', ""))

    assert not made.runner.fire_schedules()


def test_the_queues_run_until_nothing_is_left_to_do(stage):
    made = stage(
        step="""
        def handler(event, context):
            import boto3
            for record in event["Records"]:
                note(record["body"])
                if record["body"] != "0":
                    sqs = boto3.client("sqs")
                    url = sqs.get_queue_url(QueueName=record["eventSourceARN"].split(":")[-1])["QueueUrl"]
                    sqs.send_message(QueueUrl=url, MessageBody=str(int(record["body"]) - 1))
        """
    )
    made.send("Queue", "3")

    made.runner.start_queues()
    made.runner.wait_until_idle()

    assert made.seen == ["3", "2", "1", "0"]
    assert made.depth("Queue") == 0


def test_a_function_sees_its_own_settings_and_no_one_elses(stage, monkeypatch):
    monkeypatch.setenv("AWS_PROFILE", "production")
    made = stage(step="def handler(event, context): return dict(os.environ)")

    seen = made.runner.schedules[0].worker.invoke({})

    assert seen["GREETING"] == "hello"
    assert seen["TABLE"] == made.names["Table"]
    assert seen["AWS_ENDPOINT_URL"] == made.cloud.endpoint
    assert (seen["AWS_LAMBDA_FUNCTION_NAME"], seen["POWERTOOLS_SERVICE_NAME"]) == ("StepFunction", "step")
    assert seen["LOOPBACK_PORTS"] == "8080"
    assert "AWS_PROFILE" not in seen


def test_a_function_knows_how_long_it_has(stage):
    made = stage(step="def handler(event, context): return context.get_remaining_time_in_millis()")

    assert 15_000 < made.runner.schedules[0].worker.invoke({}) <= 20_000


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        pytest.param("import nonesuch", "ModuleNotFoundError", id="that cannot be loaded"),
        pytest.param("def handler(event, context): return {1, 2}", "TypeError", id="whose result is no JSON"),
        pytest.param("def handler(event, context): os._exit(3)", "Runtime.ExitError", id="that ends its process"),
    ],
)
def test_a_function_fails(stage, code, kind):
    made = stage(step=code)

    with pytest.raises(FunctionError) as failed:
        made.runner.schedules[0].worker.invoke({})

    assert failed.value.kind == kind


def test_a_long_poll_leaves_others_their_turn_and_gets_what_they_send(stage):
    made = stage()
    got: list[int] = []
    polling = threading.Thread(target=lambda: got.append(made.queue("Queue").poll(wait=20)))

    polling.start()
    made.send("Queue", "one")
    polling.join(timeout=10)

    assert got == [1]


def test_the_long_poll_of_a_killed_runner_takes_nothing_with_it(stage):
    made = stage()
    sqs, url = made.cloud.client("sqs"), made.names["Queue"]
    answers: list[dict] = []
    dead = threading.Thread(target=lambda: answers.append(sqs.receive_message(QueueUrl=url, WaitTimeSeconds=20)))

    dead.start()
    while dead.is_alive():  # it may not have begun to wait when it is first released
        made.cloud.ask("release")
        dead.join(timeout=0.2)

    assert "Messages" not in answers[0]


def test_what_a_dead_runner_was_at_work_on_comes_back_and_does_not_count(stage):
    made = stage()
    sqs, url = made.cloud.client("sqs"), made.names["Queue"]
    made.send("Queue", "one")
    for _ in range(5):  # more often than the dead-letter queue allows
        sqs.receive_message(QueueUrl=url, VisibilityTimeout=600)
        made.cloud.ask("release")

    (message,) = sqs.receive_message(QueueUrl=url, AttributeNames=["All"])["Messages"]

    assert message["Attributes"]["ApproximateReceiveCount"] == "1"
