"""What programs get: one JSON object that the schema of the docs describes."""

import json
from copy import deepcopy
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from shared.core.render import render_burst, render_message, to_publish
from shared.core.render.data import SCHEMA_VERSION
from shared.core.render.message import PROGRAMS
from shared.core.sns_contract import MESSAGE_MAX_BYTES, check
from shared.types import ClaimKind, Place, Precision, Status, Story, Traits
from tests.conftest import ROOT
from tests.core.render_cases import (
    ALLEGED,
    DENIED,
    ID,
    KILLED,
    MONITOR,
    NOW,
    OBSERVATORY,
    REPORT,
    SECOND,
    STORY,
    TOWN,
    WOUNDED,
    counted,
    incident_of,
    message_of,
    printed,
    with_report,
)

SCHEMA: dict[str, Any] = json.loads((ROOT / "docs" / "alert.schema.json").read_text(encoding="utf-8"))


def strict(schema: Any) -> Any:
    """The schema, without leave to send what it does not describe."""
    if isinstance(schema, list):
        return [strict(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    closed = {name: strict(each) for name, each in schema.items()}
    if schema.get("type") == "object" and "properties" in schema:
        closed["additionalProperties"] = False
    return closed


STRICT = Draft202012Validator(strict(deepcopy(SCHEMA)))


def data_of(*stories: Story, status: Status = Status.NEW, why: str = "first report, by NBC News") -> dict[str, Any]:
    return dict(json.loads(message_of(*stories, status=status, why=why).bodies["https"]))


def test_the_schema_is_one_and_its_version_is_the_one_that_is_sent() -> None:
    Draft202012Validator.check_schema(SCHEMA)

    assert SCHEMA["$id"] == f"urn:sitrep:alert:{SCHEMA_VERSION}"
    assert SCHEMA["$defs"]["alert"]["properties"]["schema_version"]["const"] == SCHEMA_VERSION


ALERTS: dict[str, tuple[Story, ...]] = {
    "the usual": (STORY,),
    "two sources": (STORY, SECOND),
    "nothing known": (
        replace(
            with_report(place=None, claims=(), evidence=()),
            url="",
            published_at=None,
            raw_sha256="",
            article_key="",
            title="",
        ),
    ),
    "a country alone": (
        with_report(place=Place("SY", "Syria", "Syria", "SY", "Syria", None, None, Precision.COUNTRY)),
    ),
    "flags and kinds": (with_report(kind="car_bomb", flags=("friendly_fire", "protected_object")),),
    "taken back": (replace(STORY, is_withdrawn=True, revision=1),),
    "an agency": (replace(STORY, traits=Traits(wire="reuters")),),
}


@pytest.mark.parametrize("status", list(Status))
@pytest.mark.parametrize("stories", ALERTS.values(), ids=ALERTS)
def test_the_schema_describes_every_member(stories: tuple[Story, ...], status: Status) -> None:
    data = data_of(*stories, status=status)

    assert [error.message for error in STRICT.iter_errors(data)] == []


def test_the_schema_describes_a_burst() -> None:
    data = json.loads(render_burst([incident_of(STORY), incident_of(with_report(place=None))], "SY").bodies["sqs"])

    assert [error.message for error in STRICT.iter_errors(data)] == []


def test_all_programs_get_the_same_object() -> None:
    bodies = message_of(STORY).bodies

    assert sorted(bodies) == sorted(["default", "email", "sms", *PROGRAMS])
    assert len({bodies[protocol] for protocol in PROGRAMS}) == 1


def test_an_alert_says_what_where_when_and_how_sure() -> None:
    data = data_of(STORY)

    assert data["headline"] == message_of(STORY).subject
    assert (data["alert_id"], data["incident_id"], data["status"], data["revision"]) == (f"{ID}-r1", ID, "new", 1)
    assert (data["category"], data["certainty"], data["confidence"]) == ("airstrike", "claimed", "possible")
    assert (data["severity"], data["severity_word"]) == (70, "high")
    assert data["codes"] == {
        "acled": "Explosions/Remote violence / Air/drone strike",
        "plover": "ASSAULT",
        "cameo": "195",
        "cameo_also": ["196"],
    }
    assert data["place"] == {
        "id": "170794",
        "name": "Deir ez-Zor",
        "as_written": "Deir el-Zour",
        "country": "SY",
        "country_name": "Syria",
        "lat": TOWN.lat,
        "lon": TOWN.lon,
        "precision": "city",
    }
    assert data["times"]["first_published_at"] == "2016-09-17T20:14:00Z"
    assert data["summary"].splitlines()[0] == "Airstrike, claimed: Deir ez-Zor (Deir el-Zour), Syria"


def test_every_figure_has_its_owner_its_words_and_its_place_in_the_text() -> None:
    claims = data_of(STORY, SECOND)["claims"]

    assert [(each["kind"], each["words"], each["owner"], each["publisher"]) for each in claims] == [
        ("killed", "62", "Russian Defense Ministry", "NBC News"),
        ("killed", "80", "Syrian Observatory for Human Rights", "BBC News"),
        ("wounded", "100", "Russian Defense Ministry", "NBC News"),
        ("ceasefire_violation", None, "Vitaly Churkin", "NBC News"),
        ("denial", None, "U.S. Central Command", "BBC News"),
    ]
    assert claims[0]["span"] == {"of": "text", "start": 1024, "end": 1132}
    assert claims[0]["quote"] == KILLED.sentence.text
    assert claims[3]["quote"] == ALLEGED.sentence.text
    assert claims[4]["quote"] == DENIED.sentence.text


FIGURES = {
    "a figure": (counted(ClaimKind.KILLED, 62), (62, 62, 62), {"min": 62, "max": 62, "is_open": False}),
    "a floor": (counted(ClaimKind.KILLED, 13, low=13), (13, 13, None), {"min": 13, "max": 13, "is_open": True}),
    "a ceiling": (counted(ClaimKind.KILLED, None, high=80), (None, None, 80), {"min": 80, "max": 80, "is_open": False}),
    "a slip of the reading": (
        counted(ClaimKind.KILLED, 10**30),
        (10**9, 10**9, 10**9),
        {"min": 10**9, "max": 10**9, "is_open": False},
    ),
}


@pytest.mark.parametrize(("claim", "figure", "toll"), FIGURES.values(), ids=FIGURES)
def test_a_toll_is_given_as(claim: Any, figure: tuple[int | None, ...], toll: dict[str, Any]) -> None:
    data = data_of(with_report(claims=(claim,)))

    assert tuple(data["claims"][0][name] for name in ("value", "min", "max")) == figure
    assert data["tolls"] == {"killed": toll}


def test_the_least_and_the_most_of_a_toll_and_what_an_owner_said_before() -> None:
    before = printed(3, "The Guardian", counted(ClaimKind.KILLED, 60, MONITOR), minutes=1)

    data = data_of(STORY, before, printed(4, "BBC News", OBSERVATORY, minutes=90))

    assert data["tolls"]["killed"] == {"min": 62, "max": 80, "is_open": False}
    assert [each["was"] for each in data["claims"] if each["kind"] == "killed"] == [[], ["60"]]


def test_sources_say_whose_text_they_are_and_where_it_is_kept() -> None:
    stories = [printed(n, f"Paper {n}", KILLED, minutes=n, wire="reuters" if n < 3 else "") for n in range(1, 4)]

    data = data_of(*stories)

    assert [(each["publisher"], each["wire"], each["independent_source"]) for each in data["sources"]] == [
        ("Paper 1", "Reuters", 1),
        ("Paper 2", "Reuters", 1),
        ("Paper 3", None, 2),
    ]
    assert data["independent_sources"] == [
        {"name": "Reuters", "is_wire": True, "publishers": ["Paper 1", "Paper 2"]},
        {"name": "Paper 3", "is_wire": False, "publishers": ["Paper 3"]},
    ]
    assert data["sources"][0]["sha256"] == "5f" * 32
    assert data["sources"][0]["archive_key"] == STORY.article_key


def test_local_time_stands_beside_utc_with_its_offset() -> None:
    incident, alert = incident_of(STORY)

    data = json.loads(render_message(incident, alert, zone="Asia/Damascus").bodies["https"])

    assert data["local_time"]["zone"] == "Asia/Damascus"
    assert data["local_time"]["first_seen_at"] == "2016-09-17T23:14:00+03:00"
    assert datetime.fromisoformat(data["local_time"]["decided_at"]) == NOW


def test_an_address_that_is_no_web_address_is_none() -> None:
    assert data_of(replace(STORY, url="javascript:alert(1)"))["sources"][0]["url"] is None


def test_markup_of_a_feed_is_escaped_and_reads_back_as_it_was() -> None:
    title = '</script><img src=x onerror="alert(1)">&amp;'

    body = message_of(replace(STORY, title=title)).bodies["https"]

    assert not set(body) & set("<>&")
    assert json.loads(body)["sources"][0]["title"] == title


def test_links_to_other_incidents_are_given() -> None:
    incident, alert = incident_of(STORY)

    data = json.loads(render_message(replace(incident, maybe_same=("abc",), also=("xyz",)), alert).bodies["https"])

    assert (data["maybe_same"], data["also"]) == (["abc"], ["xyz"])


# --- bounds --------------------------------------------------------------------------------------------------


def test_what_is_left_out_is_counted() -> None:
    stories = [printed(n, f"Paper {n}", counted(ClaimKind.KILLED, n, f"Owner {n}"), minutes=n) for n in range(1, 41)]

    data = data_of(*stories)

    assert len(data["sources"]) == len(data["independent_sources"]) == 20
    assert data["omitted"] == {"claims": 20, "sources": 20, "independent_sources": 20}
    assert data["sources"][-1]["publisher"] == "Paper 40"


HEAVY = {
    "four bytes a sign": "\U0001f4a5",
    "signs that are escaped twice": '"\\',
    "markup": "<&>",
    "Arabic": "غارة ",
}


@pytest.mark.parametrize("sign", HEAVY.values(), ids=HEAVY)
def test_however_much_is_told_sns_takes_it(sign: str) -> None:
    text = sign * (900 // len(sign))
    said = replace(KILLED.sentence, text=text, rule=text)
    claims = tuple(
        replace(counted(kind, number, f"{number} {text}", text), sentence=said)
        for number in (1, 2)
        for kind in ClaimKind
    )
    place = replace(TOWN, name=f"a {text}", as_written=text, country_name=f"b {text}")
    stories = [
        replace(
            STORY,
            report=replace(
                REPORT,
                id=f"report-{n}",
                claims=tuple(replace(each, by=f"{n}{each.by}") for each in claims),
                place=place,
                kind=f"{n} {text}",
                flags=(f"{n} {text}",),
                sentence=said,
                evidence=(said, said),
            ),
            title=text,
            publisher=f"{n} {text}",
            url=f"https://{n}.example/" + "a" * 1900,
            article_key=text,
            published_at=NOW + timedelta(minutes=n),
            traits=Traits(wire=f"{n} {text}"),
        )
        for n in range(30)
    ]

    message = message_of(*stories, status=Status.CORRECTION, why=text)

    check(to_publish(message))
    size = len(json.dumps(message.bodies, ensure_ascii=False).encode())
    assert size <= MESSAGE_MAX_BYTES
    data = json.loads(message.bodies["https"])
    assert list(STRICT.iter_errors(data)) == []
    assert data["omitted"]["sources"] == 30 - len(data["sources"])
    assert data["omitted"]["sources"] > 10


def test_an_alert_of_the_usual_kind_costs_one_request() -> None:
    """SNS bills every 64 KB."""
    publish = to_publish(message_of(STORY, SECOND))

    assert len(str(publish["Message"]).encode()) < 48_000


def test_wounded_and_killed_are_counted_apart() -> None:
    assert data_of(with_report(claims=(KILLED, WOUNDED)))["tolls"] == {
        "killed": {"min": 62, "max": 62, "is_open": False},
        "wounded": {"min": 100, "max": 100, "is_open": False},
    }
