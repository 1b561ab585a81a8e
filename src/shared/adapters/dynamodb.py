"""The stores: feeds, entries (the books), incidents."""

import zlib
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from botocore.exceptions import ClientError

from shared.adapters.aws import code, translated
from shared.core.codec import decode, encode
from shared.core.ids import digest
from shared.core.urls import page_key
from shared.errors import TransientError
from shared.types import OPEN_STATES, Entry, EntryState, Feed, FeedState, Incident


class FeedStore:
    """What people wrote and what polling taught: one item a feed."""

    def __init__(self, table: str, client: Any) -> None:
        self._table = table
        self._client = client

    def add(self, feed: Feed, now: datetime) -> bool:
        """Watches a feed from `now` on; False when it was watched already, and is left as it is."""
        state = FeedState(due_at=now)
        return _put(
            self._client,
            self._table,
            {"feed_id": _s(feed.id), "feed": _s(encode(feed)), "state": _s(encode(state)), "due_at": _moment(now)},
            condition="attribute_not_exists(feed_id)",
        )

    def get(self, feed_id: str) -> tuple[Feed, FeedState] | None:
        """A feed and its state; none when it is watched no longer."""
        with translated(f"reading feed {feed_id}"):
            answer = self._client.get_item(TableName=self._table, Key={"feed_id": _s(feed_id)}, ConsistentRead=True)
        return _feed(answer["Item"]) if "Item" in answer else None

    def all(self) -> Iterator[tuple[Feed, FeedState]]:
        """Every feed with its state, in no order."""
        for item in _scan(self._client, self._table):
            yield _feed(item)

    def due_before(self, now: datetime) -> list[tuple[str, str]]:
        """The feeds to poll now, the longest due first: each with the due time that `lease` asks for."""
        items = _scan(
            self._client,
            self._table,
            FilterExpression="due_at <= :now",
            ExpressionAttributeValues={":now": _moment(now)},
            ProjectionExpression="feed_id, due_at",
        )
        return sorted(((item["feed_id"]["S"], item["due_at"]["S"]) for item in items), key=lambda due: due[1])

    def lease(self, feed_id: str, due: str, until: datetime) -> bool:
        """Keeps other polls off a feed until then; False when another poll was first."""
        return _update(
            self._client,
            self._table,
            {"feed_id": _s(feed_id)},
            "SET due_at = :until",
            {":until": _moment(until), ":due": _s(due)},
            condition="due_at = :due",
        )

    def put_state(self, feed_id: str, state: FeedState) -> bool:
        """Remembers what a poll taught; False when the feed is watched no longer."""
        return _update(
            self._client,
            self._table,
            {"feed_id": _s(feed_id)},
            "SET #state = :state, due_at = :due",
            {":state": _s(encode(state)), ":due": _moment(state.due_at)},
            condition="attribute_exists(feed_id)",
            names={"#state": "state"},
        )


class EntryStore:
    """The books: every entry that was ever sent on, and the one state it ended in.

    Beside them stands, under `page#...`, which entry was the first to name a page.
    """

    def __init__(self, table: str, client: Any) -> None:
        self._table = table
        self._client = client

    def add(self, entry: Entry) -> bool:
        """Opens an entry's line in the books; False when it stands there already."""
        return _put(self._client, self._table, _line(entry, EntryState.QUEUED, ""), "attribute_not_exists(entry_id)")

    def state(self, entry_id: str) -> EntryState | None:
        """Where an entry stands; none when the books do not know it (yet: it is sent first and written down after)."""
        with translated(f"reading entry {entry_id}"):
            item = self._client.get_item(
                TableName=self._table, Key={"entry_id": _s(entry_id)}, ConsistentRead=True
            ).get("Item")
        return EntryState(item["state"]["S"]) if item else None

    def claim(self, entry: Entry) -> str:
        """The id of the entry that first named this page: this one's own, unless another came before.

        A feed that lists one page again under another title means something new (a live page): that is its own.
        """
        key = f"page#{digest(page_key(entry.url), length=20)}"
        claim = {"entry_id": _s(key), "owner": _s(entry.id), "feed_id": _s(entry.feed_id), "title": _s(entry.title)}
        if _put(self._client, self._table, claim, "attribute_not_exists(entry_id)"):
            return entry.id
        with translated(f"reading {key}"):
            answer = self._client.get_item(TableName=self._table, Key={"entry_id": _s(key)}, ConsistentRead=True)
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
        return self._move(entry_id, {"state": _s(state), "reason": _s(reason)})

    def all(self) -> Iterator[dict[str, str]]:
        """Every line of the books: `entry_id`, `feed_id`, `state`, `reason`, `url`, `title`."""
        for item in _scan(self._client, self._table):
            if "state" in item:
                yield {name: value["S"] for name, value in item.items()}

    def counts(self) -> Counter[EntryState]:
        """How many entries stand in each state."""
        return Counter(EntryState(line["state"]) for line in self.all())

    def _move(self, entry_id: str, item: dict[str, Any]) -> bool:
        opens = {f":open{number}": _s(state) for number, state in enumerate(sorted(OPEN_STATES))}
        return _update(
            self._client,
            self._table,
            {"entry_id": _s(entry_id)},
            "SET " + ", ".join(f"#{name} = :{name}" for name in item),
            {**{f":{name}": value for name, value in item.items()}, **opens},
            condition=f"attribute_not_exists(#state) OR #state IN ({', '.join(opens)})",
            names={f"#{name}": name for name in item},
        )


class IncidentStore:
    """Incidents with all their stories, packed: an item may have 400 KB, and one big strike fills newspapers."""

    def __init__(self, table: str, client: Any) -> None:
        self._table = table
        self._client = client

    def of_group(self, group: str) -> list[Incident]:
        """The incidents of one group, in no order."""
        pages = self._client.get_paginator("query").paginate(
            TableName=self._table,
            KeyConditionExpression="#group = :group",
            ExpressionAttributeNames={"#group": "group"},
            ExpressionAttributeValues={":group": _s(group)},
            ConsistentRead=True,
        )
        with translated(f"reading incidents of {group}"):
            return [_incident(item) for page in pages for item in page["Items"]]

    def put(self, incident: Incident) -> None:
        """Keeps an incident whose `version` is one more than the stored one's.

        Raises `TransientError` when another writer was first: the record comes back and meets the newer incident.
        """
        kept = _put(
            self._client,
            self._table,
            {
                "group": _s(incident.group),
                "incident_id": _s(incident.id),
                "version": {"N": str(incident.version)},
                "incident": {"B": zlib.compress(encode(incident).encode())},
            },
            condition="attribute_not_exists(incident_id) OR #version = :before",
            names={"#version": "version"},
            values={":before": {"N": str(incident.version - 1)}},
        )
        if not kept:
            raise TransientError(f"incident {incident.id} was changed by another writer")

    def all(self) -> Iterator[Incident]:
        """Every incident, in no order."""
        for item in _scan(self._client, self._table):
            yield _incident(item)


def _line(entry: Entry, state: EntryState, reason: str) -> dict[str, Any]:
    return {
        "entry_id": _s(entry.id),
        "feed_id": _s(entry.feed_id),
        "state": _s(state),
        "reason": _s(reason),
        "url": _s(entry.url[:2000]),
        "title": _s(entry.title),
        "seen_at": _moment(entry.seen_at),
    }


def _incident(item: dict[str, Any]) -> Incident:
    return decode(zlib.decompress(item["incident"]["B"]), Incident)


def _feed(item: dict[str, Any]) -> tuple[Feed, FeedState]:
    return decode(item["feed"]["S"], Feed), decode(item["state"]["S"], FeedState)


def _s(text: str) -> dict[str, str]:
    return {"S": str(text)}


def _moment(moment: datetime) -> dict[str, str]:
    return _s(moment.isoformat(timespec="microseconds"))


def _scan(client: Any, table: str, **options: Any) -> Iterator[dict[str, Any]]:
    with translated(f"reading {table}"):
        for page in client.get_paginator("scan").paginate(TableName=table, **options):
            yield from page["Items"]


def _put(
    client: Any,
    table: str,
    item: dict[str, Any],
    condition: str,
    names: dict[str, str] | None = None,
    values: dict[str, Any] | None = None,
) -> bool:
    more: dict[str, Any] = {}
    if names:
        more["ExpressionAttributeNames"] = names
    if values:
        more["ExpressionAttributeValues"] = values
    return _held(
        f"writing to {table}", client.put_item, TableName=table, Item=item, ConditionExpression=condition, **more
    )


def _update(
    client: Any,
    table: str,
    key: dict[str, Any],
    expression: str,
    values: dict[str, Any],
    condition: str,
    names: dict[str, str] | None = None,
) -> bool:
    more = {"ExpressionAttributeNames": names} if names else {}
    return _held(
        f"writing to {table}",
        client.update_item,
        TableName=table,
        Key=key,
        UpdateExpression=expression,
        ExpressionAttributeValues=values,
        ConditionExpression=condition,
        **more,
    )


def _held(doing: str, write: Any, **request: Any) -> bool:
    """Does a conditional write; False when its condition did not hold."""
    try:
        with translated(doing):
            write(**request)
    except ClientError as error:
        if code(error) != "ConditionalCheckFailedException":
            raise
        return False
    return True
