"""What a reader wants to hear in, SNS's filter policy out; and a policy back in words.  Pure."""

import json
import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any

from shared.errors import InputError
from shared.types import ALERTABLE, Certainty, Status

KEYS_MAX = 5
COMBINATIONS_MAX = 150
POLICIES_MAX = 200
"""Filter policies a topic; SNS raises it on request."""

SMS, YES = "sms", "yes"
"""The attribute of every message that says whether phones may have it: `no` once the day's SMS budget is used up."""

NOWHERE = "unknown"
"""What stands for messages that name no country."""

CERTAINTIES = tuple(str(certainty) for certainty in Certainty if certainty in {*ALERTABLE, Certainty.DENIED})
"""What a message may say of how sure it is; of what changed since it was told, it says both."""

_STATUSES = {
    str(Status.NEW): "new",
    str(Status.UPDATE): "updated",
    str(Status.CORRECTION): "corrected",
    str(Status.CLOSED): "closed",
    "digest": "the digest",
}
STATUSES = tuple(_STATUSES)
"""What a message may be: an alert of some status, or the digest."""
_ABSENT = {"exists": False}
_KEYS = ("category", "country", "severity", "certainty", "status", "flags", SMS)

Policy = Mapping[str, Sequence[Any]]
"""What SNS is given as a subscription's filter, on message attributes; empty lets everything through."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What a reader asks for, in ids and codes that are known; what is empty filters nothing."""

    categories: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    """ISO 3166-1 alpha-2, or `unknown`."""
    min_severity: int = 0
    certainties: tuple[str, ...] = ()
    statuses: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Names:
    """What ids and codes are called; one that is missing stands for itself."""

    categories: Mapping[str, str] = field(default_factory=dict)
    countries: Mapping[str, str] = field(default_factory=dict)
    flags: Mapping[str, str] = field(default_factory=dict)


def policy_of(wish: Wish, protocol: str) -> dict[str, list[Any]]:
    """The filter policy of a wish.  A phone's always asks for the messages that phones may have.

    Raises `InputError` with the reason where SNS would refuse it.
    """
    # What is absent stands first: moto looks no further where an attribute is missing.
    countries = [code for code in wish.countries if code != NOWHERE]
    asked: dict[str, list[Any]] = {
        "category": list(wish.categories),
        "country": ([_ABSENT] if NOWHERE in wish.countries else []) + countries,
        "severity": [{"numeric": [">=", wish.min_severity]}] if wish.min_severity else [],
        "certainty": list(wish.certainties),
        "status": list(wish.statuses),
        "flags": list(wish.flags),
        SMS: [YES] if protocol == SMS else [],
    }
    policy = {key: values for key, values in asked.items() if values}
    if reason := refusal(policy):
        raise InputError(reason)
    return policy


def refusal(policy: Policy) -> str:
    """Why SNS would refuse a filter policy, with the remedy; empty when it takes it.

    Source: AWS SNS developer guide, "Filter policy constraints": at most five keys; the numbers of values of all keys,
    multiplied, at most 150.
    """
    if len(policy) > KEYS_MAX:
        phones = f"; one of them is {SMS}, which keeps to the day's SMS budget" if SMS in policy else ""
        return (
            f"SNS takes {KEYS_MAX} conditions in a filter, and this has {len(policy)}: {', '.join(policy)}{phones}; "
            f"leave {len(policy) - KEYS_MAX} out"
        )
    combinations = math.prod(len(values) for values in policy.values())
    if combinations > COMBINATIONS_MAX:
        counts = " x ".join(f"{len(values)} of {key}" for key, values in policy.items() if len(values) > 1)
        return (
            f"SNS takes {COMBINATIONS_MAX} combinations in a filter, and this has {combinations} ({counts}): name "
            "fewer, or leave a condition out"
        )
    return ""


def in_words(policy: Policy, names: Names = Names()) -> str:
    """What arrives: `airstrike or shelling in Syria or Iraq, severity 60 or more, reported; new and corrected only`.

    `everything` where nothing is filtered; a policy of another kind than ours is shown as it is.
    """
    if not _is_ours(policy):
        return f"what passes a filter that is not of sitrep's making: {json.dumps(policy, ensure_ascii=False)}"
    told = {key: [value for value in policy.get(key, ()) if isinstance(value, str)] for key in _KEYS}
    words = _listed([names.categories.get(each, each) for each in told["category"]], "or") or "everything"
    places = [names.countries.get(each, each) for each in told["country"]]
    if places:
        words += f" in {_listed(places, 'or')}"
    if _ABSENT in policy.get("country", ()):
        words += ", or where no country is known" if places else " where no country is known"
    if "severity" in policy:
        words += f", severity {_least(policy):g} or more"
    if told["certainty"]:
        words += f", {_listed(told['certainty'], 'or')}"
    if told["flags"]:
        words += f", marked {_listed([names.flags.get(each, each) for each in told['flags']], 'or')}"
    if told["status"]:
        words += f"; {_listed([_STATUSES[each] for each in told['status']], 'and')} only"
    return words + ("; as far as the day's SMS budget goes" if SMS in policy else "")


def matches(policy: Policy, attributes: Mapping[str, str | int | list[str]]) -> bool | None:
    """Whether a message with these attributes passes a filter; none where the policy is of another kind than ours.

    Source: AWS SNS developer guide, "Subscription filter policies": every key must match, by any of its values; of an
    array any member.
    """
    if not _is_ours(policy):
        return None
    return all(any(_passes(rule, attributes.get(key)) for rule in rules) for key, rules in policy.items())


def nearest(word: str, known: Collection[str]) -> str:
    """The known word that comes nearest to what was written; empty when none comes near."""
    written = word.strip().casefold()
    folded = {each.casefold(): each for each in sorted(known)}
    found = get_close_matches(written, folded, n=1)
    return folded[found[0]] if found else ""


def _passes(rule: Any, value: str | int | list[str] | None) -> bool:
    if rule == _ABSENT:
        return value is None
    if isinstance(rule, dict):
        return isinstance(value, int) and value >= rule["numeric"][1]
    return rule in value if isinstance(value, list) else rule == value


def _is_ours(policy: Policy) -> bool:
    for key, rules in policy.items():
        if key not in _KEYS or not isinstance(rules, list) or not rules:
            return False
        if key == "severity" and _least(policy) is None:
            return False
        if key == "status" and not all(rule in _STATUSES for rule in rules if isinstance(rule, str)):
            return False
        plain = [rule for rule in rules if not (key == "country" and rule == _ABSENT)]
        if key != "severity" and not all(isinstance(rule, str) for rule in plain):
            return False
    return True


def _least(policy: Policy) -> float | None:
    """The severity from which on messages pass; none where that is not what the policy asks."""
    match policy.get("severity"):
        case [{"numeric": [">=", int() | float() as least], **rest}] if not rest:
            return least
    return None


def _listed(words: Sequence[str], last: str) -> str:
    """`a`, `a or b`, `a, b or c`."""
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} {last} {words[-1]}"
