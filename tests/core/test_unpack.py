import gzip
import tracemalloc
import zlib

import brotli
import pytest

from shared.core.unpack import CannotUnpack, unpack

TEXT = b"The same words again and again. " * 1_000


def raw_deflate(data: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return packer.compress(data) + packer.flush()


PACKED = {
    "not at all": ("", TEXT),
    "not at all, and said so": ("identity", TEXT),
    "gzip": ("gzip", gzip.compress(TEXT)),
    "gzip, by its old name": ("X-GZip ", gzip.compress(TEXT)),
    "gzip in two members": ("gzip", gzip.compress(TEXT[:100]) + gzip.compress(TEXT[100:])),
    "gzip with padding": ("gzip", gzip.compress(TEXT) + b"\0" * 8),
    "deflate": ("deflate", zlib.compress(TEXT)),
    "deflate without an envelope": ("deflate", raw_deflate(TEXT)),
    "brotli": ("br", brotli.compress(TEXT)),
}
BOMB = b"0" * 50_000_000
REFUSED = {
    "plain under the name of gzip": ("gzip", b"<rss/>", "said to be packed with gzip"),
    "plain under the name of deflate": ("deflate", b"<rss/>", "its deflate does not end"),
    "plain under the name of brotli": ("br", b"<rss/>", "said to be packed with br"),
    "not asked for": ("zstd", b"x", "not asked for: zstd"),
    "packed twice": ("gzip, gzip", gzip.compress(gzip.compress(TEXT)), "not asked for: gzip, gzip"),
    "half of gzip": ("gzip", gzip.compress(TEXT)[:-9], "cut short: its gzip"),
    "half of deflate": ("deflate", zlib.compress(TEXT)[:-9], "cut short: its deflate"),
    "half of brotli": ("br", brotli.compress(TEXT)[:-2], "cut short: its br"),
    "endless members": ("gzip", gzip.compress(b"") * 10_000, "more than 100 gzip members"),
    "a bomb of gzip": ("gzip", gzip.compress(BOMB), "over 1 MB when unpacked"),
    "a bomb of gzip in members": ("gzip", gzip.compress(BOMB[:900_000]) * 50, "over 1 MB when unpacked"),
    "a bomb of gzip behind a byte too many": (
        "gzip",
        gzip.compress(BOMB[:1_000_001]) + gzip.compress(BOMB),
        "over 1 MB when unpacked",
    ),
    "a bomb of deflate": ("deflate", zlib.compress(BOMB), "over 1 MB when unpacked"),
    "a bomb of brotli": ("br", brotli.compress(BOMB, quality=1), "over 1 MB when unpacked"),
}


@pytest.mark.parametrize(("encoding", "body"), PACKED.values(), ids=PACKED)
def test_a_body_is_unpacked_as_it_says(encoding: str, body: bytes) -> None:
    assert unpack(body, encoding, len(TEXT)) == TEXT


@pytest.mark.parametrize(("encoding", "body", "why"), REFUSED.values(), ids=REFUSED)
def test_a_body_that_lies_or_swells_is_refused(encoding: str, body: bytes, why: str) -> None:
    with pytest.raises(CannotUnpack, match=why):
        unpack(body, encoding, 1_000_000)


def test_an_answer_without_a_body_has_nothing_to_unpack() -> None:
    assert unpack(b"", "gzip", 10) == b""


@pytest.mark.parametrize("name", [name for name in REFUSED if "bomb" in name])
def test_a_bomb_is_not_unpacked_to_find_out_its_size(name: str) -> None:
    encoding, body, _ = REFUSED[name]
    tracemalloc.start()

    with pytest.raises(CannotUnpack):
        unpack(body, encoding, 1_000_000)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert peak < 6_000_000
