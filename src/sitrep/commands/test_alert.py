"""`sitrep test-alert`: an alert that is marked as an exercise, to all whose filter it passes."""

import argparse
from datetime import UTC, datetime

from shared.adapters.sns import Topic
from shared.core.ids import digest
from shared.core.render import Message, render_message, to_publish
from shared.core.subscriptions import matches
from shared.detect import Lexicon
from shared.errors import InputError
from shared.types import (
    Alert,
    Certainty,
    Evidence,
    Field,
    Incident,
    Place,
    Precision,
    Report,
    Status,
    Story,
    Told,
)
from sitrep.commands.subscriptions import Reader, filter_words, names_of, readers, topic
from sitrep.local.show import one_line, say
from sitrep.stack import HELP_STACK, open_stack
from sitrep.wishes import HELP_COUNTRY, category, country, known_to

_CATEGORY = "airstrike"
_TITLE = "Exercise: a test of sitrep's alerts, nothing has happened"
_TEXT = "This is a test of the alerts, which its operator has sent: nothing has happened."
_PUBLISHER = "sitrep test-alert"


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--category", metavar="CATEGORY", default=_CATEGORY, help=f"as if of this kind; {_CATEGORY} if not given"
    )
    parser.add_argument("--country", metavar="COUNTRY", help=f"as if there: {HELP_COUNTRY}")
    parser.add_argument("--stack", metavar="NAME", help=HELP_STACK)


def run(arguments: argparse.Namespace) -> int:
    with open_stack(arguments.stack) as stack:
        topic_arn, _ = topic(stack, is_ops=False)
        lexicon = known_to(stack)
        kind = category(arguments.category, lexicon)
        place = _place(arguments.country, lexicon) if arguments.country else None
        rule = next(rule for rule in lexicon.rules if rule.category == kind)
        incident = exercise(rule.id, kind, rule.severity, place, datetime.now(UTC))
        zone = stack.parameters.get("TimeZone", "UTC")
        message = render_message(incident, incident.alerts[0], zone=zone, is_exercise=True)
        found = readers(stack)
        if not found:
            raise InputError(
                f"nobody gets the alerts of {stack.name}; add a reader with: sitrep subscribe email ADDRESS"
            )
        message_id = Topic(topic_arn, stack.client("sns")).publish(to_publish(message))
        say(one_line(f"sent to the alerts of {stack.name}, message {message_id}: {message.subject}"))
        names = names_of(found)
        width = max(len(one.endpoint) for one in found)
        for one in found:
            reader = f"{one.protocol:<6} {one.endpoint:<{width}}"
            say(one_line(f"  {_will(one, message):<13}  {reader}  {filter_words(one, names)}".rstrip()))
    return 0


def exercise(rule: str, category: str, severity: int, place: Place | None, now: datetime) -> Incident:
    """An incident that nobody reports, with the alert that tells of it."""
    incident_id = f"exer{digest('exercise', now.isoformat(), length=6)}"
    evidence = Evidence(rule, Field.TEXT, 0, len(_TEXT), _TEXT)
    report = Report(
        id=incident_id,
        article_id=incident_id,
        category=category,
        certainty=Certainty.REPORTED,
        severity=severity,
        score=1.0,
        place=place,
        claims=(),
        evidence=(evidence,),
        sentence=evidence,
    )
    story = Story(
        report=report,
        url="",
        title=_TITLE,
        publisher=_PUBLISHER,
        published_at=now,
        article_key="",
        raw_sha256="",
        from_summary=False,
        correlation_id=incident_id,
        read_at=now,
    )
    alert = Alert(
        id=f"{incident_id}-r1",
        status=Status.NEW,
        revision=1,
        why="a test that the operator has sent",
        tells=Told(report.certainty, severity, place),
        decided_at=now,
        due_at=now,
        report_id=report.id,
    )
    return Incident(
        id=incident_id,
        group="exercise",
        revision=1,
        category=category,
        certainty=report.certainty,
        severity=severity,
        place=place,
        day=now.date(),
        opened_on=now.date(),
        first_seen_at=now,
        last_seen_at=now,
        stories=(story,),
        alerts=(alert,),
    )


def _place(name: str, lexicon: Lexicon) -> Place:
    code = country(name, lexicon)
    words = lexicon.supplement.country_names[code]
    return Place(code, words, words, code, words, None, None, Precision.COUNTRY)


def _will(reader: Reader, message: Message) -> str:
    """Whether a reader should get a message."""
    if not reader.arn:
        return "not confirmed"
    passes = matches(reader.policy, message.attributes) if reader.policy is not None else None
    return {True: "gets it", False: "filtered out", None: "may get it"}[passes]
