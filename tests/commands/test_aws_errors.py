"""A deployed stack that cannot be used: one line, and no traceback."""

import os
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from sitrep.cli import main

COMMANDS = [
    pytest.param(["subscribe", "email", "you@example.org"], id="subscribe"),
    pytest.param(["subscriptions"], id="subscriptions"),
    pytest.param(["unsubscribe", "you@example.org"], id="unsubscribe"),
    pytest.param(["feeds"], id="feeds"),
    pytest.param(["incidents"], id="incidents"),
    pytest.param(["incidents", "show", "abcdefgh23"], id="incidents show"),
    pytest.param(["mute"], id="mute"),
    pytest.param(["mute", "incident", "abcdefgh23"], id="mute incident"),
    pytest.param(["subscribe", "sqs", "alerts"], id="subscribe a queue"),
]
OUTPUTS = {
    "Archive": "archive",
    "FeedsTable": "feeds",
    "EntriesTable": "entries",
    "IncidentsTable": "incidents",
    "AlertTopic": "arn:aws:sns:eu-central-1:123456789012:t",
}
MEMBERS = "".join(
    f"<member><OutputKey>{name}</OutputKey><OutputValue>{value}</OutputValue></member>"
    for name, value in OUTPUTS.items()
)
STACK = (
    "<DescribeStacksResponse><DescribeStacksResult><Stacks><member><StackName>sitrep</StackName>"
    "<Outputs>{}</Outputs></member></Stacks></DescribeStacksResult></DescribeStacksResponse>"
)


class Door(BaseHTTPRequestHandler):
    """Shows the stack to everybody, and lets nobody in."""

    outputs = MEMBERS

    def do_POST(self):
        asked = self.rfile.read(int(self.headers["Content-Length"]))
        if b"Action=DescribeStacks" in asked:
            self.answer(200, STACK.format(self.outputs))
        elif "X-Amz-Target" in self.headers:
            self.answer(400, '{"__type": "x#AccessDeniedException", "message": "You are not authorized\\nWRONG: x"}')
        else:
            error = "<Code>AuthorizationError</Code><Message>You are not authorized</Message>"
            self.answer(403, f"<ErrorResponse><Error><Type>Sender</Type>{error}</Error></ErrorResponse>")

    def answer(self, status, body):
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, *arguments):
        pass


@pytest.fixture
def aws(monkeypatch):
    """The environment of somebody with credentials, and a region."""
    for name in list(os.environ):
        if name.startswith("AWS_"):
            monkeypatch.delenv(name)
    for name, value in {
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": "eu-central-1",
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_ENDPOINT_URL": "http://127.0.0.1:9",
        "AWS_MAX_ATTEMPTS": "1",
    }.items():
        monkeypatch.setenv(name, value)
    return monkeypatch


@pytest.fixture
def closed_door(aws):
    server = HTTPServer(("127.0.0.1", 0), Door)
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    aws.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{server.server_port}")
    yield aws
    server.shutdown()
    server.server_close()


def told(words, capsys):
    """What a command says of its failure."""
    status = main([*words, "--stack", "sitrep"])

    shown = capsys.readouterr()
    assert status == 1
    assert shown.out == ""
    assert shown.err.startswith("sitrep: ")
    assert len(shown.err.splitlines()) == 1
    return shown.err


@pytest.mark.parametrize("words", COMMANDS)
def test_access_denied_is_one_line(words, closed_door, capsys):
    assert "You are not authorized" in told(words, capsys)


@pytest.mark.parametrize("words", COMMANDS)
def test_no_credentials_is_one_line(words, aws, capsys):
    aws.delenv("AWS_ACCESS_KEY_ID")
    aws.delenv("AWS_SECRET_ACCESS_KEY")

    assert "Unable to locate credentials" in told(words, capsys)


@pytest.mark.parametrize(
    ("words", "variable"),
    [
        (["feeds"], "AWS_ENDPOINT_URL"),
        (["feeds"], "AWS_ENDPOINT_URL_DYNAMODB"),
        (["subscribe", "email", "you@example.org"], "AWS_ENDPOINT_URL_SNS"),
        (["subscriptions"], "AWS_ENDPOINT_URL_SNS"),
        (["unsubscribe", "you@example.org"], "AWS_ENDPOINT_URL_SNS"),
    ],
)
def test_an_endpoint_that_is_none_is_one_line(words, variable, closed_door, capsys):
    closed_door.setenv(variable, "nowhere")

    assert "Invalid endpoint: nowhere" in told(words, capsys)


def test_an_endpoint_that_does_not_answer_is_one_line(aws, capsys):
    assert "127.0.0.1:9" in told(["feeds"], capsys)


def test_a_profile_that_does_not_exist_is_one_line(aws, capsys):
    aws.setenv("AWS_PROFILE", "nonesuch")

    assert "nonesuch" in told(["feeds"], capsys)


def test_no_region_is_one_line(aws, capsys):
    aws.delenv("AWS_DEFAULT_REGION")

    assert "region" in told(["feeds"], capsys)


def test_a_stack_of_somebody_elses_is_told_from_ours(closed_door, capsys, monkeypatch):
    monkeypatch.setattr(Door, "outputs", "")

    assert "none of sitrep's" in told(["subscriptions"], capsys)
