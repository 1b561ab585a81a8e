"""One emulator and one stack for all of these tests; they come in the order of their files."""

import json
import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from sitrep.local.site import Site
from tests.conftest import ROOT
from tests.deploy.emulator import PYTHON, running
from tests.deploy.publisher import Publisher, publishing
from tests.deploy.stack import Deployed, until


@pytest.fixture(scope="session")
def sample() -> Iterator[Site]:
    with Site() as site:
        yield site


@pytest.fixture(scope="session")
def publisher() -> Iterator[Publisher]:
    with publishing() as publisher:
        yield publisher


@pytest.fixture(scope="session")
def wire() -> Iterator[Publisher]:
    """A publisher that goes on while the stack is upgraded."""
    with publishing() as publisher:
        yield publisher


@pytest.fixture(scope="session")
def deployed(sample: Site, publisher: Publisher, wire: Publisher) -> Iterator[Deployed]:
    """The stack, built and deployed into an emulator; logs stay in `build/deploy-test`."""
    if not PYTHON.exists():
        pytest.skip("there is no emulator here: run `make deploy-test`, which installs it")
    folder = ROOT / "build" / "deploy-test"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    ports = {sample.port, publisher.port, wire.port}
    with TemporaryDirectory(dir=_memory()) as scratch, running(folder, Path(scratch), ports) as emulator:
        stack = Deployed(emulator, folder)
        stack.build()
        stack.deploy()
        yield stack


def _memory() -> str | None:
    """A folder in memory, where there is room in it.

    The emulator unpacks the artifact for each process that it starts, and deletes it when it ends one: while a disk is
    at that, it answers nobody.
    """
    shared = "/dev/shm"
    return shared if os.path.isdir(shared) and shutil.disk_usage(shared).free > 4_000_000_000 else None


def _queue(deployed: Deployed, name: str, *options: str) -> str:
    """A queue that gets what a topic says, as the command line says how; its URL."""
    url: str = deployed.client("sqs").create_queue(QueueName=name)["QueueUrl"]
    said = deployed.sitrep("subscribe", "sqs", name, *options)
    (statement,) = re.findall(r"^  (\{.*\})$", said, re.M)
    policy = {"Version": "2012-10-17", "Statement": [json.loads(statement)]}
    deployed.client("sqs").set_queue_attributes(QueueUrl=url, Attributes={"Policy": json.dumps(policy)})
    return url


@pytest.fixture(scope="session")
def alerts(deployed: Deployed) -> str:
    """The URL of a queue that gets every alert."""
    return _queue(deployed, "alerts")


@pytest.fixture(scope="session")
def ops(deployed: Deployed) -> str:
    """The URL of a queue that is told what is wrong with sitrep itself."""
    return _queue(deployed, "operator", "--ops")


@pytest.fixture(scope="session")
def settled(deployed: Deployed, sample: Site, alerts: str, ops: str) -> Deployed:
    """The stack after the sample site's feeds were polled, and all has been done that follows."""
    for feed in sample.feeds():
        # Unchecked: the command line would ask for it first, and knows that no AWS reaches this machine.
        deployed.sitrep("feeds", "add", feed.url, "--backfill", "--unchecked")
    run(deployed)
    return deployed


def run(deployed: Deployed) -> None:
    """Wakes poll, and waits until all is done that follows."""
    deployed.invoke("PollFunction", {})
    until("every feed is polled", lambda: all(state.polled_at for _, state in deployed.feeds.all()))
    until("all is done", deployed.is_settled)
