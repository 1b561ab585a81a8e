"""An emulator of AWS on loopback, over TLS and with IAM enforced: ministack.  Starts a process, writes files.

It runs the functions as processes of this machine, by its own interpreter; they inherit its environment.
"""

import os
import signal
import socket
import ssl
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.certificate import client_context, make_certificate
from tests.conftest import REGION, ROOT

VENV = ROOT / ".venv-deploy"
PYTHON = VENV / "bin" / "python"
START_SECONDS = 60.0
# Its one account's root; whom it does not know it lets do nothing.
_ROOT = {"AWS_ACCESS_KEY_ID": "root", "AWS_SECRET_ACCESS_KEY": "of-the-emulator"}


@dataclass(frozen=True, slots=True)
class Emulator:
    endpoint: str
    certificate: Path
    log: Path

    @property
    def environment(self) -> dict[str, str]:
        """What makes boto3, sam and sitrep talk to it, whatever stands in the environment or in ~/.aws."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
        return {
            **kept,
            **_ROOT,
            "AWS_DEFAULT_REGION": REGION,
            "AWS_ENDPOINT_URL": self.endpoint,
            "AWS_CA_BUNDLE": str(self.certificate),
            "AWS_CONFIG_FILE": os.devnull,
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        }


@contextmanager
def running(folder: Path, scratch: Path, loopback_ports: set[int]) -> Iterator[Emulator]:
    """An emulator that lives as long as this lasts, and logs into `folder`.

    The functions may fetch from these ports of loopback.  They are told so by the emulator's own environment, so that
    what is deployed is the template as it ships, which knows no such setting.
    """
    certificate = make_certificate(scratch)
    port = _free_port()
    emulator = Emulator(f"https://127.0.0.1:{port}", certificate, folder / "emulator.log")
    environment = {
        **_ROOT,
        "PATH": os.defpath,
        "HOME": str(scratch),
        "TMPDIR": str(scratch),
        "AUTH": "true",
        "BIND_HOST": "127.0.0.1",
        "GATEWAY_PORT": str(port),
        "IOT_MTLS_ENABLED": "0",
        "MINISTACK_ACCOUNT_ID": "123456789012",
        "MINISTACK_HOST": "127.0.0.1",
        "MINISTACK_REGION": REGION,
        "MINISTACK_SSL_CERT": str(certificate),
        "MINISTACK_SSL_KEY": str(certificate),
        "USE_SSL": "1",
        # Of the functions:
        "AWS_CA_BUNDLE": str(certificate),
        "LOOPBACK_PORTS": ",".join(map(str, loopback_ports)),
    }
    with emulator.log.open("wb") as log:
        process = subprocess.Popen(
            [PYTHON, "-m", "ministack"],
            cwd=scratch,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        _wait_for(emulator, process)
        yield emulator
    finally:
        # Nothing of it is kept.  The functions' processes are of its group.
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _wait_for(emulator: Emulator, process: subprocess.Popen[bytes]) -> None:
    trusting = client_context(emulator.certificate)
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until and process.poll() is None:
        try:
            with urllib.request.urlopen(f"{emulator.endpoint}/_ministack/health", context=trusting, timeout=5):
                return
        except (urllib.error.URLError, ssl.SSLError, OSError):
            time.sleep(0.1)
    raise RuntimeError(f"the emulator did not start: {emulator.log.read_text(errors='replace')[-2000:]}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
