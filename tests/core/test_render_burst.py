"""Many incidents of a country at once: one message that counts them and tells the gravest first."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from shared.core.render import render_burst, to_publish
from shared.core.sns_contract import SMS_PREFIX, check, sms_parts
from shared.types import Alert, Certainty, Incident, Story
from tests.core.render_cases import KILLED, NOW, TOWN, WOUNDED, incident_of, unwrapped, with_report

STRIKE = with_report(claims=(KILLED, WOUNDED))


def told(number: int, story: Story = STRIKE, **report: object) -> tuple[Incident, Alert]:
    """One of them, by its number."""
    incident, alert = incident_of(replace(story, report=replace(story.report, **report)))  # type: ignore[arg-type]
    return replace(incident, id=f"incident{number}"), replace(alert, id=f"incident{number}-r1")


MANY = [
    *(told(number, severity=50 + number) for number in range(9)),
    told(9, category="shelling", severity=90, certainty=Certainty.REPORTED, place=replace(TOWN, name="Homs")),
    *(told(number, category="ied_mine", severity=20, place=None) for number in range(10, 12)),
]


def test_a_burst_counts_by_category_and_names_the_country() -> None:
    message = render_burst(MANY, "SY", NOW)

    assert message.subject == "12 incidents in Syria, critical: airstrike 9, IED or mine 2, shelling 1"
    assert message.bodies["email"].startswith(
        "12 incidents in Syria since 2016-09-17 20:20 UTC\n"
        "airstrike 9, IED or mine 2, shelling 1\n"
        "These are besides what was told of Syria one by one just before.\n"
        "Severity up to 90 of 100 (critical), reported at best\n"
    )


def test_a_burst_has_a_line_on_each_the_gravest_first() -> None:
    body = message_text()

    assert (
        "1. CRITICAL shelling, reported, unconfirmed: Homs, Syria - 62 killed, 100 wounded "
        "(Russian Defense Ministry). Id incident9 https://news.example/raid "
        "2. MEDIUM airstrike, claimed, unconfirmed: Deir ez-Zor, Syria - 62 killed"
    ) in body
    assert "12. LOW IED or mine, claimed, unconfirmed: place not stated - 62 killed" in body


def message_text() -> str:
    return unwrapped(render_burst(MANY, "SY", NOW).bodies["email"])


def test_a_burst_fits_a_text_message_and_tells_the_gravest() -> None:
    sms = render_burst(MANY, "SY", NOW).bodies["sms"]

    assert sms.startswith("CRITICAL: 12 incidents in Syria")
    assert "Gravest: shelling, Homs: 62 killed (Russian Def" in sms
    assert sms.endswith(". Reported. Id incident9 and 11 more")
    assert sms_parts(SMS_PREFIX + sms) == 1


def test_a_burst_of_what_no_filter_can_name_is_of_an_unknown_category() -> None:
    attributes = render_burst([told(number, category="\u00a1") for number in range(10)], "SY", NOW).attributes

    assert attributes["category"] == ["unknown"]


def test_subscriptions_can_filter_a_burst_by_what_is_in_it() -> None:
    attributes = render_burst(MANY, "SY", NOW).attributes

    assert attributes["category"] == ["airstrike", "ied_mine", "shelling"]
    assert (attributes["severity"], attributes["certainty"], attributes["status"]) == (90, "reported", "new")
    assert (attributes["country"], attributes["sms"], attributes["lang"]) == (["SY"], "yes", "en")
    assert attributes["incident_ids"][0] == "incident9"  # type: ignore[index]
    assert "incident_id" not in attributes
    assert len(attributes) <= 10


def test_without_a_time_a_burst_began_with_its_first_decision() -> None:
    incident, alert = told(1)
    earlier = (incident, replace(alert, decided_at=NOW - timedelta(minutes=4)))

    assert "since 2016-09-17 20:16 UTC" in render_burst([*MANY, earlier], "SY").bodies["email"]


COUNTRIES = {
    "lower case": ("sy", "Syria", ["SY"]),
    "one that no place names": ("IQ", "IQ", ["IQ"]),
    "none": ("", "a country not stated", None),
    "no code": ("unknown", "a country not stated", None),
}


@pytest.mark.parametrize(("country", "name", "attribute"), COUNTRIES.values(), ids=COUNTRIES)
def test_the_country_of_a_burst(country: str, name: str, attribute: list[str] | None) -> None:
    message = render_burst(MANY, country, NOW)

    assert message.subject.startswith(f"12 incidents in {name}, critical")
    assert message.attributes.get("country") == attribute


def test_a_burst_has_the_readers_time_and_can_be_an_exercise_without_phones() -> None:
    message = render_burst(MANY, "SY", NOW, zone="Asia/Damascus", sms=False, is_exercise=True)

    assert "since 2016-09-17 20:20 UTC (23:20 EEST)" in unwrapped(message.bodies["email"])
    for text in (message.subject, message.bodies["sms"], message.bodies["email"], message.bodies["default"]):
        assert text.startswith("EXERCISE")
    assert json.loads(message.bodies["https"])["headline"].startswith("EXERCISE: 12 incidents")
    assert (message.attributes["sms"], message.attributes["exercise"]) == ("no", "true")


def test_a_burst_of_a_thousand_is_cut_and_says_so() -> None:
    long = replace(STRIKE, url="https://news.example/" + "a" * 1900)
    message = render_burst([told(number, long) for number in range(1000)], "SY", NOW)

    data = json.loads(message.bodies["sqs"])

    check(to_publish(message))
    assert data["omitted"] == {"incidents": 1000 - len(data["incidents"])}
    assert f"  and {1000 - len(data['incidents'])} more\n" in message.bodies["email"]
    assert message.bodies["sms"].endswith(" and 999 more")
