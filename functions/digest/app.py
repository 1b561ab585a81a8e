"""The door of digest: woken by schedules, once a day and at the end of quiet hours."""

from shared import start  # isort: skip - before all else: it halts the search for garbage

from datetime import UTC, datetime
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from shared import settings, wiring
from shared.steps.digest import send_digest

start.done()

logger = Logger(service="sitrep", step="digest")


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, str]:
    digested = send_digest(
        datetime.now(UTC),
        is_night=event.get("of") == "night",
        hour=settings.digest_hour(),
        quiet=settings.quiet_hours(),
        zone=settings.zone().key,
        when_empty=settings.digest_when_empty(),
        incidents=wiring.incidents(),
        feeds=wiring.feeds(),
        digests=wiring.digests(),
        topic=wiring.topic(),
    )
    if digested is None:
        logger.info("no digest is due")
        return {}
    told = {"since": digested.period.since.isoformat(), "subject": digested.subject}
    logger.info("digest sent" if digested.subject else "nothing to say", extra=told)
    return told
