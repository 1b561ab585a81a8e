"""What is kept is kept safe, what fails is caught, and who deploys is told what each parameter is for."""

from typing import Any

import pytest

from tests.infra.translated import named, of_type, resources, source

BUCKETS = of_type("AWS::S3::Bucket")
TABLES = of_type("AWS::DynamoDB::Table")
QUEUES = of_type("AWS::SQS::Queue")
FUNCTIONS = of_type("AWS::Lambda::Function")
SCHEDULES = of_type("AWS::Scheduler::Schedule")
SOURCES = of_type("AWS::Lambda::EventSourceMapping")
PARAMETERS: dict[str, dict[str, Any]] = source()["Parameters"]
GROUPS: list[dict[str, Any]] = source()["Metadata"]["AWS::CloudFormation::Interface"]["ParameterGroups"]


@pytest.mark.parametrize("name", [*BUCKETS, *TABLES])
def test_data_stays_when_the_stack_is_deleted_or_makes_it_anew(name: str) -> None:
    assert resources()[name]["DeletionPolicy"] == "Retain"
    assert resources()[name]["UpdateReplacePolicy"] == "Retain"


@pytest.mark.parametrize("name", TABLES)
def test_a_table_can_be_restored_and_forgets_what_has_expired(name: str) -> None:
    table = TABLES[name]

    assert table["BillingMode"] == "PAY_PER_REQUEST"
    assert table["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}
    assert table["TimeToLiveSpecification"] == {"AttributeName": "expires_at", "Enabled": True}
    assert table["DeletionProtectionEnabled"] == {"Fn::If": ["IsProtected", True, False]}
    # DynamoDB encrypts with a key of its own, unless it is told of another.
    assert "SSESpecification" not in table


@pytest.mark.parametrize("name", BUCKETS)
def test_a_bucket_is_private_encrypted_and_keeps_what_is_overwritten(name: str) -> None:
    bucket = BUCKETS[name]

    assert set(bucket["PublicAccessBlockConfiguration"].values()) == {True}
    assert len(bucket["PublicAccessBlockConfiguration"]) == 4
    assert bucket["OwnershipControls"] == {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]}
    assert "ServerSideEncryptionByDefault" in str(bucket["BucketEncryption"])
    assert bucket["VersioningConfiguration"] == {"Status": "Enabled"}


def test_only_what_articles_are_made_of_ever_expires_from_the_archive() -> None:
    rules = BUCKETS["Archive"]["LifecycleConfiguration"]["Rules"]
    expiring = [rule["Fn::If"] for rule in rules if "Fn::If" in rule]

    assert {condition for condition, _, _ in expiring} == {"IsArchiveKept"}
    assert {none["Ref"] for _, none, _ in expiring} == {"AWS::NoValue"}
    assert [rule["Prefix"] for _, _, rule in expiring] == ["raw/", "articles/", "reports/"]
    assert [rule["Id"] for rule in rules if "ExpirationInDays" in rule] == []


@pytest.mark.parametrize("name", QUEUES)
def test_a_queue_is_encrypted(name: str) -> None:
    assert QUEUES[name]["SqsManagedSseEnabled"] is True


def test_every_queue_that_wakes_a_function_hands_what_fails_to_one_that_wakes_none() -> None:
    dead = {
        name: named(queue["RedrivePolicy"]["deadLetterTargetArn"])
        for name, queue in QUEUES.items()
        if "RedrivePolicy" in queue
    }
    waking = set().union(*(named(one["EventSourceArn"]) for one in SOURCES.values()))

    assert dead.keys() == waking
    assert set().union(*dead.values()) == QUEUES.keys() - waking
    assert sum(map(len, dead.values())) == len(dead), "a dead-letter queue of its own for each"


@pytest.mark.parametrize("name", [name for name, queue in QUEUES.items() if "RedrivePolicy" in queue])
def test_a_message_is_tried_as_often_as_lambda_asks(name: str) -> None:
    # Source: Lambda developer guide, SQS: at least 5, for a message that was throttled counts as received.
    assert QUEUES[name]["RedrivePolicy"]["maxReceiveCount"] >= 5


def test_an_article_that_cannot_be_handed_to_detect_is_kept() -> None:
    (rule,) = of_type("AWS::Events::Rule").values()
    (target,) = rule["Targets"]

    assert named(target["DeadLetterConfig"]["Arn"]) == {"DetectDeadLetters"}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_writes_a_log_of_its_own_that_ends(name: str) -> None:
    (log,) = named(FUNCTIONS[name]["LoggingConfig"]["LogGroup"])
    used = [log for one in FUNCTIONS.values() for log in named(one["LoggingConfig"]["LogGroup"])]

    assert of_type("AWS::Logs::LogGroup")[log]["RetentionInDays"] == {"Ref": "LogDays"}
    assert used.count(log) == 1


# As long as AWS and the patterns allow: a queue's address, a table's name, what people give.
LONGEST = {"Contact": 200, "TimeZone": 50, "QuietHours": 11, "AWS::StackName": 128}
LONGEST_ID = 256


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_functions_variables_fit_into_what_lambda_has_for_them(name: str) -> None:
    variables = FUNCTIONS[name]["Environment"]["Variables"]
    referred = {key: value["Ref"] for key, value in variables.items() if isinstance(value, dict)}

    sizes = {
        key: LONGEST.get(to, 6 if to in PARAMETERS else LONGEST_ID) if (to := referred.get(key)) else len(value)
        for key, value in variables.items()
    }

    assert sum(len(key) + size for key, size in sizes.items()) < 4096


@pytest.mark.parametrize("name", SOURCES)
def test_an_event_source_runs_a_bounded_number_of_functions(name: str) -> None:
    most = SOURCES[name]["ScalingConfig"]["MaximumConcurrency"]
    least = PARAMETERS[most["Ref"]]["MinValue"] if isinstance(most, dict) else int(most)

    assert least >= 2, "Lambda takes no less"


@pytest.mark.parametrize("name", SCHEDULES)
def test_a_schedule_gives_up_before_the_next_wake_is_due(name: str) -> None:
    schedule = SCHEDULES[name]
    every = {"rate(1 minute)": 60, "rate(15 minutes)": 900}.get(str(schedule["ScheduleExpression"]), 86_400)

    assert schedule["Target"]["RetryPolicy"]["MaximumEventAgeInSeconds"] <= every
    assert named(schedule["Target"]["RoleArn"]) == {"SchedulerRole"}


def test_lambda_gives_up_a_scheduled_wake_before_the_next_is_due() -> None:
    told = {name: one["MaximumEventAgeInSeconds"] for name, one in of_type("AWS::Lambda::EventInvokeConfig").items()}
    woken = {function for one in SCHEDULES.values() for function in named(one["Target"]["Arn"])}

    assert told.keys() == {f"{name}EventInvokeConfig" for name in woken}
    assert {name: seconds for name, seconds in told.items() if seconds > 3600} == {}


def test_an_order_to_read_again_may_come_back_for_a_day() -> None:
    # Lambda ends what looks like a loop after 16 rounds; held back for 15 minutes each time, a day has 96.
    looping = {name for name, one in FUNCTIONS.items() if one.get("RecursiveLoop") == "Allow"}

    assert looping == {"IngestFunction"}


NAMES = (
    "AlarmName",
    "BucketName",
    "FunctionName",
    "LogGroupName",
    "Name",
    "QueueName",
    "RoleName",
    "TableName",
    "TopicName",
)


def test_only_fifo_queues_have_names_of_ours() -> None:
    ours = {
        name
        for name, resource in resources().items()
        for key, value in resource.get("Properties", {}).items()
        if key in NAMES and not named(value)
    }

    assert ours == {name for name, queue in QUEUES.items() if queue.get("FifoQueue")}


@pytest.mark.parametrize("name", PARAMETERS)
def test_a_parameter_says_what_it_is_for_and_what_it_takes(name: str) -> None:
    rules = PARAMETERS[name]

    assert len(rules["Description"]) > 20
    assert (
        {"AllowedValues"} <= rules.keys()
        or {"AllowedPattern", "ConstraintDescription"} <= rules.keys()
        or {
            "MinValue",
            "MaxValue",
        }
        <= rules.keys()
    )


def test_parameters_are_asked_for_in_the_order_of_their_groups() -> None:
    grouped = [name for group in GROUPS for name in group["Parameters"]]

    assert grouped == list(PARAMETERS)
    assert all(group["Label"]["default"] for group in GROUPS)


def test_only_what_nobody_can_guess_must_be_answered() -> None:
    assert [name for name, rules in PARAMETERS.items() if "Default" not in rules] == ["Contact"]
