"""A small stack in a real AWS process, with handlers written by the test."""

import os
import textwrap
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import pytest

from sitrep.local.cloud import Cloud, start_cloud
from sitrep.local.folder import Folder
from sitrep.local.resources import ensure_stack, outputs, physical_ids
from sitrep.local.runner import Runner, workers_lock
from sitrep.local.sources import QueueTrigger
from sitrep.local.template import read_template

TEMPLATE = """
Transform: AWS::Serverless-2016-10-31
Globals:
  Function:
    Handler: app.handler
    Timeout: 20
    Environment: { Variables: { GREETING: hello, TABLE: !Ref Table } }
Resources:
  Table:
    Type: AWS::DynamoDB::Table
    Properties:
      BillingMode: PAY_PER_REQUEST
      AttributeDefinitions: [{ AttributeName: id, AttributeType: S }]
      KeySchema: [{ AttributeName: id, KeyType: HASH }]
  Bucket:
    Type: AWS::S3::Bucket
    Properties: { NotificationConfiguration: { EventBridgeConfiguration: { EventBridgeEnabled: true } } }
  Stored:
    Type: AWS::Events::Rule
    Properties:
      EventPattern:
        source: [aws.s3]
        detail-type: [Object Created]
        detail: { bucket: { name: [!Ref Bucket] }, object: { key: [{ prefix: articles/ }] } }
      Targets: [{ Id: queue, Arn: !GetAtt Queue.Arn }]
  Queue:
    Type: AWS::SQS::Queue
    Properties:
      VisibilityTimeout: 1
      RedrivePolicy: { deadLetterTargetArn: !GetAtt Dead.Arn, maxReceiveCount: 2 }
  Dead: { Type: AWS::SQS::Queue }
  Line:
    Type: AWS::SQS::Queue
    Properties: { QueueName: !Sub "${AWS::StackName}-line.fifo", FifoQueue: true, VisibilityTimeout: 30 }
  Topic: { Type: AWS::SNS::Topic, Properties: { DisplayName: sitrep } }
  StepFunction:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: step
      Events:
        Tick: { Type: ScheduleV2, Properties: { ScheduleExpression: rate(1 minute) } }
        Queue:
          Type: SQS
          Properties: { Queue: !GetAtt Queue.Arn, BatchSize: 5, FunctionResponseTypes: [ReportBatchItemFailures] }
  LineFunction:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: line
      Timeout: 1
      Events:
        Line: { Type: SQS, Properties: { Queue: !GetAtt Line.Arn, BatchSize: 5 } }
Outputs:
  Topic: { Value: !Ref Topic }
  Function: { Value: !GetAtt StepFunction.Arn }
"""


@dataclass
class Stage:
    """A stack, and what its functions did."""

    cloud: Cloud
    runner: Runner
    names: dict[str, str]
    path: Path
    said: list[str] = field(default_factory=list)

    def queue(self, name: str) -> QueueTrigger:
        return next(queue for queue in self.runner.queues if queue.source.queue == name)

    def send(self, queue: str, *bodies: str, group: str | None = None) -> None:
        for body in bodies:
            fifo = {"MessageGroupId": group, "MessageDeduplicationId": body} if group else {}
            self.cloud.client("sqs").send_message(QueueUrl=self.names[queue], MessageBody=body, **fifo)

    def depth(self, queue: str) -> int:
        return int(self.cloud.ask("queues")[self.names[queue].rpartition("/")[2]]["messages"])

    @property
    def seen(self) -> list[str]:
        """Lines that handlers wrote with `note`."""
        path = self.path / "seen"
        return path.read_text().splitlines() if path.exists() else []


NOTE = """
import json, os, threading
def note(text):
    with open({seen!r}, "a") as file:
        file.write(str(text) + "\\n")
"""


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    """A folder of this test's own."""
    folder = Folder(tmp_path / "outbox")
    folder.prepare()
    return folder


@pytest.fixture(scope="session")
def one_cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cloud]:
    folder = Folder(tmp_path_factory.mktemp("aws") / "outbox")
    folder.prepare()
    cloud = start_cloud(folder)
    yield cloud
    cloud.end()


@pytest.fixture
def cloud(one_cloud: Cloud) -> Cloud:
    """An AWS process that holds nothing yet; starting one for each test would take a second each."""
    urlopen(Request(f"{one_cloud.endpoint}/moto-api/reset", method="POST")).close()
    one_cloud.folder.messages.unlink(missing_ok=True)
    for file in one_cloud.folder.outbox.glob("*.txt"):
        file.unlink()
    return one_cloud


@pytest.fixture
def stage(tmp_path: Path, cloud: Cloud) -> Iterator[Callable[..., Stage]]:
    """Makes the stack with these handlers."""
    with ExitStack() as stack:

        def make(
            step: str = "def handler(event, context): pass", line: str = "def handler(event, context): pass"
        ) -> Stage:
            (tmp_path / "template.yaml").write_text(TEMPLATE)
            for name, code in (("step", step), ("line", line)):
                (tmp_path / name).mkdir()
                (tmp_path / name / "app.py").write_text(
                    NOTE.format(seen=os.fspath(tmp_path / "seen")) + textwrap.dedent(code)
                )
            template = read_template(tmp_path / "template.yaml")
            resolved = ensure_stack(cloud, template, {})
            lock = stack.enter_context(workers_lock(cloud.folder))
            said: list[str] = []
            runner = Runner(
                cloud, template, resolved, loopback_ports=[8080], lock=lock, log=lambda *line: None, say=said.append
            )
            stack.callback(runner.end)
            return Stage(cloud, runner, physical_ids(cloud.client("cloudformation")), tmp_path, said)

        yield make


def stack_outputs(cloud: Cloud) -> dict[str, Any]:
    return outputs(cloud.client("cloudformation").describe_stacks()["Stacks"][0])
