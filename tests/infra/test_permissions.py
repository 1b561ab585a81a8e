"""Who may do what: every statement of every role and policy names its actions, and resources of this stack."""

from typing import Any

import pytest

from shared.pipeline import STEPS, Step
from tests.conftest import template
from tests.infra.translated import named, of_type, resources

Statement = dict[str, Any]

# Statements that may say "*", by the resource that they stand in.
ANY_RESOURCE = {
    "TracePolicy": "X-Ray knows no resources",
}


def many(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def documents(kind: str) -> list[tuple[str, Statement]]:
    """Every statement of the policies that resources of a type hold, with the resource's name."""
    found = []
    for name, properties in of_type(kind).items():
        held = [properties, *properties.get("Policies", [])]
        for one in held:
            found += [(name, statement) for statement in one.get("PolicyDocument", {}).get("Statement", [])]
    return found


IDENTITY = [
    one for kind in ("AWS::IAM::Role", "AWS::IAM::Policy", "AWS::IAM::ManagedPolicy") for one in documents(kind)
]
RESOURCE = [
    one
    for kind in ("AWS::S3::BucketPolicy", "AWS::SQS::QueuePolicy", "AWS::SNS::TopicPolicy")
    for one in documents(kind)
]
ALLOWED = [(name, one) for name, one in IDENTITY + RESOURCE if one["Effect"] == "Allow"]
TRUST = [
    (name, one)
    for name, properties in of_type("AWS::IAM::Role").items()
    for one in properties["AssumeRolePolicyDocument"]["Statement"]
]


def what(value: object) -> str | None:
    return value if isinstance(value, str) else None


def test_roles_and_policies_are_found() -> None:
    assert len(IDENTITY) > 30
    assert len(RESOURCE) > 5


@pytest.mark.parametrize(("name", "statement"), ALLOWED, ids=what)
def test_an_action_is_said_in_full(name: str, statement: Statement) -> None:
    assert [action for action in many(statement["Action"]) if "*" in action] == []
    assert "NotAction" not in statement


@pytest.mark.parametrize(("name", "statement"), ALLOWED, ids=what)
def test_what_is_allowed_is_allowed_on_a_resource_of_this_stack(name: str, statement: Statement) -> None:
    if name in ANY_RESOURCE:
        assert statement["Resource"] == "*"
        return

    assert "NotResource" not in statement
    for resource in many(statement["Resource"]):
        assert len(named(resource)) == 1
        assert named(resource) <= resources().keys()


def test_each_reason_for_any_resource_is_still_one() -> None:
    assert ANY_RESOURCE.keys() <= {name for name, one in ALLOWED if one["Resource"] == "*"}


@pytest.mark.parametrize(("name", "statement"), ALLOWED, ids=what)
def test_a_wildcard_stands_only_behind_a_folder(name: str, statement: Statement) -> None:
    for resource in many(statement["Resource"]):
        if name not in ANY_RESOURCE:
            text = resource.get("Fn::Sub", "")
            assert "*" not in text.removesuffix("/*")
            assert not text.endswith("Arn}/*"), "the whole bucket"


@pytest.mark.parametrize("name", of_type("AWS::IAM::Role"))
def test_a_role_has_nothing_but_what_stands_here(name: str) -> None:
    properties = of_type("AWS::IAM::Role")[name]

    assert named(properties.get("ManagedPolicyArns", [])) <= {"TracePolicy"}
    assert "arn:" not in str(properties.get("ManagedPolicyArns", ""))


@pytest.mark.parametrize("step", STEPS, ids=lambda step: step.name)
def test_a_function_has_a_role_of_its_own(step: Step) -> None:
    logical_id = f"{step.name.capitalize()}Function"
    roles = {name: one["Role"]["Fn::GetAtt"][0] for name, one in of_type("AWS::Lambda::Function").items()}

    assert roles[logical_id] == f"{step.name.capitalize()}Role"
    assert list(roles.values()).count(roles[logical_id]) == 1


@pytest.mark.parametrize("step", STEPS, ids=lambda step: step.name)
def test_a_function_takes_from_its_own_queues_only(step: Step) -> None:
    taken = {
        queue
        for name, statement in IDENTITY
        if name == f"{step.name.capitalize()}Role" and "sqs:DeleteMessage" in many(statement["Action"])
        for queue in named(statement["Resource"])
    }

    assert taken == {source.queue for source in template().function(step.name).sources}


@pytest.mark.parametrize("step", STEPS, ids=lambda step: step.name)
def test_a_function_sends_to_what_the_pipeline_says(step: Step) -> None:
    role = f"{step.name.capitalize()}Role"
    sent = {
        to
        for name, statement in IDENTITY
        if name == role and {"sqs:SendMessage", "sns:Publish"} & {*many(statement["Action"])}
        for to in named(statement["Resource"])
    }

    # ingest hands an order on to itself: a page that is not due yet, an entry whose page is another's.
    assert sent - {"IngestQueue", "RereadQueue"} == {*step.sends_to} - {"Archive", "IngestQueue", "RereadQueue"}
    assert {*step.sends_to} - {"Archive"} <= sent


@pytest.mark.parametrize(("name", "statement"), TRUST, ids=what)
def test_a_role_is_taken_by_one_service(name: str, statement: Statement) -> None:
    service = "scheduler" if name == "SchedulerRole" else "lambda"

    assert statement["Principal"] == {"Service": f"{service}.amazonaws.com"}
    assert statement["Action"] == "sts:AssumeRole"


OTHERS = [
    (name, one)
    for name, one in ALLOWED + TRUST
    if "Principal" in one and one["Principal"] != {"Service": "lambda.amazonaws.com"}
]


@pytest.mark.parametrize(("name", "statement"), OTHERS, ids=what)
def test_a_service_may_act_for_this_account_or_this_rule_only(name: str, statement: Statement) -> None:
    (condition,) = statement["Condition"].values()

    assert condition.keys() <= {"aws:SourceAccount", "aws:SourceArn"}


REACHED = {
    **of_type("AWS::S3::Bucket"),
    **of_type("AWS::SQS::Queue"),
    **of_type("AWS::SNS::Topic"),
}


@pytest.mark.parametrize("name", REACHED)
def test_what_is_reached_by_the_network_is_reached_over_tls_only(name: str) -> None:
    held = {
        policy: named([properties.get("Bucket"), properties.get("Queues"), properties.get("Topics")])
        for kind in ("AWS::S3::BucketPolicy", "AWS::SQS::QueuePolicy", "AWS::SNS::TopicPolicy")
        for policy, properties in of_type(kind).items()
    }
    # A queue or a topic has one policy: a second would take the place of the first.
    (policy,) = [policy for policy, reached in held.items() if name in reached]

    refused = [one for holder, one in RESOURCE if holder == policy and one["Effect"] == "Deny"]

    assert [one["Principal"] for one in refused] == ["*"]
    assert refused[0]["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
