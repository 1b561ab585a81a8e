"""`sitrep subscribe email ADDRESS`, `sitrep subscribe sms +NUMBER`."""

import argparse
import re

from shared.errors import InputError
from sitrep.commands.subscriptions import HELP_OPS, confirmed, subscriptions, topic
from sitrep.local.show import one_line, say
from sitrep.stack import HELP_STACK, open_stack

# E.164: a plus, the country's code, 15 digits at most.
_NUMBER = re.compile(r"\+[1-9][0-9]{6,14}")
# Printable ASCII, as SNS takes it, without empty labels.  Source: RFC 5321, 4.1.2.
_ADDRESS = re.compile(
    r"[\w!#$%&'*+/=?^`{|}~-]+(\.[\w!#$%&'*+/=?^`{|}~-]+)*@([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}", re.I | re.A
)


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("protocol", choices=["email", "sms"])
    parser.add_argument(
        "target", metavar="ADDRESS|+NUMBER", help="an email address, or a telephone number like +4917012345"
    )
    parser.add_argument("--stack", metavar="NAME", help=HELP_STACK)
    parser.add_argument("--ops", action="store_true", help=HELP_OPS)


def run(arguments: argparse.Namespace) -> int:
    target = endpoint(arguments.protocol, arguments.target)
    with open_stack(arguments.stack) as stack:
        topic_arn, what = topic(stack, is_ops=arguments.ops)
        known = subscriptions(stack, is_ops=arguments.ops)
        if any(one["Endpoint"] == target and confirmed(one) for one in known):
            say(one_line(f"{target} is subscribed to the {what} of {stack.name} already"))
            return 0
        # One that waits for confirmation is asked again: AWS sends its link anew.
        arn = stack.client("sns").subscribe(
            TopicArn=topic_arn,
            Protocol=arguments.protocol,
            Endpoint=target,
            ReturnSubscriptionArn=True,
        )["SubscriptionArn"]
        say(one_line(f"{target} is subscribed to the {what} of {stack.name}: {arn}"))
        if not stack.is_local and arguments.protocol == "email":
            say("AWS has sent it a message with a link: nothing arrives before that is followed.")
        if not stack.is_local and arguments.protocol == "sms":
            say(
                "An account in the SMS sandbox reaches only numbers that are verified there, and many countries ask\n"
                "for a registered sender: see 'SMS' in the SNS console."
            )
    return 0


def endpoint(protocol: str, target: str) -> str:
    """The address or number as SNS takes it.  Raises `InputError` for what is none."""
    if protocol == "email":
        if not _ADDRESS.fullmatch(target) or len(target) > 254 or not target.isprintable():
            raise InputError(f"{target!r} is no email address; give one like you@example.org")
        return target
    if "(0)" in target:
        raise InputError(f"{target!r}: leave out (0), which is dialled inside a country only")
    number = re.sub(r"[ ().-]", "", target)
    if not _NUMBER.fullmatch(number):
        raise InputError(f"{target!r} is no telephone number; give it with + and its country's code, like +4917012345")
    return number
