"""infra/template.yaml -> the resources that moto can make, the functions, what wakes them.  Pure but for reading it.

SAM's own resources (functions, layers) and what moto cannot make fall away, with everything that points to them; what
they said about triggers and settings is kept here instead.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

import yaml

from shared.errors import SettingError

# moto's CloudFormation makes these; it drops others silently, or they belong to the functions (roles, alarms).
MADE = frozenset(
    {
        "AWS::S3::Bucket",
        "AWS::DynamoDB::Table",
        "AWS::SQS::Queue",
        "AWS::SNS::Topic",
        "AWS::Events::Rule",
    }
)
FUNCTION = "AWS::Serverless::Function"
SUBSCRIPTION = "AWS::SNS::Subscription"

# Outputs that we add to our copy of the template, so that CloudFormation itself resolves what the functions need.
OURS = "Local"


@dataclass(frozen=True, slots=True)
class Schedule:
    """Wakes a function every so often."""

    name: str
    every: timedelta
    input: str = ""
    """What the function is handed, as JSON; empty for what the scheduler says by itself."""

    @property
    def is_seldom(self) -> bool:
        """It sums up what others do meanwhile."""
        return self.every > timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class QueueSource:
    """Wakes a function with what arrives in a queue."""

    queue: str
    """The queue's logical id."""
    batch_size: int
    reports_failures: bool
    """The function says which records failed; else a batch succeeds or fails as a whole."""


@dataclass(frozen=True, slots=True)
class Function:
    """A door of sitrep, as the template describes it."""

    logical_id: str
    folder: Path
    handler: str
    timeout: timedelta
    memory: int
    environment: Mapping[str, Any]
    """As written, with Ref and GetAtt; `Template.environment` resolves them."""
    schedules: tuple[Schedule, ...]
    sources: tuple[QueueSource, ...]

    @property
    def step(self) -> str:
        return self.folder.name


@dataclass(frozen=True)
class Template:
    """What AWS would make of infra/template.yaml."""

    parameters: Mapping[str, Any]
    conditions: Mapping[str, Any]
    resources: Mapping[str, Mapping[str, Any]]
    """Only what moto makes."""
    subscriptions: Mapping[str, Mapping[str, Any]]
    named_outputs: Mapping[str, Any]
    functions: tuple[Function, ...]

    def function(self, step: str) -> Function:
        """The function of a step.  Raises KeyError."""
        return {function.step: function for function in self.functions}[step]

    @cached_property
    def settings(self) -> dict[str, Any]:
        """Every distinct value in the functions' environments, under the name of the output that resolves it."""
        distinct: dict[str, Any] = {}
        for function in self.functions:
            for value in function.environment.values():
                distinct.setdefault(json.dumps(value, sort_keys=True, default=str), value)
        return {f"{OURS}Setting{n}": value for n, value in enumerate(distinct.values())}

    def check(self, name: str, value: str) -> None:
        """Raises SettingError for a parameter's value that the template forbids, as CloudFormation would."""
        rules = self.parameters[name]
        least, most = rules.get("MinValue"), rules.get("MaxValue")
        if rules["Type"] == "Number" and not (value.isdecimal() and least <= int(value) <= most):
            raise SettingError(f"{name} is {value!r}; give a whole number from {least} to {most}")
        if value not in (allowed := list(map(str, rules.get("AllowedValues", [value])))):
            raise SettingError(f"{name} is {value!r}; give one of {', '.join(allowed)}")
        if not re.fullmatch(rules.get("AllowedPattern", ".*"), value, re.DOTALL):
            raise SettingError(f"{name} is {value!r}: {rules['ConstraintDescription']}")

    def environment(self, function: Function, outputs: Mapping[str, str]) -> dict[str, str]:
        """A function's own environment variables, as the stack's outputs resolve them."""
        names = {json.dumps(value, sort_keys=True, default=str): name for name, value in self.settings.items()}
        return {
            variable: outputs[names[json.dumps(value, sort_keys=True, default=str)]]
            for variable, value in function.environment.items()
        }

    @cached_property
    def body(self) -> str:
        """The template for moto's CloudFormation, as JSON."""
        outputs = dict(self.named_outputs)
        outputs |= {name: {"Value": value} for name, value in self.settings.items()}
        for name, subscription in self.subscriptions.items():
            condition = {"Condition": subscription["Condition"]} if "Condition" in subscription else {}
            for key in ("TopicArn", "Protocol", "Endpoint"):
                outputs[f"{OURS}Subscription{name}{key}"] = {"Value": subscription["Properties"][key], **condition}
        content = {
            "AWSTemplateFormatVersion": "2010-09-09",
            "Parameters": self.parameters,
            "Conditions": self.conditions,
            "Resources": self.resources,
            "Outputs": outputs,
        }
        return json.dumps({key: value for key, value in content.items() if value}, default=str)


def read_template(path: Path) -> Template:
    """The template of a checkout.  Raises SettingError when it is no CloudFormation template."""
    try:
        document = yaml.load(path.read_bytes(), _Loader)  # noqa: S506 - a SafeLoader that knows CloudFormation's tags
    except (OSError, yaml.YAMLError) as error:
        raise SettingError(f"{path} cannot be read as a CloudFormation template: {error}") from error
    if not isinstance(document, dict) or not isinstance(document.get("Resources"), dict):
        raise SettingError(f"{path} is no CloudFormation template: it has no Resources")
    everything = document["Resources"]
    made = {name: resource for name, resource in everything.items() if resource["Type"] in MADE}
    gone = set(everything) - set(made)
    globals_ = document.get("Globals", {}).get("Function", {})
    return Template(
        parameters=document.get("Parameters", {}),
        conditions=document.get("Conditions", {}),
        resources=_without(made, gone),
        subscriptions={n: r for n, r in everything.items() if r["Type"] == SUBSCRIPTION},
        named_outputs={n: o for n, o in document.get("Outputs", {}).items() if not _names(o) & gone},
        functions=tuple(
            _function(name, globals_, resource["Properties"], path.parent, gone)
            for name, resource in everything.items()
            if resource["Type"] == FUNCTION
        ),
    )


def parse_rate(expression: Any) -> timedelta:
    """`rate(5 minutes)` -> five minutes; a time of day -> a day, whichever it is, or depends on a parameter.

    Raises SettingError for what the local stack cannot keep.
    """
    if re.search(r"cron\([^ ]+ [^ *]+ \* \* \? \*\)", json.dumps(expression)):
        return timedelta(days=1)
    found = re.fullmatch(r"rate\((\d+) (minute|hour|day)s?\)", str(expression))
    if not found:
        raise SettingError(
            f"the schedule {expression!r} is not of the form rate(N minutes|hours|days), nor a time of day"
        )
    return timedelta(**{f"{found[2]}s": int(found[1])})


def _function(name: str, globals_: Mapping[str, Any], own: Mapping[str, Any], base: Path, gone: set[str]) -> Function:
    merged = {**globals_, **own}
    environment = {
        **globals_.get("Environment", {}).get("Variables", {}),
        **own.get("Environment", {}).get("Variables", {}),
    }
    events = {label: (event["Type"], event.get("Properties", {})) for label, event in own.get("Events", {}).items()}
    return Function(
        logical_id=name,
        folder=(base / merged["CodeUri"]).resolve(),
        handler=merged["Handler"],
        timeout=timedelta(seconds=int(merged.get("Timeout", 3))),
        memory=int(merged.get("MemorySize", 128)),
        environment=_without(environment, gone),
        schedules=tuple(
            Schedule(label, parse_rate(properties["ScheduleExpression"]), properties.get("Input", ""))
            for label, (kind, properties) in events.items()
            if kind in ("Schedule", "ScheduleV2")
        ),
        sources=tuple(
            QueueSource(
                queue=properties["Queue"]["Fn::GetAtt"][0],
                batch_size=int(properties.get("BatchSize", 10)),
                reports_failures="ReportBatchItemFailures" in properties.get("FunctionResponseTypes", []),
            )
            for kind, properties in events.values()
            if kind == "SQS"
        ),
    )


def _without(value: Any, gone: set[str]) -> Any:
    """The value without the parts that point to a resource that is not made here."""
    if isinstance(value, dict):
        return {key: _without(part, gone) for key, part in value.items() if not _points_to(part, gone)}
    if isinstance(value, list):
        return [_without(part, gone) for part in value if not _points_to(part, gone)]
    return value


def _points_to(value: Any, gone: set[str]) -> bool:
    is_intrinsic = isinstance(value, dict) and len(value) == 1 and next(iter(value)).startswith(("Ref", "Fn::"))
    return is_intrinsic and bool(_names(value) & gone)


def _names(value: Any) -> set[str]:
    """The logical ids that a value refers to."""
    if isinstance(value, list):
        return set().union(*map(_names, value)) if value else set()
    if not isinstance(value, dict):
        return set()
    found: set[str] = set()
    for key, part in value.items():
        match key, part:
            case "Ref", str():
                found.add(part)
            case "Fn::GetAtt", [str() as name, *_]:
                found.add(name)
            case "Fn::Sub", _:
                text = part if isinstance(part, str) else part[0]
                found |= set(re.findall(r"\$\{([A-Za-z0-9]+)", text))
            case _:
                found |= _names(part)
    return found


class _Loader(yaml.SafeLoader):
    """Reads CloudFormation's short forms (`!Ref X`) as the long ones (`{"Ref": "X"}`)."""


def _short_form(loader: yaml.SafeLoader, tag: str, node: yaml.Node) -> dict[str, Any]:
    value: Any
    if isinstance(node, yaml.ScalarNode):
        value = loader.construct_scalar(node)
    elif isinstance(node, yaml.SequenceNode):
        value = loader.construct_sequence(node, deep=True)
    else:
        value = loader.construct_mapping(node, deep=True)  # type: ignore[arg-type]
    if tag in ("Ref", "Condition"):
        return {tag: value}
    if tag == "GetAtt" and isinstance(value, str):
        value = value.split(".", 1)
    return {f"Fn::{tag}": value}


_Loader.add_multi_constructor("!", _short_form)
