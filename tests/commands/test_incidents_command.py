"""Incidents as people look at them, on a local stack in this process."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from shared.adapters.incident_store import IncidentStore
from shared.core.accounts import story_of
from shared.core.alerts import was_told
from shared.core.render.words import place_words
from shared.detect import detect, load_lexicon
from shared.types import Alert, AlertState, Incident, Status, Story
from tests.commands.conftest import Cli
from tests.conftest import Stack, article
from tests.desk import Desk

NOW = datetime.now(UTC).replace(second=0, microsecond=0) - timedelta(hours=3)
STRIKE = "Government jets bombed the market of Idlib in Syria on {day}, killing 13 people, rescue workers said."
HIGHER = "Government jets bombed the market of Idlib in Syria on {day}, killing 21 people, hospital doctors said."
ELSEWHERE = "Russian shelling of Kharkiv in Ukraine killed 4 people on {day}, the governor said."


def story(text: str = STRIKE, number: int = 1, minutes: int = 0) -> Story:
    moment = NOW + timedelta(minutes=minutes)
    told = article(
        text.format(day=f"{NOW:%A}"),
        id=f"entry{number}",
        url=f"https://paper{number}.example/story",
        title=f"Title {number}",
        publisher=f"Paper {number}",
        published_at=moment,
        fetched_at=moment,
    )
    (report,) = detect(told, load_lexicon())
    return story_of(report, told, f"articles/dt={moment:%Y-%m-%d}/entry{number}.json")


def told(*stories: Story) -> list[Incident]:
    """The incidents that come of them, each alert sent as soon as it was decided."""
    desk = Desk()
    for number, one in enumerate(stories):
        desk.tell(one, NOW + timedelta(minutes=number))
    return list(desk.incidents.values())


@pytest.fixture
def store(stack: Stack) -> IncidentStore:
    return IncidentStore(stack.outputs["IncidentsTable"], stack.client("dynamodb"))


def keep(store: IncidentStore, *incidents: Incident, now: datetime = NOW) -> None:
    store.put([(replace(incident, version=0), None) for incident in incidents], now)


@pytest.fixture
def strike(store: IncidentStore) -> Incident:
    """A strike that two papers tell with other tolls, and a third without news."""
    (incident,) = told(story(), story(HIGHER, 2, minutes=10), story(HIGHER, 3, minutes=20))
    keep(store, incident)
    return incident


def test_what_happened_is_one_line_an_incident_the_latest_first(
    cli: Cli, store: IncidentStore, strike: Incident
) -> None:
    (other,) = told(story(ELSEWHERE, 9, minutes=60))
    keep(store, other)

    first, second = cli("incidents").splitlines()

    assert first.startswith(f"{other.id}  ")
    assert f"  shelling, {other.certainty}: {place_words(other.place)}; 4 killed (governor); 1 story, 1 alert" in first
    assert second.startswith(f"{strike.id}  {NOW + timedelta(minutes=20):%Y-%m-%d %H:%M} UTC  open    airstrike, ")
    assert f": {place_words(strike.place)}; 13 to 21 killed (rescue workers; hospital doctors); 3 stories" in second
    assert second.endswith(", 2 alerts")


@pytest.mark.parametrize("words", [("incidents",), ("incidents", "list")])
def test_listing_is_what_incidents_does_of_itself(cli: Cli, strike: Incident, words: tuple[str, ...]) -> None:
    assert cli(*words).startswith(strike.id)


@pytest.mark.parametrize(
    ("words", "is_there"),
    [
        pytest.param(["--country", "Syria"], True, id="there"),
        pytest.param(["--country", "sy"], True, id="there by its code"),
        pytest.param(["--country", "UA"], False, id="elsewhere"),
        pytest.param(["--category", "airstrike"], True, id="of that kind"),
        pytest.param(["--category", "shelling"], False, id="of another kind"),
        pytest.param(["--open"], True, id="open"),
        pytest.param(["--since", "24h"], True, id="told of since"),
        pytest.param(["--since", "60min"], False, id="told of before"),
        pytest.param(["--since", "3d", "--country", "SY", "--category", "airstrike", "--open"], True, id="all"),
    ],
)
def test_incidents_are_chosen(cli: Cli, strike: Incident, words: list[str], is_there: bool) -> None:
    said = cli("incidents", "list", *words)

    assert said.startswith(strike.id) is is_there
    assert is_there or said.startswith("nothing of that kind was told of since ")


def test_what_is_closed_is_not_open(cli: Cli, store: IncidentStore, strike: Incident) -> None:
    store.put([(replace(strike, version=1, closed_at=NOW), None)], NOW)

    assert cli("incidents", "--open").startswith("nothing of that kind")
    assert "  closed  " in cli("incidents")


@pytest.mark.parametrize("words", [["--country", "Syrya"], ["--category", "airstrik"]])
def test_what_is_not_known_is_refused(cli: Cli, strike: Incident, words: list[str]) -> None:
    assert "did you mean" in cli("incidents", *words, status=1)


def test_programs_get_one_object_a_line(cli: Cli, strike: Incident) -> None:
    (line,) = cli("incidents", "--json").splitlines()

    one = json.loads(line)
    assert (one["id"], one["category"], one["country"], one["state"]) == (strike.id, "airstrike", "SY", "open")
    assert one["tolls"] == {"killed": ["13", "21"]}
    assert one["alerts"] == {"pending": 0, "sent": 2, "dropped": 0}
    assert (one["stories"], one["closed_at"], one["maybe_same"]) == (3, None, [])


def test_all_of_an_incident_is_shown(cli: Cli, strike: Incident) -> None:
    lines = cli("incidents", "show", strike.id).splitlines()

    assert lines[0] == f"{strike.id}: airstrike, {strike.certainty}: {place_words(strike.place)}"
    shown = "\n".join(lines)
    assert "  what:               airstrike, severity " in shown
    assert "  sure:               possible: 1 source (Paper 1 and 2 more with the same text)" in shown
    assert f"  where:              {place_words(strike.place)}" in shown
    assert f"  when:               {strike.day}; first told of {NOW:%Y-%m-%d %H:%M} UTC, last " in shown
    claims = lines[lines.index("  claims") + 1 : lines.index("  alerts")]
    assert [line.split()[:2] for line in claims] == [["killed", "13"], ["killed", "21"]]
    assert claims[0].endswith(f"rescue workers (claimed); {NOW:%Y-%m-%d %H:%M} UTC, Paper 1")
    assert claims[1].endswith("Paper 2, Paper 3")
    alerts = lines[lines.index("  alerts") + 1 : lines.index("  silences")]
    assert [line.split()[:3] for line in alerts] == [["r1", "new", "sent"], ["r2", "update", "sent"]]
    assert alerts[1].endswith(strike.alerts[1].why)
    (silence,) = lines[lines.index("  silences") + 1 : lines.index("  stories")]
    assert silence.endswith(" - Paper 3, https://paper3.example/story")
    assert [line.strip() for line in lines[lines.index("  stories") + 1 :]][:3] == [
        f"{NOW:%Y-%m-%d %H:%M} UTC  Paper 1: Title 1 ({strike.stories[0].report.certainty})",
        "https://paper1.example/story",
        f"articles/dt={NOW:%Y-%m-%d}/entry1.json  sha256 {'0' * 64}",
    ]


def alert(revision: int, state: AlertState, **fields: object) -> Alert:
    (incident,) = told(story())
    return replace(incident.alerts[0], revision=revision, state=state, why="why", **fields)  # type: ignore[arg-type]


def test_what_waits_and_what_was_dropped_say_why(cli: Cli, store: IncidentStore) -> None:
    (incident,) = told(story())
    later = NOW + timedelta(hours=9)
    alerts = (
        alert(1, AlertState.SENT, sent_at=NOW),
        alert(2, AlertState.DROPPED, status=Status.UPDATE, reason="overtaken by r3", decided_at=NOW),
        alert(3, AlertState.PENDING, status=Status.CORRECTION, reason="held for quiet hours", due_at=later),
    )
    keep(store, replace(incident, alerts=alerts))

    lines = cli("incidents", "show", incident.id).splitlines()

    start = lines.index("  alerts") + 1
    assert [line.strip() for line in lines[start : start + 3]] == [
        f"r1   new        sent {NOW:%Y-%m-%d %H:%M} UTC: why",
        f"r2   update     not sent, decided {NOW:%Y-%m-%d %H:%M} UTC (overtaken by r3): why",
        f"r3   correction due {later:%Y-%m-%d %H:%M} UTC (held for quiet hours): why",
    ]
    assert "1 alert, 1 to come" in cli("incidents")


def test_incidents_that_are_linked_name_each_other(cli: Cli, store: IncidentStore) -> None:
    (incident,) = told(story())
    kept = replace(incident, maybe_same=("other1",), also=("older1",))
    merged = replace(incident, id="older1", stories=(), alerts=(), merged_into=incident.id)
    keep(store, kept, merged)

    shown = cli("incidents", "show", "older1")

    assert shown.startswith(f"{incident.id}: airstrike, ")
    assert "  older1 was found to be the same as this\n" in shown
    assert "  also known as:      older1\n" in shown
    assert "  may be the same as: other1\n" in shown
    assert len(cli("incidents").splitlines()) == 1


def test_a_record_is_given_to_programs_as_it_is(cli: Cli, strike: Incident) -> None:
    record = json.loads(cli("incidents", "show", strike.id, "--json"))

    assert (record["id"], len(record["stories"]), len(record["alerts"])) == (strike.id, 3, 2)
    assert was_told(strike)


@pytest.mark.parametrize("command", [["incidents", "show"], ["mute", "incident"]])
def test_an_incident_that_is_none_is_refused_with_the_nearest(cli: Cli, strike: Incident, command: list[str]) -> None:
    near, far = (cli(*command, name, status=1) for name in (strike.id[:-1] + "9", "?\n\u202ex\x1b[2J"))

    assert f"did you mean {strike.id}?" in near
    assert "an alert names its id, and so does: sitrep incidents" in far
    assert far.count("\n") == 1
    assert not {"\u202e", "\x1b"} & set(far)


def test_strangers_words_forge_no_lines(cli: Cli, store: IncidentStore) -> None:
    (incident,) = told(story())
    forged = "x\u2028y\nr9   new        sent: WRONG\u202e\x1b[2J"
    (teller,) = incident.stories
    claim = replace(teller.report.claims[0], by=forged)
    place = replace(incident.place, name=forged, as_written=forged) if incident.place else None
    teller = replace(
        teller,
        title=forged,
        publisher=forged,
        url=f"https://x.example/{forged}",
        article_key=forged,
        report=replace(teller.report, claims=(claim,), place=place),
    )
    keep(store, replace(incident, stories=(teller,), place=place, also=(forged,), maybe_same=(forged,)))

    for words in (["incidents"], ["incidents", "show", incident.id], ["incidents", "--json"]):
        said = cli(*words)
        assert not {"\u2028", "\u202e", "\x1b"} & set(said)
        assert not [line for line in said.splitlines() if line.lstrip().startswith("r9")]


def test_a_place_that_is_not_stated_and_a_story_without_a_link_are_said(cli: Cli, store: IncidentStore) -> None:
    (incident,) = told(story())
    (teller,) = incident.stories
    bare = replace(teller, url="", raw_sha256="", from_summary=True)
    keep(store, replace(incident, place=None, stories=(bare,)))

    shown = cli("incidents", "show", incident.id)

    assert "  where:              place not stated\n" in shown
    assert "      no link\n" in shown
    assert "[from the feed's summary]" in shown
    assert json.loads(cli("incidents", "--json"))["country"] is None


def test_nothing_is_known_yet(cli: Cli) -> None:
    assert cli("incidents").startswith("nothing of that kind was told of since ")
    assert cli("incidents", "--json") == ""
