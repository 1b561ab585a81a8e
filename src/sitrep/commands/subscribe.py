"""`sitrep subscribe email|sms|https|sqs TARGET`: who gets which alerts."""

import argparse
import json
from typing import Any

from botocore.exceptions import ClientError

from shared.core.subscriptions import POLICIES_MAX, Policy, Wish, in_words, policy_of
from shared.errors import InputError
from sitrep.commands.subscriptions import HELP_OPS, confirmed, policy_at, readers, subscriptions, topic
from sitrep.endpoints import endpoint, queue_of, queue_policy, statement
from sitrep.local.here import is_here
from sitrep.local.show import one_line, say
from sitrep.stack import HELP_STACK, Stack, open_stack
from sitrep.wishes import configure_wish, known_to, names_in, wish_of

_TOO_MANY = (
    f"SNS takes {POLICIES_MAX} filters on a topic, and that many readers have one: subscribe without a filter, take a "
    "reader back, or ask AWS for more (Service Quotas, SNS, filter policies per topic)"
)


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("protocol", choices=["email", "sms", "https", "sqs"])
    parser.add_argument(
        "target",
        metavar="ADDRESS|+NUMBER|URL|QUEUE",
        help="an email address, a telephone number like +4917012345, a web address, or a queue's name or ARN",
    )
    parser.add_argument("--stack", metavar="NAME", help=HELP_STACK)
    parser.add_argument("--ops", action="store_true", help=HELP_OPS)
    configure_wish(parser)


def run(arguments: argparse.Namespace) -> int:
    protocol = arguments.protocol
    target = endpoint(protocol, arguments.target, is_local=arguments.stack is None)
    with open_stack(arguments.stack) as stack:
        topic_arn, what = topic(stack, is_ops=arguments.ops)
        wish = wish_of(arguments, stack)
        if arguments.ops and wish != Wish():
            raise InputError("what is wrong with sitrep itself has no kinds to choose from: leave the filter out")
        # The budget is of alerts: what is wrong with sitrep is said to every phone that asked for it.
        policy = policy_of(wish, "" if arguments.ops else protocol)
        url = ""
        if protocol == "sqs":
            target, url = queue_of(stack, target, topic_arn)
        elif target.startswith("http:"):
            protocol = "http"
        words = _subscribe(stack, topic_arn, protocol, target, policy, is_ops=arguments.ops)
        say(one_line(f"{target} is subscribed to the {what} of {stack.name}{words[0]}"))
        for line in [*words[1:], *_silent(wish, stack)]:
            say(one_line(f"  {line}"))
        if protocol == "sqs":
            _let_in(stack, target, url, topic_arn)
        elif not stack.is_local:
            _tell_how_aws_goes_on(stack, protocol)
        elif protocol in ("http", "https") and not is_here(target):
            say("  on the local stack that goes to the outbox: only web servers of this machine are posted to")
    return 0


def _subscribe(
    stack: Stack, topic_arn: str, protocol: str, target: str, policy: Policy, *, is_ops: bool
) -> tuple[str, ...]:
    """Subscribes a reader, or changes what it gets; how that went, and what it gets."""
    found = list(subscriptions(stack, is_ops=is_ops))
    known = next((one for one in found if (one["Protocol"], one["Endpoint"]) == (protocol, target)), None)
    try:
        if policy and len(found) >= POLICIES_MAX and _filters_of_others(stack, target, is_ops=is_ops) >= POLICIES_MAX:
            raise InputError(_TOO_MANY)
        if known is not None and confirmed(known):
            arn = known["SubscriptionArn"]
        else:  # one that waits for confirmation is asked again: AWS sends its link anew
            arn = _ask(stack, topic_arn, protocol, target, {} if known else policy)
        before = _policy_of(stack, arn, is_new=known is None, given=policy)
        if before != policy:
            stack.client("sns").set_subscription_attributes(
                SubscriptionArn=arn, AttributeName="FilterPolicy", AttributeValue=json.dumps(policy)
            )
            _look_at_attributes(stack, arn)
    except ClientError as error:
        if "FilterPolicyLimitExceeded" in error.response["Error"]["Code"]:
            raise InputError(_TOO_MANY) from error
        raise
    names = names_in([policy, before or {}])
    gets = f"gets: {in_words(policy, names)}"
    if known is None and before == policy:
        return f": {arn}", gets
    if before == policy:
        return " already", gets
    got = in_words(before, names) if before is not None else "what passes a filter on its body"
    slow = () if stack.is_local else ("AWS may take 15 minutes to go by the new filter everywhere",)
    return " already; its filter is changed", f"got:  {got}", gets, *slow


def _ask(stack: Stack, topic_arn: str, protocol: str, target: str, policy: Policy) -> str:
    """The ARN of a subscription, which is made where there is none."""
    attributes = {"FilterPolicy": json.dumps(policy)} if policy else {}
    asked: dict[str, Any] = {"TopicArn": topic_arn, "Protocol": protocol, "Endpoint": target}
    sns = stack.client("sns")
    try:
        made = sns.subscribe(**asked, Attributes=attributes, ReturnSubscriptionArn=True)
    except ClientError as error:
        # SNS's list lags behind: it is there, with another filter.
        if "already exists with different attributes" not in str(error):
            raise
        made = sns.subscribe(**asked, ReturnSubscriptionArn=True)
    return str(made["SubscriptionArn"])


def _policy_of(stack: Stack, arn: str, *, is_new: bool, given: Policy) -> Policy | None:
    """The filter that a subscription has before it is changed."""
    try:
        return policy_at(stack, arn)
    except ClientError as error:
        # SNS may not know yet what it has just made; then nobody else has given it another filter.
        if not is_new or "NotFound" not in error.response["Error"]["Code"]:
            raise
        return given


def _look_at_attributes(stack: Stack, arn: str) -> None:
    """A filter that looked into the body would take ours for one of the same kind."""
    if policy_at(stack, arn) is None:
        stack.client("sns").set_subscription_attributes(
            SubscriptionArn=arn, AttributeName="FilterPolicyScope", AttributeValue="MessageAttributes"
        )


def _filters_of_others(stack: Stack, target: str, *, is_ops: bool) -> int:
    return sum(one.policy != {} and one.endpoint != target for one in readers(stack, is_ops=is_ops) if one.arn)


def _silent(wish: Wish, stack: Stack) -> list[str]:
    """What was asked for and sends no message."""
    quiet = {rule.category for rule in known_to(stack).rules if not rule.alerts} if wish.categories else set()
    return [f"note: {name} is kept as a record, and sends no message" for name in wish.categories if name in quiet]


def _let_in(stack: Stack, queue_arn: str, url: str, topic_arn: str) -> None:
    """Sees to a queue's policy on the local stack; elsewhere says what it must say."""
    needed = statement(queue_arn, topic_arn)
    policy = queue_policy(stack, url) if url else None
    if policy is not None and needed in policy["Statement"]:
        say("  its policy lets the messages in")
    elif policy is not None and stack.is_local:
        policy["Statement"] = [*policy["Statement"], needed]
        stack.client("sqs").set_queue_attributes(QueueUrl=url, Attributes={"Policy": json.dumps(policy)})
        say("  its policy lets the messages in from now on")
    else:
        say("Nothing reaches the queue before its policy has this statement (an encrypted queue's key needs one too):")
        say(one_line(f"  {json.dumps(needed)}"))
        if not url:
            say("It is of another account or region: its owner must confirm the subscription as well.")


def _tell_how_aws_goes_on(stack: Stack, protocol: str) -> None:
    if protocol == "email":
        say("AWS has sent it a message with a link: nothing arrives before that is followed.")
    elif protocol == "https":
        say("AWS has sent it a SubscriptionConfirmation: nothing arrives before it opens the SubscribeURL in that.")
    elif protocol == "sms":
        _tell_of_phones(stack)


def _tell_of_phones(stack: Stack) -> None:
    """What keeps a text message from a phone, beside sitrep.

    Source: AWS SNS developer guide, "Using the Amazon SNS SMS sandbox" and "Requesting increases to your monthly SMS
    spending quota"; AWS End User Messaging SMS user guide, "Origination identity registration".
    """
    try:
        status = stack.client("sns").get_sms_sandbox_account_status()
        is_boxed = bool(status["IsInSandbox"])
        if is_boxed:
            say("This account is in the SMS sandbox: the number gets nothing before it is verified there.")
    except ClientError:  # a reader of the topic need not be allowed to ask
        say("An account in the SMS sandbox reaches only numbers that are verified there; whether this one is, we may")
        say("not ask (sns:GetSMSSandboxAccountStatus).")
    say("Many countries deliver text messages of a registered number or sender only, among them the United States,")
    say("India, China, Singapore and the United Kingdom; a new account may spend 1 USD a month on them. See 'SMS' in")
    say("the SNS console.")
