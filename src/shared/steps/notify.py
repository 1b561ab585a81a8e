"""notify: joins stories into incidents, and publishes what is news."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from shared.core.codec import encode
from shared.core.edits import rereads
from shared.core.incidents import Decision, group_for, join
from shared.core.render import render_message, to_publish
from shared.types import EntryState, Incident, Story

if TYPE_CHECKING:
    from shared.adapters.entry_store import EntryStore
    from shared.adapters.incident_store import IncidentStore
    from shared.adapters.sns import Topic
    from shared.adapters.sqs import Queue


def notify_story(
    story: Story, now: datetime, *, incidents: IncidentStore, entries: EntryStore, topic: Topic, queue: Queue
) -> Decision:
    """Join one story to what is known and publish what is news.  Returns the decision, its alerts marked as sent.

    The decision is stored before anything is published, and the alert marked after: dying in between publishes when the
    story comes again; only dying between publishing and marking repeats a message, and SNS gives no more than that.
    The orders to read the alerting page again go last, and go again should the story come again.
    """
    # gather
    known = incidents.of_group(group_for(story))

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
    for order in rereads(incident, story):
        queue.send([encode(order)], delay=order.due_at - now)
    # Its story was given up and has been sent back: it is reported after all.
    entries.close(story.report.article_id, EntryState.REPORTED, leaving={EntryState.QUARANTINED})
    return replace(decision, incident=incident)


def _keep(incident: Incident, incidents: IncidentStore) -> Incident:
    kept = replace(incident, version=incident.version + 1)
    incidents.put(kept)
    return kept
