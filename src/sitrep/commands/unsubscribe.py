"""`sitrep unsubscribe ADDRESS|+NUMBER|URL|QUEUE`."""

import argparse
import re

from shared.errors import InputError
from sitrep.commands.subscriptions import HELP_OPS, confirmed, subscriptions, topic
from sitrep.endpoints import endpoint
from sitrep.local.show import one_line, say
from sitrep.stack import HELP_STACK, open_stack


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("target", metavar="ADDRESS|+NUMBER|URL|QUEUE", help="as `sitrep subscriptions` shows it")
    parser.add_argument("--stack", metavar="NAME", help=HELP_STACK)
    parser.add_argument("--ops", action="store_true", help=HELP_OPS)


def run(arguments: argparse.Namespace) -> int:
    target = endpoint(_protocol(arguments.target), arguments.target)
    with open_stack(arguments.stack) as stack:
        _, what = topic(stack, is_ops=arguments.ops)
        # A queue is listed by its ARN, which ends in its name.
        found = [
            one
            for one in subscriptions(stack, is_ops=arguments.ops)
            if one["Endpoint"] == target or (one["Protocol"] == "sqs" and one["Endpoint"].endswith(f":{target}"))
        ]
        if not found:
            raise InputError(
                f"{target} is not subscribed to the {what} of {stack.name}; `sitrep subscriptions` shows who is"
            )
        for one in found:
            if not confirmed(one):
                raise InputError(f"{target} has not confirmed yet, and gets nothing; AWS forgets it after 48 hours")
            stack.client("sns").unsubscribe(SubscriptionArn=one["SubscriptionArn"])
            say(one_line(f"{one['Endpoint']} gets no more {what} of {stack.name}"))
    return 0


def _protocol(target: str) -> str:
    if "@" in target and "://" not in target:
        return "email"
    if "://" in target:
        return "https"
    return "sqs" if re.search(r"[A-Za-z]", target) else "sms"
