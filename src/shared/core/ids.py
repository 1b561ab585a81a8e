"""Content in, short printable ids out.  Pure."""

import base64
import hashlib
from datetime import datetime


def digest(*parts: str, length: int = 12) -> str:
    """A short id of these texts: lower-case letters and digits; the same texts always give the same."""
    packed = "\x1f".join(parts).encode("utf-8", "surrogatepass")
    return base64.b32encode(hashlib.sha256(packed).digest()).decode("ascii").lower()[:length]


def feed_id(url: str) -> str:
    """The id of the feed at this URL."""
    return digest("feed", url.strip(), length=10)


def entry_id(feed: str, guid: str) -> str:
    """The id of what a feed lists under this guid (or, without one, this link)."""
    return digest("entry", feed, guid)


def job_id(feed: str, now: datetime) -> str:
    """The correlation id of one poll of a feed, and of every story that it finds."""
    return digest("job", feed, now.isoformat())


def sha256(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()
