"""`sitrep subscriptions`: who gets the alerts."""

import argparse
from collections.abc import Iterator
from typing import Any

from sitrep.local.show import one_line, say
from sitrep.stack import HELP_STACK, Stack, open_stack


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--stack", metavar="NAME", help=HELP_STACK)


def run(arguments: argparse.Namespace) -> int:
    with open_stack(arguments.stack) as stack:
        found = list(subscriptions(stack))
        for one in found:
            state = "confirmed" if confirmed(one) else "waits for confirmation"
            say(one_line(f"{one['Protocol']:<6} {one['Endpoint']:<40} {state}"))
        if not found:
            say(one_line(f"nobody gets the alerts of {stack.name}; add a reader with: sitrep subscribe email ADDRESS"))
    return 0


def subscriptions(stack: Stack) -> Iterator[dict[str, Any]]:
    """Every subscription to the alerts, as SNS lists it."""
    pages = stack.client("sns").get_paginator("list_subscriptions_by_topic")
    for page in pages.paginate(TopicArn=stack.outputs["AlertTopic"]):
        yield from page["Subscriptions"]


def confirmed(subscription: dict[str, Any]) -> bool:
    # Until it is confirmed SNS gives the word "PendingConfirmation" in place of an ARN, and it cannot be removed.
    return str(subscription["SubscriptionArn"]).startswith("arn:")
