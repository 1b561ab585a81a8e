"""What the operator was told of sitrep itself, and when feeds were last looked at: beside the books, `ops#...`."""

import zlib
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from shared.adapters.aws import translated
from shared.adapters.dynamodb import get_many, moment, string
from shared.core.codec import decode, encode
from shared.core.health import Kind, Told

_FEEDS = "ops#feeds_looked_at"


class OpsStore:
    """What the operator was told, one item a kind of trouble; packed, an item may have 400 KB."""

    def __init__(self, table: str, client: Any) -> None:
        self._table = table
        self._client = client

    def get(self, kinds: Iterable[Kind]) -> tuple[dict[Kind, Told], datetime | None]:
        """What was told of each of these kinds, and when feeds were last looked at; none for never."""
        wanted = {f"ops#{kind}": kind for kind in kinds}
        items = get_many(self._client, self._table, [{"entry_id": string(key)} for key in (*wanted, _FEEDS)])
        told = dict.fromkeys(wanted.values(), Told())
        looked_at = None
        for item in items:
            key = item["entry_id"]["S"]
            if key == _FEEDS:
                looked_at = datetime.fromisoformat(item["at"]["S"])
            else:
                told[wanted[key]] = decode(zlib.decompress(item["told"]["B"]), Told)
        return told, looked_at

    def put(self, kind: Kind, told: Told) -> None:
        """Remembers what was told of a kind, in place of what was remembered."""
        self._put({"entry_id": string(f"ops#{kind}"), "told": {"B": zlib.compress(encode(told).encode())}})

    def put_looked_at(self, now: datetime) -> None:
        """Remembers that feeds were looked at."""
        self._put({"entry_id": string(_FEEDS), "at": moment(now)})

    def _put(self, item: dict[str, Any]) -> None:
        with translated(f"writing to {self._table}"):
            self._client.put_item(TableName=self._table, Item=item)
