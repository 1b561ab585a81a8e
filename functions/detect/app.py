"""The door of detect: woken by an article's arrival in the archive (S3, EventBridge, DetectQueue)."""

from shared import start  # isort: skip - before all else: it halts the search for garbage

from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext

from shared import settings, wiring
from shared.batch import one_by_one
from shared.core.codec import decode
from shared.detect import load_lexicon
from shared.steps.detect import Rules, detect_article

start.done()

logger = Logger(service="sitrep", step="detect")
metrics = Metrics(namespace="sitrep", service="detect")
metrics.set_default_dimensions(stack=settings.stack() or "local")


@lru_cache
def rules() -> Rules:
    return Rules(load_lexicon(), wiring.rules())


def record(body: str) -> None:
    logger.thread_safe_clear_keys()
    key = decode(body, dict[str, Any])["detail"]["object"]["key"]
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
    return one_by_one(event, record, logger)
