"""notify: joins stories into incidents, decides what is news, and sends it when it is due."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from shared.core.alerts import decide
from shared.core.incidents import Joined, home_of
from shared.core.kinship import cells_near, days_near
from shared.core.sight import settle
from shared.types import AlertState, EntryState, Incident, Story

if TYPE_CHECKING:
    from shared.adapters.entry_store import EntryStore
    from shared.steps.outbox import Outbox


@dataclass(frozen=True, slots=True)
class Notified:
    """What a story came to."""

    incident: Incident
    """That it tells of, as it is after."""
    is_sent: bool
    """An alert of it went out."""
    why: str
    """What it said, or why nothing was said, or why it was said later."""
    is_silent: bool = False
    """It was decided to say nothing."""


def notify_story(story: Story, now: datetime, *, outbox: Outbox, entries: EntryStore) -> Notified:
    """Join one story to what is known, and send what is news and due.

    May run twice with the same story: the second time counts nothing, and sends what the first did not come to send.
    """
    # gather
    story = replace(story, read_at=story.read_at or now)
    incidents, group, days = outbox.incidents, home_of(story), days_near(story)
    # What was edited may say another place now: its incident is wherever it was.
    heads = incidents.heads(group, days, None if story.revision else cells_near(story))
    opened = incidents.opened(group, days)
    mutes = outbox.mutes.active(now)

    # decide
    def join(known: Sequence[Incident]) -> Joined:
        return decide(known, story, now, outbox.policy, mutes=mutes, opened=opened)

    joined = settle(story, heads, incidents.get, join)

    # apply
    changed = [joined.home, *joined.others]
    if not joined.is_known:
        changed = outbox.keep(changed, now)
    home, *_ = [outbox.send(incident, now) for incident in changed]
    # Its story was given up and has been sent back: it is reported after all.
    entries.close(story.report.article_id, EntryState.REPORTED, leaving={EntryState.QUARANTINED})
    return _notified(changed[0], home, story)


def _notified(before: Incident, after: Incident, story: Story) -> Notified:
    if before != after:
        return Notified(after, True, after.alerts[-1].why)
    alert = after.alerts[-1] if after.alerts else None
    silence = next((each.reason for each in reversed(after.silences) if each.report_id == story.report.id), "")
    if not silence and alert is not None and alert.state is AlertState.PENDING:
        return Notified(after, False, f"{alert.reason}, due {alert.due_at.isoformat(timespec='seconds')}: {alert.why}")
    return Notified(after, False, silence or "already counted", is_silent=bool(silence))
