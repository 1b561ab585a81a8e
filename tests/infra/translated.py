"""infra/template.yaml as CloudFormation gets it: what SAM's transform makes of it, here and without AWS."""

import copy
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

import pytest
from samtranslator.translator.transform import transform
from samtranslator.yaml_helper import yaml_parse

from tests.conftest import REGION, ROOT

# Each parameter at its default; and with everything on that a parameter turns on.
DEFAULTS = {"Contact": "tests@example.org"}
ALL_ON = DEFAULTS | {
    "Architecture": "x86_64",
    "AlertEmail": "reader@example.org",
    "OpsEmail": "operator@example.org",
    "QuietHours": "22:00-07:00",
    "DigestHour": "off",
    "ArchiveDays": "365",
    "ObjectLock": "GOVERNANCE",
    "DeletionProtection": "no",
    "Tracing": "yes",
}


class _NoManagedPolicies:
    """Where SAM would look up policies that AWS manages."""

    def load(self) -> dict[str, str]:
        return {}


@lru_cache
def source() -> dict[str, Any]:
    """The template as written, its short forms (`!Ref X`) in the long one."""
    document: dict[str, Any] = yaml_parse((ROOT / "infra/template.yaml").read_text(encoding="utf-8"))
    return document


def translate(given: Mapping[str, str]) -> dict[str, Any]:
    """What SAM makes of the template under these parameters, with the defaults of the others."""
    parameters = {name: str(rules["Default"]) for name, rules in source()["Parameters"].items() if "Default" in rules}
    document = copy.deepcopy(source())
    for resource in document["Resources"].values():
        for content in {"CodeUri", "ContentUri"} & resource.get("Properties", {}).keys():
            resource["Properties"][content] = "s3://artifacts/content"  # `sam deploy` puts such a one
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_DEFAULT_REGION", REGION)
        made: dict[str, Any] = transform(document, {**parameters, **given}, _NoManagedPolicies())
    return made


@lru_cache
def resources() -> dict[str, Any]:
    """The translated template's resources by logical id, under the defaults."""
    found: dict[str, Any] = translate(DEFAULTS)["Resources"]
    return found


def of_type(kind: str) -> dict[str, dict[str, Any]]:
    """The properties of every resource of a type, by logical id."""
    return {name: one.get("Properties", {}) for name, one in resources().items() if one["Type"] == kind}


def named(value: Any) -> set[str]:
    """The logical ids that a value refers to, pseudo parameters like `AWS::AccountId` not among them."""
    return {name for name in _named(value) if not name.startswith("AWS::")}


def _named(value: Any) -> Iterator[str]:
    if isinstance(value, list):
        for part in value:
            yield from _named(part)
    elif isinstance(value, dict):
        for key, part in value.items():
            match key, part:
                case "Ref", str():
                    yield part
                case "Fn::GetAtt", [str() as name, *_]:
                    yield name
                case "Fn::Sub", _:
                    text = part if isinstance(part, str) else part[0]
                    yield from (found.partition("}")[0].partition(".")[0] for found in text.split("${")[1:])
                case _:
                    yield from _named(part)
