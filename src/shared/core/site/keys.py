"""Where the files of the site lie in the archive.  Pure."""

from shared.types import Alert

SITE = "site/"
FEED = f"{SITE}incidents.atom"
MAP = f"{SITE}incidents.geojson"
JSON_LINES = f"{SITE}incidents.jsonl"
CSV = f"{SITE}incidents.csv"


def cap_key(alert: Alert) -> str:
    """The message of CAP that an alert was."""
    return f"{SITE}cap/{alert.id}.xml"
