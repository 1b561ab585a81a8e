"""Email and SMS as they reach the outbox."""

import json
import re
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from queue import Queue
from typing import ClassVar

import pytest

from sitrep.local.mail import Outbox
from sitrep.local.show import framed, printable, read_messages
from tests.local.conftest import stack_outputs

BODIES = {"default": "for all", "email": "Two\nlines", "sms": "short"}
ATTRIBUTES = {
    "severity": {"DataType": "Number", "StringValue": "70"},
    "country": {"DataType": "String.Array", "StringValue": '["SY", "LB"]'},
    "category": {"DataType": "String", "StringValue": "airstrike"},
}


@pytest.fixture
def topic(stage, cloud):
    stage()
    return stack_outputs(cloud)["Topic"]


@pytest.fixture
def sns(cloud):
    return cloud.client("sns")


def publish(sns, topic, bodies=BODIES, **more):
    sns.publish(
        TopicArn=topic, Message=json.dumps(bodies), MessageStructure="json", MessageAttributes=ATTRIBUTES, **more
    )


def test_each_reader_gets_the_body_made_for_them(sns, topic, cloud):
    sns.subscribe(TopicArn=topic, Protocol="email", Endpoint="a@example.org")
    sns.subscribe(TopicArn=topic, Protocol="sms", Endpoint="+12025550100")

    publish(sns, topic, Subject="Airstrike: somewhere")

    email, sms = read_messages(cloud.folder)
    assert (email["protocol"], email["endpoint"], email["subject"], email["body"]) == (
        "email",
        "a@example.org",
        "Airstrike: somewhere",
        "Two\nlines",
    )
    assert (sms["protocol"], sms["endpoint"], sms["subject"]) == ("sms", "+12025550100", None)
    assert sms["body"] == "SITREP> short"
    assert email["attributes"] == {"severity": 70, "country": ["SY", "LB"], "category": "airstrike"}
    assert email["message_id"] == sms["message_id"]
    assert email["topic"] == topic


def test_each_message_is_a_file_to_read(sns, topic, cloud):
    sns.subscribe(TopicArn=topic, Protocol="email", Endpoint="a@example.org")

    publish(sns, topic, Subject="Airstrike: somewhere")

    (file,) = cloud.folder.outbox.glob("*.txt")
    assert re.fullmatch(r"\d{4}-email-airstrike-somewhere\.txt", file.name)
    head, body = file.read_text().split("\n\n", 1)
    assert "To: a@example.org" in head
    assert "Subject: Airstrike: somewhere" in head
    assert body == "Two\nlines\n"


def test_a_channel_without_a_body_of_its_own_gets_the_default(sns, topic, cloud):
    sns.subscribe(TopicArn=topic, Protocol="sms", Endpoint="+12025550100")

    publish(sns, topic, bodies={"default": "for all"})

    assert [message["body"] for message in read_messages(cloud.folder)] == ["SITREP> for all"]


def test_a_filter_policy_keeps_out_what_its_reader_did_not_ask_for(sns, topic, cloud):
    for name, policy in {
        "high": {"severity": [{"numeric": [">=", 60]}]},
        "higher": {"severity": [{"numeric": [">=", 80]}]},
        "there": {"country": ["LB"]},
        "elsewhere": {"country": ["UA"]},
    }.items():
        attributes = {"FilterPolicy": json.dumps(policy)}
        sns.subscribe(TopicArn=topic, Protocol="email", Endpoint=f"{name}@example.org", Attributes=attributes)

    publish(sns, topic)

    assert [message["endpoint"] for message in read_messages(cloud.folder)] == ["high@example.org", "there@example.org"]


def test_a_number_is_told_without_a_topic(sns, cloud, topic):
    sns.publish(PhoneNumber="+12025550100", Message="a word")

    assert [(m["endpoint"], m["body"], m["topic"]) for m in read_messages(cloud.folder)] == [
        ("+12025550100", "a word", None)
    ]


def test_a_queue_subscription_still_works(sns, topic, stage, cloud):
    queue = cloud.client("sqs").create_queue(QueueName="other")["QueueUrl"]
    arn = cloud.client("sqs").get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"][
        "QueueArn"
    ]
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn)

    publish(sns, topic)

    (message,) = cloud.client("sqs").receive_message(QueueUrl=queue)["Messages"]
    assert json.loads(message["Body"])["Message"] == "for all"


def test_a_line_that_a_dying_process_left_unfinished_goes(tmp_path):
    messages = tmp_path / "messages.jsonl"
    messages.write_text('{"protocol": "email"}\n{"protoc')

    outbox = Outbox(messages)

    assert outbox.count == 1
    assert messages.read_text() == '{"protocol": "email"}\n'


def test_the_terminal_is_not_driven_by_strangers_words():
    message = {"protocol": "sms", "endpoint": "+1", "subject": None, "body": "a\x1b[2Jb\r\nc"}

    shown = printable(framed(message))

    assert "\x1b" not in shown
    assert "\r" not in shown


class Relay(BaseHTTPRequestHandler):
    """A web server of this machine that takes what is posted."""

    taken: ClassVar[Queue]

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.taken.put((self.path, dict(self.headers), json.loads(body)))
        self.send_response(302)
        self.send_header("Location", "http://127.0.0.1:9/elsewhere")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *arguments):
        pass


@pytest.fixture
def relay():
    """Where it listens, and what it takes."""
    Relay.taken = Queue()
    with ThreadingHTTPServer(("127.0.0.1", 0), Relay) as server:
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}", Relay.taken
        server.shutdown()


def test_a_web_server_of_this_machine_gets_what_sns_posts(sns, topic, cloud, relay):
    address, taken = relay
    arn = sns.subscribe(
        TopicArn=topic,
        Protocol="http",
        Endpoint=f"{address}/in?key=1",
        Attributes={"FilterPolicy": '{"severity": [70]}'},
    )["SubscriptionArn"]

    publish(sns, topic, bodies={"default": "for all", "http": '{"a": "ü"}'}, Subject="Airstrike: somewhere")
    path, headers, posted = taken.get(timeout=60)

    (message,) = read_messages(cloud.folder)
    assert path == "/in?key=1"
    assert headers["x-amz-sns-message-type"] == "Notification"
    assert headers["x-amz-sns-subscription-arn"] == arn
    assert (posted["Type"], posted["Subject"], posted["Message"]) == (
        "Notification",
        "Airstrike: somewhere",
        '{"a": "ü"}',
    )
    assert posted["MessageAttributes"]["country"] == {"Type": "String.Array", "Value": '["SY", "LB"]'}
    assert json.loads(message["body"]) == posted
    assert (message["protocol"], message["endpoint"]) == ("http", f"{address}/in?key=1")


def test_a_web_server_elsewhere_is_written_to_the_outbox_and_not_asked(sns, topic, cloud):
    sns.subscribe(TopicArn=topic, Protocol="https", Endpoint="https://relay.example/in")

    publish(sns, topic, bodies={"default": "for all", "https": "{}"}, Subject="Airstrike: somewhere")

    (message,) = read_messages(cloud.folder)
    assert (message["protocol"], message["endpoint"]) == ("https", "https://relay.example/in")
    assert json.loads(message["body"])["Message"] == "{}"


@pytest.mark.parametrize(
    "host", ["example.org", "10.0.0.1", "127.0.0.1.example.org", "[::]", "169.254.169.254", "[::1"]
)
def test_only_this_machine_is_posted_to(host, tmp_path):
    outbox = Outbox(tmp_path / "messages.jsonl")

    outbox.post(f"http://{host}/", "{}", {})

    assert outbox.posting == 0


def test_a_web_server_that_does_not_answer_keeps_nobody_from_the_message(sns, topic, cloud):
    sns.subscribe(TopicArn=topic, Protocol="http", Endpoint="http://127.0.0.1:9/")
    sns.subscribe(TopicArn=topic, Protocol="email", Endpoint="a@example.org")

    publish(sns, topic, Subject="Airstrike: somewhere")

    assert [message["protocol"] for message in read_messages(cloud.folder)] == ["http", "email"]


def test_what_was_posted_has_arrived_before_the_process_ends(relay, tmp_path):
    address, taken = relay
    outbox = Outbox(tmp_path / "messages.jsonl")
    for number in range(3):
        outbox.post(f"{address}/{number}", "{}", {})

    outbox.settle()

    assert {taken.get_nowait()[0] for _ in range(3)} == {"/0", "/1", "/2"}
