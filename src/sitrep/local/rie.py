"""A built function under the emulator of Lambda's runtime, on this machine: event in, answer and log out.

The emulator is the one that aws-sam-cli brings.  Starts processes, listens on loopback only; installs the runtime's own
packages once, into `.sitrep` of the checkout.
"""

import contextlib
import http.client
import json
import os
import platform
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from shared.errors import InputError
from sitrep.local.template import Function

# What Lambda's own image has beside Python; boto3 is taken as it is pinned here.
CLIENT = "awslambdaric==4.2.2"
START_SECONDS = 60.0
_LOG_SECONDS = 1.0
"""The log may come a moment after the answer; of what ran out of time it never says how long that took."""
_BUILT = re.compile(r"\.cpython-(\d)(\d+)-(x86_64|aarch64)-linux-gnu\.so$")
_REMEDY = "build it with `make build ARCHITECTURE={}`"
_INIT = re.compile(r"INIT REPORT\(durationMs: ([\d.]+)\)")
_RUN = re.compile(r"INVOKE RTDONE\(.*duration: ([\d.]+)ms\)")
_PATH = "/2015-03-31/functions/function/invocations"


@dataclass(frozen=True, slots=True)
class Built:
    """A function as `sam build` laid it down."""

    folders: tuple[Path, ...]
    """Its own, then its layer's."""
    python: str
    """The interpreter that it was built for, as `3.13`."""


@dataclass(frozen=True, slots=True)
class Answered:
    """What a function answered, and how long it took; none where the emulator does not say."""

    body: bytes
    init_ms: float | None
    run_ms: float | None


def find_build(checkout: Path, function: Function) -> Built:
    """The build of a function.  Raises InputError where there is none, or it is for another machine."""
    machine = _machine()
    build = checkout / ".aws-sam" / "build"
    remedy = _REMEDY.format(machine)
    folders = (build / function.logical_id, build / "SharedLayer" / "python")
    if not all(folder.is_dir() for folder in folders):
        raise InputError(f"there is no build of {function.logical_id} in {build}: {remedy}")
    modules = [found for folder in folders for path in folder.rglob("*.so") if (found := _BUILT.search(path.name))]
    if not modules:
        raise InputError(f"the build of {function.logical_id} does not say what it is for: {remedy}")
    major, minor, built_for = modules[0].groups()
    if built_for != machine:
        raise InputError(f"the build of {function.logical_id} is for {built_for}, this machine is {machine}: {remedy}")
    return Built(folders, f"{major}.{minor}")


def find_python(wanted: str) -> Path:
    """The interpreter of this version.  Raises InputError where there is none."""
    if wanted == f"{sys.version_info.major}.{sys.version_info.minor}":
        return Path(sys.executable)
    found = shutil.which(f"python{wanted}")
    if found is None:
        ours = f"{sys.version_info.major}.{sys.version_info.minor}"
        raise InputError(
            f"the build is for Python {wanted}, and there is no python{wanted} on the PATH: install it, "
            f"or build for this one with `make build ARCHITECTURE={_machine()} PYTHON_VERSION={ours}`"
        )
    return Path(found)


def find_emulator() -> Path:
    """The emulator for this machine.  Raises InputError where there is none."""
    if platform.system() != "Linux":
        raise InputError("the emulator of Lambda's runtime runs on Linux only: elsewhere use `sam local invoke`")
    spec = find_spec("samcli")
    name = "arm64" if _machine() == "aarch64" else "x86_64"
    places = spec.submodule_search_locations if spec else None
    path = Path(places[0], "local", "rapid", f"aws-lambda-rie-{name}") if places else None
    if path is None or not path.is_file():
        raise InputError(
            "the emulator of Lambda's runtime is not here: it comes with aws-sam-cli, which `make` installs"
        )
    return path


def install_runtime(checkout: Path, python: Path, wanted: str, say: Callable[[str], None]) -> Path:
    """The folder of what the runtime brings for this Python; installed at first use.  Raises InputError."""
    boto = [f"{name}=={version(name)}" for name in ("boto3", "botocore")]
    folder = checkout / ".sitrep" / f"runtime-{wanted}-{'-'.join((CLIENT, *boto)).replace('==', '-')}"
    if folder.is_dir():
        return folder
    beside = Path(sys.executable).parent / "uv"
    uv = str(beside) if beside.is_file() else shutil.which("uv")
    if uv is None:
        raise InputError(f"{CLIENT} is needed and there is no uv to install it with: run `make setup`")
    say(f"installing {CLIENT} for Python {wanted} into {folder}, once")
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent) as name:
        target = Path(name, "packages")
        options = ["--quiet", "--python", str(python), "--only-binary", ":all:", "--compile-bytecode"]
        done = subprocess.run(  # noqa: S603 - our own arguments
            [uv, "pip", "install", *options, "--target", str(target), CLIENT, *boto],
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            said = done.stderr.strip().splitlines()
            raise InputError(f"{CLIENT} cannot be installed: {said[0] if said else 'uv failed'}")
        with contextlib.suppress(OSError):  # another was first
            target.rename(folder)
    return folder


class Emulator:
    """The emulator with one function in it; cold until it is first invoked."""

    def __init__(self, process: subprocess.Popen[str], port: int, log: Callable[[str], None]) -> None:
        self._process = process
        self._port = port
        self._log = log
        self._figures: dict[re.Pattern[str], float] = {}
        self._seen = threading.Condition()
        self._ended = False
        threading.Thread(target=self._read, daemon=True).start()

    def invoke(self, event: str, seconds: float) -> Answered:
        """Hands the function an event.  Raises InputError where no answer comes."""
        body = self._post(event, seconds)
        return Answered(body, self._figure(_INIT, _LOG_SECONDS), self._figure(_RUN, _LOG_SECONDS))

    def init_ms(self) -> float:
        """How long the function took to load, without a look at what it then answers.  Raises InputError."""
        threading.Thread(target=self._post_quietly, daemon=True).start()
        taken = self._figure(_INIT, START_SECONDS)
        if taken is None:
            raise InputError("the function did not load under the emulator of Lambda's runtime")
        return taken

    def _figure(self, pattern: re.Pattern[str], seconds: float) -> float | None:
        with self._seen:
            self._seen.wait_for(lambda: pattern in self._figures or self._ended, seconds)
            return self._figures.get(pattern)

    def _post(self, event: str, seconds: float) -> bytes:
        deadline = time.monotonic() + START_SECONDS
        while True:
            connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=seconds + START_SECONDS)
            try:
                connection.request("POST", _PATH, event.encode(), {"Content-Type": "application/json"})
                return connection.getresponse().read()
            except ConnectionRefusedError as error:
                if self._process.poll() is not None or time.monotonic() > deadline:
                    raise InputError("the emulator of Lambda's runtime does not listen") from error
                time.sleep(0.02)  # it has no way to tell that it does
            except (OSError, http.client.HTTPException) as error:
                raise InputError(f"the emulator of Lambda's runtime gives no answer: {error!r}") from error
            finally:
                connection.close()

    def _post_quietly(self) -> None:
        with contextlib.suppress(InputError):  # what it answers is of no matter, and it is ended meanwhile
            self._post("{}", START_SECONDS)

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            for pattern in (_INIT, _RUN):
                if found := pattern.search(line):
                    with self._seen:
                        self._figures[pattern] = float(found[1])
                        self._seen.notify_all()
            if "(rapid)" not in line and not line.startswith(("START ", "END ", "REPORT ")) and line.strip():
                self._log(line.rstrip("\n"))
        with self._seen:
            self._ended = True
            self._seen.notify_all()


@contextmanager
def emulated(
    function: Function,
    folders: tuple[Path, ...],
    python: Path,
    environment: Mapping[str, str],
    log: Callable[[str], None],
    handler: str = "",
) -> Iterator[Emulator]:
    """The emulator, with a function of these folders in it; it ends with the block, with all that it started."""
    port, api = _free_ports(2)
    given = {
        name: os.environ[name] for name in ("PATH", "HOME", "LANG", "LD_LIBRARY_PATH", "TMPDIR") if name in os.environ
    }
    process = subprocess.Popen(  # noqa: S603 - our own arguments
        [
            str(find_emulator()),
            "--runtime-interface-emulator-address",
            f"127.0.0.1:{port}",
            "--runtime-api-address",
            f"127.0.0.1:{api}",
            str(python),
            "-m",
            "awslambdaric",
            handler or function.handler,
        ],
        cwd=folders[0],
        env={
            **given,
            **environment,
            "PYTHONPATH": os.pathsep.join(map(str, folders)),
            "PYTHONDONTWRITEBYTECODE": "1",  # the artifact is to stay as it was built
            "LAMBDA_TASK_ROOT": str(folders[0]),
            "AWS_LAMBDA_FUNCTION_NAME": function.logical_id,
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(function.memory),
            "AWS_LAMBDA_FUNCTION_TIMEOUT": str(round(function.timeout.total_seconds())),
        },
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        start_new_session=True,
    )
    try:
        yield Emulator(process, port, log)
    finally:
        process.terminate()  # it ends the function with itself
        try:
            process.wait(5)
        except subprocess.TimeoutExpired:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def failure(answered: Answered) -> str:
    """Why a function failed, as its answer says; empty where it did not."""
    try:
        result = json.loads(answered.body)
    except ValueError:
        return answered.body.decode(errors="replace").strip()
    if isinstance(result, dict) and "errorMessage" in result:
        kind = result.get("errorType")
        return f"{kind}: {result['errorMessage']}" if kind else str(result["errorMessage"])
    return ""


def _machine() -> str:
    return {"arm64": "aarch64", "AMD64": "x86_64"}.get(platform.machine(), platform.machine())


def _free_ports(count: int) -> list[int]:
    with contextlib.ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [int(each.getsockname()[1]) for each in sockets]
