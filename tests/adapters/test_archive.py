"""The archive against moto: written once, and every day's manifest."""

import hashlib
from datetime import date

import pytest
from botocore.exceptions import ClientError

from shared import wiring
from shared.adapters.s3 import Archive
from shared.core.manifest import Manifest, Stored, parse_manifest
from shared.errors import TransientError
from tests.conftest import Stack

DAY, NEXT, LATER = date(2026, 3, 4), date(2026, 3, 5), date(2026, 3, 9)
PAGE = b"<p>Shells fell on the harbour of Nerva.</p>"


def key(day: date, name: str = "aaaaaaaaaaaa") -> str:
    return f"raw/dt={day}/{name}.0123456789ab.warc.gz"


def manifest(archive: Archive, day: date) -> Manifest:
    found = parse_manifest(archive.get_manifest(day) or b"")
    assert found is not None
    return found


def sha256(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()


@pytest.fixture
def archive(stack: Stack) -> Archive:
    return wiring.archive()


def test_the_first_write_of_a_key_stays(archive: Archive) -> None:
    archive.put_raw(key(DAY), PAGE)

    archive.put_raw(key(DAY), b"another")

    assert list(archive.get_all([key(DAY)])) == [(key(DAY), PAGE)]


def test_two_writers_at_once_try_again(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    def conflict(**_: object) -> None:
        raise ClientError({"Error": {"Code": "ConditionalRequestConflict"}}, "PutObject")

    monkeypatch.setattr(archive._client, "put_object", conflict)

    with pytest.raises(TransientError, match="raw/dt=2026-03-04"):
        archive.put_raw(key(DAY), PAGE)


def test_an_object_is_stored_with_its_sha256(archive: Archive, stack: Stack) -> None:
    archive.put_raw(key(DAY), PAGE)

    head = stack.client("s3").head_object(Bucket=stack.outputs["Archive"], Key=key(DAY), ChecksumMode="ENABLED")
    assert head["ChecksumSHA256"]


def test_objects_come_in_the_order_asked_and_a_missing_one_is_none(archive: Archive) -> None:
    names = [key(DAY, f"{n:012}") for n in range(250)]
    for name in names:
        archive.put_raw(name, name.encode())

    found = list(archive.get_all(["raw/none", *reversed(names)]))

    assert found == [("raw/none", None), *((name, name.encode()) for name in reversed(names))]


def test_a_manifest_names_the_pages_and_articles_of_its_day(archive: Archive, stack: Stack) -> None:
    archive.put_raw(key(DAY), PAGE)
    for other in ("articles/dt=2026-03-04/aaaaaaaaaaaa.json", "reports/dt=2026-03-04/aaaaaaaaaaaa.json"):
        stack.client("s3").put_object(Bucket=stack.outputs["Archive"], Key=other, Body=b"[]")
    archive.put_raw(key(NEXT), PAGE)

    archive.write_manifest(DAY)

    assert manifest(archive, DAY) == Manifest(
        DAY,
        None,
        (
            Stored("articles/dt=2026-03-04/aaaaaaaaaaaa.json", sha256(b"[]"), 2),
            Stored(key(DAY), sha256(PAGE), len(PAGE)),
        ),
    )


def test_more_objects_than_one_listing_holds_are_all_named(archive: Archive) -> None:
    for n in range(1001):
        archive.put_raw(key(DAY, f"{n:012}"), PAGE)

    archive.write_manifest(DAY)

    assert len(manifest(archive, DAY).objects) == 1001


def test_a_manifest_names_the_one_before_it_over_days_without_objects(archive: Archive) -> None:
    for day in (DAY, LATER):
        archive.put_raw(key(day), PAGE)
        archive.write_manifest(day)

    link = manifest(archive, LATER).previous

    assert link is not None
    assert (link.key, link.sha256) == ("manifests/dt=2026-03-04.json", sha256(archive.get_manifest(DAY) or b""))
    assert archive.days() == archive.manifest_days() == [DAY, LATER]


def test_a_manifest_written_again_changes_nothing(archive: Archive) -> None:
    archive.put_raw(key(DAY), PAGE)
    archive.write_manifest(DAY)
    before = archive.get_manifest(DAY)
    archive.put_raw(key(DAY, "bbbbbbbbbbbb"), PAGE)

    archive.write_manifest(DAY)

    assert archive.get_manifest(DAY) == before


def test_what_comes_after_its_manifest_is_named_once_by_the_next(archive: Archive) -> None:
    archive.put_raw(key(DAY), PAGE)
    archive.write_manifest(DAY)
    archive.put_raw(key(DAY, "bbbbbbbbbbbb"), b"late")

    for day in (NEXT, LATER):
        archive.put_raw(key(day), PAGE)
        archive.write_manifest(day)

    assert manifest(archive, NEXT).late == (Stored(key(DAY, "bbbbbbbbbbbb"), sha256(b"late"), 4),)
    assert manifest(archive, LATER).late == ()


def test_what_comes_to_a_day_that_never_had_a_manifest_is_named_late(archive: Archive) -> None:
    for day in (DAY, LATER):
        archive.put_raw(key(day), PAGE)
        archive.write_manifest(day)
    archive.put_raw(key(NEXT), b"late")

    archive.put_raw(key(date(2026, 3, 10)), PAGE)
    archive.write_manifest(date(2026, 3, 10))

    assert [one.key for one in manifest(archive, date(2026, 3, 10)).late] == [key(NEXT)]


def test_what_comes_too_late_is_named_by_no_manifest(archive: Archive) -> None:
    for day in (date(2026, 2, 1), DAY):
        archive.put_raw(key(day), PAGE)
        archive.write_manifest(day)
    archive.put_raw(key(date(2026, 2, 1), "bbbbbbbbbbbb"), b"much too late")

    archive.put_raw(key(NEXT), PAGE)
    archive.write_manifest(NEXT)

    assert manifest(archive, NEXT).late == ()


def test_folders_that_are_no_day_are_passed_over(archive: Archive, stack: Stack) -> None:
    for name in ("raw/notes.txt", "raw/dt=yesterday/a", "articles/dt=9999-12-31/a", "manifests/notes.json"):
        stack.client("s3").put_object(Bucket=stack.outputs["Archive"], Key=name, Body=b"")

    assert archive.days() == archive.manifest_days() == []
