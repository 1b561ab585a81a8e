"""The check of what was built: a sound artifact passes, and each thing that Lambda would fail on is told."""

import compileall
import struct
import sys
from pathlib import Path
from py_compile import PycInvalidationMode

import pytest

from tests.conftest import ROOT
from tools import pin_architecture
from tools.check_artifacts import MOST_BYTES, Artifact, Target, main, problems
from tools.compile_artifact import find_python

PYTHON = f"{sys.version_info.major}.{sys.version_info.minor}"
TARGET = Target("arm64", PYTHON)
GROUPS = {"layer": ["logging-thing"], "fetch": ["reader[fast]>=1"]}
LIBRARY = f"reader/_fast.{TARGET.tag}-aarch64-linux-gnu.so"


def elf(machine: int = 183, *strings: str) -> bytes:
    head = b"\x7fELF\x02\x01\x01".ljust(16, b"\0") + struct.pack("<HH", 3, machine)
    return head + b"\0" * 44 + b"\0".join(one.encode() for one in ("", *strings, ""))


def write(path: Path, content: bytes | str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)


def distribution(root: Path, name: str, *needs: str) -> None:
    told = "".join(f"Requires-Dist: {need}\n" for need in needs)
    write(root / f"{name}-1.0.dist-info/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n{told}")


def compile_all(folder: Path, mode: PycInvalidationMode = PycInvalidationMode.UNCHECKED_HASH) -> None:
    assert compileall.compile_dir(folder, quiet=1, invalidation_mode=mode, force=True)


@pytest.fixture
def sound(tmp_path: Path) -> Artifact:
    """A function and its layer as a build should lay them down."""
    layer = Artifact(tmp_path / "SharedLayer", "layer")
    distribution(layer.root, "logging_thing")
    write(layer.root / "logging_thing.py", "")
    write(layer.root / "shared/__init__.py", "")
    write(layer.root / "shared/wiring.py", "import boto3\n\ndef http():\n    import aiohttp\n")
    function = Artifact(tmp_path / "FetchFunction", "fetch", layer)
    distribution(
        function.root,
        "reader",
        "unpacker; extra == 'fast'",
        "colorama; sys_platform == 'win32'",
        "pytest; extra == 'test'",
        "boto3",
    )
    distribution(function.root, "unpacker", "logging-thing")
    write(function.root / LIBRARY, elf(183, "GLIBC_2.17", "GLIBC_2.34", "libc.so.6"))
    write(function.root / "reader/__init__.py", "")
    write(function.root / "app.py", "import json\nimport logging_thing\nimport reader\nfrom shared import wiring\n")
    compile_all(layer.folder)
    compile_all(function.folder)
    return function


def told(artifact: Artifact, *, compiled: bool = True) -> list[str]:
    assert artifact.layer is not None
    return [one for each in (artifact.layer, artifact) for one in problems(each, TARGET, GROUPS, compiled=compiled)]


def test_a_sound_artifact_passes(sound: Artifact) -> None:
    assert told(sound) == []


BAD_LIBRARIES = {
    "another processor": (LIBRARY, elf(62), "is for x86_64, not arm64"),
    "a processor that Lambda has not": (LIBRARY, elf(243), "is for another processor, not arm64"),
    "a library that says another processor": (
        f"reader/_fast.{TARGET.tag}-x86_64-linux-gnu.so",
        elf(),
        "is for x86_64-linux-gnu, not aarch64-linux-gnu",
    ),
    "another Python": ("reader/_fast.cpython-39-aarch64-linux-gnu.so", elf(), f"is for cpython-39, not {TARGET.tag}"),
    "another Python, said shortly": ("reader/_fast.pypy39-pp73.so", elf(), f"is for pypy39, not {TARGET.tag}"),
    "a newer glibc": (LIBRARY, elf(183, "GLIBC_2.17", "GLIBC_2.38"), "needs glibc 2.38, and there is 2.34"),
    "a newer glibc, of three parts": (LIBRARY, elf(183, "GLIBC_2.34.1"), "needs glibc 2.34.1, and there is 2.34"),
    "musl": (LIBRARY, elf(183, "libc.musl-aarch64.so.1"), "needs musl, and there is glibc"),
    "a library beside the package": ("reader.libs/libxml2-0a1b.so.2", elf(62), "is for x86_64, not arm64"),
    "a program": ("reader/tool", elf(62), "is for x86_64, not arm64"),
    "no library": (LIBRARY, b"MZ", "is no ELF library"),
    "half a head": (LIBRARY, b"\x7fELF", "is for another processor, not arm64"),
}


@pytest.mark.parametrize("case", BAD_LIBRARIES.values(), ids=BAD_LIBRARIES.keys())
def test_a_library_that_cannot_be_loaded_is_told(sound: Artifact, case: tuple[str, bytes, str]) -> None:
    name, content, problem = case
    write(sound.folder / name, content)

    assert f"FetchFunction: {name} {problem}" in told(sound)


def test_a_library_for_every_python_3_and_one_that_python_does_not_load_itself_pass(sound: Artifact) -> None:
    write(sound.folder / "reader/_any.abi3.so", elf())
    write(sound.folder / "reader.libs/libz.so.1", elf())

    assert told(sound) == []


def test_what_only_developers_need_is_told(sound: Artifact) -> None:
    distribution(sound.root, "pytest")

    assert told(sound) == ["FetchFunction: carries pytest, which nothing in it needs"]


def test_a_package_that_is_missing_is_told(sound: Artifact) -> None:
    (sound.root / "unpacker-1.0.dist-info/METADATA").unlink()
    (sound.root / "unpacker-1.0.dist-info").rmdir()

    assert told(sound) == ["FetchFunction: lacks unpacker"]


MISSING = {
    "whole": "import nowhere\nfrom shared import wiring\n",
    "a part": "from shared.wiring import http\nfrom nowhere.parts import one\n",
    "where it may fail": "try:\n    import nowhere\nexcept ImportError:\n    nowhere = None\n",
}


@pytest.mark.parametrize("code", MISSING.values(), ids=MISSING.keys())
def test_an_import_of_what_is_nowhere_is_told(sound: Artifact, code: str) -> None:
    write(sound.root / "app.py", code)
    compile_all(sound.folder)

    assert told(sound) == ["FetchFunction: app.py imports nowhere, which is nowhere in it"]


def test_what_shared_code_imports_is_looked_for_where_a_function_uses_that_code(sound: Artifact) -> None:
    assert sound.layer is not None
    write(sound.layer.root / "shared/unused.py", "import nowhere\n")
    write(sound.layer.root / "shared/wiring.py", "from shared import stores\n")
    write(sound.layer.root / "shared/stores.py", "import nowhere\n")
    compile_all(sound.layer.folder)

    assert told(sound) == ["FetchFunction: stores.py imports nowhere, which is nowhere in it"]


def test_imports_for_the_sake_of_types_and_inside_functions_are_not_looked_for(sound: Artifact) -> None:
    lazy = (
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import nowhere\nasync def f():\n    import nowhere\n"
    )
    write(sound.root / "app.py", lazy)
    compile_all(sound.folder)

    assert told(sound) == []


def test_a_function_without_its_door_is_told(sound: Artifact) -> None:
    (sound.root / "app.py").unlink()

    assert told(sound) == ["FetchFunction: lacks app.py"]


def test_a_module_that_is_not_compiled_is_told_where_it_could_be(sound: Artifact) -> None:
    write(sound.root / "reader/late.py", "")

    assert told(sound) == [f"FetchFunction: reader/late.py is not compiled for {TARGET.tag}"]
    assert told(sound, compiled=False) == []


def test_bytecode_that_is_checked_by_date_is_told(sound: Artifact) -> None:
    compile_all(sound.folder, PycInvalidationMode.TIMESTAMP)

    assert told(sound) == [f"FetchFunction: __pycache__/app.{TARGET.tag}.pyc is checked by date, and sam changes dates"]


def test_what_is_too_large_with_its_layer_is_told(sound: Artifact) -> None:
    assert sound.layer is not None
    for root in (sound.root, sound.layer.root):
        with (root / "data.bin").open("wb") as file:
            file.truncate(MOST_BYTES // 2)

    assert told(sound) == ["FetchFunction: has 262 MB unpacked with its layer, and Lambda takes 262"]


def test_the_check_fails_when_anything_is_told(sound: Artifact, capsys: pytest.CaptureFixture[str]) -> None:
    write(sound.folder / LIBRARY, elf(62))

    status = main([str(sound.folder.parent), "--architecture", "arm64", "--python", PYTHON])

    assert status == 1
    assert f"FetchFunction: {LIBRARY} is for x86_64, not arm64\n" in capsys.readouterr().out


def test_a_build_without_a_python_of_the_functions_version_is_told_and_passes(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(tmp_path / "SharedLayer/python/shared/__init__.py", "")
    write(tmp_path / "PollFunction/app.py", "import shared\n")

    main([str(tmp_path), "--architecture", "arm64", "--python", "3.99"])

    printed = capsys.readouterr().out
    assert "There is no Python 3.99 here, so they are not compiled" in printed
    assert "app.py" not in printed
    assert find_python("3.99") is None
    assert find_python(PYTHON) == sys.executable


def test_a_folder_in_which_nothing_was_built_is_no_sound_build(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        main([str(tmp_path), "--architecture", "arm64", "--python", PYTHON])

    assert "holds no functions" in capsys.readouterr().err


def test_a_built_template_is_deployed_on_the_processor_it_was_built_for(tmp_path: Path) -> None:
    built = tmp_path / "template.yaml"
    other = "Parameters:\n  Architect:\n    Type: String\n    Default: arm64\n"
    parameter = "  Architecture:\n    Type: String\n    Default: arm64\n    AllowedValues:\n    - arm64\n    - x86_64\n"
    built.write_text(other + parameter + "Resources: {}\n")

    pin_architecture.main(built, "x86_64")

    pinned = "  Architecture:\n    Type: String\n    Default: x86_64\n    AllowedValues:\n    - x86_64\n"
    assert built.read_text() == other + pinned + "Resources: {}\n"


def test_a_template_that_names_no_processor_is_not_pinned(tmp_path: Path) -> None:
    (tmp_path / "template.yaml").write_text("Resources: {}\n")

    with pytest.raises(SystemExit, match="no parameter Architecture"):
        pin_architecture.main(tmp_path / "template.yaml", "x86_64")


def test_artifacts_are_made_for_the_python_that_the_template_asks_for() -> None:
    for makefile in ("Makefile", "functions/Makefile"):
        text = (ROOT / makefile).read_text()
        assert "PYTHON_VERSION ?= $(shell sed -n 's/^ *Runtime: python//p'" in text
    assert (ROOT / "infra/template.yaml").read_text().count("\n    Runtime: python3.13\n") == 1
