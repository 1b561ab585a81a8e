"""`sitrep replay`, and how the alerts of two sets of rules are compared."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path

import pytest

from shared import wiring
from shared.core.keys import article_key, reports_key
from shared.detect import detect, load_lexicon
from shared.types import Article, Report
from sitrep.cli import main
from sitrep.replay import Difference, Replay, Sent, compared, differences
from tests.commands.rule_files import BROKEN, LANDSLIDE
from tests.conftest import NOW, Stack, article, entry

SLIDE = "A landslide buried a village near Taiz, the governor said."
STRIKE = "Warplanes bombed a market in Idlib on Monday, killing {} people, rescue workers said."

ReplayCommand = Callable[..., str]


@pytest.fixture
def replay(capsys: pytest.CaptureFixture[str]) -> ReplayCommand:
    def run(*words: str, status: int = 0) -> str:
        assert main(["replay", "--since", "2026-03-01", "--stack", "sitrep", *words]) == status
        out, err = capsys.readouterr()
        return f"{out}{err}"

    return run


def archived(number: int, text: str, *, is_detected: bool = True) -> None:
    key = article_key(entry(number))
    found = article(text, id=f"entry{number}")
    wiring.archive().put_article(key, found)
    if is_detected:
        wiring.archive().put_reports(reports_key(key), detect(found, load_lexicon()))


def test_the_same_rules_send_the_same_alerts(stack: Stack, replay: ReplayCommand) -> None:
    archived(1, STRIKE.format(13))
    archived(2, "A bridge was opened.")

    assert replay().splitlines() == [
        "2 articles since 2026-03-01, as they were reported against these rules:",
        "alerts: 0 more, 0 no longer, 0 otherwise, 1 the same",
    ]


def test_new_rules_show_what_they_would_send(stack: Stack, tmp_path: Path, replay: ReplayCommand) -> None:
    archived(1, SLIDE)
    (tmp_path / "landslide.toml").write_text(LANDSLIDE)

    said = replay("--rules", str(tmp_path)).splitlines()

    assert said[1].startswith("+ 2026-03-04 12:00 Landslide, claimed: Taiz, Yemen")
    assert said[-1] == "alerts: 1 more, 0 no longer, 0 otherwise, 0 the same"


def test_the_rules_in_use_are_the_operators_too(stack: Stack, replay: ReplayCommand) -> None:
    archived(1, SLIDE)
    wiring.rules().put("landslide.toml", LANDSLIDE.encode())

    assert "alerts: 1 more" in replay()


def test_where_the_rules_in_use_are_refused_the_last_good_ones_are_run(stack: Stack, replay: ReplayCommand) -> None:
    archived(1, SLIDE)
    wiring.rules().put_last_good({"landslide.toml": LANDSLIDE.encode()})
    wiring.rules().put("landslide.toml", BROKEN.encode())

    said = replay()

    assert "alerts: 1 more" in said
    assert "the last good ones are used: landslide.toml: severity = 300" in said


def test_an_article_that_has_no_list_of_reports_reported_nothing(stack: Stack, replay: ReplayCommand) -> None:
    archived(1, STRIKE.format(13), is_detected=False)

    said = replay()

    assert "alerts: 1 more" in said


def test_an_archive_without_articles_has_nothing_to_compare(stack: Stack, replay: ReplayCommand) -> None:
    assert "0 articles since 2026-03-01" in replay()


@pytest.mark.parametrize(
    ("content", "why"),
    [
        pytest.param({}, "holds no rule file (*.toml)", id="an empty folder"),
        pytest.param({"a.toml": BROKEN}, "a.toml: severity = 300: must be 0 to 100", id="a broken file"),
        pytest.param({"a.toml": LANDSLIDE, "b.toml": LANDSLIDE}, "another rule has it", id="a category twice"),
    ],
)
def test_rules_that_cannot_be_used_are_refused(
    content: dict[str, str], why: str, stack: Stack, tmp_path: Path, replay: ReplayCommand
) -> None:
    for name, text in content.items():
        (tmp_path / name).write_text(text)

    assert why in replay("--rules", str(tmp_path), status=1)


# --- the alerts of one set of rules --------------------------------------------------------------------------


def reports(told: Article) -> Sequence[Report]:
    return detect(told, load_lexicon())


def test_alerts_are_sent_in_the_order_in_which_articles_were_read_however_they_come() -> None:
    early = article(STRIKE.format(13), id="a", publisher="One")
    late = article(STRIKE.format(40), id="b", publisher="Two", fetched_at=NOW + timedelta(hours=1))
    replay = Replay()

    for key, told in (("late", late), ("early", early)):
        replay.take(key, told, reports(told))

    first, second = replay.sent()
    assert (first.article_key, first.subject) == (
        "early",
        "Airstrike, claimed: Idlib, Syria - 13 killed (rescue workers)",
    )
    assert (second.article_key, second.subject.split(":")[0]) == ("late", "Update")


def test_a_story_that_adds_nothing_sends_nothing() -> None:
    replay = Replay()

    for key in ("one", "two"):
        told = article(STRIKE.format(13), id=key)
        replay.take(key, told, reports(told))

    assert len(replay.sent()) == 1


def sent(key: str, subject: str = "s", category: str = "airstrike") -> Sent:
    return Sent(NOW, subject, category, key, "A sentence.")


def test_alerts_are_compared_by_article_and_category() -> None:
    before = [sent("a"), sent("b"), sent("c", "old")]
    after = [sent("a"), sent("b", category="shelling"), sent("c", "new")]

    found = compared(before, after)

    assert found == Difference(
        more=(sent("b", category="shelling"),),
        less=(sent("b"),),
        other=((sent("c", "old"), sent("c", "new")),),
        same=1,
    )


def test_differences_are_told_in_lines_and_counted() -> None:
    found = Difference(more=(sent("a"),), less=(), other=((sent("c", "old"), sent("c", "new")),), same=3)

    assert list(differences(found)) == [
        "+ 2026-03-04 12:00 s",
        "    a: A sentence.",
        "~ 2026-03-04 12:00 old -> new",
        "    c: A sentence.",
        "alerts: 1 more, 0 no longer, 1 otherwise, 3 the same",
    ]
