"""Who gets which alerts, on a local stack in this process; what AWS would add, by its own answers."""

import json
from contextlib import nullcontext
from typing import Any

import pytest
from botocore.stub import Stubber

from shared.core.subscriptions import POLICIES_MAX, Wish, policy_of
from sitrep.cli import main
from sitrep.commands import subscribe
from sitrep.stack import Stack as Opened
from tests.commands.conftest import Cli
from tests.commands.rule_files import LANDSLIDE
from tests.conftest import Stack

YOU = "you@example.org"
FILTER = ("--category", "airstrike,shelling", "--country", "SY", "--country", "iraq", "--min-severity", "60")
WORDS = "airstrike or shelling in Syria or Iraq, severity 60 or more"
TOPIC = "arn:aws:sns:eu-central-1:123456789012:sitrep-alerts"


def policies(stack: Stack, topic: str = "AlertTopic") -> dict[str, Any]:
    """Each reader's filter, as SNS has it."""
    sns = stack.client("sns")
    pages = sns.get_paginator("list_subscriptions_by_topic").paginate(TopicArn=stack.outputs[topic])
    found = [one for page in pages for one in page["Subscriptions"]]
    attributes = {
        one["Endpoint"]: sns.get_subscription_attributes(SubscriptionArn=one["SubscriptionArn"])["Attributes"]
        for one in found
    }
    return {endpoint: json.loads(told.get("FilterPolicy") or "{}") for endpoint, told in attributes.items()}


def test_a_wish_becomes_a_filter_and_is_said_in_words(cli: Cli, stack: Stack) -> None:
    said = cli("subscribe", "email", YOU, *FILTER, "--certainty", "reported", "--status", "new, correction")

    assert said.splitlines()[1:] == [f"  gets: {WORDS}, reported; new and corrected only"]
    assert policies(stack) == {
        YOU: {
            "category": ["airstrike", "shelling"],
            "country": ["SY", "IQ"],
            "severity": [{"numeric": [">=", 60]}],
            "certainty": ["reported"],
            "status": ["new", "correction"],
        }
    }


def test_who_asks_for_nothing_in_particular_has_no_filter(cli: Cli, stack: Stack) -> None:
    said = cli("subscribe", "email", YOU)

    assert said.splitlines()[1:] == ["  gets: everything"]
    assert policies(stack) == {YOU: {}}


def test_a_phone_keeps_to_the_day_s_budget(cli: Cli, stack: Stack) -> None:
    said = cli("subscribe", "sms", "+1 (202) 555-0123")

    assert said.splitlines()[1:] == ["  gets: everything; as far as the day's SMS budget goes"]
    assert policies(stack) == {"+12025550123": {"sms": ["yes"]}}


def test_what_a_reader_gets_is_changed_and_both_are_said(cli: Cli, stack: Stack) -> None:
    cli("subscribe", "email", YOU)

    changed = cli("subscribe", "email", YOU, *FILTER)
    again = cli("subscribe", "email", YOU, *FILTER)
    back = cli("subscribe", "email", YOU)

    assert changed.splitlines()[0].endswith(" already; its filter is changed")
    assert changed.splitlines()[1:] == ["  got:  everything", f"  gets: {WORDS}"]
    assert again.splitlines()[0].endswith(" already")
    assert again.splitlines()[1:] == [f"  gets: {WORDS}"]
    assert back.splitlines()[1:] == [f"  got:  {WORDS}", "  gets: everything"]
    assert policies(stack) == {YOU: {}}


def test_a_filter_that_looked_into_the_body_looks_at_attributes_from_then_on(cli: Cli, stack: Stack) -> None:
    sns = stack.client("sns")
    arn = sns.subscribe(
        TopicArn=stack.outputs["AlertTopic"],
        Protocol="email",
        Endpoint=YOU,
        Attributes={"FilterPolicyScope": "MessageBody", "FilterPolicy": '{"a": ["\\u202e"]}'},
        ReturnSubscriptionArn=True,
    )["SubscriptionArn"]

    listed = cli("subscriptions")
    said = cli("subscribe", "email", YOU, "--status", "new")

    assert listed.endswith('confirmed  what passes a filter on its body: {"a": ["\\u202e"]}\n')
    assert said.splitlines()[1:] == ["  got:  what passes a filter on its body", "  gets: everything; new only"]
    assert (
        sns.get_subscription_attributes(SubscriptionArn=arn)["Attributes"]["FilterPolicyScope"] == "MessageAttributes"
    )


@pytest.mark.parametrize(
    ("words", "says"),
    [
        pytest.param(["--category", "airstrik"], "no category 'airstrik': did you mean airstrike?", id="category"),
        pytest.param(["--category", "qqqq"], "no category 'qqqq': there are abduction, ", id="nothing near"),
        pytest.param(
            ["--category", "friendly fire"],
            "friendly_fire is a flag, which marks messages of any category: `subscribe` has --flag for it",
            id="a flag",
        ),
        pytest.param(["--flag", "airstrike"], "there is no flag 'airstrike'", id="no flag"),
        pytest.param(["--country", "Syrya"], "is no country that is known: did you mean Syria (SY)?", id="country"),
        pytest.param(
            ["--country", "gaza strip"], "is no country: name Palestinian territories (PS), where it is", id="a region"
        ),
        pytest.param(["--country", "ZZ"], "give its English name, or its code of two letters", id="code"),
        pytest.param(["--certainty", "report"], "no certainty 'report': did you mean reported?", id="certainty"),
        pytest.param(["--status", "updates"], "no status 'updates': did you mean update?", id="status"),
        pytest.param(
            ["--country", "x\n\u202e\x1b[2JWRONG"], "'x\\n\\u202e\\x1b[2JWRONG' is no country", id="made for a terminal"
        ),
    ],
)
def test_what_sitrep_does_not_know_is_refused_with_what_comes_near(
    cli: Cli, stack: Stack, words: list[str], says: str
) -> None:
    said = cli("subscribe", "email", YOU, *words, status=1)

    assert says in said
    assert said.count("\n") == 1
    assert policies(stack) == {}


@pytest.mark.parametrize(
    ("words", "says"),
    [
        pytest.param(["--min-severity", "101"], "'101' is no severity: give a number from 0 to 100", id="too severe"),
        pytest.param(["--min-severity", "high"], "'high' is no severity", id="a word"),
        pytest.param(["--country", ""], "nothing is named: leave it out", id="an empty variable"),
        pytest.param(["--category", "airstrike,"], "nothing is named", id="an empty word"),
    ],
)
def test_what_is_written_wrongly_is_refused_before_any_stack_is_asked(
    words: list[str], says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["subscribe", "email", YOU, *words])

    assert ended.value.code == 2
    assert says in capsys.readouterr().err


@pytest.mark.parametrize(
    ("name", "code"),
    [("uk", "GB"), ("U.S.", "US"), ("côte d'ivoire", "CI"), ("gb", "GB"), ("Democratic Republic of Congo", "CD")],
)
def test_a_country_is_known_by_its_names_and_its_code(cli: Cli, stack: Stack, name: str, code: str) -> None:
    cli("subscribe", "email", YOU, "--country", name)

    assert policies(stack)[YOU] == {"country": [code]}


def test_a_category_is_known_however_it_is_written(cli: Cli, stack: Stack) -> None:
    cli("subscribe", "email", YOU, "--category", "Drone-Strike, drone strike,ied_mine")

    assert policies(stack)[YOU] == {"category": ["drone_strike", "ied_mine"]}


def test_a_rule_of_the_operator_s_is_known_too(cli: Cli, stack: Stack) -> None:
    stack.client("s3").put_object(Bucket=stack.outputs["Archive"], Key="config/rules/own.toml", Body=LANDSLIDE)

    cli("subscribe", "email", YOU, "--category", "landslide")

    assert policies(stack)[YOU] == {"category": ["landslide"]}


def test_what_sends_no_message_is_said(cli: Cli) -> None:
    said = cli("subscribe", "email", YOU, "--category", "airstrike,negotiation")

    assert said.splitlines()[2:] == ["  note: negotiation is kept as a record, and sends no message"]


def test_six_conditions_subscribe_nobody(cli: Cli, stack: Stack) -> None:
    words = [*FILTER, "--status", "new", "--certainty", "observed"]

    said = cli("subscribe", "sms", "+12025550123", *words, status=1)

    assert "SNS takes 5 conditions in a filter, and this has 6" in said
    assert "one of them is sms, which keeps to the day's SMS budget; leave 1 out" in said
    assert policies(stack) == {}


def test_more_combinations_than_sns_takes_subscribe_nobody(cli: Cli, stack: Stack) -> None:
    countries = "sy,iq,ua,ru,il,lb,ps,jo,tr,ir,sd,so,et,ml,ne,ng"

    said = cli(
        "subscribe",
        "email",
        YOU,
        "--country",
        countries,
        "--category",
        "airstrike,shelling,grenade,chemical,abduction,ied_mine,drone_strike,armed_clash,suicide_attack,missile_rocket",
        status=1,
    )

    assert "and this has 160 (10 of category x 16 of country): name fewer" in said
    assert policies(stack) == {}


def test_the_filter_after_the_last_that_sns_takes_is_refused(cli: Cli, stack: Stack) -> None:
    sns, topic = stack.client("sns"), stack.outputs["AlertTopic"]
    filtered = {"FilterPolicy": json.dumps(policy_of(Wish(statuses=("new",)), "email"))}
    for number in range(POLICIES_MAX):
        sns.subscribe(TopicArn=topic, Protocol="email", Endpoint=f"{number}@example.org", Attributes=filtered)

    refused = cli("subscribe", "email", YOU, "--status", "new", status=1)
    cli("subscribe", "email", YOU)
    refused_again = cli("subscribe", "email", YOU, "--status", "new", status=1)
    cli("subscribe", "email", "7@example.org", "--status", "update")

    assert "SNS takes 200 filters on a topic, and that many readers have one" in refused
    assert refused_again == refused
    assert policies(stack)[YOU] == {}
    assert policies(stack)["7@example.org"] == {"status": ["update"]}


def test_what_is_wrong_with_sitrep_is_not_filtered(cli: Cli, stack: Stack) -> None:
    refused = cli("subscribe", "email", YOU, "--ops", "--status", "new", status=1)
    said = cli("subscribe", "sms", "+12025550123", "--ops")

    assert "has no kinds to choose from: leave the filter out" in refused
    assert said.splitlines()[1:] == ["  gets: everything"]
    assert policies(stack, "OpsTopic") == {"+12025550123": {}}


# --- queues ------------------------------------------------------------------------------------------------------


@pytest.fixture
def queue(stack: Stack) -> str:
    """The ARN of a queue that is called `alerts`."""
    sqs = stack.client("sqs")
    url = sqs.create_queue(QueueName="alerts")["QueueUrl"]
    return str(sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"])


def queue_policy(stack: Stack) -> dict[str, Any]:
    sqs = stack.client("sqs")
    url = sqs.get_queue_url(QueueName="alerts")["QueueUrl"]
    return dict(json.loads(sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["Policy"])["Attributes"]["Policy"]))


@pytest.mark.parametrize("by", ["alerts", "arn:aws:sqs:eu-central-1:123456789012:alerts"])
def test_a_queue_comes_by_its_name_or_arn_lets_the_topic_in_and_goes(
    cli: Cli, stack: Stack, queue: str, by: str
) -> None:
    came = cli("subscribe", "sqs", by, "--country", "SY")
    again = cli("subscribe", "sqs", by, "--country", "SY")
    filters, (statement,) = policies(stack), queue_policy(stack)["Statement"]
    went = cli("unsubscribe", by)

    assert came.splitlines()[1:] == [
        "  gets: everything in Syria",
        "  its policy lets the messages in from now on",
    ]
    assert again.splitlines()[-1] == "  its policy lets the messages in"
    assert filters == {queue: {"country": ["SY"]}}
    assert statement == {
        "Effect": "Allow",
        "Principal": {"Service": "sns.amazonaws.com"},
        "Action": "sqs:SendMessage",
        "Resource": queue,
        "Condition": {"ArnEquals": {"aws:SourceArn": stack.outputs["AlertTopic"]}},
    }
    assert "gets no more alerts" in went
    assert policies(stack) == {}


def test_a_queue_s_policy_keeps_what_it_said(cli: Cli, stack: Stack, queue: str) -> None:
    other = {"Sid": "mine", "Effect": "Allow", "Principal": "*", "Action": "sqs:SendMessage", "Resource": queue}
    sqs = stack.client("sqs")
    url = sqs.get_queue_url(QueueName="alerts")["QueueUrl"]
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": json.dumps({"Id": "p", "Statement": other})})

    cli("subscribe", "sqs", "alerts")

    policy = queue_policy(stack)
    assert policy["Id"] == "p"
    assert policy["Statement"][0] == other
    assert len(policy["Statement"]) == 2


@pytest.mark.parametrize(
    ("target", "says"),
    [
        pytest.param("none", "there is no queue none in eu-central-1", id="none"),
        pytest.param("alerts.fifo", "is a FIFO queue, and SNS sends these alerts to standard queues only", id="fifo"),
        pytest.param("a b", "'a b' is no queue; give its name, or an ARN", id="no name"),
        pytest.param("arn:aws:sns:eu-central-1:123456789012:x", "is no queue; give its name", id="another service"),
        pytest.param("x" * 81, "is no queue", id="too long"),
        pytest.param("a\n\u202eb", "'a\\n\\u202eb' is no queue", id="made for a terminal"),
    ],
)
def test_what_is_no_queue_is_refused(cli: Cli, stack: Stack, target: str, says: str) -> None:
    said = cli("subscribe", "sqs", target, status=1)

    assert says in said
    assert said.count("\n") == 1
    assert policies(stack) == {}


# --- web addresses -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "endpoint"),
    [
        ("https://example.org/alerts?key=1#top", "https://example.org/alerts?key=1"),
        ("https://bücher.example/ä", "https://xn--bcher-kva.example/%C3%A4"),
        ("http://example.org/alerts", "http://example.org/alerts"),
        ("http://127.0.0.1:8000/alerts", "http://127.0.0.1:8000/alerts"),
    ],
)
def test_a_web_address_comes_and_goes(cli: Cli, stack: Stack, url: str, endpoint: str) -> None:
    said = cli("subscribe", "https", url)
    came = policies(stack)
    cli("unsubscribe", url)

    assert came == {endpoint: {}}
    assert ("only web servers of this machine are posted to" in said) is ("127.0.0.1" not in url)
    assert policies(stack) == {}


@pytest.mark.parametrize(
    "url",
    [
        "",
        "example.org",
        "ftp://example.org/",
        "javascript:alert(1)",
        "https://me:secret@example.org/",
        "https://[::1",
        f"https://example.org/{'x' * 2_000}",
        "https://exa mple.org/",
        "https://example.org/\x1b[2J",
    ],
)
def test_what_is_no_web_address_is_refused(cli: Cli, stack: Stack, url: str) -> None:
    said = cli("subscribe", "https", url, status=1)

    assert "is no web address that alerts can be sent to; give one like https://" in said
    assert said.count("\n") == 1
    assert policies(stack) == {}


@pytest.mark.parametrize(
    ("url", "says"),
    [
        pytest.param("http://example.org/", "alerts go out encrypted only", id="not encrypted"),
        pytest.param("https://localhost/", "is not on the public web", id="this machine"),
        pytest.param("https://127.0.0.1/", "is not on the public web", id="this machine by number"),
        pytest.param("https://[::1]/", "is not on the public web", id="this machine by its IPv6 number"),
        pytest.param("https://10.0.0.1/", "is not on the public web", id="a private network"),
        pytest.param("https://169.254.169.254/", "is not on the public web", id="the metadata service"),
        pytest.param("https://2130706433/", "is not on the public web", id="a number in disguise"),
        pytest.param("https://0x7f.1/", "is not on the public web", id="another disguise"),
        pytest.param("https://relay/", "is not on the public web", id="a bare name"),
        pytest.param("https://relay.local/", "is not on the public web", id="a name of the house"),
        pytest.param("https://relay.INTERNAL./", "is not on the public web", id="a name of the firm"),
    ],
)
def test_a_deployed_stack_sends_to_the_public_web_only(url: str, says: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["subscribe", "https", url, "--stack", "sitrep"]) == 1
    assert says in capsys.readouterr().err


# --- what a deployed stack adds ----------------------------------------------------------------------------------


class Deployed:
    """SNS and SQS as AWS answers, in the order that is expected."""

    def __init__(self, stack: Stack) -> None:
        self.stubs = {name: Stubber(stack.client(name)) for name in ("sns", "sqs")}
        for stub in self.stubs.values():
            stub.activate()

    def client(self, name: str) -> Any:
        return self.stubs[name].client


@pytest.fixture
def deployed(stack: Stack, monkeypatch: pytest.MonkeyPatch) -> Deployed:
    made = Deployed(stack)
    outputs = {"AlertTopic": TOPIC}
    monkeypatch.setattr(subscribe, "open_stack", lambda _: nullcontext(Opened("sitrep", outputs, made)))
    return made


def lists(stub: Stubber, *subscriptions: dict[str, str]) -> None:
    found = [{"TopicArn": TOPIC, "Owner": "123456789012", **one} for one in subscriptions]
    stub.add_response("list_subscriptions_by_topic", {"Subscriptions": found}, {"TopicArn": TOPIC})


def has_filter(stub: Stubber, policy: str | None, arn: str = f"{TOPIC}:1") -> None:
    told = {"PendingConfirmation": "true"} | ({"FilterPolicy": policy} if policy else {})
    stub.add_response("get_subscription_attributes", {"Attributes": told}, {"SubscriptionArn": arn})


def said_by(words: list[str], capsys: pytest.CaptureFixture[str], status: int = 0) -> str:
    assert main(["subscribe", *words, "--stack", "sitrep"]) == status
    shown = capsys.readouterr()
    return shown.out + shown.err


def test_an_address_is_told_of_the_link_that_it_must_follow(
    deployed: Deployed, capsys: pytest.CaptureFixture[str]
) -> None:
    sns = deployed.stubs["sns"]
    lists(sns)
    asked = {"TopicArn": TOPIC, "Protocol": "email", "Endpoint": YOU, "ReturnSubscriptionArn": True}
    wanted = {"FilterPolicy": '{"status": ["new"]}'}
    sns.add_response("subscribe", {"SubscriptionArn": f"{TOPIC}:1"}, {**asked, "Attributes": wanted})
    has_filter(sns, wanted["FilterPolicy"])

    said = said_by(["email", YOU, "--status", "new"], capsys)

    assert said.splitlines()[1:] == [
        "  gets: everything; new only",
        "AWS has sent it a message with a link: nothing arrives before that is followed.",
    ]
    sns.assert_no_pending_responses()


def test_who_waits_for_confirmation_is_asked_again_and_gets_the_new_filter(
    deployed: Deployed, capsys: pytest.CaptureFixture[str]
) -> None:
    sns = deployed.stubs["sns"]
    lists(sns, {"SubscriptionArn": "PendingConfirmation", "Protocol": "email", "Endpoint": YOU})
    asked = {"TopicArn": TOPIC, "Protocol": "email", "Endpoint": YOU, "ReturnSubscriptionArn": True}
    sns.add_response("subscribe", {"SubscriptionArn": f"{TOPIC}:1"}, {**asked, "Attributes": {}})
    has_filter(sns, '{"status": ["new"]}')
    change = {"SubscriptionArn": f"{TOPIC}:1", "AttributeName": "FilterPolicy", "AttributeValue": "{}"}
    sns.add_response("set_subscription_attributes", {}, change)
    has_filter(sns, "{}")

    said = said_by(["email", YOU], capsys)

    assert said.splitlines()[1:] == [
        "  got:  everything; new only",
        "  gets: everything",
        "  AWS may take 15 minutes to go by the new filter everywhere",
        "AWS has sent it a message with a link: nothing arrives before that is followed.",
    ]
    sns.assert_no_pending_responses()


def test_a_reader_that_sns_does_not_list_yet_is_changed_all_the_same(
    deployed: Deployed, capsys: pytest.CaptureFixture[str]
) -> None:
    sns = deployed.stubs["sns"]
    lists(sns)
    sns.add_client_error("subscribe", "InvalidParameter", "Subscription already exists with different attributes", 400)
    sns.add_response("subscribe", {"SubscriptionArn": f"{TOPIC}:1"})
    has_filter(sns, None)
    sns.add_response("set_subscription_attributes", {})
    has_filter(sns, '{"status": ["new"]}')

    said = said_by(["email", YOU, "--status", "new"], capsys)

    assert "already; its filter is changed" in said
    sns.assert_no_pending_responses()


def test_what_sns_does_not_know_yet_of_its_own_is_as_it_was_asked_for(
    deployed: Deployed, capsys: pytest.CaptureFixture[str]
) -> None:
    sns = deployed.stubs["sns"]
    lists(sns)
    sns.add_response("subscribe", {"SubscriptionArn": f"{TOPIC}:1"})
    sns.add_client_error("get_subscription_attributes", "NotFound", "Subscription does not exist", 404)

    said = said_by(["email", YOU, "--status", "new"], capsys)

    assert said.splitlines()[:2] == [
        f"{YOU} is subscribed to the alerts of sitrep: {TOPIC}:1",
        "  gets: everything; new only",
    ]
    sns.assert_no_pending_responses()


def test_a_filter_too_many_is_told_as_what_it_is(deployed: Deployed, capsys: pytest.CaptureFixture[str]) -> None:
    sns = deployed.stubs["sns"]
    lists(sns)
    sns.add_client_error("subscribe", "FilterPolicyLimitExceeded", "Filter policy limit exceeded", 403)

    said = said_by(["email", YOU, "--status", "new"], capsys, status=1)

    assert said.startswith("sitrep: SNS takes 200 filters on a topic, and that many readers have one")


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        pytest.param({"IsInSandbox": True}, "the number gets nothing before it is verified there", id="in the sandbox"),
        pytest.param({"IsInSandbox": False}, None, id="out of it"),
        pytest.param(None, "whether this one is, we may\nnot ask (sns:GetSMSSandboxAccountStatus).", id="not allowed"),
    ],
)
def test_a_phone_is_told_what_may_keep_messages_from_it(
    deployed: Deployed, capsys: pytest.CaptureFixture[str], answer: dict[str, bool] | None, says: str | None
) -> None:
    sns = deployed.stubs["sns"]
    lists(sns)
    sns.add_response("subscribe", {"SubscriptionArn": f"{TOPIC}:1"})
    has_filter(sns, '{"sms": ["yes"]}')
    if answer is None:
        sns.add_client_error("get_sms_sandbox_account_status", "AuthorizationError", "not authorized", 403)
    else:
        sns.add_response("get_sms_sandbox_account_status", answer)

    said = said_by(["sms", "+12025550123"], capsys)

    assert ("sandbox" in said) is (says is not None)
    assert says is None or says in said
    assert "Many countries deliver text messages of a registered number or sender only" in said
    assert "may spend 1 USD a month" in said


def test_a_web_server_is_told_of_the_link_that_it_must_open(
    deployed: Deployed, capsys: pytest.CaptureFixture[str]
) -> None:
    sns = deployed.stubs["sns"]
    lists(sns)
    sns.add_response("subscribe", {"SubscriptionArn": f"{TOPIC}:1"})
    has_filter(sns, None)

    said = said_by(["https", "https://example.org/alerts"], capsys)

    assert said.endswith("SubscriptionConfirmation: nothing arrives before it opens the SubscribeURL in that.\n")


@pytest.mark.parametrize("account", ["123456789012", "999999999999"])
def test_a_queue_of_a_deployed_stack_is_left_alone_and_its_policy_told(
    deployed: Deployed, capsys: pytest.CaptureFixture[str], account: str
) -> None:
    arn = f"arn:aws:sqs:eu-central-1:{account}:alerts"
    is_ours = account in TOPIC
    sns, sqs = deployed.stubs["sns"], deployed.stubs["sqs"]
    if is_ours:
        sqs.add_response("get_queue_url", {"QueueUrl": "https://sqs/alerts"}, {"QueueName": "alerts"})
        sqs.add_response("get_queue_attributes", {"Attributes": {"QueueArn": arn}})
        sqs.add_response("get_queue_attributes", {})
    lists(sns)
    sns.add_response("subscribe", {"SubscriptionArn": f"{TOPIC}:1"})
    has_filter(sns, None)

    said = said_by(["sqs", arn], capsys)

    told = json.loads(next(line for line in said.splitlines() if line.startswith("  {")))
    assert told["Resource"] == arn
    assert told["Condition"] == {"ArnEquals": {"aws:SourceArn": TOPIC}}
    assert ("its owner must confirm" in said) is not is_ours
    sqs.assert_no_pending_responses()


def test_what_aws_refuses_otherwise_is_its_own_word(deployed: Deployed, capsys: pytest.CaptureFixture[str]) -> None:
    sns = deployed.stubs["sns"]
    lists(sns)
    sns.add_client_error("subscribe", "InvalidParameter", "Invalid parameter: Endpoint\nWRONG: x", 400)

    said = said_by(["email", YOU], capsys, status=1)

    assert "Invalid parameter: Endpoint" in said
    assert said.count("\n") == 1


def test_pending_readers_are_told_from_confirmed_ones(
    deployed: Deployed, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = Opened("sitrep", {"AlertTopic": TOPIC}, deployed)
    monkeypatch.setattr("sitrep.commands.subscriptions.open_stack", lambda _: nullcontext(opened))
    sns = deployed.stubs["sns"]
    lists(
        sns,
        {"SubscriptionArn": "PendingConfirmation", "Protocol": "email", "Endpoint": YOU},
        {"SubscriptionArn": f"{TOPIC}:1", "Protocol": "sms", "Endpoint": "+12025550123"},
        {"SubscriptionArn": "Deleted", "Protocol": "email", "Endpoint": "gone@example.org"},
    )
    has_filter(sns, '{"country": ["SY"], "sms": ["yes"]}')

    assert main(["subscriptions", "--stack", "sitrep"]) == 0

    assert capsys.readouterr().out.splitlines() == [
        "email  you@example.org  pending: waits for confirmation, and gets nothing",
        "sms    +12025550123     confirmed  everything in Syria; as far as the day's SMS budget goes",
    ]
