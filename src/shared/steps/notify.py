"""notify: joins stories into incidents, and publishes what is news."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from shared.core.incidents import Decision, group_of, join
from shared.core.render import render_message, to_publish
from shared.types import Incident, Story

if TYPE_CHECKING:
    from shared.adapters.incident_store import IncidentStore
    from shared.adapters.sns import Topic


def notify_story(story: Story, now: datetime, *, incidents: IncidentStore, topic: Topic) -> Decision:
    """Join one story to what is known and publish what is news.  Returns the decision, its alerts marked as sent.

    The decision is stored before anything is published, and the alert marked after: dying in between publishes when the
    story comes again; only dying between publishing and marking repeats a message, and SNS gives no more than that.
    """
    # gather
    known = incidents.of_group(group_of(story.report))

    # decide
    decision = join(known, story, now)

    # apply
    incident = decision.incident
    if incident not in known:
        incident = _keep(incident, incidents)
    for alert in incident.alerts:
        if alert.sent_at is None:
            message_id = topic.publish(to_publish(render_message(incident, alert)))
            sent = replace(alert, sent_at=now, message_id=message_id)
            alerts = tuple(sent if old.id == alert.id else old for old in incident.alerts)
            incident = _keep(replace(incident, alerts=alerts), incidents)
    return replace(decision, incident=incident)


def _keep(incident: Incident, incidents: IncidentStore) -> Incident:
    kept = replace(incident, version=incident.version + 1)
    incidents.put(kept)
    return kept
