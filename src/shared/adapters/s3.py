"""Pages, articles and reports in the archive bucket."""

from typing import Any

from botocore.exceptions import ClientError

from shared.adapters.aws import code, translated
from shared.core.codec import decode, encode
from shared.types import Article, Report


class Archive:
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
        with translated(f"reading {key}"):
            body: bytes = self._client.get_object(Bucket=self._bucket, Key=key)["Body"].read()
        return decode(body, Article)

    def put_reports(self, key: str, reports: list[Report]) -> None:
        """Keeps what an article reports; a later run of better rules replaces it."""
        with translated(f"storing {key}"):
            self._client.put_object(
                Bucket=self._bucket, Key=key, Body=encode(reports).encode(), ContentType="application/json"
            )

    def _put_once(self, key: str, body: bytes, content_type: str) -> None:
        try:
            with translated(f"storing {key}"):
                self._client.put_object(
                    Bucket=self._bucket, Key=key, Body=body, ContentType=content_type, IfNoneMatch="*"
                )
        except ClientError as error:
            if code(error) != "PreconditionFailed":
                raise
