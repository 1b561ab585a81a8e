"""`sitrep restore`: a table of incidents that was lost, written back from the archive."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from shared import wiring
from shared.core.codec import decode
from shared.core.keys import article_key, revision_key
from shared.detect import load_lexicon
from shared.steps.detect import detect_article
from shared.steps.notify import notify_story
from shared.types import AlertState, Edit, Incident, Status, Story
from sitrep.cli import main
from tests.conftest import NOW, Stack, article, entry
from tests.desk import AT_ONCE

STRIKE = "Government jets bombed the market of Idlib in Syria on Wednesday, killing {} people, {} said."
ELSEWHERE = "Russian shelling of Kharkiv in Ukraine killed 4 people on Wednesday, the governor said."

Restore = Callable[..., str]


@pytest.fixture
def restore(capsys: pytest.CaptureFixture[str]) -> Restore:
    def run(*words: str) -> str:
        assert main(["restore", "--since", "2026-03-01", "--stack", "sitrep", *words]) == 0
        return capsys.readouterr().out

    return run


def read(stack: Stack, key: str, text: str, number: int, at: datetime, **fields: object) -> None:
    """An article goes through detect and notify."""
    found = article(
        text, id=f"entry{number}", url=f"https://paper{number}.example/1", publisher=f"Paper {number}", **fields
    )
    wiring.archive().put_article(key, replace(found, published_at=at, fetched_at=at))
    detect_article(
        key,
        archive=wiring.archive(),
        entries=wiring.entries(),
        queue=wiring.queue("NOTIFY_QUEUE"),
        lexicon=load_lexicon(),
    )
    for body in stack.bodies("NotifyQueue"):
        notify(decode(body, Story), at)


def notify(story: Story, at: datetime) -> None:
    notify_story(story, at, outbox=replace(wiring.outbox(), policy=AT_ONCE), entries=wiring.entries())


@pytest.fixture
def told(stack: Stack) -> dict[str, Incident]:
    """A strike that two papers tell, one of which takes its figure back later; and shelling elsewhere."""
    for number in (1, 2, 3):
        wiring.entries().add(entry(number))
    read(stack, article_key(entry(1)), STRIKE.format(13, "rescue workers"), 1, NOW)
    read(stack, article_key(entry(2)), STRIKE.format(21, "hospital doctors"), 2, NOW + timedelta(minutes=10))
    read(stack, article_key(entry(3)), ELSEWHERE, 3, NOW + timedelta(minutes=20))
    edited = STRIKE.format(11, "rescue workers")
    first = article_key(entry(1))
    edits = (Edit(STRIKE.format(13, "rescue workers"), edited),)
    read(stack, revision_key(first, 1), edited, 1, NOW + timedelta(hours=1), revision=1, revises=first, edits=edits)
    return incidents()


def incidents() -> dict[str, Incident]:
    return {incident.id: incident for incident in wiring.incidents().all()}


def lose(stack: Stack) -> None:
    dynamodb, table = stack.client("dynamodb"), stack.outputs["IncidentsTable"]
    for item in dynamodb.scan(TableName=table)["Items"]:
        key = {name: item[name] for name in ("group", "incident_id")}
        dynamodb.delete_item(TableName=table, Key=key)


def told_of(incident: Incident) -> tuple[object, ...]:
    """What a reader of the record learns, but when alerts were taken by SNS."""
    alerts = [(alert.status, alert.revision, alert.why, alert.state, alert.tells) for alert in incident.alerts]
    return replace(incident, alerts=(), silences=(), version=0, closed_at=None), alerts


def statuses(incident: Incident) -> list[Status]:
    return [alert.status for alert in incident.alerts]


def test_what_was_lost_is_written_back_as_it_was(stack: Stack, told: dict[str, Incident], restore: Restore) -> None:
    lose(stack)

    said = restore()

    assert said.splitlines() == [
        "4 articles since 2026-03-01, 4 stories, 0 incidents known",
        "2 incidents written back, 0 completed; their alerts count as sent",
    ]
    found = incidents()
    assert found.keys() == told.keys()
    for name, incident in found.items():
        *alerts, over = incident.alerts
        assert told_of(replace(incident, alerts=tuple(alerts), revision=len(alerts))) == told_of(told[name])
        assert (over.status, over.state, incident.closed_at) == (Status.CLOSED, AlertState.DROPPED, over.decided_at)
        assert {alert.reason for alert in alerts} == {"restored from the archive: counts as sent, for it was before"}


def test_nothing_is_sent_again_and_the_next_story_is_an_update(
    stack: Stack, told: dict[str, Incident], restore: Restore
) -> None:
    lose(stack)
    restore()
    before = {name: statuses(incident) for name, incident in incidents().items()}
    wiring.entries().add(entry(4))

    read(stack, article_key(entry(4)), STRIKE.format(40, "the governor"), 4, NOW + timedelta(hours=3))

    (changed,) = [one for one in incidents().values() if statuses(one) != before[one.id]]
    assert changed.alerts[-1].status is Status.UPDATE
    assert [alert.message_id for one in incidents().values() for alert in one.alerts if alert.message_id] == [
        changed.alerts[-1].message_id
    ]


def test_what_is_there_stays_as_it_is(stack: Stack, told: dict[str, Incident], restore: Restore) -> None:
    said = restore()

    assert said.splitlines()[1] == "0 incidents written back, 0 completed; their alerts count as sent"
    assert incidents() == told


def test_a_dry_run_writes_nothing(stack: Stack, told: dict[str, Incident], restore: Restore) -> None:
    lose(stack)

    said = restore("--dry-run")

    assert said.splitlines()[1] == "2 incidents would be written back, 0 would be completed; their alerts count as sent"
    assert incidents() == {}
