"""Files for readers and programs: what is told arrives in the words of the format; a feed can forge nothing."""

import csv
import io
import json
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import feedparser
import pytest
from hypothesis import given, settings
from lxml import etree

from shared.core.render.data import incident_data
from shared.core.render.view import IncidentView
from shared.core.site import (
    Issuer,
    make_issuer,
    render_atom,
    render_cap,
    render_csv,
    render_geojson,
    render_jsonlines,
    views_of,
)
from shared.core.site.csv import defused
from shared.types import AlertState, Certainty, Incident, Precision, Status, Told
from tests.conftest import ROOT
from tests.core.site.hostile import TRICKS, incidents
from tests.core.site.told import ISSUER, NOW, RISEN, TOWN, UNPLACED, UNTOLD, alert, incident, story

ATOM = "{http://www.w3.org/2005/Atom}"
CAP = "{urn:oasis:names:tc:emergency:cap:1.2}"
SCHEMA = etree.XMLSchema(etree.parse(ROOT / "tests" / "data" / "CAP-v1.2.xsd"))

# Source: RFC 4151, 2.1.
TAG = re.compile(r"tag:[A-Za-z0-9._-]+(@[A-Za-z0-9.-]+)?,\d{4}(-\d\d){0,2}:[A-Za-z0-9._~!$&'()*+,;=:@/?%-]+")
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
FORMULA = re.compile("[=+\\-@\t\r\n＝＋－＠]")


def atom_of(told: Sequence[Incident]) -> bytes:
    return render_atom(views_of(told), ISSUER, NOW)


def geojson_of(told: Sequence[Incident]) -> bytes:
    return render_geojson(views_of(told))


def jsonlines_of(told: Sequence[Incident]) -> bytes:
    return render_jsonlines(views_of(told))


def csv_of(told: Sequence[Incident]) -> bytes:
    return render_csv(views_of(told))


# --- in whose name -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("contact", "authority"),
    [
        pytest.param("ops@example.org", "ops@example.org", id="an address"),
        pytest.param("Monitoring desk <Ops@Example.org>", "ops@example.org", id="an address among words"),
        pytest.param("https://example.org/contact?x=a.b", "example.org", id="a URL"),
        pytest.param("ops+feeds@example.org", "example.org", id="an address that no tag can hold"),
        pytest.param("ring us", "sitrep.invalid", id="neither"),
        pytest.param("http://localhost/", "sitrep.invalid", id="a host of nobody's"),
    ],
)
def test_files_are_published_in_the_name_of_the_contact(contact: str, authority: str) -> None:
    issuer = make_issuer(contact, "")

    assert issuer == Issuer(authority, "local")
    assert TAG.fullmatch(issuer.tag("incident", "k3v7q2mzab"))


# --- Atom ----------------------------------------------------------------------------------------------------


def test_a_feed_reader_gets_the_incidents_that_were_told() -> None:
    feed = feedparser.parse(atom_of([RISEN, UNTOLD, UNPLACED]))

    assert not feed.bozo
    assert feed.version == "atom10"
    assert [entry.id for entry in feed.entries] == [
        "tag:ops@example.org,2026:sitrep/incident/k3v7q2mzab",
        "tag:ops@example.org,2026:sitrep/incident/b2b2b2b2b2",
    ]
    first = feed.entries[0]
    assert first.title.startswith("Airstrike, claimed: Deir ez-Zor, Syria - 62 to 80 killed (")
    assert first.link == "https://news.example/1"
    assert (first.published, first.updated) == ("2026-11-22T17:10:00Z", "2026-11-22T17:20:00Z")
    assert first.summary == "Update: killed: 62 (Ministry of Defence) -> 80 (River Monitor)"
    assert '<a href="https://news.example/2">Raid on a market, part 2</a>' in first.content[0].value
    assert [tag.term for tag in first.tags] == ["airstrike", "SY"]
    assert first.where == {"type": "Point", "coordinates": (40.14084, 35.33588)}


def test_an_entry_keeps_its_id_and_its_birth_whatever_comes() -> None:
    once, twice = (
        feedparser.parse(atom_of([one])).entries[0] for one in (replace(RISEN, alerts=RISEN.alerts[:1]), RISEN)
    )

    assert (once.id, once.published) == (twice.id, twice.published)
    assert once.updated < twice.updated


def test_a_feed_without_entries_is_dated_all_the_same() -> None:
    feed = feedparser.parse(atom_of([UNTOLD]))

    assert (feed.entries, feed.feed.updated) == ([], "2026-11-22T20:00:00Z")


def test_a_feed_holds_a_hundred_entries_and_no_more() -> None:
    many = [replace(RISEN, id=f"i{number}") for number in range(130)]

    assert len(feedparser.parse(atom_of(many)).entries) == 100


def check_atom(content: bytes) -> None:
    """What a feed validator asks of a feed.

    Source: RFC 4287, 4.1.1 and 4.1.2; 4.1.3.3 (escaped markup); 4.2.7 (links).
    """
    root = etree.fromstring(content)
    assert root.tag == f"{ATOM}feed"
    assert root.findtext(f"{ATOM}author/{ATOM}name")
    assert len(root.findall(f"{ATOM}link[@rel='self']")) == 1
    entries = root.findall(f"{ATOM}entry")
    for one in (root, *entries):
        for name in ("id", "title", "updated"):
            assert len(one.findall(f"{ATOM}{name}")) == 1
        assert TAG.fullmatch(one.findtext(f"{ATOM}id") or "")
        assert (one.findtext(f"{ATOM}title") or "").strip()
        assert MOMENT.fullmatch(one.findtext(f"{ATOM}updated") or "")
        kinds = [(link.get("rel"), link.get("type"), link.get("hreflang")) for link in one.findall(f"{ATOM}link")]
        alternates = [kind for kind in kinds if kind[0] == "alternate"]
        assert len(set(alternates)) == len(alternates)
    ids = [one.findtext(f"{ATOM}id") for one in (root, *entries)]
    assert len(set(ids)) == len(ids)
    updated = [one.findtext(f"{ATOM}updated") or "" for one in entries]
    assert (root.findtext(f"{ATOM}updated") or "") >= max(updated, default="")
    for one in entries:
        assert (one.findtext(f"{ATOM}published") or "") <= (one.findtext(f"{ATOM}updated") or "")
        assert one.find(f"{ATOM}content").get("type") == "html"
        assert all(category.get("term") for category in one.findall(f"{ATOM}category"))
        for link in one.findall(f"{ATOM}link"):
            assert re.fullmatch(r"https?://[!-~]+|cap/[A-Za-z0-9._-]+\.xml", link.get("href"))


@pytest.mark.parametrize("told", [[RISEN], [UNPLACED, RISEN], [UNTOLD], []], ids=["one", "two", "untold", "none"])
def test_the_feed_is_valid(told: list[Incident]) -> None:
    check_atom(atom_of(told))


# --- GeoJSON -------------------------------------------------------------------------------------------------


def test_an_incident_is_a_point_on_the_map_longitude_first() -> None:
    content = json.loads(geojson_of([RISEN]))

    (feature,) = content["features"]
    assert content["type"] == "FeatureCollection"
    assert (feature["type"], feature["id"]) == ("Feature", "k3v7q2mzab")
    assert feature["geometry"] == {"type": "Point", "coordinates": [40.14084, 35.33588]}
    told = feature["properties"]
    assert (told["killed_low"], told["killed_high"]) == (62, 80)
    assert told["killed_by"] == "Ministry of Defence; River Monitor"
    assert (told["status"], told["revision"], told["told_at"]) == ("update", 2, "2026-11-22T17:20:00Z")


def test_an_incident_without_a_place_is_a_feature_without_geometry() -> None:
    (feature,) = json.loads(geojson_of([UNPLACED]))["features"]

    assert feature["geometry"] is None
    assert feature["properties"]["place"] is None


def test_an_incident_of_which_nobody_was_told_says_so() -> None:
    (feature,) = json.loads(geojson_of([UNTOLD]))["features"]

    assert (feature["properties"]["status"], feature["properties"]["certainty"]) == (None, "threatened")


# --- JSON lines ----------------------------------------------------------------------------------------------


def test_a_line_says_of_an_incident_what_a_message_says_and_all_its_alerts() -> None:
    first, second = map(json.loads, jsonlines_of([RISEN, UNTOLD]).decode().splitlines())

    assert incident_data(IncidentView(RISEN)).items() <= first.items()
    assert (first["type"], first["title"]) == (
        "incident",
        json.loads(geojson_of([RISEN]))["features"][0]["properties"]["title"],
    )
    assert [(one["status"], one["state"], one["sent_at"]) for one in first["alerts"]] == [
        ("new", "sent", "2026-11-22T17:10:00Z"),
        ("update", "sent", "2026-11-22T17:20:00Z"),
    ]
    assert (second["incident_id"], second["alerts"]) == ("c3c3c3c3c3", [])


def test_an_alert_that_was_not_sent_says_why() -> None:
    quiet = alert(2, Status.UPDATE, state=AlertState.DROPPED, reason="muted: feed", sent_at=None)

    (line,) = map(json.loads, jsonlines_of([incident(alerts=(alert(), quiet))]).splitlines())

    assert [(one["reason"], one["sent_at"]) for one in line["alerts"]][1:] == [("muted: feed", None)]


# --- CSV -----------------------------------------------------------------------------------------------------


def rows(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def test_numbers_stay_numbers_even_below_zero() -> None:
    south = replace(TOWN, lat=-13.5, lon=-71.9)
    content = csv_of([incident(place=south)])

    (row,) = rows(content)
    assert (row["lat"], row["lon"], row["killed_high"], row["severity"]) == ("-13.5", "-71.9", "62", "70")
    assert b",-13.5,-71.9,62,62," in content


def test_a_table_of_nothing_names_its_columns() -> None:
    assert csv_of([]).decode("utf-8-sig").startswith('"id","title","category"')


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("=1+1", "'=1+1"),
        ("+1", "'+1"),
        ("-1", "'-1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\t=1"),
        ("\r=1", "'\r=1"),
        ("＝1", "'＝1"),
        (' "=1', "' \"=1"),
        ("a;=1", "a;'=1"),
        ("a; -1", "a;' -1"),
        ("5 - 3 = 2", "5 - 3 = 2"),
        ("Deir ez-Zor", "Deir ez-Zor"),
    ],
    ids=repr,
)
def test_what_a_spreadsheet_would_compute_is_defused(text: str, expected: str) -> None:
    assert defused(text) == expected


# --- CAP -----------------------------------------------------------------------------------------------------


def cap(told: Incident, number: int = -1, **options: bool) -> etree._Element:
    content = render_cap(told, told.alerts[number], ISSUER, **options)
    root = etree.fromstring(content)
    SCHEMA.assertValid(root)
    return root


def said(root: etree._Element, path: str) -> str | None:
    return root.findtext("/".join(f"{CAP}{name}" for name in path.split("/")))


def values(root: etree._Element, name: str) -> dict[str, str]:
    pairs = root.iter(f"{CAP}{name}")
    return {pair.findtext(f"{CAP}valueName"): pair.findtext(f"{CAP}value") for pair in pairs}


def test_a_first_alert_refers_to_nothing() -> None:
    root = cap(RISEN, 0)

    assert (said(root, "msgType"), said(root, "status"), said(root, "scope")) == ("Alert", "Actual", "Restricted")
    assert (said(root, "identifier"), said(root, "sender")) == ("sitrep.k3v7q2mzab-r1", "ops@example.org")
    assert said(root, "sent") == "2026-11-22T17:10:00-00:00"
    assert said(root, "references") is None
    assert said(root, "info/headline") == "Airstrike, claimed: Deir ez-Zor, Syria - 62 killed (Ministry of Defence)"
    assert (said(root, "info/severity"), said(root, "info/certainty")) == ("Severe", "Likely")
    assert said(root, "info/area/circle") == "35.33588,40.14084 10"
    assert values(root, "geocode") == {"ISO3166-1": "SY", "GeoNames": "170794"}
    assert values(root, "eventCode")["CAMEO"] == "195"
    assert values(root, "parameter")["killed"] == "62 (Ministry of Defence)"


def test_every_later_message_refers_to_all_before_it() -> None:
    alerts = (alert(), alert(2, Status.UPDATE), alert(3, Status.CORRECTION), alert(4, Status.CLOSED))
    told = incident(alerts=alerts)

    found = [cap(told, number) for number in range(4)]

    assert [said(root, "msgType") for root in found] == ["Alert", "Update", "Update", "Cancel"]
    assert (said(found[2], "references") or "").split(" ") == [
        "ops@example.org,sitrep.k3v7q2mzab-r1,2026-11-22T17:10:00-00:00",
        "ops@example.org,sitrep.k3v7q2mzab-r2,2026-11-22T17:20:00-00:00",
    ]
    assert len((said(found[3], "references") or "").split(" ")) == 3
    assert said(found[3], "info/urgency") == "Past"


def test_a_message_refers_to_none_that_was_never_sent() -> None:
    dropped = alert(2, Status.UPDATE, state=AlertState.DROPPED, sent_at=None)
    told = incident(alerts=(alert(), dropped, alert(3, Status.UPDATE)))

    assert said(cap(told), "references") == "ops@example.org,sitrep.k3v7q2mzab-r1,2026-11-22T17:10:00-00:00"


def test_a_message_tells_what_its_alert_told_whatever_came_since() -> None:
    assert values(cap(RISEN, 0), "parameter")["killed"] == "62 (Ministry of Defence)"
    assert "80" not in (said(cap(RISEN, 0), "info/headline") or "")


def test_an_incident_that_was_found_to_be_two_names_both() -> None:
    first = alert(incident_id="a1a1a1a1a1")
    told = incident(alerts=(first, alert(2, Status.UPDATE)), also=("a1a1a1a1a1",))

    root = cap(told)

    assert said(root, "incidents") == "k3v7q2mzab a1a1a1a1a1"
    assert "sitrep.a1a1a1a1a1-r1" in (said(root, "references") or "")


def test_what_is_withdrawn_is_unlikely_and_past() -> None:
    tells = Told(Certainty.CLAIMED, 70, TOWN, is_withdrawn=True)
    root = cap(incident(alerts=(alert(), alert(2, Status.CORRECTION, tells=tells))))

    assert (said(root, "info/certainty"), said(root, "info/urgency")) == ("Unlikely", "Past")


@pytest.mark.parametrize(
    ("certainty", "severity", "expected"),
    [
        pytest.param(Certainty.OBSERVED, 85, ("Extreme", "Observed"), id="critical, observed"),
        pytest.param(Certainty.REPORTED, 60, ("Severe", "Possible"), id="high, one source"),
        pytest.param(Certainty.ALLEGED, 40, ("Moderate", "Possible"), id="medium, alleged"),
        pytest.param(Certainty.CLAIMED, 0, ("Minor", "Possible"), id="low, claimed"),
    ],
)
def test_severity_and_certainty_are_said_in_caps_words(
    certainty: Certainty, severity: int, expected: tuple[str, str]
) -> None:
    told = incident(story(1, certainty=certainty), alerts=(alert(tells=Told(certainty, severity, TOWN)),))

    root = cap(told)

    assert (said(root, "info/severity"), said(root, "info/certainty")) == expected


@pytest.mark.parametrize(
    ("place", "circle"),
    [
        pytest.param(replace(TOWN, precision=Precision.SITE), "35.33588,40.14084 1", id="a site"),
        pytest.param(replace(TOWN, precision=Precision.REGION), "35.33588,40.14084 100", id="a region"),
        pytest.param(replace(TOWN, precision=Precision.COUNTRY), None, id="a country is no circle"),
        pytest.param(replace(TOWN, lat=None, lon=None), None, id="without coordinates"),
        pytest.param(None, None, id="no place"),
    ],
)
def test_the_area_is_as_wide_as_the_place_is_vague(place: object, circle: str | None) -> None:
    told = incident(alerts=(alert(tells=Told(Certainty.CLAIMED, 70, place)),))  # type: ignore[arg-type]

    root = cap(told)

    assert said(root, "info/area/circle") == circle
    assert said(root, "info/area/areaDesc")


def test_an_exercise_says_so_and_a_poison_is_named() -> None:
    told = incident(story(1, category="chemical"))
    root = cap(told, is_exercise=True)

    assert said(root, "status") == "Exercise"
    assert [one.text for one in root.iter(f"{CAP}category")] == ["CBRNE", "Security"]


# --- strangers' words ----------------------------------------------------------------------------------------


def check_words(text: str) -> None:
    """Nothing that cannot be seen, or that turns what is seen around."""
    wrong = [character for character in text if unicodedata.category(character) in {"Cc", "Cf", "Cs", "Co", "Cn"}]
    assert [f"U+{ord(each):04X}" for each in wrong if each != "\n"] == []


def check_html(content: str) -> None:
    """No elements but ours, no attribute but a link's, no address but the web's."""
    for tag in re.findall("<[^>]*>", content):
        assert re.fullmatch(r'</?(p|ul|li|blockquote)>|</a>|<a href="https?://[^"<>]+">', tag), tag
    assert "<" not in re.sub("<[^>]*>", "", content)


@settings(max_examples=300, deadline=None)
@given(incidents())
def test_a_hostile_feed_forges_nothing(told: Incident) -> None:
    atom = atom_of([told])
    check_atom(atom)
    for element in etree.fromstring(atom).iter():
        for words in (element.text or "", *element.attrib.values()):
            check_words(words)
    for content in etree.fromstring(atom).iter(f"{ATOM}content"):
        check_html(content.text or "")

    for number, _ in enumerate(told.alerts):
        for element in cap(told, number).iter():
            check_words(element.text or "")

    geo = json.loads(geojson_of([told]))
    for value in geo["features"][0]["properties"].values():
        check_words(str(value))
    lines = jsonlines_of([told]).decode()
    check_words(lines)
    assert (lines.count("\n"), set("<>&") & set(lines)) == (1, set())
    check_words(csv_of([told]).decode("utf-8-sig").replace("\r\n", "\n"))
    (row,) = rows(csv_of([told]))
    assert [cell for name, cell in row.items() if name not in ("lat", "lon") and FORMULA.match(cell)] == []
    assert not any(FORMULA.match(cell) for name in row for cell in row[name].split(";")[1:])


def test_tricks_are_what_they_are_meant_to_be() -> None:
    with pytest.raises(AssertionError):
        check_html(TRICKS[0])
    with pytest.raises(AssertionError):
        check_words(TRICKS[11])


def test_a_day_after_it_was_sent_a_message_holds_no_more() -> None:
    root = cap(RISEN, 0)

    assert said(root, "info/expires") == f"{(alert().sent_at or NOW) + timedelta(days=1):%Y-%m-%dT%H:%M:%S}-00:00"
