"""A day in the life of an alert: its page is read again and again, and edited meanwhile; the clock is simulated."""

import asyncio
import heapq
import json
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import pytest

from shared import wiring
from shared.adapters.http import Http
from shared.core.codec import decode
from shared.core.edits import Rereading
from shared.detect import load_lexicon
from shared.steps.detect import detect_article
from shared.steps.ingest import ingest_entry, reread_article
from shared.steps.notify import notify_story
from shared.types import Entry, Incident, Reread, Story
from tests.conftest import NOW, Site, Stack, entry
from tests.core.test_extract import STORY, page
from tests.desk import AT_ONCE

FIVE = "Government jets bombed the market of Idlib in Syria on Monday, killing 5 people, rescue workers said."
TWELVE = FIVE.replace("5 people", "12 people")
M, H = timedelta(minutes=1), timedelta(hours=1)


@dataclass
class Day:
    """The steps from ingest to notify, woken by what lies in their queues at a time that is made up."""

    stack: Stack
    site: Site
    times: int = 1
    """How often each step is handed each message."""
    now: datetime = NOW
    readings: list[tuple[timedelta, str]] = field(default_factory=list)
    """When a page was read again, and what it came to."""
    hops: int = 0
    """How often an order came early and was sent on."""
    held: list[tuple[datetime, int, str]] = field(default_factory=list)

    def begin(self, listed: Entry) -> None:
        """An entry is new."""
        wiring.entries().add(listed)
        asyncio.run(self._ingest(listed))
        self._work()

    def go_on(self, until: timedelta) -> None:
        """Let time pass."""
        while self.held and self.held[0][0] <= NOW + until:
            self.now, _, body = heapq.heappop(self.held)
            for _ in range(self.times):
                asyncio.run(self._reread(body))
            self._work()
        self.now = NOW + until

    def says(self, *lines: str) -> str:
        return self.site.says("/1", page(*lines, *STORY), Content_Type="text/html")

    @property
    def alerts(self) -> list[str]:
        (incident,) = wiring.incidents().all()
        return [f"{alert.status}: {alert.why}" for alert in incident.alerts]

    @property
    def incident(self) -> Incident:
        (incident,) = wiring.incidents().all()
        return incident

    def _work(self) -> None:
        """What detect and notify have to do, until nothing is left; what is held back is put off."""
        while work := [*self.stack.bodies("DetectQueue"), *self.stack.bodies("NotifyQueue")]:
            for body in [each for each in work for _ in range(self.times)]:
                if "detail" in json.loads(body):
                    detect_article(
                        json.loads(body)["detail"]["object"]["key"],
                        archive=wiring.archive(),
                        entries=wiring.entries(),
                        queue=wiring.queue("NOTIFY_QUEUE"),
                        lexicon=load_lexicon(),
                    )
                else:
                    outbox = replace(wiring.outbox(), policy=AT_ONCE)
                    notify_story(decode(body, Story), self.now, outbox=outbox, entries=wiring.entries())
        for body, seconds in self.stack.held("RereadQueue"):
            at = self.now + timedelta(seconds=round(seconds))
            if self.times == 1 or (at, body) not in [(known, other) for known, _, other in self.held]:
                heapq.heappush(self.held, (at, len(self.readings) + self.hops + len(self.held), body))

    async def _ingest(self, listed: Entry) -> None:
        http = Http("tests@example.org", {self.site.port})
        for _ in range(self.times):
            await ingest_entry(
                listed,
                self.now,
                archive=wiring.archive(),
                entries=wiring.entries(),
                http=http,
                child=wiring.child(),
                queue=wiring.queue("INGEST_QUEUE"),
            )
        await http.close()

    async def _reread(self, body: str) -> None:
        http = Http("tests@example.org", {self.site.port})
        result = await reread_article(
            decode(body, Reread),
            self.now,
            archive=wiring.archive(),
            http=http,
            child=wiring.child(),
            queue=wiring.queue("REREAD_QUEUE"),
        )
        await http.close()
        if result.outcome is Rereading.EARLY:
            self.hops += 1
        else:
            self.readings.append((self.now - NOW, result.outcome))


@pytest.fixture(params=[1, 2], ids=["each message once", "each message twice"])
def day(stack: Stack, site: Site, request: pytest.FixtureRequest) -> Day:
    day = Day(stack, site, request.param)
    day.begin(entry(url=day.says(FIVE)))
    assert day.alerts == ["new: first report, by Example"]
    return day


def distinct(readings: list[tuple[timedelta, str]]) -> list[tuple[timedelta, str]]:
    """The first of each time: what a repeat finds is that it has been done."""
    return list({at: (at, outcome) for at, outcome in reversed(readings)}.values())[::-1]


def test_an_edited_toll_is_one_update_and_everything_else_is_silence(day: Day) -> None:
    day.go_on(20 * M)
    day.says(TWELVE)
    day.go_on(2 * H)
    day.says(TWELVE.replace("Monday, killing", "Monday killing"))
    day.go_on(7 * H)
    day.site.says("/1", "This article is not here any more.", status=410)
    day.go_on(48 * H)

    assert distinct(day.readings) == [
        (15 * M, Rereading.UNCHANGED),
        (1 * H, Rereading.EDITED),
        (6 * H, Rereading.UNCHANGED),
        (24 * H, Rereading.GONE),
    ]
    assert day.alerts == [
        "new: first report, by Example",
        "update: Example edited its article: killed: 5 (rescue workers) -> 12 (rescue workers)",
    ]
    assert day.held == []


def test_orders_are_sent_on_until_they_are_due_and_no_longer(day: Day) -> None:
    day.go_on(48 * H)

    assert len(set(day.readings)) == 4
    assert day.hops == day.times * (0 + 3 + 23 + 95)  # a quarter of an hour each, the first from notify


def test_a_story_taken_back_and_told_again_says_both(day: Day) -> None:
    day.says("The market of Idlib is open again, its keepers said.")
    day.go_on(30 * M)
    taken_back = day.incident
    day.says(FIVE)
    day.go_on(2 * H)

    assert day.alerts[1:] == [
        "correction: Example edited its article: it is told no longer as having happened",
        "update: Example edited its article: it is told as having happened again; "
        "killed: no figure -> 5 (rescue workers)",
    ]
    assert taken_back.stories[0].is_withdrawn
    assert not day.incident.stories[0].is_withdrawn


def test_a_brief_that_is_put_right_without_a_word_is_a_correction(stack: Stack, site: Site) -> None:
    day = Day(stack, site)
    brief = page(FIVE, "The army did not comment on it, and shops in the market stayed closed on the day after.")
    day.begin(entry(url=site.says("/brief", brief, Content_Type="text/html")))
    put_right = (
        "A gas tank blew up beside a bakery, officials in the town told reporters, and nobody was hurt by the blast.",
        "They had at first thought of something else; the street is to be opened again in the evening.",
    )
    site.says("/brief", page(*put_right), Content_Type="text/html")
    day.go_on(20 * M)

    assert [outcome for _, outcome in day.readings] == [Rereading.EDITED]
    assert day.alerts[1:] == ["correction: Example edited its article: it is told no longer as having happened"]


def test_a_consent_form_in_the_articles_way_takes_nothing_back(day: Day) -> None:
    day.site.says("/1", page("We and our partners value your privacy. Accept all cookies to go on."))
    day.go_on(48 * H)

    assert {outcome for _, outcome in day.readings} == {Rereading.UNREADABLE}
    assert day.alerts == ["new: first report, by Example"]
