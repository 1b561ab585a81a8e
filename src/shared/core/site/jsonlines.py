"""Incidents for programs: incidents in, one JSON object a line out.  Pure."""

from collections.abc import Iterable

from shared.core.render.data import SCHEMA_VERSION, dump, incident_data
from shared.core.render.text import clean
from shared.core.render.times import stamp
from shared.core.render.view import IncidentView
from shared.core.site.row import title_of
from shared.types import Alert

_ALERTS_MAX = 200
_WHY_MAX = 400


def render_jsonlines(views: Iterable[IncidentView]) -> bytes:
    """A line an incident, in the order given: what a message for programs says of it, and all its alerts.

    An alert that was not sent says why.
    """
    return "".join(f"{dump(_record(view))}\n" for view in views).encode()


def _record(view: IncidentView) -> dict[str, object]:
    incident = view.incident
    return {
        "schema_version": SCHEMA_VERSION,
        "type": "incident",
        "title": title_of(view),
        "revision": incident.revision,
        **incident_data(view),
        "alerts": [_alert(alert) for alert in incident.alerts[-_ALERTS_MAX:]],
    }


def _alert(alert: Alert) -> dict[str, object]:
    return {
        "alert_id": clean(alert.id, 80),
        "status": str(alert.status),
        "revision": alert.revision,
        "why": clean(alert.why, _WHY_MAX),
        "state": str(alert.state),
        "reason": clean(alert.reason, _WHY_MAX),
        "decided_at": stamp(alert.decided_at),
        "due_at": stamp(alert.due_at),
        "sent_at": stamp(alert.sent_at) if alert.sent_at else None,
    }
