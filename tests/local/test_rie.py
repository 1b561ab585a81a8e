"""A built function under the emulator of Lambda's runtime: which build is taken, and what comes out of it."""

import json
import platform
import sys
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from shared.errors import InputError
from sitrep.local import rie
from tests.conftest import ROOT, template

HERE = {"arm64": "aarch64"}.get(platform.machine(), platform.machine())
POLL = template().function("poll")
APP = """
import json, os, sys, time
print(json.dumps({"said": "by the function"}))
def handler(event, context):
    if "raise" in event:
        raise ValueError("no such thing")
    time.sleep(event.get("sleep", 0))
    told = {"name": context.function_name, "setting": os.environ["SETTING"], "python": sys.version_info[:2]}
    return {"of": event, **told}
"""


def build(checkout: Path, tag: str = f"313-{HERE}") -> Path:
    """A build of poll that is for a Python and a processor, by the name of a module."""
    own = checkout / ".aws-sam" / "build" / "PollFunction"
    layer = checkout / ".aws-sam" / "build" / "SharedLayer" / "python"
    for folder in (own, layer):
        folder.mkdir(parents=True)
    (own / "app.py").write_text(APP)
    (layer / f"codec.cpython-{tag}-linux-gnu.so").touch()
    return own


def test_a_build_says_which_python_it_is_for(tmp_path: Path) -> None:
    own = build(tmp_path)

    built = rie.find_build(tmp_path, POLL)

    assert (built.python, built.folders) == ("3.13", (own, tmp_path / ".aws-sam/build/SharedLayer/python"))


def test_no_build_is_said_with_the_remedy(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=f"no build of PollFunction .*make build ARCHITECTURE={HERE}"):
        rie.find_build(tmp_path, POLL)


def test_a_build_for_another_machine_is_said(tmp_path: Path) -> None:
    other = "aarch64" if HERE == "x86_64" else "x86_64"
    build(tmp_path, f"313-{other}")

    with pytest.raises(InputError, match=f"is for {other}, this machine is {HERE}"):
        rie.find_build(tmp_path, POLL)


def test_a_python_that_is_not_here_is_said_with_what_else_would_do() -> None:
    ours = f"{sys.version_info.major}.{sys.version_info.minor}"

    with pytest.raises(InputError, match=rf"no python2\.6 on the PATH.*PYTHON_VERSION={ours}"):
        rie.find_python("2.6")
    assert rie.find_python(ours) == Path(sys.executable)


@pytest.fixture
def folders(tmp_path: Path) -> tuple[Path, ...]:
    own = build(tmp_path)
    try:
        rie.find_emulator()
        wanted = f"{sys.version_info.major}.{sys.version_info.minor}"
        return own, rie.install_runtime(ROOT, Path(sys.executable), wanted, print)
    except InputError as error:
        pytest.skip(str(error))


def run(folders: tuple[Path, ...], event: object, timeout: int = 20) -> tuple[rie.Answered, list[str]]:
    log: list[str] = []
    function = replace(POLL, timeout=timedelta(seconds=timeout))
    with rie.emulated(function, folders, Path(sys.executable), {"SETTING": "x"}, log.append) as emulator:
        return emulator.invoke(json.dumps(event), timeout), log


def test_a_function_answers_under_the_emulator_with_its_log_and_its_times(folders: tuple[Path, ...]) -> None:
    answered, log = run(folders, {"a": 1})

    assert rie.failure(answered) == ""
    assert json.loads(answered.body) == {
        "of": {"a": 1},
        "name": "PollFunction",
        "setting": "x",
        "python": list(sys.version_info[:2]),
    }
    assert json.dumps({"said": "by the function"}) in log
    assert answered.init_ms
    assert answered.run_ms


def test_a_function_that_raises_or_takes_too_long_has_failed(folders: tuple[Path, ...]) -> None:
    raised, _ = run(folders, {"raise": 1})
    late, _ = run(folders, {"sleep": 30}, timeout=1)

    assert rie.failure(raised) == "ValueError: no such thing"
    assert "timed out" in rie.failure(late)


def test_a_function_that_cannot_be_loaded_has_failed(folders: tuple[Path, ...]) -> None:
    (folders[0] / "app.py").write_text("import nothing_like_it")

    answered, _ = run(folders, {})

    assert "nothing_like_it" in rie.failure(answered)
