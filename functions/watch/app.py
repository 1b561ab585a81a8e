"""The door of watch: woken by the schedule, every quarter of an hour."""

from shared import start  # isort: skip - before all else: it halts the search for garbage

from datetime import UTC, datetime
from typing import Any

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext

from shared import settings, wiring
from shared.steps.watch import watch

start.done()

logger = Logger(service="sitrep", step="watch")
metrics = Metrics(namespace="sitrep", service="watch")
metrics.set_default_dimensions(stack=settings.stack() or "local")
# CloudWatch bills each metric by the month: the other figures stand in the log only, or are AWS's own.
MEASURED = ("EntriesOverdue", "FeedsBroken", "FeedsSilent")


@metrics.log_metrics
@logger.inject_lambda_context
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, int]:
    watched = watch(
        datetime.now(UTC),
        settings.stack(),
        feeds=wiring.feeds(),
        entries=wiring.entries(),
        dead_letters=wiring.dead_letters(),
        ops=wiring.ops(),
        topic=wiring.ops_topic(),
        archive=wiring.archive(),
        rules=wiring.rules(),
    )
    for kind in watched.told:
        logger.warning("trouble told", extra={"kind": kind})
    if watched.manifest is not None:
        logger.info("manifest written", extra={"day": watched.manifest.isoformat()})
    logger.info("watched", extra=watched.figures)
    for name in MEASURED:
        if name in watched.figures:
            metrics.add_metric(name, MetricUnit.Count, watched.figures[name])
    return watched.figures
