"""Incidents on a map: incidents in, a FeatureCollection of RFC 7946 out.  Pure."""

import json
from collections.abc import Iterable
from dataclasses import asdict

from shared.core.render.view import IncidentView
from shared.core.site.row import Row, make_row


def render_geojson(views: Iterable[IncidentView]) -> bytes:
    """A feature an incident, in the order given; its geometry is null where the place has no coordinates.

    A point is the gazetteer's of the place, and `precision` says what kind of place that is: a country's point is
    somewhere in the country.

    Source: RFC 7946, 3.1.1 (longitude first), 3.2 (null geometry).
    """
    features = [_feature(make_row(view)) for view in views]
    content = {"type": "FeatureCollection", "features": features}
    return (json.dumps(content, ensure_ascii=False, indent=1, allow_nan=False) + "\n").encode()


def _feature(row: Row) -> dict[str, object]:
    properties = asdict(row)
    lat, lon = properties.pop("lat"), properties.pop("lon")
    return {
        "type": "Feature",
        "id": row.id,
        "geometry": None if lat is None or lon is None else {"type": "Point", "coordinates": [lon, lat]},
        "properties": properties,
    }
