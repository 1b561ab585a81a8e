"""An incident as stores keep it, with what was told of it, made of plain values."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from shared.core.site import Issuer
from shared.types import (
    Alert,
    AlertState,
    Certainty,
    Claim,
    ClaimKind,
    Codes,
    Evidence,
    Field,
    Incident,
    Place,
    Precision,
    Report,
    Status,
    Story,
    Told,
    ToldFigure,
)

NOW = datetime(2026, 11, 22, 20, 0, tzinfo=UTC)
ISSUER = Issuer("ops@example.org", "sitrep")
TOWN = Place("170794", "Deir ez-Zor", "Deir el-Zour", "SY", "Syria", 35.33588, 40.14084, Precision.CITY)
MINISTRY = "the Ministry of Defence"
MONITOR = "River Monitor"


def figure(number: int, by: str, *, at_least: bool = False) -> Claim:
    said = Evidence("airstrike/1", Field.TEXT, 10, 60, f"{by} put the dead at {number}.")
    high = None if at_least else number
    return Claim(ClaimKind.KILLED, by, "said", Certainty.CLAIMED, said, None if at_least else number, number, high)


def story(number: int = 1, *claims: Claim, **changes: Any) -> Story:
    report = Report(
        id=f"report{number}",
        article_id=f"article{number}",
        category="airstrike",
        certainty=Certainty.CLAIMED,
        severity=70,
        score=0.9,
        place=TOWN,
        claims=claims,
        evidence=(),
        sentence=Evidence("airstrike/1", Field.TEXT, 0, 40, "Jets bombed the market of the town."),
        codes=Codes("Explosions/Remote violence / Air/drone strike", "ASSAULT", "195"),
    )
    in_report = {name: changes.pop(name) for name in list(changes) if name in Report.__dataclass_fields__}
    told = Story(
        report=replace(report, **in_report),
        url=f"https://news.example/{number}",
        title=f"Raid on a market, part {number}",
        publisher=f"Paper {number}",
        published_at=NOW - timedelta(hours=3) + timedelta(minutes=number),
        article_key=f"articles/dt=2026-11-22/article{number}.json",
        raw_sha256="5f" * 32,
        from_summary=False,
        correlation_id="",
    )
    return replace(told, **changes)


def alert(revision: int = 1, status: Status = Status.NEW, *, incident_id: str = "k3v7q2mzab", **changes: Any) -> Alert:
    at = NOW - timedelta(hours=3) + timedelta(minutes=10 * revision)
    tells = Told(Certainty.CLAIMED, 70, TOWN, (ToldFigure(ClaimKind.KILLED, MINISTRY.removeprefix("the "), "62", 62),))
    made = Alert(
        id=f"{incident_id}-r{revision}",
        status=status,
        revision=revision,
        why="first report, by Paper 1",
        tells=tells,
        decided_at=at,
        due_at=at,
        state=AlertState.SENT,
        sent_at=at,
    )
    return replace(made, **changes)


def incident(*stories: Story, alerts: tuple[Alert, ...] = (alert(),), **changes: Any) -> Incident:
    stories = stories or (story(1, figure(62, MINISTRY)),)
    made = Incident(
        id="k3v7q2mzab",
        group="strike.sy",
        revision=len(alerts),
        category=stories[0].report.category,
        certainty=stories[0].report.certainty,
        severity=stories[0].report.severity,
        place=stories[0].report.place,
        day=date(2026, 11, 22),
        opened_on=date(2026, 11, 22),
        first_seen_at=NOW - timedelta(hours=3),
        last_seen_at=NOW - timedelta(hours=1),
        stories=stories,
        alerts=alerts,
    )
    return replace(made, **changes)


RISEN = incident(
    story(1, figure(62, MINISTRY)),
    story(2, figure(80, MONITOR)),
    alerts=(alert(), alert(2, Status.UPDATE, why="killed: 62 (Ministry of Defence) -> 80 (River Monitor)")),
)
UNPLACED = incident(story(3, place=None), id="b2b2b2b2b2", alerts=(alert(incident_id="b2b2b2b2b2"),))
UNTOLD = incident(story(4, certainty=Certainty.THREATENED), id="c3c3c3c3c3", alerts=())
