"""The variables that the template gives a function, against those that its code reads."""

import inspect
import re
from types import ModuleType

import pytest

from shared import settings, wiring
from shared.pipeline import STEPS, Step
from tests.conftest import ROOT, template

# The local stack alone sets it; and what every function is given for the sake of a library.
NOT_GIVEN, OF_LIBRARIES = {"LOOPBACK_PORTS"}, {"POWERTOOLS_LOG_LEVEL"}
DEAD_LETTERS = {
    f"{queue.removesuffix('Queue').upper()}_DEAD_LETTERS"
    for step in STEPS
    for queue in step.woken_by
    if queue != "schedule"
}


def reads(source: str, module: ModuleType | None = None) -> set[str]:
    """The variables that code reads, itself or by what it calls of `settings` and `wiring`."""
    found = set(re.findall(r'"([A-Z]+(?:_[A-Z]+)+|[A-Z]{4,})"', source))
    if "_DEAD_LETTERS" in source:
        found |= DEAD_LETTERS
    for known in (settings, wiring):
        prefix = "" if known is module else f"{known.__name__.rpartition('.')[2]}."
        for name in re.findall(rf"(?<![\w.]){re.escape(prefix)}(\w+)\(", source):
            called = getattr(known, name, None)
            is_itself = known is module and f"def {name}(" in source
            if getattr(called, "__module__", "") == known.__name__ and not is_itself:
                found |= reads(inspect.getsource(called), known)
    return found


@pytest.mark.parametrize("step", STEPS, ids=lambda step: step.name)
def test_a_function_is_given_the_settings_that_it_reads_and_no_other(step: Step) -> None:
    door = (ROOT / "functions" / step.name / "app.py").read_text(encoding="utf-8")

    given = set(template().function(step.name).environment)

    assert given - OF_LIBRARIES == reads(door) - NOT_GIVEN
