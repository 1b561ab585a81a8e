"""What people silence, on a local stack in this process."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from shared import wiring
from shared.adapters.incident_store import IncidentStore
from shared.adapters.mute_store import MuteStore
from shared.core.ids import feed_id
from shared.types import Incident, Mute, Muted
from sitrep.cli import main
from sitrep.commands.test_alert import exercise
from tests.commands.conftest import Cli
from tests.commands.rule_files import LANDSLIDE
from tests.conftest import Stack, feed

FEED = "https://a.example/feed"


@pytest.fixture
def mutes(stack: Stack) -> MuteStore:
    return MuteStore(stack.outputs["IncidentsTable"], stack.client("dynamodb"))


@pytest.fixture
def incident(stack: Stack) -> Incident:
    now = datetime.now(UTC)
    made = replace(exercise("airstrike/1", "airstrike", 60, None, now), id="abcdefgh23")
    IncidentStore(stack.outputs["IncidentsTable"], stack.client("dynamodb")).put([(made, None)], now)
    return made


def known(mutes: MuteStore) -> list[tuple[str, str, bool, str]]:
    """Kind, target, whether it ends by itself, and why."""
    return [(one.kind, one.target, one.until is not None, one.why) for one in mutes.all()]


def test_an_incident_is_muted_for_a_while_and_speaks_again(cli: Cli, mutes: MuteStore, incident: Incident) -> None:
    before = datetime.now(UTC)

    said = cli("mute", "incident", incident.id, "--for", "6h", "--why", "known to all")
    (kept,) = mutes.all()
    listed = cli("mute", "--list")
    back = cli("mute", "incident", incident.id, "--off")

    assert said.startswith(f"incident {incident.id} says nothing until ")
    assert (kept.kind, kept.target, kept.why) == (Muted.INCIDENT, incident.id, "known to all")
    assert kept.until is not None
    assert kept.until - kept.since == timedelta(hours=6)
    assert kept.since >= before
    assert listed.startswith(f"incident {incident.id}")
    assert listed.endswith(": known to all\n")
    assert back == f"incident {incident.id} speaks again\n"
    assert known(mutes) == []


def test_a_rule_is_muted_until_it_is_taken_back(cli: Cli, mutes: MuteStore) -> None:
    said = cli("mute", "rule", "drone strike")

    assert said.startswith("rule drone_strike says nothing until it is taken back with --off; ")
    assert known(mutes) == [("rule", "drone_strike", False, "")]
    assert "drone_strike             until it is taken back, since " in cli("mute")


def test_a_rule_of_the_operator_s_is_muted_too(cli: Cli, stack: Stack, mutes: MuteStore) -> None:
    stack.client("s3").put_object(Bucket=stack.outputs["Archive"], Key="config/rules/own.toml", Body=LANDSLIDE)

    cli("mute", "rule", "landslide")

    assert known(mutes) == [("rule", "landslide", False, "")]


@pytest.mark.parametrize("name", [FEED, "a.example/feed", feed_id(FEED)])
def test_a_feed_is_muted_by_its_url_or_id(cli: Cli, mutes: MuteStore, name: str) -> None:
    wiring.feeds().add(feed(FEED), datetime.now(UTC))

    said = cli("mute", "feed", name)

    assert said.startswith(f"feed {FEED} says nothing")
    assert cli("mute").startswith(f"feed     {FEED}   until it is taken back")
    assert known(mutes) == [("feed", feed_id(FEED), False, "")]


def test_what_was_found_to_be_another_incident_mutes_that(
    cli: Cli, stack: Stack, mutes: MuteStore, incident: Incident
) -> None:
    store = IncidentStore(stack.outputs["IncidentsTable"], stack.client("dynamodb"))
    merged = replace(incident, id="older1", stories=(), alerts=(), merged_into=incident.id)
    store.put([(merged, None)], datetime.now(UTC))

    said = cli("mute", "incident", "older1")

    assert said.startswith(f"incident {incident.id} (which older1 was found to be the same as) says nothing")
    assert [one.target for one in mutes.all()] == [incident.id]


@pytest.mark.parametrize(
    ("words", "says"),
    [
        pytest.param(["incident", "abcdefgh24"], "no incident abcdefgh24: did you mean abcdefgh23?", id="incident"),
        pytest.param(["rule", "airstrik"], "no category 'airstrik': did you mean airstrike?", id="rule"),
        pytest.param(["feed", "b.example"], "no feed b.example is watched", id="feed"),
        pytest.param(["feed", "a.example"], f"these come near: {FEED} (id ", id="a feed that comes near"),
        pytest.param(["rule", "x\n\u202ey\x1b[2J"], "there is no category 'x\\n\\u202ey\\x1b[2J'", id="hostile rule"),
        pytest.param(["incident", "x\n\u202ey\x1b[2J"], "there is no incident x", id="hostile incident"),
        pytest.param(["feed", "x\n\u202ey\x1b[2J"], "is watched", id="hostile feed"),
        pytest.param(["incident", "abcdefgh23", "--off"], "incident abcdefgh23 is not muted", id="not muted"),
        pytest.param(["rule", "shelling", "--off"], "rule shelling is not muted; see: sitrep mute --list", id="nor"),
    ],
)
def test_what_cannot_be_muted_is_one_line_with_a_remedy(
    cli: Cli, mutes: MuteStore, incident: Incident, words: list[str], says: str
) -> None:
    wiring.feeds().add(feed(FEED), datetime.now(UTC))

    said = cli("mute", *words, status=1)

    assert says in said
    assert said.count("\n") == 1
    assert not {"\u202e", "\x1b"} & set(said)
    assert known(mutes) == []


@pytest.mark.parametrize("span", ["0h", "6", "h", "-1h", "6 h", "99999h", "soon"])
def test_a_time_that_is_none_is_refused(span: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["mute", "rule", "airstrike", f"--for={span}"])

    assert ended.value.code == 2
    assert "is no length of time: write it as 90min, 6h or 2d" in capsys.readouterr().err


def test_what_is_over_is_shown_as_such_until_the_next_change(cli: Cli, mutes: MuteStore) -> None:
    long_ago = datetime.now(UTC) - timedelta(days=2)
    mutes.put(Mute(Muted.RULE, "shelling", long_ago, long_ago + timedelta(hours=1), "a drill"))

    listed = cli("mute")
    cli("mute", "rule", "airstrike")

    assert f"over since {long_ago + timedelta(hours=1):%Y-%m-%d %H:%M} UTC" in listed
    assert [one.target for one in mutes.all()] == ["airstrike"]


def test_a_feed_that_was_removed_can_be_unmuted(cli: Cli, mutes: MuteStore) -> None:
    mutes.put(Mute(Muted.FEED, "gone", datetime.now(UTC)))

    assert cli("mute", "feed", "gone", "--off") == "feed gone speaks again\n"
    assert known(mutes) == []


def test_a_reason_forges_no_lines(cli: Cli) -> None:
    cli("mute", "rule", "airstrike", "--why", "x\nrule     shelling\u202e\x1b[2J\u2028" + "y" * 9_000)

    (line,) = cli("mute").splitlines()

    assert not {"\u202e", "\x1b", "\u2028"} & set(line)
    assert len(line) < 700


def test_nothing_is_muted_at_first(cli: Cli) -> None:
    assert cli("mute").startswith("nothing is muted in sitrep (local, ")
