"""The books: every entry, and the one state it ended in."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from datetime import date, datetime, timedelta
from typing import Any

from shared.adapters.aws import translated
from shared.adapters.dynamodb import expiry, get, get_many, moment, put, scan, string, update
from shared.core.ids import digest
from shared.core.text import first_words
from shared.core.urls import host_of, page_key
from shared.types import NOT_ENDED, OPEN_STATES, Entry, EntryState, HostPages

_INDEX = "open"
_HOST = "host#"

_CLAIMED_FOR = timedelta(days=2)
"""How long a page belongs to the entry that named it first; what is older does not alert."""
_KEPT = timedelta(days=90)
_TALLY_KEPT = timedelta(days=7)
"""Counts of a host's pages are looked at for two days."""


class EntryStore:
    """The books: every entry that was sent on of late, and the one state it ended in.

    Beside them stand, under `page#...`, which entry was the first to name a page, and, under `host#...`, how many pages
    a host refused on a day.  The index `open` holds what has `open_since`: those hosts, and the entries that have not
    ended.

    A line expires so long after its entry was first seen.  What a feed lists is known from the feed's own memory then,
    and what was published long ago does not alert.
    """

    def __init__(self, table: str, client: Any, kept: timedelta = _KEPT) -> None:
        self._table = table
        self._client = client
        self._kept = kept

    def add(self, entry: Entry) -> bool:
        """Opens an entry's line in the books; False when it stands there already."""
        line = {**self._line(entry, EntryState.QUEUED, ""), "open_since": moment(entry.seen_at)}
        return put(self._client, self._table, line, "attribute_not_exists(entry_id)")

    def state(self, entry_id: str) -> EntryState | None:
        """Where an entry stands; none when the books do not know it (yet: it is sent first and written down after)."""
        line = self.line(entry_id)
        return line[0] if line else None

    def line(self, entry_id: str) -> tuple[EntryState, str] | None:
        """Where an entry stands, and why; none as for `state`."""
        item = get(self._client, self._table, {"entry_id": string(entry_id)}, f"reading entry {entry_id}")
        return (EntryState(item["state"]["S"]), str(item["reason"]["S"])) if item else None

    def claim(self, entry: Entry, page: str = "") -> str:
        """The id of the entry that first named this entry's page: its own, unless another came before.

        A page that its feed lists again in other words, or anybody after two days, means something new (a live page, a
        standing one): that is the entry's own.

        `page` is the address that the page gives itself, where it was read.  Sites do give one to many pages, so there
        the title must be the same as well.
        """
        if page and page_key(page) == page_key(entry.url):
            return entry.id
        key = f"page#{digest(page_key(page or entry.url), length=20)}"
        claim = {
            "entry_id": string(key),
            "owner": string(entry.id),
            "feed_id": string(entry.feed_id),
            "title": string(entry.title),
            "words": string(digest(first_words(entry.title, entry.summary))),
            "seen_at": moment(entry.seen_at),
            "expires_at": expiry(entry.seen_at + _CLAIMED_FOR),
        }
        if put(self._client, self._table, claim, "attribute_not_exists(entry_id)"):
            return entry.id
        with translated(f"reading {key}"):
            answer = self._client.get_item(TableName=self._table, Key={"entry_id": string(key)}, ConsistentRead=True)
        first = answer.get("Item", claim)  # it may have expired since
        is_late = entry.seen_at - datetime.fromisoformat(first["seen_at"]["S"]) > _CLAIMED_FOR
        if page:
            is_other = first["title"] != claim["title"]
        else:
            is_other = first["feed_id"] == claim["feed_id"] and first["words"] != claim["words"]
        return entry.id if is_late or is_other else str(first["owner"]["S"])

    def record(self, entry: Entry, state: EntryState, reason: str = "", since: datetime | None = None) -> bool:
        """Moves an entry to a state; False when it stands in a final one, which it never leaves.

        `since` is when one that had been given up took to its way again.
        """
        item = self._line(entry, state, reason)
        del item["entry_id"]
        if state in OPEN_STATES:
            item["open_since"] = moment(since or entry.seen_at)
        return self._move(entry.id, item, NOT_ENDED, unknown="attribute_not_exists(#state) OR ")

    def close(
        self, entry_id: str, state: EntryState, reason: str = "", leaving: Collection[EntryState] = NOT_ENDED
    ) -> bool:
        """Ends an entry that the books know; False when it stands in none of the states that it may leave for this."""
        return self._move(entry_id, {"state": string(state), "reason": string(reason)}, leaving)

    def open(self) -> tuple[dict[str, datetime], list[HostPages]]:
        """The entries that have not ended, by id, each with its time; the hosts that refuse pages, day by day."""
        entries: dict[str, datetime] = {}
        hosts: list[str] = []
        for item in scan(self._client, self._table, IndexName=_INDEX):
            key = item["entry_id"]["S"]
            if key.startswith(_HOST):
                hosts.append(key)
            else:
                entries[key] = datetime.fromisoformat(item["open_since"]["S"])
        return entries, [_host_pages(item) for item in self._get_many(hosts)]

    def lines(self, entry_ids: Iterable[str]) -> list[dict[str, str]]:
        """The lines of these entries, as `all` gives them, in no order."""
        return [_plain(item) for item in self._get_many(entry_ids) if "state" in item]

    def count_page(self, url: str, now: datetime, *, is_refused: bool) -> None:
        """Counts a page that was asked for: every one that a host refuses, and from then on that day the others too.

        What a host that refuses nothing answers costs a read and no write.
        """
        key = {"entry_id": string(f"{_HOST}{now:%Y-%m-%d}#{host_of(url)}")}
        if not is_refused:
            with translated(f"reading {key}"):
                if "Item" not in self._client.get_item(TableName=self._table, Key=key):
                    return
        update(
            self._client,
            self._table,
            key,
            "SET open_since = if_not_exists(open_since, :now), expires_at = :expires ADD pages :one, refused :refused",
            {
                ":now": moment(now),
                ":expires": expiry(now + _TALLY_KEPT),
                ":one": {"N": "1"},
                ":refused": {"N": str(int(is_refused))},
            },
        )

    def forget(self, host: HostPages) -> None:
        """Looks at a host's pages of that day no more."""
        key = {"entry_id": string(f"{_HOST}{host.day}#{host.host}")}
        update(self._client, self._table, key, "REMOVE open_since")

    def all(self, feed_id: str = "") -> Iterator[dict[str, str]]:
        """Every line of the books, or of one feed's: `entry_id`, `feed_id`, `state`, `reason`, `url`, `title`."""
        of_feed = {"FilterExpression": "feed_id = :feed", "ExpressionAttributeValues": {":feed": string(feed_id)}}
        for item in scan(self._client, self._table, **(of_feed if feed_id else {})):
            if "state" in item:
                yield _plain(item)

    def counts(self) -> Counter[EntryState]:
        """How many entries stand in each state."""
        return Counter(EntryState(line["state"]) for line in self.all())

    def _line(self, entry: Entry, state: EntryState, reason: str) -> dict[str, Any]:
        return {
            "entry_id": string(entry.id),
            "feed_id": string(entry.feed_id),
            "state": string(state),
            "reason": string(reason),
            "url": string(entry.url[:2000]),
            "title": string(entry.title),
            "seen_at": moment(entry.seen_at),
            "expires_at": expiry(entry.seen_at + self._kept),
        }

    def _get_many(self, keys: Iterable[str]) -> list[dict[str, Any]]:
        return get_many(self._client, self._table, [{"entry_id": string(key)} for key in keys])

    def _move(self, entry_id: str, item: dict[str, Any], leaving: Collection[EntryState], unknown: str = "") -> bool:
        values = {f":{name}": value for name, value in item.items()}
        sets = [f"#{name} = :{name}" for name in item if name != "open_since"]
        removes = " REMOVE open_since"
        if "open_since" in item:
            sets.append("open_since = if_not_exists(open_since, :open_since)")
            removes = ""
        left = {f":left{number}": string(state) for number, state in enumerate(sorted(leaving))}
        return update(
            self._client,
            self._table,
            {"entry_id": string(entry_id)},
            f"SET {', '.join(sets)}{removes}",
            {**values, **left},
            condition=f"{unknown}#state IN ({', '.join(left)})",
            names={f"#{name}": name for name in item if name != "open_since"},
        )


def _plain(item: dict[str, Any]) -> dict[str, str]:
    return {name: value["S"] for name, value in item.items() if "S" in value}


def _host_pages(item: dict[str, Any]) -> HostPages:
    day, _, host = item["entry_id"]["S"].removeprefix(_HOST).partition("#")
    return HostPages(host, date.fromisoformat(day), pages=int(item["pages"]["N"]), refused=int(item["refused"]["N"]))
