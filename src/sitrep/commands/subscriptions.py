"""`sitrep subscriptions`: who gets the alerts, or with `--ops` what is wrong with sitrep itself."""

import argparse
from collections.abc import Iterator
from typing import Any

from shared.errors import InputError
from sitrep.local.show import one_line, say
from sitrep.stack import HELP_STACK, Stack, open_stack

HELP_OPS = "what is wrong with sitrep itself, in place of the alerts"


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--stack", metavar="NAME", help=HELP_STACK)
    parser.add_argument("--ops", action="store_true", help=HELP_OPS)


def run(arguments: argparse.Namespace) -> int:
    with open_stack(arguments.stack) as stack:
        _, what = topic(stack, is_ops=arguments.ops)
        found = list(subscriptions(stack, is_ops=arguments.ops))
        for one in found:
            state = "confirmed" if confirmed(one) else "waits for confirmation"
            say(one_line(f"{one['Protocol']:<6} {one['Endpoint']:<40} {state}"))
        if not found:
            ops = " --ops" if arguments.ops else ""
            say(
                one_line(
                    f"nobody gets the {what} of {stack.name}; add a reader with: sitrep subscribe email ADDRESS{ops}"
                )
            )
    return 0


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
        yield from page["Subscriptions"]


def confirmed(subscription: dict[str, Any]) -> bool:
    # Until it is confirmed SNS gives the word "PendingConfirmation" in place of an ARN, and it cannot be removed.
    return str(subscription["SubscriptionArn"]).startswith("arn:")
