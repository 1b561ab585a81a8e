"""The workflow against the Makefile: it calls the same targets as a person does, and nothing else."""

import re
from typing import Any

import pytest
import yaml

from tests.conftest import ROOT

WORKFLOWS = sorted((ROOT / ".github/workflows").glob("*.yml"))


def steps() -> list[dict[str, Any]]:
    jobs = [job for path in WORKFLOWS for job in yaml.safe_load(path.read_text())["jobs"].values()]
    return [step for job in jobs for step in job["steps"]]


def test_the_workflow_runs_targets_that_exist_and_nothing_else() -> None:
    targets = set(re.findall(r"^([a-z][a-z-]*):", (ROOT / "Makefile").read_text(), flags=re.MULTILINE))

    run = [re.fullmatch(r"make ([a-z-]+)( [A-Z]+=\w+)*", step["run"]) for step in steps() if "run" in step]

    assert run
    assert {target[1] if target else None for target in run} <= targets


def test_what_a_change_must_pass_is_run_by_the_workflow_as_well() -> None:
    asked = set(re.findall(r"^make .*$", (ROOT / ".ci/run").read_text(), flags=re.MULTILINE))

    assert asked
    assert asked <= {step["run"] for step in steps() if "run" in step}


@pytest.mark.parametrize("uses", [step["uses"] for step in steps() if "uses" in step])
def test_an_action_is_pinned_to_a_commit(uses: str) -> None:
    assert re.fullmatch(r"[\w-]+/[\w-]+@[0-9a-f]{40}", uses)
