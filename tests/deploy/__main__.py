"""`make deploy-test`: deploys the stack into an emulator of AWS and tests it there.  Makes `.venv-deploy`, runs pytest.

Says SKIPPED and why where a part is missing; that fails where CI is set, so that no green run has left it out.
"""

import hashlib
import os
import platform
import shutil
import subprocess
import sys
from pathlib import Path

from tests.conftest import ROOT
from tests.deploy.emulator import PYTHON, VENV
from tests.deploy.stack import RUNTIME

LOCK = Path(__file__).with_name("requirements.lock")


def main() -> int:
    reason = _unfit() or _make_venv()
    if reason:
        print(f"SKIPPED: the stack was not deployed into an emulator: {reason}")
        return 1 if os.environ.get("CI") else 0
    command = [sys.executable, "-m", "pytest", "-s", "-vv", "--durations=10", "tests/deploy", *sys.argv[1:]]
    return subprocess.run(command, cwd=ROOT, check=False).returncode


def _unfit() -> str:
    """Why this machine cannot run what is built for Lambda; empty where it can."""
    if sys.platform != "linux" or platform.machine() not in ("x86_64", "aarch64"):
        return f"the functions' libraries are built for Linux on x86_64 or arm64, and this is {platform.platform()}"
    if platform.libc_ver()[0] != "glibc":
        return "the functions' libraries need glibc"
    return ""


def _make_venv() -> str:
    """Makes the emulator's virtual environment where it is not there as locked; why it cannot, else empty."""
    base = _interpreter()
    wanted = hashlib.sha256(LOCK.read_bytes() + base.encode()).hexdigest()
    ready = VENV / ".ready"
    if ready.exists() and ready.read_text(encoding="utf-8") == wanted:
        return ""
    shutil.rmtree(VENV, ignore_errors=True)
    uv = Path(sys.executable).with_name("uv")
    for arguments in (
        ["venv", "--quiet", "--python", base, str(VENV)],
        ["pip", "sync", "--quiet", "--python", str(PYTHON), "--require-hashes", "--only-binary", ":all:", str(LOCK)],
    ):
        done = subprocess.run([uv, *arguments], cwd=ROOT, check=False, capture_output=True, text=True)
        if done.returncode:
            return f"the emulator cannot be installed: {done.stderr.strip()}"
    ready.write_text(wanted, encoding="utf-8")
    return ""


def _interpreter() -> str:
    """A Python of the runtime's version where this machine has one, else our own; the emulator runs functions by it."""
    own = f"{sys.version_info.major}.{sys.version_info.minor}"
    pyenv = Path.home() / ".pyenv" / "versions"
    found = [shutil.which(f"python{RUNTIME}"), *sorted(map(str, pyenv.glob(f"{RUNTIME}.*/bin/python{RUNTIME}")))]
    for python in [] if own == RUNTIME else found:
        # What is on the path may be a stand-in that knows no such version.
        if python and subprocess.run([python, "-c", ""], check=False, capture_output=True).returncode == 0:
            return python
    return sys.executable


if __name__ == "__main__":
    sys.exit(main())
