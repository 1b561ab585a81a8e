"""The door of notify: woken by NotifyQueue (FIFO), stories of a family and country in order; each minute besides."""

from datetime import UTC, datetime
from typing import Any

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from aws_lambda_powertools.utilities.typing import LambdaContext

from shared import settings, wiring
from shared.core.codec import decode
from shared.core.site import make_issuer
from shared.steps.notify import notify_story
from shared.steps.site import keep_site
from shared.types import AlertState, Due, Story

logger = Logger(service="sitrep", step="notify")
metrics = Metrics(namespace="sitrep", service="notify")
# A failed story comes back alone: the record is the same in whatever order stories come, so the others need not wait.
processor = BatchProcessor(event_type=EventType.SQS, logger=logger)  # type: ignore[arg-type]
processor.raise_on_entire_batch_failure = False


def record(record: SQSRecord) -> None:
    logger.thread_safe_clear_keys()
    if "report" not in decode(record.body, dict[str, Any]):
        see_to(decode(record.body, Due))
        return
    story = decode(record.body, Story)
    logger.thread_safe_append_keys(correlation_id=story.correlation_id)
    done = notify_story(story, datetime.now(UTC), outbox=wiring.outbox(), entries=wiring.entries())
    told = {"incident_id": done.incident.id, "why": done.why}
    if done.is_sent:
        logger.info("alert sent", extra={**told, "alert_id": done.incident.alerts[-1].id})
        metrics.add_metric("Alerts", MetricUnit.Count, 1)
    else:
        logger.info("no alert", extra=told)
        metrics.add_metric("Silences", MetricUnit.Count, 1)


def see_to(due: Due) -> None:
    incident = wiring.outbox().see_to(due, datetime.now(UTC))
    if incident is not None and incident.alerts:
        alert = incident.alerts[-1]
        logger.info("due", extra={"alert_id": alert.id, "state": alert.state, "why": alert.why})
        metrics.add_metric("Alerts", MetricUnit.Count, alert.state is AlertState.SENT)


def minute() -> None:
    """Orders what falls due though no story comes, and writes the site as it is now."""
    outbox = wiring.outbox()
    try:
        for alert in outbox.order_due(datetime.now(UTC)):
            logger.info("alert sent", extra={"alert_id": alert.id, "why": alert.why})
            metrics.add_metric("Alerts", MetricUnit.Count, 1)
            metrics.flush_metrics()
    finally:
        keep_site(
            datetime.now(UTC),
            incidents=outbox.incidents,
            tallies=outbox.tallies,
            archive=wiring.archive(),
            issuer=make_issuer(settings.text("CONTACT"), settings.stack()),
        )


@metrics.log_metrics
def stories(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    metrics.add_metric("StoriesTaken", MetricUnit.Count, len(event["Records"]))
    return process_partial_response(event, record, processor, context)  # type: ignore[return-value]


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    if "Records" in event:
        return stories(event, context)  # type: ignore[no-any-return]
    minute()
    return {}
