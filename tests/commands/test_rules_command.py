"""`sitrep rules`."""

from collections.abc import Callable
from pathlib import Path

import pytest

from shared import wiring
from shared.core.keys import article_key, revision_key
from sitrep.cli import main
from tests.commands.rule_files import BROKEN, FIRES, LANDSLIDE, rule
from tests.conftest import Stack, article, entry

SLIDE = "A landslide buried a village near Taiz, the governor said."
STRIKE = "Warplanes bombed a market in Idlib on Monday, killing 13 people, rescue workers said."

Rules = Callable[..., str]


@pytest.fixture
def rules(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Rules:
    """Runs an action in a folder with `landslide.toml`, sound, and `broken.toml`; what it says, here and there."""
    (tmp_path / "landslide.toml").write_text(LANDSLIDE)
    (tmp_path / "broken.toml").write_text(BROKEN)
    monkeypatch.chdir(tmp_path)

    def run(action: str, *words: str, status: int = 0) -> str:
        on = [] if action == "check" or "--packaged" in words else ["--stack", "sitrep"]
        assert main(["rules", action, *words, *on]) == status
        out, err = capsys.readouterr()
        return f"{out}{err}"

    return run


# --- list and show -------------------------------------------------------------------------------------------


def test_packaged_rules_are_listed_without_a_stack(rules: Rules) -> None:
    lines = rules("list", "--packaged").splitlines()

    assert lines == sorted(lines)
    (airstrike,) = [line for line in lines if line.startswith("airstrike ")]
    assert airstrike.split()[2:6] == ["alerts", "severity", "60", "packaged"]
    assert any(line.split()[2] == "flag" for line in lines)


def test_an_operators_rule_is_listed_with_its_file(stack: Stack, rules: Rules) -> None:
    wiring.rules().put("landslide.toml", LANDSLIDE.encode())

    (line,) = [line for line in rules("list").splitlines() if line.startswith("landslide")]

    assert line.split()[1:6] == ["/1", "alerts", "severity", "30", "landslide.toml"]


def test_a_rule_in_the_place_of_a_packaged_one_is_listed_once(stack: Stack, rules: Rules) -> None:
    wiring.rules().put("mine.toml", rule("airstrike").encode())

    (line,) = [line for line in rules("list").splitlines() if line.startswith("airstrike ")]

    assert "mine.toml" in line


def test_refused_rules_are_said_with_file_key_and_remedy_and_the_last_good_ones_listed(
    stack: Stack, rules: Rules
) -> None:
    wiring.rules().put_last_good({"landslide.toml": LANDSLIDE.encode()})
    wiring.rules().put("landslide.toml", BROKEN.encode())

    said = rules("list", status=1)

    assert "refused, the last good ones are used: landslide.toml: severity = 300: must be 0 to 100" in said
    assert "\nlandslide " in said


def test_a_last_good_set_that_is_sound_no_more_is_not_used(stack: Stack, rules: Rules) -> None:
    wiring.rules().put_last_good({"landslide.toml": BROKEN.encode()})
    wiring.rules().put("landslide.toml", BROKEN.encode())

    assert "\nlandslide " not in rules("list", status=1)


def test_all_of_a_rule_is_shown(stack: Stack, rules: Rules) -> None:
    wiring.rules().put("landslide.toml", LANDSLIDE.encode())

    lines = rules("show", "landslide").splitlines()

    assert lines[0] == "landslide/1 (landslide.toml): alerts, severity 30"
    assert "  term (2): landslide, landslides" in lines
    assert f"  fires       {FIRES[0]}" in lines


def test_a_packaged_rule_is_shown_with_its_pairs(rules: Rules) -> None:
    shown = rules("show", "airstrike", "--packaged")

    assert "(packaged): alerts, severity 60" in shown
    assert "  pair        @warplanes ... airstrike.set.bombing, within 8 words" in shown


def test_a_rule_that_there_is_not_is_refused_with_those_that_there_are(rules: Rules) -> None:
    assert "there is no rule earthquake; there are abduction, " in rules("show", "earthquake", "--packaged", status=1)


def test_words_of_a_rule_cannot_drive_the_terminal(stack: Stack, rules: Rules) -> None:
    evil = LANDSLIDE.replace(repr(FIRES[0]), r'"A landslide \u001b[2J\nAll is well."')
    wiring.rules().put("landslide.toml", evil.encode())

    shown = rules("show", "landslide")

    assert "All is well." in shown
    assert "\nAll is well." not in shown
    assert all(c.isprintable() or c == "\n" for c in shown)


# --- check ---------------------------------------------------------------------------------------------------


def test_a_sound_file_is_said_to_be_sound(rules: Rules) -> None:
    assert rules("check", "landslide.toml") == (
        "landslide.toml: sound, rule landslide/1; 8 examples fire, 8 stay quiet\n"
    )


def test_a_broken_file_is_said_with_key_and_remedy(rules: Rules) -> None:
    said = rules("check", "landslide.toml", "broken.toml", status=1)

    assert said.startswith("broken.toml: severity = 300: must be 0 to 100\n")
    assert "1 of 2 files are broken" in said


def test_each_example_that_does_not_come_out_is_said_with_what_did(tmp_path: Path, rules: Rules) -> None:
    wrong = rule(fires=[*FIRES, STRIKE]).replace(
        "The price of bread fell 2 times.", "A landslide in Taiz killed two people."
    )
    (tmp_path / "wrong.toml").write_text(wrong)

    said = rules("check", "wrong.toml", status=1).splitlines()

    assert said[0].startswith(f"wrong.toml: should fire: {STRIKE!r}; reported: airstrike")
    assert said[1].startswith("wrong.toml: should stay quiet: 'A landslide in Taiz killed two people.'; reported:")
    assert len(said) == 2


def test_a_flag_is_checked_by_what_it_marks(tmp_path: Path, rules: Rules) -> None:
    struck = [f"Warplanes bombed a mill in Idlib on Monday, killing {number} people." for number in range(2, 10)]
    (tmp_path / "mill.toml").write_text(rule("mill", "mill(|s)", more="flag = true", fires=struck))

    assert "sound, rule mill/1" in rules("check", "mill.toml")


def test_files_that_belong_together_are_checked_together(tmp_path: Path, rules: Rules) -> None:
    (tmp_path / "mud.toml").write_text(rule("mudslide", more='yields_to = ["landslide"]', fires=MUD, word="mud"))

    assert "sound, rule mudslide/1" in rules("check", "mud.toml", "landslide.toml")
    assert "yields_to: 'landslide': no rule has this category" in rules("check", "mud.toml", status=1)


MUD = [f"A river of mud buried {number} houses in the valley." for number in range(2, 10)]


def test_two_files_of_one_category_are_refused(tmp_path: Path, rules: Rules) -> None:
    (tmp_path / "again.toml").write_text(LANDSLIDE)

    said = rules("check", "landslide.toml", "again.toml", status=1)

    assert "again.toml: category = 'landslide': another rule has it" in said


def test_a_file_that_is_not_there_is_named(rules: Rules) -> None:
    assert rules("check", "none.toml", status=1) == "sitrep: cannot read none.toml: No such file or directory\n"


# --- add and remove ------------------------------------------------------------------------------------------


def test_a_sound_file_is_added_and_removed(stack: Stack, rules: Rules) -> None:
    assert "rule landslide/1 is used by sitrep within a minute" in rules("add", "landslide.toml")
    assert wiring.rules().files() == {"landslide.toml": LANDSLIDE.encode()}

    assert "landslide.toml" in rules("remove", "landslide.toml")

    assert wiring.rules().files() == {}


def test_a_file_that_would_have_all_refused_is_not_added(stack: Stack, tmp_path: Path, rules: Rules) -> None:
    (tmp_path / "again.toml").write_text(LANDSLIDE)
    rules("add", "landslide.toml")

    assert "not added, with it the rules would be refused: again.toml: category" in rules("add", "again.toml", status=1)
    assert "severity = 300: must be 0 to 100" in rules("add", "broken.toml", status=1)

    assert list(wiring.rules().files()) == ["landslide.toml"]


def test_a_file_whose_examples_do_not_come_out_is_not_added(stack: Stack, tmp_path: Path, rules: Rules) -> None:
    (tmp_path / "wrong.toml").write_text(rule(word="avalanche(|s)"))

    assert "not added: 8 examples do not come out as wrong.toml says" in rules("add", "wrong.toml", status=1)

    assert wiring.rules().files() == {}


def test_a_broken_file_is_mended_by_adding_it_again(stack: Stack, rules: Rules) -> None:
    wiring.rules().put("landslide.toml", BROKEN.encode())

    rules("add", "landslide.toml")

    assert wiring.rules().files() == {"landslide.toml": LANDSLIDE.encode()}


def test_only_what_is_named_as_a_rule_file_is_added(stack: Stack, tmp_path: Path, rules: Rules) -> None:
    (tmp_path / "landslide.txt").write_text(LANDSLIDE)

    assert "a rule file is named <something>.toml" in rules("add", "landslide.txt", status=1)


def test_a_name_that_no_file_has_is_not_removed(stack: Stack, rules: Rules) -> None:
    assert "has no rule file none.toml; see: sitrep rules list" in rules("remove", "none.toml", status=1)


# --- try -----------------------------------------------------------------------------------------------------


def archived(*texts: str) -> None:
    for number, text in enumerate(texts, 1):
        one = entry(number)
        wiring.archive().put_article(article_key(one), article(text, id=one.id))


def test_a_rule_is_tried_on_the_archive(stack: Stack, rules: Rules) -> None:
    archived(SLIDE, STRIKE, "A bridge was opened.")
    wiring.archive().put_article(revision_key(article_key(entry(1)), 1), article(SLIDE, id="entry1", revision=1))

    said = rules("try", "landslide.toml", "--since", "2026-03-01").splitlines()

    assert said[0] == "landslide/1 over 3 articles since 2026-03-01:"
    assert said[1].startswith("+ 2026-03-04 12:00 Landslide, claimed: Taiz, Yemen")
    assert said[2] == f"    {article_key(entry(1))}: {SLIDE}"
    assert said[-1] == "alerts: 1 more, 0 no longer, 0 otherwise, 1 the same"
    assert wiring.rules().files() == {}


def test_a_rule_in_the_place_of_a_packaged_one_shows_what_would_be_sent_no_longer(
    stack: Stack, tmp_path: Path, rules: Rules
) -> None:
    archived(STRIKE)
    (tmp_path / "airstrike.toml").write_text(rule("airstrike"))

    said = rules("try", "airstrike.toml", "--since", "2026-03-01")

    assert "- 2026-03-04 12:00 Airstrike, claimed: Idlib, Syria" in said
    assert "alerts: 0 more, 1 no longer, 0 otherwise, 0 the same" in said


def test_an_empty_archive_changes_nothing(stack: Stack, rules: Rules) -> None:
    assert "landslide/1 over 0 articles" in rules("try", "landslide.toml")


def test_a_broken_rule_is_not_tried(stack: Stack, rules: Rules) -> None:
    assert rules("try", "broken.toml", status=1) == "sitrep: broken.toml: severity = 300: must be 0 to 100\n"


@pytest.mark.parametrize("since", ["2126-01-01", "yesterday", "-3d", "7"])
def test_a_time_that_is_none_or_still_to_come_is_asked_again(since: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["rules", "try", "landslide.toml", f"--since={since}"])

    assert "argument --since: " in capsys.readouterr().err


def test_without_a_stack_the_remedy_is_said(
    rules: Rules, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))

    assert main(["rules", "list"]) == 1

    assert "run `sitrep local` first, or name a deployed one" in capsys.readouterr().err
