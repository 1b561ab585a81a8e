"""Each right of each role is taken away in turn, and the part of the flow that needs it is seen to be refused."""

import re
from collections.abc import Iterator

import pytest

from tests.deploy.parts import Parts
from tests.deploy.publisher import Publisher
from tests.deploy.rights import RIGHTS, UNASKED, WOKEN_BY, Right, without
from tests.deploy.stack import DENIED, ONLY_EMULATED, Deployed


@pytest.fixture(scope="module")
def parts(settled: Deployed, publisher: Publisher) -> Iterator[Parts]:
    """The parts of the flow, by themselves: what they put into queues wakes nobody, and is thrown away after."""
    mappings = settled.of_type("AWS::Lambda::EventSourceMapping").values()
    for uuid in mappings:
        settled.client("lambda").update_event_source_mapping(UUID=uuid, Enabled=False)
    parts = Parts(settled, publisher)
    yield parts
    settled.feeds.remove(parts.feed.id)
    for url in settled.of_type("AWS::SQS::Queue").values():
        settled.client("sqs").purge_queue(QueueUrl=url)
    for uuid in mappings:
        settled.client("lambda").update_event_source_mapping(UUID=uuid, Enabled=True)


def what(right: Right) -> str:
    return f"{right.role}-{right.action}-{right.name}"


def refused(lines: list[str], right: Right) -> bool:
    """A log says that this action was refused."""
    action = ONLY_EMULATED if right.action == "sqs:SendMessage" else right.action
    said = [rf"{DENIED}: {re.escape(action)}\b"]
    if right.action == "s3:GetObject":  # an answer to HEAD says no more than its status
        said.append(r"\(403\) when calling the HeadObject operation")
    return any(re.search("|".join(said), line) for line in lines)


@pytest.mark.parametrize("step", WOKEN_BY)
def test_with_all_its_rights_each_part_is_done(step: str, parts: Parts) -> None:
    mark = parts.deployed.mark()

    answers = {part.__name__: part() for part in parts.of(step)}

    assert {name: answer for name, answer in answers.items() if answer.failed} == {}
    assert parts.deployed.denials(mark) == []


@pytest.mark.parametrize("right", [right for right in RIGHTS if right.is_asked_for], ids=what)
def test_a_right_that_is_taken_away_is_missed(right: Right, parts: Parts) -> None:
    deployed = parts.deployed
    missed = []

    with without(right, deployed):
        for part in parts.of(right.step):
            since = deployed.mark()[0]
            answer = part()
            if refused([answer.log, *deployed.function_log(f"{right.step.capitalize()}Function", since)], right):
                missed.append(answer)
                break

    assert missed, f"nothing that {right.step} does needs {right.action} on {right.name}: drop it from {right.role}"
    assert missed[0].failed, "it was refused, and the failure kept to itself"


def test_what_the_emulator_does_not_ask_for_is_what_it_does_by_itself() -> None:
    unasked = {right for right in RIGHTS if not right.is_asked_for}

    assert {right.action for right in unasked} == UNASKED.keys()
    assert {right.name for right in unasked if right.action.startswith("sqs:")} == {
        queue for woken_by in WOKEN_BY.values() for queue in woken_by if queue != "schedule"
    }
