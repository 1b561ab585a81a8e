"""What CloudFormation would get, against cfn-lint: it finds there what it does not in the source."""

import json

import pytest
from cfnlint import lint
from cfnlint.config import ManualArgs

from tests.conftest import REGION
from tests.infra.translated import ALL_ON, DEFAULTS, translate

# The transform puts parameters in where they are substituted, and leaves a substitution of nothing.
NOT_OURS = ["W1020"]


@pytest.mark.parametrize("parameters", [DEFAULTS, ALL_ON], ids=["defaults", "all on"])
def test_the_translated_template_is_clean(parameters: dict[str, str]) -> None:
    content = json.dumps(translate(parameters), indent=1)

    found = lint(content, config=ManualArgs(regions=[REGION, "us-east-1"], ignore_checks=NOT_OURS))

    assert [str(match) for match in found] == []
