"""What is published of incidents beside messages: incidents in, files for programs and readers out.  Pure.

The files that hold several take them as views, so that what all ask of an incident is found once.
"""

from collections.abc import Iterable

from shared.core.incidents import current_incident
from shared.core.render.view import IncidentView
from shared.core.site.atom import render_atom
from shared.core.site.cap import render_cap
from shared.core.site.csv import render_csv
from shared.core.site.geojson import render_geojson
from shared.core.site.issuer import Issuer, make_issuer
from shared.core.site.jsonlines import render_jsonlines
from shared.types import Incident

__all__ = [
    "Issuer",
    "make_issuer",
    "render_atom",
    "render_cap",
    "render_csv",
    "render_geojson",
    "render_jsonlines",
    "views_of",
]


def views_of(incidents: Iterable[Incident]) -> list[IncidentView]:
    """The incidents as they stand, in the order given; of a page that was read in several editions, by its latest."""
    return [IncidentView(current_incident(incident)) for incident in incidents]
