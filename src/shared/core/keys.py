"""Where things lie in the archive.  Pure."""

from shared.types import Entry


def raw_key(entry: Entry, raw_sha256: str) -> str:
    """The page of an entry as received: one key for each body it was seen with."""
    return f"raw/dt={entry.seen_at:%Y-%m-%d}/{entry.id}.{raw_sha256[:12]}.warc.gz"


def article_key(entry: Entry) -> str:
    return f"articles/dt={entry.seen_at:%Y-%m-%d}/{entry.id}.json"


def reports_key(article_key: str) -> str:
    """The reports of the article under this key."""
    return article_key.replace("articles/", "reports/", 1)
