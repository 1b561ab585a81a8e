from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from shared.core.keys import day_of, manifest_key, raw_key, raw_prefix
from shared.core.manifest import (
    Link,
    Manifest,
    Stored,
    broken_link,
    difference,
    late_from,
    link,
    make_manifest,
    next_day,
    overdue,
    parse_manifest,
    render_manifest,
)
from tests.conftest import NOW, entry

FIRST, SECOND, THIRD, FOURTH = (date(2026, 3, day) for day in (1, 2, 3, 4))
A, B, C = (Stored(f"raw/dt=2026-03-02/{name}.warc.gz", name * 64, 10) for name in "abc")
BEFORE = Link(manifest_key(FIRST), "1" * 64)


def test_the_same_objects_give_the_same_bytes_in_whatever_order_they_come() -> None:
    first = render_manifest(make_manifest(SECOND, BEFORE, [A, B], [C]))

    assert render_manifest(make_manifest(SECOND, BEFORE, [B, A], [C])) == first


def test_a_manifest_is_read_back_as_written() -> None:
    made = make_manifest(SECOND, BEFORE, [A, B], [C])

    assert parse_manifest(render_manifest(made)) == made


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'{"day": "yesterday"}', b"\xff", b'{"day": "2026-03-02"}'])
def test_what_is_no_manifest_is_told_from_one(body: bytes) -> None:
    assert parse_manifest(body) is None


@pytest.mark.parametrize(
    ("key", "day"),
    [
        pytest.param("raw/dt=2026-03-04/a.b.warc.gz", FOURTH, id="a page"),
        pytest.param("articles/dt=2026-03-04/", FOURTH, id="a folder"),
        pytest.param("manifests/dt=2026-03-04.json", FOURTH, id="a manifest"),
        pytest.param("raw/dt=2026-02-30/a", None, id="no day of the calendar"),
        pytest.param("raw/dt=9999-12-31/a", None, id="no day of ours"),
        pytest.param("raw/dt=2026-03-04", None, id="no object of a day"),
        pytest.param("raw/", None, id="no day at all"),
    ],
)
def test_a_key_tells_its_day(key: str, day: date | None) -> None:
    assert day_of(key) == day


def test_a_page_lies_under_the_prefix_of_its_article() -> None:
    one = entry()

    assert raw_key(one, "ab" * 32) == raw_prefix(NOW.date(), one.id) + "abababababab.warc.gz"


@pytest.mark.parametrize(
    ("days", "manifests", "hour", "expected"),
    [
        pytest.param([], [], 12, None, id="nothing"),
        pytest.param([FOURTH], [], 12, None, id="today is not over"),
        pytest.param([THIRD], [], 5, None, id="yesterday has not settled"),
        pytest.param([THIRD], [], 6, THIRD, id="yesterday has settled"),
        pytest.param([FIRST, THIRD], [], 12, FIRST, id="the oldest first"),
        pytest.param([FIRST, THIRD], [FIRST], 12, THIRD, id="over a day without objects"),
        pytest.param([FIRST, SECOND, THIRD], [FIRST], 12, SECOND, id="a missed day is made up"),
        pytest.param([FIRST, SECOND], [SECOND], 12, None, id="the chain does not go back"),
    ],
)
def test_the_next_day_to_be_written_down(
    days: list[date], manifests: list[date], hour: int, expected: date | None
) -> None:
    assert next_day(days, manifests, datetime(2026, 3, 4, hour, tzinfo=UTC)) == expected


def test_a_day_is_overdue_a_day_after_it_could_have_been_written_down() -> None:
    now = datetime(2026, 3, 4, 6, tzinfo=UTC)

    assert overdue([FIRST, SECOND, THIRD], [FIRST], now) == [SECOND]


def test_late_objects_are_looked_for_as_long_as_a_dead_letter_is_kept_and_a_day() -> None:
    assert late_from(Link(manifest_key(date(2026, 3, 20)), "")) == date(2026, 3, 5)
    assert late_from(None) is None


NEWER = Manifest(THIRD, Link(manifest_key(SECOND), "2" * 64), ())


@pytest.mark.parametrize(
    ("newer", "older", "names"),
    [
        pytest.param(NEWER, Link(manifest_key(SECOND), "2" * 64), "", id="as named"),
        pytest.param(replace(NEWER, previous=None), None, "", id="the first"),
        pytest.param(
            NEWER, Link(manifest_key(SECOND), "f" * 64), "manifests/dt=2026-03-02.json: changed", id="changed"
        ),
        pytest.param(NEWER, None, "manifests/dt=2026-03-02.json: missing", id="the first is missing"),
        pytest.param(NEWER, BEFORE, "manifests/dt=2026-03-02.json: missing", id="one between is missing"),
        pytest.param(
            replace(NEWER, previous=BEFORE),
            Link(manifest_key(SECOND), "2" * 64),
            "manifests/dt=2026-03-02.json: not in the chain",
            id="one that the chain passes by",
        ),
        pytest.param(
            replace(NEWER, previous=None),
            BEFORE,
            "manifests/dt=2026-03-01.json: manifests/dt=2026-03-03.json names no manifest before it",
            id="one before the first",
        ),
    ],
)
def test_a_broken_link_is_named(newer: Manifest, older: Link | None, names: str) -> None:
    found = broken_link(newer, older)

    assert found.startswith(names)
    assert bool(found) == bool(names)


def test_a_manifest_changed_by_one_byte_is_another_link() -> None:
    body = render_manifest(make_manifest(SECOND, BEFORE, [A], []))

    assert link(SECOND, body) != link(SECOND, body + b" ")


@pytest.mark.parametrize(
    ("found", "words"),
    [
        pytest.param(A, "", id="as named"),
        pytest.param(None, "missing", id="missing"),
        pytest.param(replace(A, sha256="f" * 64), "changed, its sha256 is f", id="other bytes"),
        pytest.param(replace(A, size=11), "changed", id="another size"),
    ],
)
def test_an_object_that_differs_is_named(found: Stored | None, words: str) -> None:
    said = difference(A, found)

    assert (words in said and said.startswith(A.key)) if words else not said
