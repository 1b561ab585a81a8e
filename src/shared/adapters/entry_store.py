"""The books: every entry, and the one state it ended in."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from shared.adapters.aws import translated
from shared.adapters.dynamodb import moment, put, scan, string, update
from shared.core.ids import digest
from shared.core.urls import page_key
from shared.types import OPEN_STATES, Entry, EntryState


class EntryStore:
    """The books: every entry that was ever sent on, and the one state it ended in.

    Beside them stands, under `page#...`, which entry was the first to name a page.
    """

    def __init__(self, table: str, client: Any) -> None:
        self._table = table
        self._client = client

    def add(self, entry: Entry) -> bool:
        """Opens an entry's line in the books; False when it stands there already."""
        return put(self._client, self._table, _line(entry, EntryState.QUEUED, ""), "attribute_not_exists(entry_id)")

    def state(self, entry_id: str) -> EntryState | None:
        """Where an entry stands; none when the books do not know it (yet: it is sent first and written down after)."""
        with translated(f"reading entry {entry_id}"):
            item = self._client.get_item(
                TableName=self._table, Key={"entry_id": string(entry_id)}, ConsistentRead=True
            ).get("Item")
        return EntryState(item["state"]["S"]) if item else None

    def claim(self, entry: Entry) -> str:
        """The id of the entry that first named this page: this one's own, unless another came before.

        A feed that lists one page again under another title means something new (a live page): that is its own.
        """
        key = f"page#{digest(page_key(entry.url), length=20)}"
        claim = {
            "entry_id": string(key),
            "owner": string(entry.id),
            "feed_id": string(entry.feed_id),
            "title": string(entry.title),
        }
        if put(self._client, self._table, claim, "attribute_not_exists(entry_id)"):
            return entry.id
        with translated(f"reading {key}"):
            answer = self._client.get_item(TableName=self._table, Key={"entry_id": string(key)}, ConsistentRead=True)
        first = {name: str(value["S"]) for name, value in answer["Item"].items()}
        is_again = first["feed_id"] == entry.feed_id and first["title"] != entry.title
        return entry.id if is_again else first["owner"]

    def record(self, entry: Entry, state: EntryState, reason: str = "") -> bool:
        """Moves an entry to a state; False when it stands in a final one, which it never leaves."""
        item = _line(entry, state, reason)
        del item["entry_id"]
        return self._move(entry.id, item)

    def close(self, entry_id: str, state: EntryState, reason: str = "") -> bool:
        """Ends an entry that the books know; False when it has ended already."""
        return self._move(entry_id, {"state": string(state), "reason": string(reason)})

    def all(self) -> Iterator[dict[str, str]]:
        """Every line of the books: `entry_id`, `feed_id`, `state`, `reason`, `url`, `title`."""
        for item in scan(self._client, self._table):
            if "state" in item:
                yield {name: value["S"] for name, value in item.items()}

    def counts(self) -> Counter[EntryState]:
        """How many entries stand in each state."""
        return Counter(EntryState(line["state"]) for line in self.all())

    def _move(self, entry_id: str, item: dict[str, Any]) -> bool:
        opens = {f":open{number}": string(state) for number, state in enumerate(sorted(OPEN_STATES))}
        return update(
            self._client,
            self._table,
            {"entry_id": string(entry_id)},
            "SET " + ", ".join(f"#{name} = :{name}" for name in item),
            {**{f":{name}": value for name, value in item.items()}, **opens},
            condition=f"attribute_not_exists(#state) OR #state IN ({', '.join(opens)})",
            names={f"#{name}": name for name in item},
        )


def _line(entry: Entry, state: EntryState, reason: str) -> dict[str, Any]:
    return {
        "entry_id": string(entry.id),
        "feed_id": string(entry.feed_id),
        "state": string(state),
        "reason": string(reason),
        "url": string(entry.url[:2000]),
        "title": string(entry.title),
        "seen_at": moment(entry.seen_at),
    }
