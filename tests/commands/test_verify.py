"""`sitrep verify` on a bucket that somebody has been at."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from shared import wiring
from shared.adapters.s3 import Archive
from sitrep.cli import main
from tests.conftest import Stack

TODAY = datetime.now(UTC).date()
# The oldest is too old for the next manifest to name what comes to it now.
OLDEST, OLD, YESTERDAY = TODAY - timedelta(days=40), TODAY - timedelta(days=3), TODAY - timedelta(days=1)
DAYS = (OLDEST, OLD, YESTERDAY)


def page(day: date, name: str = "aaaaaaaaaaaa") -> str:
    return f"raw/dt={day}/{name}.0123456789ab.warc.gz"


def manifest(day: date) -> str:
    return f"manifests/dt={day}.json"


class Bucket:
    """The archive's bucket, as somebody sees it who may change everything."""

    def __init__(self, stack: Stack) -> None:
        self.name = stack.outputs["Archive"]
        self.s3: Any = stack.client("s3")

    def read(self, key: str) -> bytes:
        body: bytes = self.s3.get_object(Bucket=self.name, Key=key)["Body"].read()
        return body

    def write(self, key: str, body: bytes) -> None:
        self.s3.put_object(Bucket=self.name, Key=key, Body=body)

    def delete(self, key: str) -> None:
        self.s3.delete_object(Bucket=self.name, Key=key)

    def change_a_byte(self, key: str) -> None:
        body = bytearray(self.read(key))
        body[len(body) // 2] ^= 1
        self.write(key, bytes(body))

    def swap(self, one: str, other: str) -> None:
        body = self.read(one)
        self.write(one, self.read(other))
        self.write(other, body)


@pytest.fixture
def archive(stack: Stack) -> Archive:
    """Three days of three pages each, with their manifests."""
    archive = wiring.archive()
    for day in DAYS:
        for name in ("aaaaaaaaaaaa", "bbbbbbbbbbbb", "cccccccccccc"):
            archive.put_raw(page(day, name), f"{name} of {day}".encode())
        archive.write_manifest(day)
    return archive


@pytest.fixture
def bucket(archive: Archive, stack: Stack) -> Bucket:
    return Bucket(stack)


Verify = Callable[..., tuple[int, str]]


@pytest.fixture
def verify(stack: Stack, capsys: pytest.CaptureFixture[str]) -> Verify:
    """Runs the command; its exit status, and what it says."""

    def run(*words: str) -> tuple[int, str]:
        status = main(["verify", "--stack", "sitrep", *words])
        told = capsys.readouterr()
        return status, told.out + told.err

    return run


def test_an_archive_that_nobody_touched_is_told_with_what_to_note_down(archive: Archive, verify: Verify) -> None:
    status, told = verify()

    assert status == 0
    assert "nothing differs in 3 days, 9 objects, 0.0 MB" in told
    assert f"{manifest(YESTERDAY)} has the sha256 " in told


Tampering = Callable[[Bucket], None]
TAMPERINGS = [
    pytest.param(lambda b: b.change_a_byte(page(OLD)), page(OLD), "changed", id="a byte of a page"),
    pytest.param(lambda b: b.delete(page(OLD)), page(OLD), "missing", id="a page deleted"),
    pytest.param(lambda b: b.write(page(OLDEST, "x"), b"x"), page(OLDEST, "x"), "no manifest", id="a page added"),
    pytest.param(lambda b: b.swap(page(OLD), page(OLD, "bbbbbbbbbbbb")), page(OLD), "changed", id="pages swapped"),
    pytest.param(lambda b: b.change_a_byte(manifest(OLD)), manifest(OLD), "changed", id="a byte of a manifest"),
    pytest.param(lambda b: b.swap(manifest(OLDEST), manifest(OLD)), manifest(OLD), "changed", id="manifests swapped"),
    pytest.param(lambda b: b.delete(manifest(OLD)), manifest(OLD), "missing", id="a manifest deleted"),
    pytest.param(lambda b: b.delete(manifest(OLDEST)), manifest(OLDEST), "missing", id="the first manifest deleted"),
    pytest.param(lambda b: b.write(manifest(OLD), b"{}"), manifest(OLD), "changed", id="a manifest emptied"),
]


@pytest.mark.parametrize(("tamper", "key", "how"), TAMPERINGS)
def test_tampering_is_named_first(tamper: Tampering, key: str, how: str, bucket: Bucket, verify: Verify) -> None:
    tamper(bucket)

    status, told = verify()

    first = told.split("the first: ")[1]
    assert status == 1
    assert first.startswith(f"{key}: ")
    assert how in first


def test_a_manifest_made_to_fit_a_changed_page_breaks_the_chain(bucket: Bucket, verify: Verify) -> None:
    bucket.change_a_byte(page(OLD))
    bucket.delete(manifest(OLD))
    wiring.archive().write_manifest(OLD)

    status, told = verify()

    assert status == 1
    assert f"the first: {manifest(OLD)}: changed, its sha256 is " in told


def test_a_manifest_put_in_between_is_not_in_the_chain(bucket: Bucket, verify: Verify) -> None:
    between = OLD + timedelta(days=1)
    wiring.archive().put_raw(page(between), b"x")
    wiring.archive().write_manifest(between)

    status, told = verify()

    assert status == 1
    assert f"the first: {manifest(between)}: not in the chain" in told


def test_deleting_all_manifests_is_no_way_out(bucket: Bucket, verify: Verify) -> None:
    for day in DAYS:
        bucket.delete(manifest(day))

    status, told = verify()

    assert status == 1
    assert f"the first: {manifest(OLDEST)}: missing, though it was due" in told


def test_many_differences_are_counted_and_some_are_shown(bucket: Bucket, archive: Archive, verify: Verify) -> None:
    for number in range(30):
        bucket.write(page(OLDEST, f"x{number:02}"), b"")

    status, told = verify()

    assert status == 1
    assert told.count("DIFFERS") == 20
    assert "30 differences in 3 days" in told


def test_what_came_after_its_manifest_is_told_and_no_difference(archive: Archive, verify: Verify) -> None:
    archive.put_raw(page(OLD, "late"), b"late")

    status, told = verify()

    assert status == 0
    assert f"1 object came after the manifest of the day; the next manifest is to name:\n  {page(OLD, 'late')}" in told


def test_what_is_named_late_is_checked_too(stack: Stack, bucket: Bucket, archive: Archive, verify: Verify) -> None:
    bucket.delete(manifest(YESTERDAY))
    archive.put_raw(page(OLD, "late"), b"late")
    archive.write_manifest(YESTERDAY)
    assert verify()[0] == 0

    bucket.change_a_byte(page(OLD, "late"))

    assert f"the first: {page(OLD, 'late')}: changed" in verify()[1]


def test_today_is_not_covered_yet(archive: Archive, verify: Verify) -> None:
    archive.put_raw(page(TODAY), b"x")

    status, told = verify()

    assert status == 0
    assert f"not covered yet: {TODAY}" in told


def test_an_archive_without_a_finished_day_says_so(stack: Stack, verify: Verify) -> None:
    wiring.archive().put_raw(page(TODAY), b"x")

    status, told = verify()

    assert status == 0
    assert "nothing to check against" in told
    assert "nothing differs" not in told


def test_one_day_is_checked_with_its_links(bucket: Bucket, verify: Verify) -> None:
    bucket.change_a_byte(page(YESTERDAY))

    status, told = verify("--day", str(OLD))

    assert status == 0
    assert "nothing differs in 1 day, 3 objects" in told
    assert f"{manifest(OLD)} has the sha256 " in told


@pytest.mark.parametrize(
    ("tamper", "key"),
    [
        pytest.param(lambda b: b.change_a_byte(page(OLD)), page(OLD), id="its page"),
        pytest.param(lambda b: b.change_a_byte(manifest(OLD)), manifest(OLD), id="its manifest"),
        pytest.param(lambda b: b.change_a_byte(manifest(OLDEST)), manifest(OLDEST), id="the manifest before"),
        pytest.param(lambda b: b.delete(manifest(OLDEST)), manifest(OLDEST), id="no manifest before"),
    ],
)
def test_tampering_with_one_day_is_named(tamper: Tampering, key: str, bucket: Bucket, verify: Verify) -> None:
    tamper(bucket)

    status, told = verify("--day", str(OLD))

    assert status == 1
    assert f"the first: {key}: " in told


def test_a_late_object_of_the_day_is_known_from_a_newer_manifest(
    bucket: Bucket, archive: Archive, verify: Verify
) -> None:
    bucket.delete(manifest(YESTERDAY))
    archive.put_raw(page(OLD, "late"), b"late")
    archive.write_manifest(YESTERDAY)

    status, told = verify("--day", str(OLD))

    assert status == 0
    assert page(OLD, "late") not in told


def test_a_day_without_a_manifest_cannot_be_checked(archive: Archive, verify: Verify) -> None:
    status, told = verify("--day", str(TODAY))

    assert status == 1
    assert f"sitrep: there is no {manifest(TODAY)}" in told


def test_what_is_no_day_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["verify", "--day", "yesterday"])

    assert ended.value.code == 2
    assert "'yesterday' is no day: write it as 2026-03-31" in capsys.readouterr().err
