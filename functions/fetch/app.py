"""The door of fetch: woken by FetchQueue, a feed a record, all of a batch at once."""

from datetime import UTC, datetime
from typing import Any

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.batch import AsyncBatchProcessor, EventType, async_process_partial_response
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from aws_lambda_powertools.utilities.typing import LambdaContext

from shared import settings, wiring
from shared.core.codec import decode
from shared.steps.fetch import fetch_feed
from shared.types import FeedJob

logger = Logger(service="sitrep", step="fetch")
metrics = Metrics(namespace="sitrep", service="fetch")
processor = AsyncBatchProcessor(EventType.SQS, raise_on_entire_batch_failure=False, logger=logger)  # type: ignore[arg-type]


async def record(record: SQSRecord) -> None:
    logger.thread_safe_clear_keys()
    job = decode(record.body, FeedJob)
    logger.thread_safe_append_keys(correlation_id=job.correlation_id, feed_id=job.feed_id)
    learned = await fetch_feed(
        job,
        datetime.now(UTC),
        settings.poll_interval(),
        feeds=wiring.feeds(),
        entries=wiring.entries(),
        http=wiring.http(),
        child=wiring.child(),
        queue=wiring.queue("INGEST_QUEUE"),
    )
    if learned is None:
        logger.info("feed is watched no longer")
        return
    logger.info("feed polled", extra={"outcome": learned.state.outcome, "reason": learned.state.reason})
    for entry in learned.entries:
        logger.info("new entry", extra={"entry_id": entry.id, "url": entry.url})
    metrics.add_metric("EntriesNew", MetricUnit.Count, len(learned.entries))


@metrics.log_metrics
@logger.inject_lambda_context
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    metrics.add_metric("FeedsPolled", MetricUnit.Count, len(event["Records"]))
    return async_process_partial_response(event, record, processor, context)  # type: ignore[return-value]
