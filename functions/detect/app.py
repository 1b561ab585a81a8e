"""The door of detect: woken by an article's arrival in the archive (S3, EventBridge, DetectQueue)."""

from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response
from aws_lambda_powertools.utilities.data_classes import S3EventBridgeNotificationEvent
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from aws_lambda_powertools.utilities.typing import LambdaContext

from shared import settings, start, wiring
from shared.detect import load_lexicon
from shared.steps.detect import Rules, detect_article

start.done()

logger = Logger(service="sitrep", step="detect")
metrics = Metrics(namespace="sitrep", service="detect")
metrics.set_default_dimensions(stack=settings.stack() or "local")
processor = BatchProcessor(EventType.SQS, raise_on_entire_batch_failure=False, logger=logger)  # type: ignore[arg-type]


@lru_cache
def rules() -> Rules:
    return Rules(load_lexicon(), wiring.rules())


def record(record: SQSRecord) -> None:
    logger.thread_safe_clear_keys()
    stored = S3EventBridgeNotificationEvent(record.json_body)
    key = stored.detail.object.key
    logger.thread_safe_append_keys(article_key=key)
    article, stories = detect_article(
        key,
        archive=wiring.archive(),
        entries=wiring.entries(),
        queue=wiring.queue("NOTIFY_QUEUE"),
        lexicon=rules().lexicon(datetime.now(UTC)),
    )
    told = {"correlation_id": article.correlation_id, "entry_id": article.id}
    for story in stories:
        logger.info("report", extra={**told, "category": story.report.category, "report_id": story.report.id})
    if not stories:
        logger.info("nothing to report", extra=told)
    metrics.add_metric("Reports", MetricUnit.Count, len(stories))


@metrics.log_metrics
@logger.inject_lambda_context
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    rules().lexicon(datetime.now(UTC))
    if rules().refused:
        logger.error("the operator's rules are refused, the last good ones are used", extra={"why": rules().refused})
    return process_partial_response(event, record, processor, context)  # type: ignore[return-value]
