"""The door of poll: woken by the schedule, every minute."""

from shared import start  # isort: skip - before all else: it halts the search for garbage

from datetime import UTC, datetime
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from shared import wiring
from shared.steps.poll import poll

start.done()

logger = Logger(service="sitrep", step="poll")


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, int]:
    jobs = poll(datetime.now(UTC), feeds=wiring.feeds(), queue=wiring.queue("FETCH_QUEUE"))
    feeds = sum(len(job.feed_ids) for job in jobs)
    logger.info("feeds are due", extra={"feeds": feeds, "jobs": len(jobs)})
    return {"feeds": feeds}
