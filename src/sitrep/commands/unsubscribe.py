"""`sitrep unsubscribe ADDRESS|+NUMBER`."""

import argparse

from shared.errors import InputError
from sitrep.commands.subscribe import endpoint
from sitrep.commands.subscriptions import confirmed, subscriptions
from sitrep.local.show import one_line, say
from sitrep.stack import HELP_STACK, open_stack


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("target", metavar="ADDRESS|+NUMBER", help="as `sitrep subscriptions` shows it")
    parser.add_argument("--stack", metavar="NAME", help=HELP_STACK)


def run(arguments: argparse.Namespace) -> int:
    target = endpoint("email" if "@" in arguments.target else "sms", arguments.target)
    with open_stack(arguments.stack) as stack:
        found = [one for one in subscriptions(stack) if one["Endpoint"] == target]
        if not found:
            raise InputError(
                f"{target} is not subscribed to the alerts of {stack.name}; `sitrep subscriptions` shows who is"
            )
        for one in found:
            if not confirmed(one):
                raise InputError(f"{target} has not confirmed yet, and gets nothing; AWS forgets it after 48 hours")
            stack.client("sns").unsubscribe(SubscriptionArn=one["SubscriptionArn"])
        say(one_line(f"{target} gets no more alerts of {stack.name}"))
    return 0
