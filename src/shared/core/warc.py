"""A page as received in, its WARC out.  Pure."""

import io
from datetime import UTC, datetime

from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from shared.core import ids
from shared.types import Response

# Describe the bytes on the wire; what is archived is what they decode to.
_WIRE_HEADERS = frozenset({"content-encoding", "transfer-encoding", "content-length"})


def warc(response: Response, fetched_at: datetime) -> bytes:
    """A gzipped WARC of one response and the redirects before it; the same input gives the same bytes.

    Source: WARC 1.1 (ISO 28500:2017).
    """
    out = io.BytesIO()
    writer = WARCWriter(out, gzip=True, warc_version="1.1")
    when = fetched_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    for hop in response.hops:
        headers = [(name, value) for name, value in hop.headers.items() if name not in _WIRE_HEADERS]
        _write(writer, hop.url, hop.status, headers, b"", when)
    headers = [(name, value) for name, value in response.headers.items() if name not in _WIRE_HEADERS]
    _write(
        writer,
        response.url,
        response.status,
        [*headers, ("content-length", str(len(response.body)))],
        response.body,
        when,
    )
    return out.getvalue()


def _write(writer: WARCWriter, url: str, status: int, headers: list[tuple[str, str]], body: bytes, when: str) -> None:
    record_id = ids.sha256(f"{url}\n{when}\n{status}\n{ids.sha256(body)}".encode())[:32]
    record = writer.create_warc_record(
        url,
        "response",
        payload=io.BytesIO(body),
        length=len(body),
        http_headers=StatusAndHeaders(str(status), headers, protocol="HTTP/1.1"),
        warc_headers_dict={"WARC-Date": when, "WARC-Record-ID": f"<urn:sitrep:{record_id}>"},
    )
    writer.write_record(record)
