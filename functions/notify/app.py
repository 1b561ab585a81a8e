"""The door of notify: woken by NotifyQueue (FIFO), stories of a family and country in order; each minute besides."""

from shared import start  # isort: skip - before all else: it halts the search for garbage

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext

from shared import settings, wiring
from shared.batch import one_by_one
from shared.core.codec import decode
from shared.steps.notify import notify_story
from shared.steps.outbox import Outbox
from shared.types import Due, Story

start.done()

logger = Logger(service="sitrep", step="notify")
metrics = Metrics(namespace="sitrep", service="notify")
metrics.set_default_dimensions(stack=settings.stack() or "local")


def outbox() -> Outbox:
    return replace(wiring.outbox(), measure=measure)


def measure(name: str, value: float) -> None:
    metrics.add_metric(name, MetricUnit.Seconds if name.endswith("Seconds") else MetricUnit.Count, value)


def flush() -> None:
    if metrics.metric_set:  # most minutes have nothing to measure, and Powertools would warn of each
        metrics.flush_metrics()


def record(body: str) -> None:
    logger.thread_safe_clear_keys()
    if "report" not in decode(body, dict[str, Any]):
        see_to(decode(body, Due))
        return
    story = decode(body, Story)
    logger.thread_safe_append_keys(correlation_id=story.correlation_id)
    done = notify_story(story, datetime.now(UTC), outbox=outbox(), entries=wiring.entries())
    told = {"incident_id": done.incident.id, "why": done.why}
    if done.is_sent:
        logger.info("alert sent", extra={**told, "alert_id": done.incident.alerts[-1].id})
    else:
        logger.info("no alert", extra=told)
    if done.is_silent:
        measure("Silences", 1)


def see_to(due: Due) -> None:
    incident = outbox().see_to(due, datetime.now(UTC))
    if incident is not None and incident.alerts:
        alert = incident.alerts[-1]
        logger.info("due", extra={"alert_id": alert.id, "state": alert.state, "why": alert.why})


def minute() -> None:
    """Orders what falls due though no story comes, and writes the site as it is now."""
    from shared.core.site import make_issuer  # a tenth of a start, and stories have no use for it
    from shared.steps.site import keep_site

    ours = outbox()
    try:
        for alert in ours.order_due(datetime.now(UTC)):
            logger.info("alert sent", extra={"alert_id": alert.id, "why": alert.why})
    finally:
        flush()
        keep_site(
            datetime.now(UTC),
            incidents=ours.incidents,
            tallies=ours.tallies,
            archive=wiring.archive(),
            issuer=make_issuer(settings.text("CONTACT"), settings.stack()),
        )


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    if "Records" not in event:
        minute()
        return {}
    try:
        # A failed story comes back alone: the record is the same in whatever order stories come.
        return one_by_one(event, record, logger)
    finally:
        flush()
