"""The AWS process as its callers see it: start, find again, ask, end.  Starts a process, talks on loopback."""

import fcntl
import http.client
import json
import os
import select
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from shared.errors import InputError, SitrepError
from sitrep.local.aws import PRIVATE, TOKEN_HEADER
from sitrep.local.folder import Folder, held, read_json

REGION = "eu-central-1"
ACCOUNT = "123456789012"
# moto lets everybody in; the AWS SDKs just want to have some.
CREDENTIALS = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}

START_SECONDS = 30.0


class CloudGoneError(SitrepError):
    """The AWS process does not answer."""


@dataclass(frozen=True, slots=True)
class Cloud:
    """A living AWS process."""

    folder: Folder
    pid: int
    port: int
    token: str
    remark: str = ""
    """What people should know of how it started."""
    process: subprocess.Popen[bytes] | None = None
    """None when another runner started it."""

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def environment(self) -> dict[str, str]:
        """What makes any AWS SDK, in any language, talk to it."""
        return {
            "AWS_ENDPOINT_URL": self.endpoint,
            "AWS_DEFAULT_REGION": REGION,
            "AWS_REGION": REGION,
            "AWS_CONFIG_FILE": os.devnull,
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
            **CREDENTIALS,
        }

    def client(self, service: str) -> Any:
        """A boto3 client that talks to this stack, whatever the environment or the AWS config files say."""
        import boto3
        import botocore.session
        from botocore.config import Config

        nowhere = (None, None, os.devnull, None)
        ours = {"profile": (None, None, None, None), "config_file": nowhere, "credentials_file": nowhere}
        session = boto3.Session(
            botocore_session=botocore.session.Session(session_vars=ours),
            aws_access_key_id=CREDENTIALS["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=CREDENTIALS["AWS_SECRET_ACCESS_KEY"],
            region_name=REGION,
        )
        # One machine: a failing call will fail again, and a long poll may last.
        config = Config(retries={"total_max_attempts": 1}, read_timeout=90, proxies={}, max_pool_connections=4)
        return session.client(service, endpoint_url=self.endpoint, config=config)  # type: ignore[call-overload]

    def ask(self, route: str, *, within: float = 5.0, **query: str | float) -> dict[str, Any]:
        """The answer of one of our own routes (`sitrep.local.aws`).  Raises CloudGoneError."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=within)
        try:
            connection.request("POST", f"{PRIVATE}{route}?{urlencode(query)}", headers={TOKEN_HEADER: self.token})
            answer = connection.getresponse()
            content = answer.read()
            if answer.status != 200:
                raise CloudGoneError(f"{self.endpoint} answers {answer.status}: it is another program's")
            return dict(json.loads(content))
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise CloudGoneError(f"the AWS process {self.pid} does not answer: {error!r}") from error
        finally:
            connection.close()

    def is_alive(self) -> bool:
        """It answers, and is the one we think it is, not another with its old port."""
        try:
            return bool(self.ask("whoami")["pid"] == self.pid)
        except CloudGoneError:
            return False

    def end(self) -> None:
        """Have it saved and ended; returns when it is gone.  Raises CloudGoneError when it was gone before."""
        self.ask("end", within=60)
        if self.process is not None:
            self.process.wait()
            return
        # Not our child: its lock tells.
        descriptor = os.open(self.folder.lock("aws"), os.O_RDWR | os.O_CLOEXEC)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        finally:
            os.close(descriptor)


def find_cloud(folder: Folder) -> Cloud | None:
    """The AWS process that lives for this folder, if one does."""
    address = read_json(folder.address)
    if not {"pid", "port", "token"} <= address.keys():
        return None
    cloud = Cloud(folder, int(address["pid"]), int(address["port"]), str(address["token"]))
    return cloud if cloud.is_alive() else None


def surviving_cloud(folder: Folder) -> Cloud | None:
    """The AWS process that a killed runner left, even when it was only just starting.

    Raises InputError when there is one that does not answer.
    """
    until = time.monotonic() + START_SECONDS
    while True:
        if cloud := find_cloud(folder):
            return cloud
        try:
            with held(folder.lock("aws")):
                return None
        except BlockingIOError:
            if time.monotonic() > until:
                pid = read_json(folder.address).get("pid", "unknown")
                raise InputError(
                    f"the local AWS (process {pid}) of an earlier run in {folder.outbox} does not answer: end it first"
                ) from None
            time.sleep(0.1)  # it has no way to tell a stranger that it listens


def start_cloud(folder: Folder, port: int = 0, *, attached: bool = False) -> Cloud:
    """Start an AWS process with what the folder holds; returns when it listens.  Raises InputError when it cannot.

    It outlives us, however we end; one that is `attached` ends with us.
    """
    command = [sys.executable, "-m", "sitrep.local.aws", str(folder.outbox.resolve()), "--port", str(port)]
    with folder.log("aws").open("ab") as log:
        process = subprocess.Popen(  # noqa: S603 - our own module
            command + ["--attached"] * attached,
            stdin=subprocess.PIPE if attached else subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=log,
            env=_environment(os.environ),
            start_new_session=True,
        )
    assert process.stdout is not None
    ready, _, _ = select.select([process.stdout], [], [], START_SECONDS)
    line = process.stdout.readline() if ready else b""
    process.stdout.close()
    address: dict[str, Any] = json.loads(line) if line else {"error": f"it did not start: see {folder.log('aws')}"}
    if "error" in address:
        process.kill()
        process.wait()
        raise InputError(f"the local AWS cannot be started: {address['error']}")
    return Cloud(folder, address["pid"], address["port"], address["token"], address["remark"], process)


def _environment(given: Mapping[str, str]) -> dict[str, str]:
    """Ours without what would make moto look elsewhere."""
    kept = {name: value for name, value in given.items() if not name.startswith(("AWS_", "MOTO_"))}
    return kept | CREDENTIALS | {"AWS_DEFAULT_REGION": REGION}
