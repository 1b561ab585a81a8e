"""The operator's own rules, in the archive bucket under `config/rules/`."""

from collections.abc import Mapping
from typing import Any

import msgspec
from botocore.exceptions import ClientError

from shared.adapters.aws import code, translated

RULES = "config/rules/"
LAST_GOOD = "config/last-good-rules.json"
# A little more than detection takes, which refuses it then; what is beyond would only cost time and memory.
_MOST_FILES, _MOST_BYTES = 101, 1_000_001
# Beside the rule files, what people leave there: S3 lists so many at once.
_MOST_LISTED = 1_000


class RuleStore:
    """Rule files as people put them there, and the set of them that was last found sound."""

    def __init__(self, bucket: str, client: Any) -> None:
        self._bucket = bucket
        self._client = client

    def stamp(self) -> tuple[tuple[str, str], ...]:
        """The names of the rule files with what changes when they do; empty when there are none."""
        with translated(f"listing {RULES}"):
            page = self._client.list_objects_v2(Bucket=self._bucket, Prefix=RULES, MaxKeys=_MOST_LISTED)
        listed = [(found["Key"].removeprefix(RULES), found["ETag"]) for found in page.get("Contents", ())]
        return tuple((name, tag) for name, tag in sorted(listed) if name.endswith(".toml"))

    def files(self) -> dict[str, bytes]:
        """The rule files by name."""
        names = [name for name, _ in self.stamp()][:_MOST_FILES]
        return {name: body for name in names if (body := self._get(RULES + name, _MOST_BYTES)) is not None}

    def put(self, name: str, content: bytes) -> None:
        """Keeps a rule file, in place of one of that name."""
        self._put(RULES + name, content, "application/toml")

    def remove(self, name: str) -> bool:
        """Takes a rule file away; whether there was one."""
        there = any(name == known for known, _ in self.stamp())
        if there:
            with translated(f"removing {RULES}{name}"):
                self._client.delete_object(Bucket=self._bucket, Key=RULES + name)
        return there

    def last_good(self) -> dict[str, bytes]:
        """The files of the set that was last found sound; empty when none was."""
        body = self._get(LAST_GOOD)
        return msgspec.json.decode(body, type=dict[str, bytes]) if body else {}

    def put_last_good(self, files: Mapping[str, bytes]) -> None:
        """Keeps a sound set for functions that wake up while the files are broken."""
        self._put(LAST_GOOD, msgspec.json.encode(dict(files)), "application/json")

    def _get(self, key: str, most: int | None = None) -> bytes | None:
        try:
            with translated(f"reading {key}"):
                body: bytes = self._client.get_object(Bucket=self._bucket, Key=key)["Body"].read(most)
        except ClientError as error:
            if code(error) == "NoSuchKey":
                return None
            raise
        return body

    def _put(self, key: str, body: bytes, content_type: str) -> None:
        with translated(f"storing {key}"):
            self._client.put_object(Bucket=self._bucket, Key=key, Body=body, ContentType=content_type)
