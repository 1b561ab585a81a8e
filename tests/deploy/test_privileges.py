"""Each right of each role is taken away in turn, and the part of the flow that needs it is seen to be refused."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest

from shared.pipeline import STEPS
from tests.deploy.parts import Parts
from tests.deploy.publisher import Publisher
from tests.deploy.stack import DENIED, ONLY_EMULATED, Deployed
from tests.infra.translated import named, of_type

WOKEN_BY = {step.name: step.woken_by for step in STEPS}
# What the emulator does by itself where AWS does it with the role's rights, so that nothing there can miss them.
UNASKED = {
    "logs:CreateLogStream": "Lambda writes a function's log as its role.  Source: Lambda developer guide, "
    "`Sending Lambda function logs to CloudWatch Logs`, required IAM permissions",
    "logs:PutLogEvents": "as logs:CreateLogStream",
    "sqs:ReceiveMessage": "Lambda polls a function's queue as its role.  Source: Lambda developer guide, `Creating and "
    "configuring an Amazon SQS event source mapping`, setting up execution role permissions",
    "sqs:DeleteMessage": "as sqs:ReceiveMessage",
    "sqs:GetQueueAttributes": "as sqs:ReceiveMessage",
    "lambda:InvokeFunction": "EventBridge Scheduler invokes its target as the schedule's role.  Source: EventBridge "
    "Scheduler user guide, `Setting up the execution role`",
}


@dataclass(frozen=True, slots=True)
class Right:
    """One action on one resource."""

    role: str
    policy: str
    statement: int
    action: str
    resource: int
    name: str

    @property
    def step(self) -> str:
        return self.role.removesuffix("Role").lower()

    @property
    def is_asked_for(self) -> bool:
        """The emulator asks whether the role has it."""
        if self.action.startswith("sqs:") and self.step in WOKEN_BY:
            return self.action not in UNASKED or self.name not in WOKEN_BY[self.step]
        return self.action not in UNASKED


def many(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def short(resource: Any) -> str:
    """A resource as a person would call it: `Archive/raw/*`."""
    text = resource["Fn::Sub"] if isinstance(resource, dict) and "Fn::Sub" in resource else "".join(named(resource))
    return re.sub(r"\$\{(\w+)(\.Arn)?\}", r"\1", text)


RIGHTS = [
    Right(role, policy["PolicyName"], number, action, place, short(resource))
    for role, properties in of_type("AWS::IAM::Role").items()
    for policy in properties.get("Policies", [])
    for number, statement in enumerate(policy["PolicyDocument"]["Statement"])
    for action in many(statement["Action"])
    for place, resource in enumerate(many(statement["Resource"]))
]


def what(right: Right) -> str:
    return f"{right.role}-{right.action}-{right.name}"


@pytest.fixture(scope="module")
def parts(settled: Deployed, publisher: Publisher) -> Iterator[Parts]:
    """The parts of the flow, by themselves: what they put into queues wakes nobody, and is thrown away after."""
    mappings = settled.of_type("AWS::Lambda::EventSourceMapping").values()
    for uuid in mappings:
        settled.client("lambda").update_event_source_mapping(UUID=uuid, Enabled=False)
    yield Parts(settled, publisher)
    for url in settled.of_type("AWS::SQS::Queue").values():
        settled.client("sqs").purge_queue(QueueUrl=url)
    for uuid in mappings:
        settled.client("lambda").update_event_source_mapping(UUID=uuid, Enabled=True)


@contextmanager
def without(right: Right, deployed: Deployed) -> Iterator[None]:
    """The role has all its rights but this one."""
    iam, place = deployed.client("iam"), {"RoleName": deployed.id(right.role), "PolicyName": right.policy}
    whole = iam.get_role_policy(**place)["PolicyDocument"]
    statements = list(whole["Statement"])
    full = statements.pop(right.statement)
    actions, resources = many(full["Action"]), many(full["Resource"])
    gone = {right.action} | ({ONLY_EMULATED} if right.action == "sqs:SendMessage" else set())
    resource = resources[right.resource]
    statements += [
        {**full, "Action": kept, "Resource": where}
        for kept, where in (
            ([action for action in actions if action not in gone], resources),
            ([action for action in actions if action in gone], [each for each in resources if each != resource]),
        )
        if kept and where
    ]
    iam.put_role_policy(**place, PolicyDocument=json.dumps({**whole, "Statement": statements}))
    try:
        yield
    finally:
        iam.put_role_policy(**place, PolicyDocument=json.dumps(whole))


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
