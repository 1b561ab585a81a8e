"""Pages, articles, reports and manifests in the archive bucket."""

import base64
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import Any, TypeVar

from botocore.exceptions import ClientError

from shared.adapters.aws import code, translated
from shared.core import manifest
from shared.core.codec import decode, encode
from shared.core.keys import COVERED, MANIFESTS, day_of, manifest_key
from shared.core.manifest import Link, Stored
from shared.types import Article, Report

T = TypeVar("T")

# As many connections as boto3 keeps open.
_THREADS = 10
# Bodies held at once, while many objects are read.
_AHEAD = 100


class Archive:
    """What was read and what it reports, and by day what was kept of it."""

    def __init__(self, bucket: str, client: Any) -> None:
        self._bucket = bucket
        self._client = client

    def put_raw(self, key: str, warc: bytes) -> None:
        """Keeps a page as received.  May run twice: the first stays."""
        self._put_once(key, warc, "application/warc")

    def put_article(self, key: str, article: Article) -> None:
        """Keeps an article; its arrival wakes detect.  May run twice: the first stays, and wakes once."""
        self._put_once(key, encode(article).encode(), "application/json")

    def get_article(self, key: str) -> Article:
        """The reading of an article under this key, which must exist."""
        return decode(self._read(key), Article)

    def put_reports(self, key: str, reports: list[Report]) -> None:
        """Keeps what an article reports; a later run of better rules replaces it."""
        with translated(f"storing {key}"):
            self._client.put_object(
                Bucket=self._bucket, Key=key, Body=encode(reports).encode(), ContentType="application/json"
            )

    def put_site(self, key: str, body: bytes, content_type: str) -> None:
        """Keeps a file of the site, in place of the one before."""
        with translated(f"storing {key}"):
            self._client.put_object(Bucket=self._bucket, Key=key, Body=body, ContentType=content_type)

    def put_site_once(self, key: str, body: bytes, content_type: str) -> None:
        """Keeps a file of the site that never changes.  May run twice: the first stays."""
        self._put_once(key, body, content_type)

    def get_reports(self, key: str) -> list[Report]:
        """What the reading of an article reports, by the rules that were run last; empty where nothing is stored."""
        body = self._get(key)
        return decode(body, list[Report]) if body else []

    def days(self) -> list[date]:
        """The days that have pages or articles, oldest first."""
        found = {day_of(folder) for prefix in COVERED for folder in self._folders(prefix)}
        return sorted(day for day in found if day)

    def keys(self, day: date) -> list[str]:
        """The pages and articles of a day, in order."""
        return sorted(key for prefix in COVERED for key in self.keys_under(f"{prefix}dt={day}/"))

    def keys_under(self, prefix: str) -> list[str]:
        """The keys that begin like this, in order."""
        return [found["Key"] for page in self._list(prefix) for found in page.get("Contents", ())]

    def get_all(self, keys: Iterable[str]) -> Iterator[tuple[str, bytes | None]]:
        """The objects under these keys, in their order, many at a time; none for one that is missing."""
        return self._at_once(lambda key: (key, self._get(key)), keys)

    def manifest_days(self) -> list[date]:
        """The days that have a manifest, oldest first."""
        found = {day_of(key) for key in self.keys_under(MANIFESTS)}
        return sorted(day for day in found if day)

    def get_manifest(self, day: date) -> bytes | None:
        """The manifest of a day, as stored; none when there is none."""
        return self._get(manifest_key(day))

    def write_manifest(self, day: date) -> None:
        """Writes down what the archive holds of a day, and what came late to the days before.

        May run twice: the first stays.
        """
        # gather
        before = [known for known in self.manifest_days() if known < day]
        previous = self._link(before[-1]) if before else None
        objects = self.keys(day)
        late = self._late(day, previous, before)

        # decide
        made = manifest.make_manifest(day, previous, self._stored(objects), self._stored(late))

        # apply
        self._put_once(manifest_key(day), manifest.render_manifest(made), "application/json")

    def _late(self, day: date, previous: Link | None, before: list[date]) -> set[str]:
        """What no manifest names of the days before this one."""
        first = manifest.late_from(previous)
        if first is None:
            return set()
        unnamed = set[str]()
        named_late = set[str]()
        for earlier in {one for one in [*self.days(), *before] if first <= one < day}:
            body = self.get_manifest(earlier) if earlier in before else None
            known = manifest.parse_manifest(body) if body else None
            unnamed |= set(self.keys(earlier))
            if known:
                unnamed -= {one.key for one in known.objects}
                named_late |= {one.key for one in known.late}
        return unnamed - named_late

    def _link(self, day: date) -> Link:
        body = self.get_manifest(day)
        assert body is not None, f"{manifest_key(day)} was listed and is gone"
        return manifest.link(day, body)

    def _stored(self, keys: Iterable[str]) -> Iterator[Stored]:
        return self._at_once(self._described, keys)

    def _described(self, key: str) -> Stored:
        """An object's sha256 and size, as S3 tells them; one that was stored without a sha256 is read."""
        with translated(f"looking at {key}"):
            head = self._client.head_object(Bucket=self._bucket, Key=key, ChecksumMode="ENABLED")
        told: str = head.get("ChecksumSHA256", "")
        if len(told) == 44:  # of an upload in parts it would be the sha256 of sha256s, with their number behind
            return Stored(key, base64.b64decode(told).hex(), head["ContentLength"])
        return manifest.stored(key, self._read(key))

    def _get(self, key: str) -> bytes | None:
        try:
            return self._read(key)
        except ClientError as error:
            if code(error) == "NoSuchKey":
                return None
            raise

    def _read(self, key: str) -> bytes:
        with translated(f"reading {key}"):
            body: bytes = self._client.get_object(Bucket=self._bucket, Key=key)["Body"].read()
        return body

    def _folders(self, prefix: str) -> Iterator[str]:
        for page in self._list(prefix, Delimiter="/"):
            for found in page.get("CommonPrefixes", ()):
                yield found["Prefix"]

    def _list(self, prefix: str, **options: str) -> Iterator[dict[str, Any]]:
        pages = self._client.get_paginator("list_objects_v2").paginate(Bucket=self._bucket, Prefix=prefix, **options)
        with translated(f"listing {prefix}"):
            yield from pages

    def _at_once(self, work: Callable[[str], T], keys: Iterable[str]) -> Iterator[T]:
        keys = list(keys)
        with ThreadPoolExecutor(_THREADS) as threads:
            for start in range(0, len(keys), _AHEAD):
                yield from threads.map(work, keys[start : start + _AHEAD])

    def _put_once(self, key: str, body: bytes, content_type: str) -> None:
        try:
            with translated(f"storing {key}"):
                self._client.put_object(
                    Bucket=self._bucket,
                    Key=key,
                    Body=body,
                    ContentType=content_type,
                    ChecksumAlgorithm="SHA256",  # so that the manifest need not read the object again
                    IfNoneMatch="*",
                )
        except ClientError as error:
            if code(error) != "PreconditionFailed":
                raise
