"""The door of fetch: woken by FetchQueue, a job of feeds a record."""

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
from shared.core.ids import job_id
from shared.steps.fetch import fetch_feeds
from shared.types import FeedJob, Outcome

start.done()

logger = Logger(service="sitrep", step="fetch")
metrics = Metrics(namespace="sitrep", service="fetch")
metrics.set_default_dimensions(stack=settings.stack() or "local")
processor = AsyncBatchProcessor(EventType.SQS, raise_on_entire_batch_failure=False, logger=logger)  # type: ignore[arg-type]


async def record(record: SQSRecord) -> None:
    logger.thread_safe_clear_keys()
    job = decode(record.body, FeedJob)
    polled = await fetch_feeds(
        job,
        datetime.now(UTC),
        settings.poll_bounds(),
        feeds=wiring.feeds(),
        entries=wiring.entries(),
        http=wiring.http(),
        child=wiring.child(),
        queue=wiring.queue("INGEST_QUEUE"),
    )
    for each in polled:
        told = {"feed_id": each.feed.id, "correlation_id": job_id(each.feed.id, job.ordered_at)}
        outcome = {"outcome": str(each.state.outcome), "reason": each.state.reason}
        # Most polls find a feed as ever: a line for each would be the dearest part of polling.
        tell = logger.debug if each.state.outcome is Outcome.UNCHANGED else logger.info
        tell("feed polled" if each.learned else "feed not asked", extra=told | outcome)
        for entry in each.learned.entries if each.learned else ():
            logger.info("new entry", extra=told | {"entry_id": entry.id, "url": entry.url})
    metrics.add_metric("FeedsPolled", MetricUnit.Count, len(polled))
    metrics.add_metric("EntriesNew", MetricUnit.Count, sum(len(p.learned.entries) for p in polled if p.learned))


@metrics.log_metrics
@logger.inject_lambda_context
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    return async_process_partial_response(event, record, processor, context)  # type: ignore[return-value]
