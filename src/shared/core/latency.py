"""How long an alert took to go out: its incident in, times out.  Pure."""

from dataclasses import dataclass
from datetime import timedelta

from shared.types import Alert, Incident, Status


@dataclass(frozen=True, slots=True)
class Latency:
    """From an article to the first alert that it raised."""

    since_published: timedelta | None
    """None where nobody says when it was published, or says that it is still to be."""
    since_read: timedelta | None


def latency(incident: Incident, alert: Alert) -> Latency | None:
    """How long the first alert of an incident took; none where the policy held it back, or nothing is to be measured.

    An update is gathered, and an edit was published some time after the article: neither says how quick we are.
    """
    if alert.status is not Status.NEW or alert.reason or alert.sent_at is None:
        return None
    cause = next((story for story in incident.stories if story.report.id == alert.report_id), None)
    if cause is None or cause.revision:
        return None
    since = (alert.sent_at - at if at and at <= alert.sent_at else None for at in (cause.published_at, cause.read_at))
    return Latency(*since)
