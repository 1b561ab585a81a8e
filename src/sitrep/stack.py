"""The stack that a command works on: a deployed one, or the local one.  Talks to AWS, may start a process."""

import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Any, Protocol, cast

from botocore.exceptions import BotoCoreError, ClientError

from shared.errors import InputError
from sitrep.local.cloud import Cloud, find_cloud, start_cloud
from sitrep.local.folder import Folder, last_folder, owned
from sitrep.local.resources import STACK, describe, outputs, public

HELP_STACK = "the deployed stack to work on; without it, the local stack"

# A command that woke the stack is done within seconds.
OTHERS_SECONDS = 20.0
# What the commands ask for of a stack.
OUTPUTS = frozenset({"Archive", "FeedsTable", "EntriesTable", "IncidentsTable", "AlertTopic"})


class _Clients(Protocol):
    def client(self, service: str, /) -> Any: ...


@dataclass(frozen=True, slots=True)
class Stack:
    """Where a command finds sitrep's resources."""

    name: str
    outputs: Mapping[str, str]
    """The template's Outputs: `Archive`, `FeedsTable`, `EntriesTable`, `IncidentsTable`, `AlertTopic`."""
    clients: _Clients
    cloud: Cloud | None = None
    """The local AWS; none for a deployed stack."""
    parameters: Mapping[str, str] = field(default_factory=dict)
    """The template's Parameters, as this stack has them."""

    @property
    def is_local(self) -> bool:
        return self.cloud is not None

    @property
    def is_running(self) -> bool:
        """Whether its functions are woken: a local stack that was woken for a command rests."""
        return self.cloud is None or self.cloud.process is None

    def client(self, service: str) -> Any:
        """A boto3 client for this stack.  Raises InputError for an endpoint that cannot be one."""
        return _client(self.clients, service)


@contextmanager
def open_stack(name: str | None) -> Iterator[Stack]:
    """A deployed stack, found with boto3's ordinary credentials; without a name, the last local one.

    A local stack that has ended is woken for as long as this lasts, and saved after.  Raises InputError when there is
    no such stack.
    """
    if name is not None:
        yield _deployed(name)
        return
    folder = last_folder()
    if folder is None:
        raise InputError(
            "there is no local stack here: run `sitrep local` first, or name a deployed one with --stack NAME"
        )
    with ExitStack() as stack:
        yield _local(_reach(folder, stack))


def _deployed(name: str) -> Stack:
    import boto3

    session = boto3.Session()
    try:
        found = describe(_client(cast(_Clients, session), "cloudformation"), name)
    except (BotoCoreError, ClientError) as error:
        raise InputError(f"the stack {name} cannot be looked up: {error}") from error
    if found is None:
        raise InputError(
            f"there is no stack {name} in {session.region_name}: check --stack, the region and the account"
        )
    missing = OUTPUTS - outputs(found).keys()
    if missing:
        raise InputError(f"the stack {name} is none of sitrep's: it has no output {', '.join(sorted(missing))}")
    return Stack(name, outputs(found), cast(_Clients, session), parameters=_parameters(found))


def _client(clients: _Clients, service: str) -> Any:
    try:
        return clients.client(service)
    except ValueError as error:  # botocore's for AWS_ENDPOINT_URL and the like
        raise InputError(f"there is no talking to AWS: {error}") from error


def _local(cloud: Cloud) -> Stack:
    found = describe(cloud.client("cloudformation"))
    if found is None:
        raise InputError("the local stack has not been made yet: run `sitrep local` first")
    return Stack(f"{STACK} (local, {cloud.folder.outbox})", public(outputs(found)), cloud, cloud, _parameters(found))


def _parameters(stack: Mapping[str, Any]) -> dict[str, str]:
    return {given["ParameterKey"]: given["ParameterValue"] for given in stack.get("Parameters", [])}


def _reach(folder: Folder, stack: ExitStack) -> Cloud:
    """The living AWS process of a folder; or one that is woken, and ended and saved with the stack."""
    until = time.monotonic() + OTHERS_SECONDS
    while True:
        if cloud := find_cloud(folder):
            return cloud
        if not folder.saved.exists():
            raise InputError(f"the local stack in {folder.outbox} kept nothing: run `sitrep local` first")
        try:
            stack.enter_context(owned(folder))
            break
        except InputError:  # another command has woken it, or a runner is just starting: soon it can be used
            if time.monotonic() > until:
                raise
            time.sleep(0.1)
    cloud = start_cloud(folder, attached=True)
    stack.callback(cloud.end)
    return cloud
