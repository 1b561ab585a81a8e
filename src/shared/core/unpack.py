"""A body as it came over the wire in, what it unpacks to out, never more than was asked for.  Pure."""

import zlib

import brotli

ENCODINGS = "gzip, deflate, br"
"""What we can unpack, as a request says it."""
_MOST_MEMBERS = 100
"""A gzip body is one member; whoever joins thousands of empty ones wants to keep us busy."""


class CannotUnpack(Exception):
    """The body is not what its Content-Encoding says, or too large.  The message says which."""


def unpack(body: bytes, encoding: str, most_bytes: int) -> bytes:
    """The bytes that were packed; `encoding` is the response's Content-Encoding, empty for none.

    Raises `CannotUnpack`.  Source: RFC 9110, 8.4.1; deflate without its zlib envelope is what some servers send.
    """
    name = encoding.strip().lower().removeprefix("x-")
    if not body or name in ("", "identity"):
        return body
    try:
        if name == "gzip":
            unpacked, whole = _gunzip(body, most_bytes)
        elif name == "deflate":
            has_envelope = body[0] & 0x0F == zlib.DEFLATED
            inflater = zlib.decompressobj(zlib.MAX_WBITS if has_envelope else -zlib.MAX_WBITS)
            unpacked, whole = inflater.decompress(body, most_bytes + 1), inflater.eof
        elif name == "br":
            reader = brotli.Decompressor()
            unpacked = reader.process(body, output_buffer_limit=most_bytes + 1)
            whole = reader.is_finished()
        else:
            raise CannotUnpack(f"packed in a way that was not asked for: {encoding[:50]}")
    except (zlib.error, brotli.error) as error:
        raise CannotUnpack(f"said to be packed with {name}, and is not") from error
    if len(unpacked) > most_bytes:
        raise CannotUnpack(f"over {most_bytes / 1_000_000:g} MB when unpacked")
    if not whole:
        raise CannotUnpack(f"cut short: its {name} does not end")
    return unpacked


def _gunzip(body: bytes, most_bytes: int) -> tuple[bytes, bool]:
    """At most a byte more than asked for, and whether that is all of it."""
    unpacked = b""
    for _ in range(_MOST_MEMBERS):
        inflater = zlib.decompressobj(16 + zlib.MAX_WBITS)
        unpacked += inflater.decompress(body, most_bytes + 1 - len(unpacked))
        body = inflater.unused_data
        is_over = len(unpacked) > most_bytes  # there zlib would take a room of none for one without bounds
        if is_over or not inflater.eof or not body.startswith(b"\x1f\x8b"):  # what else may follow is padding
            return unpacked, inflater.eof
    raise CannotUnpack(f"more than {_MOST_MEMBERS} gzip members")
