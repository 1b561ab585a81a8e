"""The door of ingest: woken by IngestQueue, an entry a record, all of a batch at once, and by RereadQueue."""

from shared import start  # isort: skip - before all else: it halts the search for garbage

from datetime import UTC, datetime
from typing import Any

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.batch import AsyncBatchProcessor, EventType, async_process_partial_response
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from aws_lambda_powertools.utilities.typing import LambdaContext

from shared import settings, wiring
from shared.core.codec import decode
from shared.core.edits import Rereading
from shared.steps.ingest import ingest_entry, reread_article
from shared.types import Entry, EntryState, Reread

start.done()

logger = Logger(service="sitrep", step="ingest")
metrics = Metrics(namespace="sitrep", service="ingest")
metrics.set_default_dimensions(stack=settings.stack() or "local")
processor = AsyncBatchProcessor(EventType.SQS, raise_on_entire_batch_failure=False, logger=logger)  # type: ignore[arg-type]


async def record(record: SQSRecord) -> None:
    logger.thread_safe_clear_keys()
    entry = decode(record.body, Entry)
    logger.thread_safe_append_keys(correlation_id=entry.correlation_id, entry_id=entry.id)
    article = await ingest_entry(
        entry,
        datetime.now(UTC),
        archive=wiring.archive(),
        entries=wiring.entries(),
        http=wiring.http(),
        child=wiring.child(),
        queue=wiring.queue("INGEST_QUEUE"),
    )
    if isinstance(article, EntryState):
        logger.info("nothing to read", extra={"state": article})
        return
    logger.info("article archived", extra={"characters": len(article.text), "unread": article.unread_reason})
    metrics.add_metric(f"Articles{(article.unread or EntryState.READ).capitalize()}", MetricUnit.Count, 1)


async def reread(record: SQSRecord) -> None:
    logger.thread_safe_clear_keys()
    order = decode(record.body, Reread)
    told = {"article_key": order.article_key, "reading": order.number}
    logger.thread_safe_append_keys(correlation_id=order.correlation_id, **told)
    result = await reread_article(
        order,
        datetime.now(UTC),
        archive=wiring.archive(),
        http=wiring.http(),
        child=wiring.child(),
        queue=wiring.queue("REREAD_QUEUE"),
    )
    if result.outcome is Rereading.EARLY:
        return
    logger.info("page read again", extra={"outcome": result.outcome, "reason": result.reason})


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    queue = event["Records"][0]["eventSourceARN"].rpartition(":")[2]  # a batch comes from one
    if queue == settings.text("REREAD_QUEUE").rpartition("/")[2]:
        return async_process_partial_response(event, reread, processor, context)  # type: ignore[return-value]
    try:
        return async_process_partial_response(event, record, processor, context)  # type: ignore[return-value]
    finally:
        if metrics.metric_set:  # a batch may be all pages that were read before, and Powertools would warn of it
            metrics.flush_metrics()
