"""The stack in the emulator: built, deployed, looked into as an operator would.  Runs sam and sitrep, talks to AWS."""

import base64
import difflib
import json
import os
import platform
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

import boto3
import yaml
from botocore.config import Config

from shared.adapters.entry_store import EntryStore
from shared.adapters.feed_store import FeedStore
from shared.adapters.incident_store import IncidentStore
from shared.adapters.s3 import Archive
from tests.conftest import REGION, ROOT
from tests.deploy.emulator import PYTHON, Emulator

BIN = Path(sys.executable).parent
NAME = "sitrep"
ARCHITECTURE = {"aarch64": "arm64"}.get(platform.machine(), "x86_64")
PARAMETERS = {
    "Contact": "tests@example.org",
    "Architecture": ARCHITECTURE,
    "OpsEmail": "operator@example.org",
    # As much as a small machine can do at once.
    "Concurrency": "2",
    # Nothing is held back: what is decided is sent at once.
    "GatherMinutes": "0",
    "CoolDownMinutes": "0",
    # So that what a role may do for the sake of them is asked for.
    "SmsADay": "1000",
    "DigestWhenEmpty": "yes",
}
# The Python that the template asks Lambda for.
RUNTIME = re.search(r"Runtime: python(3\.\d+)", (ROOT / "infra/template.yaml").read_text(encoding="utf-8"))[1]  # type: ignore[index]
DENIED = "not authorized to perform"

T = TypeVar("T")


def until(what: str, look: Callable[[], T], seconds: float = 120.0) -> T:
    """What `look` finds as soon as that is anything.  Raises AssertionError when it never does."""
    end = time.monotonic() + seconds
    while not (found := look()):
        assert time.monotonic() < end, f"{what}: not so after {seconds:.0f} seconds"
        time.sleep(0.1)
    return found


@dataclass(frozen=True, slots=True)
class Answer:
    """What an invocation came to."""

    payload: Any
    is_error: bool
    log: str

    @property
    def failed(self) -> bool:
        return self.is_error or bool(self.payload.get("batchItemFailures"))


@dataclass
class Deployed:
    """A stack in the emulator."""

    emulator: Emulator
    folder: Path
    """Of the logs, and of what was built."""
    runs: int = 0
    _clients: dict[str, Any] = field(default_factory=dict)

    # --- making it ------------------------------------------------------------------------------------------------

    def build(self) -> None:
        """`sam build`, for this machine's processor and the emulator's interpreter."""
        self._sam(
            "build",
            f"--build-dir={self._built}",
            f"--parameter-overrides=Architecture={ARCHITECTURE}",
            ARCHITECTURE=ARCHITECTURE,
            PYTHON_VERSION=interpreter_version(),
        )
        self._overlay()

    def deploy(self, **parameters: str) -> str:
        """`sam deploy`; what it printed."""
        given = [f"{key}={value}" for key, value in {**PARAMETERS, **parameters}.items()]
        printed = self._sam(
            "deploy",
            # Given a template, sam looks beside it for its settings.
            f"--config-file={ROOT / 'samconfig.toml'}",
            f"--template-file={self._built / 'overlaid.yaml'}",
            f"--stack-name={NAME}",
            "--resolve-s3",
            "--no-confirm-changeset",
            "--no-progressbar",
            "--parameter-overrides",
            *given,
        )
        self.__dict__.pop("resources", None)
        return printed

    def delete(self) -> str:
        """`sam delete`; what it printed."""
        return self._sam("delete", f"--stack-name={NAME}", "--no-prompts", f"--region={REGION}")

    def artifact(self, logical_id: str) -> Path:
        """The folder that was built for a function or layer."""
        return self._built / logical_id

    # --- looking into it ------------------------------------------------------------------------------------------

    def client(self, service: str) -> Any:
        """A client with the rights of the account's root."""
        if service not in self._clients:
            environment = self.emulator.environment
            self._clients[service] = boto3.client(  # type: ignore[call-overload]
                service,
                region_name=REGION,
                endpoint_url=environment["AWS_ENDPOINT_URL"],
                verify=environment["AWS_CA_BUNDLE"],
                aws_access_key_id=environment["AWS_ACCESS_KEY_ID"],
                aws_secret_access_key=environment["AWS_SECRET_ACCESS_KEY"],
                config=Config(read_timeout=180, retries={"total_max_attempts": 1}),
            )
        return self._clients[service]

    @cached_property
    def resources(self) -> dict[str, dict[str, str]]:
        """By logical id: `type` and `id`, which is what AWS calls it."""
        pages = self.client("cloudformation").get_paginator("list_stack_resources").paginate(StackName=NAME)
        return {
            one["LogicalResourceId"]: {"type": one["ResourceType"], "id": one["PhysicalResourceId"]}
            for page in pages
            for one in page["StackResourceSummaries"]
        }

    def id(self, logical_id: str) -> str:
        return self.resources[logical_id]["id"]

    def of_type(self, kind: str) -> dict[str, str]:
        """Logical id -> what AWS calls it, of every resource of a type."""
        return {name: one["id"] for name, one in self.resources.items() if one["type"] == kind}

    @property
    def outputs(self) -> dict[str, str]:
        stack = self.client("cloudformation").describe_stacks(StackName=NAME)["Stacks"][0]
        return {one["OutputKey"]: one["OutputValue"] for one in stack["Outputs"]}

    @property
    def feeds(self) -> FeedStore:
        return FeedStore(self.id("FeedsTable"), self.client("dynamodb"))

    @property
    def entries(self) -> EntryStore:
        return EntryStore(self.id("EntriesTable"), self.client("dynamodb"))

    @property
    def incidents(self) -> IncidentStore:
        return IncidentStore(self.id("IncidentsTable"), self.client("dynamodb"))

    @property
    def archive(self) -> Archive:
        return Archive(self.id("Archive"), self.client("s3"))

    def sitrep(self, *arguments: str) -> str:
        """What the command line prints, which must succeed."""
        command = [str(BIN / "sitrep"), *arguments, "--stack", NAME]
        done = subprocess.run(command, env=self.emulator.environment, capture_output=True, text=True, check=False)
        print(f"$ {' '.join(['sitrep', *command[1:]])}\n{done.stdout}{done.stderr}")
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def invoke(self, logical_id: str, event: Any) -> Answer:
        """Invokes a function and waits for its answer."""
        answer = self.client("lambda").invoke(
            FunctionName=self.id(logical_id), Payload=json.dumps(event), LogType="Tail"
        )
        payload = json.loads(answer["Payload"].read() or b"null") or {}
        log = base64.b64decode(answer.get("LogResult", "")).decode(errors="replace")
        return Answer(payload, "FunctionError" in answer, log)

    def function_log(self, logical_id: str, since: int = 0) -> list[str]:
        """The lines that a function has written since then (milliseconds of the epoch)."""
        pages = self.client("logs").get_paginator("filter_log_events")
        found = pages.paginate(logGroupName=self._log_group(logical_id), startTime=since)
        return [event["message"] for page in found for event in page["events"]]

    def denials(self, mark: tuple[int, int] = (0, 0)) -> list[str]:
        """Every line since a `mark` that says that somebody was not authorized, in all logs."""
        since, size = mark
        lines = self.emulator.log.read_bytes()[size:].decode(errors="replace").splitlines()
        for name in self.of_type("AWS::Lambda::Function"):
            lines += self.function_log(name, since)
        return [line for line in lines if DENIED in line or "AccessDenied" in line]

    @property
    def now(self) -> datetime:
        return datetime.now(UTC)

    def mark(self) -> tuple[int, int]:
        """Where the logs are now."""
        return int(time.time() * 1000), self.emulator.log.stat().st_size

    def waiting(self, queue: str) -> int:
        """How many messages a queue holds, those in work among them; those held back are not counted."""
        names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
        found = self.client("sqs").get_queue_attributes(QueueUrl=self.id(queue), AttributeNames=names)
        return sum(int(found["Attributes"][name]) for name in names)

    def stored(self, key: str) -> str:
        """What DetectQueue gets when an object is stored."""
        told = {"bucket": {"name": self.id("Archive")}, "object": {"key": key}}
        return json.dumps({"source": "aws.s3", "detail-type": "Object Created", "detail": told})

    def is_settled(self) -> bool:
        """Nothing is in work: every entry has ended, and no queue but that of later readings holds anything."""
        opened, _ = self.entries.open()
        queues = ("FetchQueue", "IngestQueue", "DetectQueue", "NotifyQueue")
        return not opened and not any(map(self.waiting, queues))

    def messages(self, queue_url: str, seconds: int = 0) -> Iterator[dict[str, Any]]:
        """Takes what SNS delivered to a queue out of it."""
        sqs = self.client("sqs")
        while found := sqs.receive_message(
            QueueUrl=queue_url, MaxNumberOfMessages=10, WaitTimeSeconds=seconds, MessageAttributeNames=["All"]
        ).get("Messages"):
            for message in found:
                sqs.delete_message(QueueUrl=queue_url, ReceiptHandle=message["ReceiptHandle"])
                yield json.loads(message["Body"])

    # --- within ---------------------------------------------------------------------------------------------------

    @property
    def _built(self) -> Path:
        return self.folder / "artifacts"

    def _log_group(self, logical_id: str) -> str:
        configuration = self.client("lambda").get_function_configuration(FunctionName=self.id(logical_id))
        return str(configuration.get("LoggingConfig", {}).get("LogGroup") or f"/aws/lambda/{self.id(logical_id)}")

    def _sam(self, command: str, *arguments: str, **environment: str) -> str:
        """Runs sam from the root, as a person would; its output is shown, kept in a log, and returned."""
        self.runs += 1
        log = self.folder / f"{self.runs}-sam-{command}.log"
        print(f"$ sam {command} {' '.join(arguments)}", flush=True)
        with log.open("w", encoding="utf-8") as kept:
            process = subprocess.Popen(
                [BIN / "sam", command, *arguments],
                cwd=ROOT,
                env={
                    **self.emulator.environment,
                    **environment,
                    "PATH": f"{BIN}:{os.environ['PATH']}",
                    "SAM_CLI_TELEMETRY": "0",
                },
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
            )
            assert process.stdout is not None
            for line in process.stdout:
                print(line, end="", flush=True)
                kept.write(line)
        assert process.wait() == 0, f"sam {command} failed: see {log}"
        return log.read_text(encoding="utf-8")

    def _overlay(self) -> None:
        """Writes the built template with what only the emulator needs, and shows how it differs from the built one."""
        built = (self._built / "template.yaml").read_text(encoding="utf-8")
        body = yaml.safe_load(built)
        for statement in _statements(body):
            actions = statement["Action"] if isinstance(statement["Action"], list) else [statement["Action"]]
            if "sqs:SendMessage" in actions:
                statement["Action"] = [*actions, ONLY_EMULATED]
        for scaling in _found(body, "ScalingConfig"):
            # The emulator leaves a parameter's number the text that it was given as, and then cannot compare it.
            most = scaling["MaximumConcurrency"]
            if isinstance(most, dict):
                scaling["MaximumConcurrency"] = int(PARAMETERS[most["Ref"]])
        plain, overlaid = (yaml.safe_dump(each, sort_keys=False) for each in (yaml.safe_load(built), body))
        (self._built / "overlaid.yaml").write_text(overlaid, encoding="utf-8")
        print("What is deployed differs from the built template by:")
        print(
            "".join(difflib.unified_diff(plain.splitlines(True), overlaid.splitlines(True), "built", "deployed", n=1))
        )


# The emulator asks for an action of this name, which AWS does not have: there sqs:SendMessage allows batches.
# Source: Amazon SQS developer guide, "Amazon SQS batch actions", permissions.
ONLY_EMULATED = "sqs:SendMessageBatch"


def _statements(template: Any) -> Iterator[dict[str, Any]]:
    """Every statement of what the functions' roles may do."""
    for resource in template["Resources"].values():
        if resource["Type"] == "AWS::IAM::Role":
            for policy in resource["Properties"].get("Policies", []):
                yield from policy["PolicyDocument"]["Statement"]


def _found(within: Any, name: str) -> Iterator[Any]:
    """Everything of this name, however deep."""
    if isinstance(within, dict):
        for key, value in within.items():
            if key == name:
                yield value
            else:
                yield from _found(value, name)
    elif isinstance(within, list):
        for value in within:
            yield from _found(value, name)


def interpreter_version() -> str:
    """The minor version of the Python that runs the functions, like `3.13`."""
    print_it = "import sys; print('%d.%d' % sys.version_info[:2])"
    return subprocess.run([PYTHON, "-c", print_it], capture_output=True, text=True, check=True).stdout.strip()
