"""Each function against the libraries that its artifact carries: its dependency group, and the layer's."""

import subprocess
import sys
import tomllib
from collections.abc import Iterable
from importlib.metadata import packages_distributions, requires

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from shared.pipeline import STEPS, Step
from tests.conftest import ROOT

GROUPS: dict[str, list[str]] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["dependency-groups"]
PROJECT: dict[str, list[str]] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
# The Lambda runtime brings it.
RUNTIME = ["boto3"]

LOAD = """
import importlib.util
import sys
barred = set(sys.argv[2].split(","))
class Bar:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in barred:
            raise ModuleNotFoundError(f"{name} is not in the artifact", name=name)
find_spec = importlib.util.find_spec
importlib.util.find_spec = lambda name, package=None: None if name in barred else find_spec(name, package)
sys.meta_path.insert(0, Bar())
sys.path.insert(0, sys.argv[1])
import app
from shared import wiring
if sys.argv[3] == "reads the web":
    wiring.child().call(len, "the child starts")
    import shared.adapters.http
"""


def closure(names: Iterable[str]) -> set[str]:
    """These distributions and all that they need, by their normal names."""
    found: set[tuple[str, str]] = set()
    todo = [(Requirement(name), "") for name in names]
    while todo:
        requirement, extra = todo.pop()
        if requirement.marker is not None and not requirement.marker.evaluate({"extra": extra}):
            continue
        for wanted in ("", *requirement.extras):
            key = (canonicalize_name(requirement.name), wanted)
            if key not in found:
                found.add(key)
                todo += [(Requirement(need), wanted) for need in requires(requirement.name) or []]
    return {name for name, _ in found}


@pytest.mark.parametrize("step", STEPS, ids=lambda step: step.name)
def test_a_function_imports_only_what_its_artifact_carries(step: Step) -> None:
    name = step.name
    carried = closure([*GROUPS["layer"], *GROUPS[name], *RUNTIME])
    barred = {
        module
        for module, distributions in packages_distributions().items()
        if module != "shared" and not any(canonicalize_name(distribution) in carried for distribution in distributions)
    }
    role = "reads the web" if name in ("fetch", "ingest") else ""

    done = subprocess.run(
        [sys.executable, "-c", LOAD, str(ROOT / "functions" / name), ",".join(sorted(barred)), role],
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr


def test_the_command_line_has_what_all_functions_need() -> None:
    needed = closure(name for group in ("layer", *(step.name for step in STEPS)) for name in GROUPS[group])

    assert needed <= closure(PROJECT["dependencies"])
