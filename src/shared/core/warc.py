"""A page as received in, its WARC out.  Pure."""

import gzip
import io
import re
import string
import uuid
from collections.abc import Mapping
from datetime import UTC, datetime
from urllib.parse import quote

from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from shared.core import ids
from shared.types import Hop, Response

# Describe the bytes on the wire; what is archived is what they decode to.  Kept under the names that crawlers use then.
# Source: Common Crawl's archives.
_WIRE_HEADERS = frozenset({"content-encoding", "transfer-encoding", "content-length"})
_WIRE_PREFIX = "x-crawler-"
# More than servers send that answer with a page.
MOST_HEADERS = 200
LONGEST_HEADER = 8_192
_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]{1,200}")  # Source: RFC 9110, 5.6.2
_PRINTABLE = string.ascii_letters + string.digits + string.punctuation
_BEFORE_PATH = re.compile(r"[a-z]+://[^/?#]*")
_IDS = uuid.uuid5(uuid.NAMESPACE_URL, "urn:sitrep:warc")
_INFO = (
    b"software: sitrep/0.1\r\n"
    b"format: WARC File Format 1.1\r\n"
    b"conformsTo: http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/\r\n"
    b"description: bodies are archived decoded; the wire's own Content-Encoding, Transfer-Encoding and Content-Length "
    b"stand under X-Crawler-\r\n"
)


def warc(response: Response, fetched_at: datetime) -> bytes:
    """A gzipped WARC of one answer, the redirects before it, and the requests that asked for them.

    The same input gives the same bytes, ids included.  Source: WARC 1.1 (ISO 28500:2017).
    """
    writer = _Writer(fetched_at)
    for hop in response.hops:
        # The body of a redirect is not read.
        writer.exchange(hop, b"", "" if hop.headers.get("content-length") == "0" else "unspecified")
    writer.exchange(response, response.body, "length" if response.reason else "")
    return bytes(writer.packed)


class _Writer:
    def __init__(self, fetched_at: datetime) -> None:
        self.packed = bytearray()
        self._when = fetched_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        self._count = 0
        self._info = self._id("warcinfo", "", _INFO)
        self._record("warcinfo", "", self._info, None, _INFO)

    def exchange(self, answer: Hop | Response, body: bytes, truncated: str) -> None:
        """Writes a request, if one is known, and what it was answered."""
        url = quote(answer.url, safe=_PRINTABLE, errors="replace")
        wire = {
            f"{_WIRE_PREFIX}{name}" if name in _WIRE_HEADERS else name: told for name, told in answer.headers.items()
        }
        told, cut = _kept(wire)
        # A reason phrase is no longer sent by HTTP/2 and may be empty; the space before it may not be missing.
        answered = StatusAndHeaders(f"{answer.status} ", [*told, ("content-length", str(len(body)))], "HTTP/1.1")
        answered_id = self._id("response", url, answered.to_ascii_bytes() + body)
        concurrent = {}
        if answer.request_headers:
            sent, _ = _kept(answer.request_headers)
            target = _BEFORE_PATH.sub("", url, count=1).partition("#")[0]
            line = f"GET {target if target.startswith('/') else f'/{target}'} HTTP/1.1"
            asked = StatusAndHeaders(line, sent, is_http_request=True)
            asked_id = self._id("request", url, asked.to_ascii_bytes())
            self._record("request", url, asked_id, asked, b"", {"WARC-Concurrent-To": answered_id})
            concurrent = {"WARC-Concurrent-To": asked_id}
        if truncated or cut:
            concurrent["WARC-Truncated"] = truncated or "length"
        self._record("response", url, answered_id, answered, body, concurrent)

    def _record(
        self,
        kind: str,
        url: str,
        record_id: str,
        http: StatusAndHeaders | None,
        body: bytes,
        more: Mapping[str, str] | None = None,
    ) -> None:
        told = {
            "WARC-Record-ID": record_id,
            "WARC-Date": self._when,
            "WARC-Block-Digest": _digest((http.to_ascii_bytes() if http else b"") + body),
        }
        if http:
            told |= {"WARC-Payload-Digest": _digest(body), "WARC-Warcinfo-ID": self._info}
        out = io.BytesIO()
        writer = WARCWriter(out, gzip=False, warc_version="1.1")
        writer.write_record(
            writer.create_warc_record(
                url,
                kind,
                payload=io.BytesIO(body),
                length=len(body),
                http_headers=http,
                warc_headers_dict=told | dict(more or {}),
            )
        )
        # A member a record.  warcio's own level takes nearly twice the time for a hundredth of the size.
        self.packed += gzip.compress(out.getvalue(), compresslevel=6, mtime=0)

    def _id(self, kind: str, url: str, block: bytes) -> str:
        self._count += 1
        content = "\n".join((kind, url, self._when, str(self._count), ids.sha256(block)))
        return f"<urn:uuid:{uuid.uuid5(_IDS, content)}>"


def _digest(body: bytes) -> str:
    return f"sha256:{ids.sha256(body)}"  # in hex, so that an article's `raw_sha256` is found in its WARC as it stands


def _kept(headers: Mapping[str, str]) -> tuple[list[tuple[str, str]], bool]:
    """The headers as they can be written down, and whether some had to be left out or cut.

    What is no printable ASCII is percent-encoded: nothing from the wire can begin a header or a record of its own.
    """
    whole = {
        name: quote(told[:LONGEST_HEADER].strip(), safe=f"{_PRINTABLE} ", errors="replace")
        for name, told in headers.items()
        if _TOKEN.fullmatch(name)
    }
    kept = [(name, told[:LONGEST_HEADER]) for name, told in whole.items()][:MOST_HEADERS]
    return kept, len(kept) < len(headers) or any(len(told) > LONGEST_HEADER for told in headers.values())
