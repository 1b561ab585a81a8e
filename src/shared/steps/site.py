"""The site: what was told of incidents, as files for readers and programs, in the archive bucket.  Used by notify."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from heapq import nlargest
from typing import TYPE_CHECKING

from shared.core.site import (
    Issuer,
    render_atom,
    render_cap,
    render_csv,
    render_geojson,
    render_jsonlines,
    views_of,
)
from shared.core.site.keys import CSV, FEED, JSON_LINES, MAP, cap_key
from shared.core.site.row import told_alerts
from shared.types import Incident

if TYPE_CHECKING:
    from shared.adapters.incident_store import IncidentStore
    from shared.adapters.s3 import Archive
    from shared.adapters.tally_store import TallyStore

SPAN = timedelta(days=7)
"""How far back the files reach; the rest is `sitrep export`'s."""
_MARK, _BEHIND = "site", timedelta(seconds=30)
MOST = 500
"""Incidents in a file.  Each change writes all of them anew."""


def keep_site(
    now: datetime, *, incidents: IncidentStore, tallies: TallyStore, archive: Archive, issuer: Issuer
) -> list[str]:
    """Rewrite the site where an incident has changed since it was last.  Returns the keys that were written."""
    since = tallies.mark(_MARK) or now - SPAN
    changed = list(incidents.changed_since(since, now))
    if not changed:
        return []
    keys = rewrite_site(changed, incidents.changed_since(now - SPAN, now), now, archive=archive, issuer=issuer)
    # The index of changes is a moment behind the table.
    tallies.put_mark(_MARK, now - _BEHIND)
    return keys


def rewrite_site(
    changed: Iterable[Incident], recent: Iterable[Incident], now: datetime, *, archive: Archive, issuer: Issuer
) -> list[str]:
    """Write the alerts that changed incidents have sent, then the files of what was new in a week.  Returns their keys.

    `recent` is at least every incident that was changed within `SPAN`, in any order, those that are no more included.
    May run twice: an alert's file is written once, and the other files are written whole.  Alerts go first, for the
    feed refers to them.
    """
    # gather
    fresh = (one for one in recent if one.stories and not one.merged_into and one.last_seen_at >= now - SPAN)
    newest = views_of(nlargest(MOST, fresh, key=lambda incident: (incident.last_seen_at, incident.id)))

    # decide
    alerts = {
        cap_key(alert): render_cap(incident, alert, issuer)
        for incident in changed
        if incident.stories
        for alert in told_alerts(incident)
    }
    files = [
        (FEED, render_atom(newest, issuer, now), "application/atom+xml; charset=utf-8"),
        (MAP, render_geojson(newest), "application/geo+json"),
        (JSON_LINES, render_jsonlines(newest), "application/jsonl; charset=utf-8"),
        (CSV, render_csv(newest), "text/csv; charset=utf-8"),
    ]

    # apply
    for key, body in alerts.items():
        archive.put_site_once(key, body, "application/cap+xml")
    for key, body, content_type in files:
        archive.put_site(key, body, content_type)
    return [*alerts, *(key for key, _, _ in files)]
