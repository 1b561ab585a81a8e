"""What `sam build` made, against what Lambda runs: `python tools/check_artifacts.py BUILD --architecture A --python V`.

Reads files.  Prints what Lambda would refuse or fail on, a line each; then the exit status is 1.
"""

import argparse
import ast
import re
import struct
import sys
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib.metadata import Distribution, distributions
from importlib.util import cache_from_source
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import NormalizedName, canonicalize_name

from tools.compile_artifact import find_python

PYPROJECT = Path(__file__).parents[1] / "pyproject.toml"
LAYER = "SharedLayer"
# Source: ELF specification, e_machine.
MACHINES = {62: "x86_64", 183: "arm64"}
TRIPLETS = {"x86_64": "x86_64-linux-gnu", "arm64": "aarch64-linux-gnu"}
GLIBC = (2, 34)
"""Of Amazon Linux 2023, which Python 3.12 and later run on."""
MOST_BYTES = 250 * 1024 * 1024
"""Of a function and its layers, unpacked.  Source: Lambda quotas."""
HASHED_AND_UNCHECKED = 0b01
"""Source: PEP 552, the flags of a .pyc."""
# What every Python runtime of Lambda carries.
OF_RUNTIME = frozenset({"boto3", "botocore"})


@dataclass(frozen=True, slots=True)
class Target:
    """What the functions run on."""

    architecture: str
    python: str
    """Its minor version, like `3.13`."""

    @property
    def tag(self) -> str:
        return f"cpython-{self.python.replace('.', '')}"

    @property
    def environment(self) -> dict[str, str]:
        """What the markers of requirements ask for."""
        return {
            "python_version": self.python,
            "python_full_version": f"{self.python}.0",
            "sys_platform": "linux",
            "platform_system": "Linux",
            "platform_machine": TRIPLETS[self.architecture].partition("-")[0],
            "platform_python_implementation": "CPython",
            "implementation_name": "cpython",
            "os_name": "posix",
            "extra": "",
        }


@dataclass(frozen=True, slots=True)
class Artifact:
    """A folder that is shipped."""

    folder: Path
    group: str
    """The dependency group of what it carries."""
    layer: "Artifact | None" = None
    """What it is run with."""

    @property
    def name(self) -> str:
        return self.folder.name

    @property
    def root(self) -> Path:
        """Where its modules lie."""
        return self.folder if self.layer else self.folder / "python"

    @property
    def roots(self) -> list[Path]:
        """Where modules are looked for that it imports."""
        return [self.root, *(self.layer.roots if self.layer else [])]

    def files(self) -> Iterator[Path]:
        return (path for path in sorted(self.folder.rglob("*")) if path.is_file())

    @property
    def size(self) -> int:
        """Bytes, unpacked, with what it is run with."""
        return sum(path.stat().st_size for path in self.files()) + (self.layer.size if self.layer else 0)


def artifacts(build: Path) -> list[Artifact]:
    """What a build holds: the layer, and the functions in order of their names."""
    layer = Artifact(build / LAYER, "layer")
    functions = sorted(build.glob("*Function"))
    return [layer, *(Artifact(one, one.name.removesuffix("Function").lower(), layer) for one in functions)]


def problems(artifact: Artifact, target: Target, groups: dict[str, list[str]], *, compiled: bool) -> Iterator[str]:
    """What is wrong with an artifact, each in a line; `compiled` says that it should be."""
    for path in artifact.files():
        for problem in of_binary(path, target):
            yield f"{artifact.name}: {path.relative_to(artifact.folder)} {problem}"
    for problem in (
        *of_packages(artifact, target, groups),
        *of_imports(artifact),
        *(of_bytecode(artifact, target) if compiled else ()),
        *of_size(artifact),
    ):
        yield f"{artifact.name}: {problem}"


def of_binary(path: Path, target: Target) -> Iterator[str]:
    """What keeps a program or library from being loaded there; nothing for any other file."""
    with path.open("rb") as file:
        head = file.read(20)
        if not head.startswith(b"\x7fELF"):
            if ".so" in path.suffixes:
                yield "is no ELF library"
            return
        content = head + file.read()
    machine = MACHINES.get(struct.unpack_from("<H", head.ljust(20, b"\0"), 18)[0], "another processor")
    if machine != target.architecture:
        yield f"is for {machine}, not {target.architecture}"
    tagged = re.search(r"\.(cpython-\w+|cp\w+|pypy\w+)(?:-([\w-]+))?\.so$", path.name)
    if tagged and tagged[1] != target.tag:
        yield f"is for {tagged[1]}, not {target.tag}"
    if tagged and tagged[2] not in (None, TRIPLETS[target.architecture]):
        yield f"is for {tagged[2]}, not {TRIPLETS[target.architecture]}"
    # Names of versions and libraries stand in a table of strings, each between two zeros.
    needed = [tuple(map(int, found.split(b"."))) for found in re.findall(rb"\0GLIBC_(\d[\d.]*)(?=\0)", content)]
    if needed and (newest := max(needed)) > GLIBC:
        yield f"needs glibc {'.'.join(map(str, newest))}, and there is {'.'.join(map(str, GLIBC))}"
    if re.search(rb"\0libc\.musl-", content):
        yield "needs musl, and there is glibc"


def of_packages(artifact: Artifact, target: Target, groups: dict[str, list[str]]) -> Iterator[str]:
    """What is there and not asked for, and what is asked for and not there."""
    carried = {canonicalize_name(one.name): one for one in distributions(path=[str(artifact.root)])}
    lent = {canonicalize_name(one.name): one for root in artifact.roots for one in distributions(path=[str(root)])}
    asked = closure(groups[artifact.group], lent, target)
    yield from (f"carries {name}, which nothing in it needs" for name in sorted(carried.keys() - asked))
    yield from (f"lacks {name}" for name in sorted(asked - lent.keys() - OF_RUNTIME))


def closure(wanted: Iterable[str], known: dict[NormalizedName, Distribution], target: Target) -> set[NormalizedName]:
    """The normal names of these requirements, and of all that they need, as far as these distributions tell."""
    found: set[tuple[NormalizedName, str]] = set()
    todo = [(Requirement(one), "") for one in wanted]
    while todo:
        requirement, extra = todo.pop()
        if requirement.marker and not requirement.marker.evaluate({**target.environment, "extra": extra}):
            continue
        name = canonicalize_name(requirement.name)
        for each in ("", *requirement.extras):
            if (name, each) not in found:
                found.add((name, each))
                needs = (known[name].requires or []) if name in known else []
                todo += [(Requirement(need), each) for need in needs]
    return {name for name, _ in found}


def of_imports(artifact: Artifact) -> Iterator[str]:
    """What a function's own code imports as it starts, and what is nowhere."""
    todo = [artifact.root / "app.py"] if artifact.layer else []
    seen: set[Path] = set()
    while todo:
        path = todo.pop()
        if path in seen:
            continue
        seen.add(path)
        if not path.is_file():
            yield f"lacks {path.name}"
            continue
        names = set(imported(ast.parse(path.read_bytes())))
        tops = {name.partition(".")[0] for name in names}
        todo += filter(None, (_module(artifact, name) for name in names if name.startswith("shared.")))
        for top in sorted(tops - sys.stdlib_module_names - OF_RUNTIME):
            if _module(artifact, top) is None:
                yield f"{path.name} imports {top}, which is nowhere in it"


def imported(tree: ast.Module) -> Iterator[str]:
    """The modules that a module imports when it is imported itself, `from a import b` as `a` and `a.b`."""
    todo: list[ast.stmt] = list(tree.body)
    while todo:
        statement = todo.pop()
        if isinstance(statement, ast.Import):
            yield from (one.name for one in statement.names)
        elif isinstance(statement, ast.ImportFrom) and not statement.level and statement.module:
            yield statement.module
            yield from (f"{statement.module}.{one.name}" for one in statement.names)
        elif isinstance(statement, ast.If) and "TYPE_CHECKING" in ast.dump(statement.test):
            todo += statement.orelse
        elif not isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef):
            todo += [part for part in ast.walk(statement) if isinstance(part, ast.Import | ast.ImportFrom)]


def _module(artifact: Artifact, name: str) -> Path | None:
    """Where a module lies; none for what is none, like a name that a module defines."""
    for root in artifact.roots:
        stem = root.joinpath(*name.split("."))
        for found in (stem / "__init__.py", stem.with_suffix(".py"), *stem.parent.glob(f"{stem.name}.*so")):
            if found.is_file():
                return found
    return None


def of_bytecode(artifact: Artifact, target: Target) -> Iterator[str]:
    """Modules that are not compiled, or so that Lambda's Python would not take it; the first of them."""
    for path in artifact.files():
        if path.suffix != ".py":
            continue
        compiled = Path(cache_from_source(str(path))).with_name(f"{path.stem}.{target.tag}.pyc")
        if not compiled.is_file():
            yield f"{path.relative_to(artifact.folder)} is not compiled for {target.tag}"
            return
        with compiled.open("rb") as file:
            flags = int.from_bytes(file.read(8)[4:], "little")
        if flags != HASHED_AND_UNCHECKED:
            yield f"{compiled.relative_to(artifact.folder)} is checked by date, and sam changes dates"
            return


def of_size(artifact: Artifact) -> Iterator[str]:
    """That it is too large."""
    if artifact.size > MOST_BYTES:
        yield f"has {artifact.size / 1e6:.0f} MB unpacked with its layer, and Lambda takes {MOST_BYTES / 1e6:.0f}"


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("build", type=Path)
    parser.add_argument("--architecture", choices=TRIPLETS, required=True)
    parser.add_argument("--python", required=True)
    options = parser.parse_args(arguments)

    target = Target(options.architecture, options.python)
    groups = tomllib.loads(PYPROJECT.read_text(encoding="utf-8"))["dependency-groups"]
    compiled = find_python(target.python) is not None
    checked = artifacts(options.build)
    if len(checked) == 1:
        parser.error(f"{options.build} holds no functions: run `make build` first")
    found = [problem for one in checked for problem in problems(one, target, groups, compiled=compiled)]
    for problem in found:
        print(problem)
    sizes = ", ".join(f"{one.name} {one.size / 1e6:.0f}" for one in checked)
    print(f"{len(checked)} artifacts for {target.architecture}, Python {target.python}; MB unpacked: {sizes}")
    if not compiled:
        print(
            f"There is no Python {target.python} here, so they are not compiled, and each start takes longer: "
            f"`uv python install {target.python}` and build again, if that matters."
        )
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
