"""Whatever the feeds write: no message breaks SNS's contract, loses what it must say, or carries what nobody sees."""

import random
import re
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from fuzz.messages import ZONES, incident, lost, problems
from shared.core.render import render_burst, render_message
from shared.core.sns_contract import SMS_PREFIX, sms_parts
from shared.types import (
    ALERTABLE,
    Certainty,
    Claim,
    ClaimKind,
    Edit,
    Evidence,
    Field,
    Place,
    Precision,
    Report,
    Status,
    Story,
    Traits,
)
from tests.core.render_cases import ID, KILLED, NOW, TOWN, WOUNDED, incident_of, message_of, with_report

HOSTILE = (
    st.text(max_size=120)
    | st.text(st.characters(codec="utf-8"), min_size=60, max_size=400)
    | st.sampled_from(
        [
            "\U0001f4a5" * 60,
            "\u202eKO\u202c",
            "\ud800\udfff",
            "\x00\x1b[31m",
            "{}[]~^|\\€" * 20,
            "Z" + "\u0300" * 200,
            "\u200b\ufeff",
            "﷽" * 90,
            "ﷺ" * 90,
            "وزارة الدفاع " * 20,
            "<b>&amp;",
            "The ",
        ]
    )
)
NUMBERS = st.none() | st.integers(-5, 10**12)
CLAIMS = st.builds(
    Claim,
    st.sampled_from(ClaimKind),
    HOSTILE,
    HOSTILE,
    st.sampled_from(sorted(ALERTABLE)) | st.just(Certainty.DENIED),
    st.builds(Evidence, HOSTILE, st.sampled_from(Field), st.integers(0, 10**6), st.integers(0, 10**6), HOSTILE),
    NUMBERS,
    NUMBERS,
    NUMBERS,
)
PLACES = st.none() | st.builds(
    Place,
    HOSTILE,
    HOSTILE,
    HOSTILE,
    st.sampled_from(["SY", "PS", ""]) | HOSTILE,
    HOSTILE,
    st.none() | st.floats(-90, 90),
    st.none() | st.floats(-180, 180),
    st.sampled_from(Precision),
)
REPORTS = st.builds(
    Report,
    id=st.uuids().map(str),
    article_id=HOSTILE,
    category=st.sampled_from(["airstrike", "ceasefire_violation"]) | HOSTILE,
    certainty=st.sampled_from(sorted(ALERTABLE)),
    severity=st.integers(0, 100),
    score=st.floats(0, 1),
    place=PLACES,
    claims=st.lists(CLAIMS, max_size=5).map(tuple),
    evidence=st.lists(CLAIMS.map(lambda claim: claim.sentence), max_size=3).map(tuple),
    sentence=CLAIMS.map(lambda claim: claim.sentence),
    kind=st.sampled_from(["", "car_bomb"]) | HOSTILE,
    flags=st.lists(st.sampled_from(["protected_object", "friendly_fire"]) | HOSTILE, max_size=4).map(tuple),
)
STORIES = st.builds(
    Story,
    report=REPORTS,
    url=HOSTILE | HOSTILE.map(lambda words: f"https://news.example/{words}"),
    title=HOSTILE,
    publisher=HOSTILE,
    published_at=st.none() | st.just(NOW),
    article_key=HOSTILE,
    raw_sha256=HOSTILE,
    from_summary=st.booleans(),
    correlation_id=st.just(""),
    edits=st.lists(st.builds(Edit, HOSTILE, HOSTILE), max_size=5).map(tuple),
    is_withdrawn=st.booleans(),
    read_at=st.just(NOW),
    traits=st.builds(Traits, wire=st.sampled_from(["", "reuters"]) | HOSTILE),
)


@settings(max_examples=80, deadline=None)
@given(
    first=STORIES,
    more=st.lists(STORIES, max_size=2),
    status=st.sampled_from(Status),
    why=HOSTILE,
    zone=st.sampled_from(ZONES),
    is_exercise=st.booleans(),
)
def test_no_headline_breaks_the_contract_or_loses_what_a_message_must_say(
    first: Story, more: list[Story], status: Status, why: str, zone: str, is_exercise: bool
) -> None:
    told, alert = incident_of(first, *more, status=status, why=why)

    message = render_message(told, alert, zone=zone, is_exercise=is_exercise)

    assert [*problems(message, status, is_exercise=is_exercise), *lost(told, message)] == []


@settings(max_examples=40, deadline=None)
@given(stories=st.lists(STORIES, min_size=1, max_size=4), country=st.sampled_from(["SY", ""]) | HOSTILE)
def test_no_burst_breaks_the_contract(stories: list[Story], country: str) -> None:
    message = render_burst([incident_of(story) for story in stories], country)

    assert list(problems(message, Status.NEW)) == []


@settings(deadline=None)
@given(owner=HOSTILE, name=HOSTILE.filter(lambda words: words.isascii() and words.strip().isalnum()))
def test_whatever_owner_and_place_a_usual_text_message_keeps_its_five_fields(owner: str, name: str) -> None:
    claims = (replace(KILLED, by=owner), replace(WOUNDED, by=owner))

    sms = message_of(with_report(place=replace(TOWN, name=name), claims=claims)).bodies["sms"]

    assert sms.startswith(f"HIGH airstrike, {name.strip()[:37]}")
    assert " SY" in sms
    assert re.search(rf"\. Claimed, unconfirmed\.( 20:14 UTC\.)? Id {ID}$", sms)
    assert re.search(r": 62 killed(, 100 wounded)? \(\S", sms)
    assert sms_parts(SMS_PREFIX + sms) == 1


def test_random_headlines_come_through_every_renderer() -> None:
    """`python -m fuzz.messages` does the same with as many as it is asked."""
    chance = random.Random(7)

    for _ in range(30):
        told, alert = incident(chance)
        message = render_message(told, alert, zone=chance.choice(ZONES))
        assert [*problems(message, alert.status), *lost(told, message)] == []
