"""What the template's roles may do, one action on one resource each, and how one is taken away.  Talks to IAM."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from shared.pipeline import STEPS
from tests.deploy.stack import ONLY_EMULATED, Deployed
from tests.infra.translated import named, of_type

WOKEN_BY = {step.name: step.woken_by for step in STEPS}
# What the emulator does by itself where AWS does it with the role's rights, so that nothing there can miss them.  Nor
# does it ask for the condition dynamodb:LeadingKeys, which it takes to hold.
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
