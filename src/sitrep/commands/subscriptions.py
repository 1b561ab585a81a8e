"""`sitrep subscriptions`: who gets which alerts, or with `--ops` what is wrong with sitrep itself."""

import argparse
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from shared.core.subscriptions import Names, Policy, in_words
from shared.errors import InputError
from sitrep.local.show import one_line, say
from sitrep.stack import HELP_STACK, Stack, open_stack
from sitrep.wishes import names_in

HELP_OPS = "what is wrong with sitrep itself, in place of the alerts"
_BODY = "MessageBody"


@dataclass(frozen=True, slots=True)
class Reader:
    """Who is subscribed."""

    protocol: str
    endpoint: str
    arn: str
    """Empty until it is confirmed: SNS tells no more of it before."""
    policy: Policy | None
    """What it lets through; none where SNS does not tell, or where it looks into the message's body."""
    words: str = ""
    """In place of a policy that is none of ours to read."""


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--stack", metavar="NAME", help=HELP_STACK)
    parser.add_argument("--ops", action="store_true", help=HELP_OPS)


def run(arguments: argparse.Namespace) -> int:
    with open_stack(arguments.stack) as stack:
        _, what = topic(stack, is_ops=arguments.ops)
        found = readers(stack, is_ops=arguments.ops)
        names = names_of(found)
        width = max((len(one.endpoint) for one in found), default=0)
        for one in found:
            reader = f"{one.protocol:<6} {one.endpoint:<{width}}"
            say(one_line(f"{reader}  {state(one)}  {filter_words(one, names)}".rstrip()))
        if not found:
            ops = " --ops" if arguments.ops else ""
            say(
                one_line(
                    f"nobody gets the {what} of {stack.name}; add a reader with: sitrep subscribe email ADDRESS{ops}"
                )
            )
    return 0


def state(reader: Reader) -> str:
    """`confirmed`, or that it is not."""
    return "confirmed" if reader.arn else "pending: waits for confirmation, and gets nothing"


def filter_words(reader: Reader, names: Names) -> str:
    """What arrives at a reader; empty where that is not known."""
    return in_words(reader.policy, names) if reader.policy is not None else reader.words


def names_of(found: Iterable[Reader]) -> Names:
    """What the ids and codes in the readers' filters are called."""
    return names_in(one.policy for one in found if one.policy)


def topic(stack: Stack, *, is_ops: bool) -> tuple[str, str]:
    """The ARN of what is to be subscribed to, and its name.  Raises `InputError` where a stack has none."""
    output, what = ("OpsTopic", "ops messages") if is_ops else ("AlertTopic", "alerts")
    if output not in stack.outputs:
        raise InputError(f"the stack {stack.name} has no output {output}: deploy it anew")
    return stack.outputs[output], what


def subscriptions(stack: Stack, *, is_ops: bool = False) -> Iterator[dict[str, Any]]:
    """Every subscription to the alerts, or to the ops messages, as SNS lists it."""
    arn, _ = topic(stack, is_ops=is_ops)
    pages = stack.client("sns").get_paginator("list_subscriptions_by_topic")
    for page in pages.paginate(TopicArn=arn):
        # One that was taken back is listed for some days more.
        yield from (one for one in page["Subscriptions"] if one["SubscriptionArn"] != "Deleted")


def readers(stack: Stack, *, is_ops: bool = False) -> list[Reader]:
    """Every subscription with its filter, in the order of SNS's list."""
    return [reader_of(stack, one) for one in subscriptions(stack, is_ops=is_ops)]


def reader_of(stack: Stack, subscription: dict[str, Any]) -> Reader:
    """A subscription as SNS lists it, with its filter."""
    protocol, endpoint = subscription["Protocol"], subscription["Endpoint"]
    if not confirmed(subscription):
        return Reader(protocol, endpoint, "", None)
    arn = subscription["SubscriptionArn"]
    return Reader(protocol, endpoint, arn, *_filter(stack, arn))


def policy_at(stack: Stack, arn: str) -> Policy | None:
    """The filter of a subscription, whether it is confirmed or not; none where it looks into the message's body."""
    return _filter(stack, arn)[0]


def confirmed(subscription: dict[str, Any]) -> bool:
    # Until it is confirmed SNS gives the word "PendingConfirmation" in place of an ARN, and it cannot be removed.
    return str(subscription["SubscriptionArn"]).startswith("arn:")


def _filter(stack: Stack, arn: str) -> tuple[Policy | None, str]:
    attributes = stack.client("sns").get_subscription_attributes(SubscriptionArn=arn)["Attributes"]
    written = attributes.get("FilterPolicy") or "{}"
    if attributes.get("FilterPolicyScope") == _BODY:
        return None, f"what passes a filter on its body: {written}"
    return json.loads(written), ""
