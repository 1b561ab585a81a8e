"""The way through, as data: the steps in the order of the flow, what wakes each, and where it sends.  Pure.

`infra/template.yaml` builds what stands here; a test holds the two together.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Step:
    name: str
    woken_by: tuple[str, ...]
    """Logical ids of the queues, or `schedule`."""
    sends_to: tuple[str, ...]
    """Logical ids of the queues and topics; for ingest the bucket, whose new article wakes detect."""


STEPS = (
    Step("poll", woken_by=("schedule",), sends_to=("FetchQueue",)),
    Step("fetch", woken_by=("FetchQueue",), sends_to=("IngestQueue",)),
    Step("ingest", woken_by=("IngestQueue", "RereadQueue"), sends_to=("Archive",)),
    Step("detect", woken_by=("DetectQueue",), sends_to=("NotifyQueue",)),
    Step("notify", woken_by=("schedule", "NotifyQueue"), sends_to=("AlertTopic", "NotifyQueue", "RereadQueue")),
    Step("digest", woken_by=("schedule", "schedule"), sends_to=("AlertTopic",)),
    Step("watch", woken_by=("schedule",), sends_to=("OpsTopic",)),
)
