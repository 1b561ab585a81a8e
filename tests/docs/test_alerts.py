"""What docs/alerts.md prints is what is sent."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from shared.core.render import Message, render_burst, render_message
from shared.core.sns_contract import SMS_PREFIX
from shared.types import Certainty, Claim, ClaimKind, Evidence, Field, Incident, Status, Story, Traits
from tests.conftest import ROOT
from tests.core.render_cases import REPORT, STORY, incident_of

DOC = (ROOT / "docs" / "alerts.md").read_text(encoding="utf-8")

NOW = datetime(2026, 11, 22, 22, 2, tzinfo=UTC)
SAID = Evidence(
    "airstrike/3",
    Field.TEXT,
    252,
    388,
    "The Russian Defence Ministry said 62 Syrian soldiers were killed and 100 wounded in four airstrikes.",
)
COUNTED = Evidence("airstrike/3", Field.TEXT, 96, 187, "The Syrian Observatory said that at least 80 were dead.")


def killed(number: int, by: str, said: Evidence, kind: ClaimKind = ClaimKind.KILLED, most: int | None = None) -> Claim:
    return Claim(kind, by, "said", Certainty.CLAIMED, said, number, number, most)


def story(name: str, publisher: str, minutes: int, *claims: Claim, wire: str = "", said: Evidence = SAID) -> Story:
    trigger = Evidence("airstrike/3", Field.TEXT, said.start + 8, said.start + 18, "airstrikes")
    report = replace(REPORT, id=name, severity=85, claims=claims, sentence=said, evidence=(trigger,), score=0.99)
    moment = NOW + timedelta(minutes=minutes)
    return replace(
        STORY,
        report=report,
        url=f"https://{name}.example/world/deir-ez-zor",
        title="Coalition jets bomb Syrian army post",
        publisher=publisher,
        published_at=moment,
        read_at=moment + timedelta(minutes=1),
        article_key=f"articles/dt=2026-11-22/{name}.json",
        traits=Traits(day=date(2026, 11, 22), is_day_told=True, wire=wire),
    )


DEAD = killed(62, "The Russian Defence Ministry", SAID, most=62)
HURT = killed(100, "The Russian Defence Ministry", SAID, ClaimKind.WOUNDED, most=100)
FIRST = story("meridian", "The Meridian Post", 0, DEAD, HURT)
COPY = story("harbour", "Harbour Times", 9, DEAD, wire="reuters")
MORE = killed(80, "the Syrian Observatory for Human Rights", COUNTED)
SECOND = replace(story("courier", "The Courier", 93, MORE, said=COUNTED), title="Toll of raid on Syrian army rises")


def on(incident: Incident) -> Incident:
    return replace(incident, id="kxtrd5xwtp", day=date(2026, 11, 22))


def sent(*stories: Story, status: Status = Status.NEW, why: str = "") -> Message:
    incident, alert = incident_of(*stories, status=status, why=why)
    return render_message(on(incident), alert, zone="Europe/Berlin")


UPDATE = sent(
    FIRST,
    COPY,
    SECOND,
    status=Status.UPDATE,
    why="killed: 62 (Russian Defence Ministry) -> at least 80 (Syrian Observatory for Human Rights)",
)
CORRECTION = sent(
    replace(FIRST, is_withdrawn=True, revision=1),
    status=Status.CORRECTION,
    why="The Meridian Post edited its article: it is told no longer as having happened",
)
BURST = render_burst([(on(incident), alert) for incident, alert in [incident_of(FIRST)] * 12], "SY", NOW)


def test_the_email_of_the_docs_is_the_one_that_is_sent() -> None:
    assert f"```\nSubject: {UPDATE.subject}\n\n{UPDATE.bodies['email']}```" in DOC


TEXTS = {
    "new": sent(FIRST),
    "update": UPDATE,
    "correction": CORRECTION,
    "closed": sent(FIRST, SECOND, status=Status.CLOSED, why="nothing new for 24 h"),
    "burst": BURST,
}


@pytest.mark.parametrize("message", TEXTS.values(), ids=TEXTS)
def test_a_text_message_of_the_docs_is_the_one_that_is_sent(message: Message) -> None:
    assert f"\n{SMS_PREFIX}{message.bodies['sms']}\n" in DOC


def test_the_first_lines_of_a_correction_are_those_that_are_sent() -> None:
    assert "\n".join(CORRECTION.bodies["email"].splitlines()[:5]) in DOC


def test_every_attribute_of_a_message_is_in_the_docs() -> None:
    flagged = sent(replace(FIRST, report=replace(FIRST.report, flags=("friendly_fire",))))
    exercise = render_message(*incident_of(FIRST), is_exercise=True)

    names = {*flagged.attributes, *exercise.attributes, *BURST.attributes}

    assert [name for name in names if f"| `{name}` |" not in DOC] == []
