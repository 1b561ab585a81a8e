"""Parts of the flow, one invocation each, that together use every right of every function.  Talks to the emulator.

Nothing else is woken by them: the queues are cut off from the functions meanwhile.  Each can be repeated.
"""

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from shared.core.accounts import story_of
from shared.core.codec import encode
from shared.core.ids import feed_id
from shared.core.keys import article_key, manifest_key, raw_key, reports_key, revision_key
from shared.detect import detect, load_lexicon
from shared.types import Article, Entry, Feed, FeedJob, Reread, Story
from tests.commands.rule_files import LANDSLIDE
from tests.conftest import article, entry, sqs_event
from tests.deploy.publisher import Publisher
from tests.deploy.stack import Answer, Deployed

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
STRIKE = "Government jets bombed the market of Idlib in Syria, killing {} people, rescue workers said."
LETTERS = {name: f"{name}DeadLetters" for name in ("Fetch", "Ingest", "Reread", "Detect", "Notify")}


@dataclass
class Parts:
    """What to do with each function; `of` lists a function's parts."""

    deployed: Deployed
    publisher: Publisher
    _numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def of(self, step: str) -> list[Callable[[], Answer]]:
        """The parts of a step, those that take longest last."""
        return {
            "poll": [self.poll],
            "fetch": [self.fetch_news, self.fetch_asked_to_rest],
            "ingest": [self.ingest_news, self.ingest_waiting, self.reread_early, self.reread_due],
            "detect": [self.detect_news, self.detect_edited, self.detect_with_new_rules],
            "notify": [self.notify_news, self.notify_edited, self.notify_minute],
            "digest": [self.digest],
            "watch": [self.watch_all, self.watch_a_past_day, self.watch_letters],
        }[step]

    # --- poll and fetch -------------------------------------------------------------------------------------------

    @cached_property
    def feed(self) -> Feed:
        feed = Feed(feed_id(self.publisher.feed), self.publisher.feed, "The Example", backfill=True)
        self.deployed.feeds.add(feed, self.now)
        return feed

    def poll(self) -> Answer:
        self.deployed.feeds.hurry(self.feed.id, self.now)
        return self.deployed.invoke("PollFunction", {})

    def fetch_news(self) -> Answer:
        self.publisher.publish(f"The council met for the {next(self._numbers)}th time")
        return self._wake("Fetch", encode(FeedJob((self.feed.id,), self.now)))

    def fetch_asked_to_rest(self) -> Answer:
        self.publisher.wants_rest = True
        try:
            return self._wake("Fetch", encode(FeedJob((self.feed.id,), self.now)))
        finally:
            self.publisher.wants_rest = False
            self._forget("FeedsTable", feed_id=f"host#127.0.0.1:{self.publisher.port}")
            self._forget("FeedsTable", feed_id="host#127.0.0.1")

    # --- ingest ---------------------------------------------------------------------------------------------------

    def ingest_news(self) -> Answer:
        return self._wake("Ingest", encode(self._entry()))

    def ingest_waiting(self) -> Answer:
        first = self._entry()
        self.deployed.entries.add(first)
        self.deployed.entries.claim(first)
        return self._wake("Ingest", encode(replace(first, id=f"{first.id}again", feed_id="another")))

    def reread_early(self) -> Answer:
        return self._wake("Ingest", encode(Reread("articles/x.json", 1, self.now + HOUR, "job1")), queue="Reread")

    def reread_due(self) -> Answer:
        key, _ = self._archived("The bridge of the harbour town is closed.")
        return self._wake("Ingest", encode(Reread(key, 1, self.now - HOUR, "job1")), queue="Reread")

    # --- detect and notify ----------------------------------------------------------------------------------------

    def detect_news(self) -> Answer:
        key, _ = self._archived(self._strike())
        return self._wake("Detect", self.stored(key))

    def detect_edited(self) -> Answer:
        key, before = self._archived(self._strike())
        self.deployed.archive.put_reports(reports_key(key), detect(before, load_lexicon()))
        edited = revision_key(key, 1)
        self.deployed.archive.put_article(
            edited, replace(article(self._strike()), id=before.id, revises=key, revision=1, url=before.url)
        )
        return self._wake("Detect", self.stored(edited))

    def detect_with_new_rules(self) -> Answer:
        s3, bucket = self.deployed.client("s3"), self.deployed.id("Archive")
        s3.put_object(Bucket=bucket, Key="config/rules/landslide.toml", Body=LANDSLIDE.encode())
        s3.delete_object(Bucket=bucket, Key="config/last-good-rules.json")
        # A fresh start looks at the rules at once; a function that runs already does every half minute.
        self.deployed.client("lambda").update_function_configuration(
            FunctionName=self.deployed.id("DetectFunction"), Timeout=60
        )
        return self.detect_news()

    def notify_news(self) -> Answer:
        return self._wake("Notify", encode(self._story()))

    def notify_edited(self) -> Answer:
        """An edited article's incident is looked for in its whole country."""
        return self._wake("Notify", encode(replace(self._story(), revision=1)))

    def notify_minute(self) -> Answer:
        (known,) = [one for one in self.deployed.incidents.all() if one.stories[0].publisher == "The Example"]
        self.deployed.incidents.put([(known, self.now - HOUR)], self.now)
        return self.deployed.invoke("NotifyFunction", {})

    # --- digest and watch -----------------------------------------------------------------------------------------

    def digest(self) -> Answer:
        self._forget("IncidentsTable", group="digest", incident_id="day")
        return self.deployed.invoke("DigestFunction", {"of": "day"})

    def watch_all(self) -> Answer:
        self._forget_what_was_told()
        late = replace(self._entry(), seen_at=self.now - 3 * HOUR)
        self.deployed.entries.add(late)
        return self.deployed.invoke("WatchFunction", {})

    def watch_letters(self) -> Answer:
        given_up = self._entry()
        self.deployed.entries.add(given_up)
        for name, queue in LETTERS.items():
            body = encode(given_up) if name == "Ingest" else "nothing"
            group = {"MessageGroupId": "g", "MessageDeduplicationId": given_up.id} if name == "Notify" else {}
            self.deployed.client("sqs").send_message(QueueUrl=self.deployed.id(queue), MessageBody=body, **group)
        try:
            return self.deployed.invoke("WatchFunction", {})
        finally:
            for queue in LETTERS.values():
                self.deployed.client("sqs").purge_queue(QueueUrl=self.deployed.id(queue))

    def watch_a_past_day(self) -> Answer:
        bucket = {"Bucket": self.deployed.id("Archive")}
        for back in (5, 4):
            known = replace(self._entry(), id=f"past{back}", seen_at=self.now - back * DAY)
            self.deployed.archive.put_article(article_key(known), article("Nothing.", id=known.id))
            self.deployed.archive.put_raw(raw_key(known, "0" * 64), b"nothing")
        past = (self.now - 5 * DAY).date()
        before = f'{{"day": "{past}", "previous": null, "objects": [], "late": []}}'
        self.deployed.client("s3").put_object(**bucket, Key=manifest_key(past), Body=before.encode())
        self.deployed.client("s3").delete_object(**bucket, Key=manifest_key(past + DAY))
        return self.deployed.invoke("WatchFunction", {})

    # --- within ---------------------------------------------------------------------------------------------------

    @property
    def now(self) -> datetime:
        return self.deployed.now

    def stored(self, key: str) -> str:
        return self.deployed.stored(key)

    def _wake(self, step: str, body: str, queue: str = "") -> Answer:
        name = self.deployed.id(f"{queue or step}Queue").rpartition("/")[2]
        return self.deployed.invoke(f"{step}Function", sqs_event(body, groups=["g"], queue=name))

    def _entry(self) -> Entry:
        number = next(self._numbers)
        title = f"The council met for the {number}th time"
        return entry(number, id=f"part{number}", url=self.publisher.publish(title), title=title, seen_at=self.now)

    def _strike(self) -> str:
        return STRIKE.format(next(self._numbers) + 10)

    def _archived(self, text: str) -> tuple[str, Article]:
        """An article that lies in the archive, under which key; its entry stands in the books."""
        known = self._entry()
        self.deployed.entries.add(known)
        read = article(text, text, id=known.id, url=known.url, published_at=self.now, fetched_at=self.now)
        key = article_key(known)
        self.deployed.archive.put_article(key, read)
        return key, read

    def _story(self) -> Story:
        """What detect hands on of an article that tells of the strike, with a higher toll than the one before."""
        key, read = self._archived(self._strike())
        return story_of(detect(read, load_lexicon())[0], read, key)

    def _forget(self, table: str, **key: str) -> None:
        typed: dict[str, Any] = {name: {"S": value} for name, value in key.items()}
        self.deployed.client("dynamodb").delete_item(TableName=self.deployed.id(table), Key=typed)

    def _forget_what_was_told(self) -> None:
        pages = (
            self.deployed.client("dynamodb").get_paginator("scan").paginate(TableName=self.deployed.id("EntriesTable"))
        )
        for page in pages:
            for item in page["Items"]:
                if item["entry_id"]["S"].startswith("ops#"):
                    self._forget("EntriesTable", entry_id=item["entry_id"]["S"])
