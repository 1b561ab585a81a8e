"""`sitrep digest`: what came in the last day, as the daily digest tells it."""

import argparse
from datetime import UTC, datetime

from shared.adapters.feed_store import FeedStore
from shared.adapters.incident_store import IncidentStore
from shared.adapters.sns import Topic
from shared.core.render import to_publish
from shared.core.render.digest import Period
from shared.steps.digest import DAY, make_digest
from sitrep.commands.subscriptions import topic
from sitrep.local.show import one_line, say
from sitrep.stack import HELP_STACK, open_stack


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--send", action="store_true", help="to who gets the daily one, beside that; without it, it is only shown"
    )
    parser.add_argument("--stack", metavar="NAME", help=HELP_STACK)


def run(arguments: argparse.Namespace) -> int:
    now = datetime.now(UTC)
    with open_stack(arguments.stack) as stack:
        dynamodb = stack.client("dynamodb")
        message = make_digest(
            Period(now - DAY, now),
            now,
            zone=stack.parameters.get("TimeZone", "UTC"),
            when_empty=True,
            incidents=IncidentStore(stack.outputs["IncidentsTable"], dynamodb),
            feeds=FeedStore(stack.outputs["FeedsTable"], dynamodb),
        )
        assert message is not None, "an empty one was asked for"
        say(f"Subject: {message.subject}\n\n{message.bodies['email'].rstrip()}")
        if arguments.send:
            arn, _ = topic(stack, is_ops=False)
            message_id = Topic(arn, stack.client("sns")).publish(to_publish(message))
            say()
            say(one_line(f"sent to the alerts of {stack.name}, message {message_id}"))
    return 0
