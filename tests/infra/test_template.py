"""The template against `shared.pipeline`, and against what AWS asks and a linter does not see."""

from typing import Any

import pytest

from shared.core.sns_contract import SMS_PREFIX
from shared.pipeline import STEPS, Step
from sitrep.local.template import Function
from tests.conftest import ROOT, template

BY_NAME = {step.name: step for step in STEPS}
PARTS = {"outbox", "site"}
"""What notify does, in files of their own."""


def queue(name: str) -> dict[str, Any]:
    found: dict[str, Any] = template().resources[name]["Properties"]
    return found


def test_every_step_has_its_function_its_door_and_its_module_and_no_other() -> None:
    assert [function.step for function in template().functions] == [step.name for step in STEPS]
    assert sorted(path.parent.name for path in (ROOT / "functions").glob("*/app.py")) == sorted(BY_NAME)
    assert sorted(path.stem for path in (ROOT / "src/shared/steps").glob("[a-z]*.py")) == sorted({*BY_NAME, *PARTS})
    tested = {path.stem.removeprefix("test_") for path in (ROOT / "tests/steps").glob("test_*.py")}
    assert tested - PARTS == set(BY_NAME)
    for function in template().functions:
        assert function.logical_id == f"{function.step.capitalize()}Function"


@pytest.mark.parametrize("step", STEPS, ids=lambda step: step.name)
def test_a_step_is_woken_by_what_the_pipeline_says(step: Step) -> None:
    function = template().function(step.name)

    woken = ["schedule"] * len(function.schedules) + [source.queue for source in function.sources]

    assert woken == list(step.woken_by)


@pytest.mark.parametrize("step", STEPS, ids=lambda step: step.name)
def test_what_a_step_sends_to_exists(step: Step) -> None:
    assert set(step.sends_to) <= template().resources.keys()


def test_a_text_message_leaves_room_for_what_sns_puts_before_it() -> None:
    assert template().resources["AlertTopic"]["Properties"]["DisplayName"].upper() + "> " == SMS_PREFIX


def test_watch_knows_every_dead_letter_queue() -> None:
    dead = {
        resource["Properties"]["RedrivePolicy"]["deadLetterTargetArn"]["Fn::GetAtt"][0]
        for resource in template().resources.values()
        if "RedrivePolicy" in resource.get("Properties", {})
    }
    told = {
        name: value["Ref"]
        for name, value in template().function("watch").environment.items()
        if name.endswith("_DEAD_LETTERS")
    }

    woken = [queue for step in STEPS for queue in step.woken_by if queue != "schedule"]

    assert set(told.values()) == dead
    assert told == {
        f"{queue.removesuffix('Queue').upper()}_DEAD_LETTERS": queue.replace("Queue", "DeadLetters") for queue in woken
    }


def test_what_is_wrong_with_sitrep_is_told_apart_from_what_it_tells() -> None:
    topics = {name for name, resource in template().resources.items() if resource["Type"] == "AWS::SNS::Topic"}
    subscribed = {
        one["Properties"]["Endpoint"]["Ref"]: one["Properties"]["TopicArn"]["Ref"]
        for one in template().subscriptions.values()
    }

    assert topics == {"AlertTopic", "OpsTopic"}
    assert subscribed == {"AlertEmail": "AlertTopic", "OpsEmail": "OpsTopic"}


FED = [function for function in template().functions if function.sources]


@pytest.mark.parametrize("function", FED, ids=lambda function: function.step)
def test_a_queue_hides_a_message_six_times_as_long_as_its_function_may_run(function: Function) -> None:
    for source in function.sources:
        assert queue(source.queue)["VisibilityTimeout"] >= 6 * function.timeout.total_seconds()


@pytest.mark.parametrize("function", FED, ids=lambda function: function.step)
def test_a_function_says_which_records_of_a_batch_failed(function: Function) -> None:
    assert all(source.reports_failures for source in function.sources)


@pytest.mark.parametrize("function", FED, ids=lambda function: function.step)
def test_a_message_that_keeps_failing_ends_in_a_queue_that_keeps_it_two_weeks(function: Function) -> None:
    for source in function.sources:
        redrive = queue(source.queue)["RedrivePolicy"]
        dead = queue(redrive["deadLetterTargetArn"]["Fn::GetAtt"][0])
        assert redrive["maxReceiveCount"] >= 3
        assert dead["MessageRetentionPeriod"] == 14 * 24 * 3600
        assert dead.get("FifoQueue") == queue(source.queue).get("FifoQueue")
