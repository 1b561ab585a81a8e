"""What is published of incidents beside messages: incidents in, files for programs and readers out.  Pure."""

from shared.core.site.atom import render_atom
from shared.core.site.cap import render_cap
from shared.core.site.csv import render_csv
from shared.core.site.geojson import render_geojson
from shared.core.site.issuer import Issuer, make_issuer
from shared.core.site.jsonlines import render_jsonlines

__all__ = ["Issuer", "make_issuer", "render_atom", "render_cap", "render_csv", "render_geojson", "render_jsonlines"]
