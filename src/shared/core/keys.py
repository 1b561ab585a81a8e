"""Where things lie in the archive.  Pure."""

import re
from datetime import date

from shared.types import Entry

COVERED = ("raw/", "articles/")
"""What the daily manifests cover: what is written once.  Reports are replaced when better rules are run."""
MANIFESTS = "manifests/"
_REVISION = re.compile(r"\.r(\d+)\.json$", re.ASCII)
_DAY = re.compile(r"^[a-z]+/dt=(20\d{2}-\d{2}-\d{2})(?:/|\.json$)", re.ASCII)


def raw_key(entry: Entry, raw_sha256: str) -> str:
    """The page of an entry as received: one key for each body it was seen with."""
    return f"{raw_prefix(entry.seen_at.date(), entry.id)}{raw_sha256[:12]}.warc.gz"


def raw_prefix(day: date, article_id: str) -> str:
    """How the keys of an article's pages begin, whatever they held."""
    return f"raw/dt={day}/{article_id}."


def article_key(entry: Entry) -> str:
    """The first reading of an entry's page."""
    return f"articles/dt={entry.seen_at:%Y-%m-%d}/{entry.id}.json"


def revision_key(article_key: str, revision: int) -> str:
    """A later reading of the article whose first lies under this key."""
    return f"{article_key.removesuffix('.json')}.r{revision}.json"


def revision_of(article_key: str) -> int:
    """Which reading lies under this key: 0 is the first."""
    found = _REVISION.search(article_key)
    return int(found[1]) if found else 0


def reports_key(article_key: str) -> str:
    """The reports of the article under this key."""
    return article_key.replace("articles/", "reports/", 1)


def manifest_key(day: date) -> str:
    """The manifest of a day's objects."""
    return f"{MANIFESTS}dt={day}.json"


def day_of(key: str) -> date | None:
    """The day that an object or a folder of the archive belongs to; none for what is not ours."""
    found = _DAY.match(key)
    try:
        return date.fromisoformat(found[1]) if found else None
    except ValueError:
        return None
