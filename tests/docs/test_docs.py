"""What the docs say against what the code does."""

import re
from pathlib import Path

import pytest

from shared.detect import load_lexicon
from shared.detect.packaged import vocabulary_of
from shared.detect.rules import parse_rule
from shared.pipeline import STEPS, Step
from sitrep.cli import COMMANDS, main, parse
from sitrep.rulefiles import compiled, failures
from tests.conftest import ROOT, template

README = (ROOT / "README.md").read_text(encoding="utf-8")
DOCS = README + "".join(path.read_text(encoding="utf-8") for path in sorted((ROOT / "docs").glob("*.md")))


def commands() -> list[list[str]]:
    """Every `sitrep ...` line of the docs' code blocks, without its comment."""
    blocks = re.findall(r"^```\n(.*?)^```", DOCS, re.DOTALL | re.MULTILINE)
    lines = [line.split("#")[0].split() for block in blocks for line in block.splitlines()]
    return [words[1:] for words in lines if words and words[0].endswith("bin/sitrep")]


@pytest.mark.parametrize("words", commands(), ids=" ".join)
def test_a_command_of_the_docs_is_understood(words: list[str]) -> None:
    assert callable(parse(words).run)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_is_in_the_docs(command: str) -> None:
    assert command in {words[0] for words in commands()}


@pytest.mark.parametrize("parameter", template().parameters)
def test_every_parameter_of_the_template_is_in_the_readme(parameter: str) -> None:
    assert f"| `{parameter}` |" in README


@pytest.mark.parametrize("step", STEPS, ids=lambda step: step.name)
def test_every_step_is_in_the_readme_and_has_a_sample_event(step: Step) -> None:
    assert f"| {step.name} |" in README
    assert (ROOT / "events" / f"{step.name}.json").is_file()


def test_every_make_target_of_the_docs_exists() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))

    assert set(re.findall(r"^(?:\$ )?make ([a-z-]+)", DOCS, re.MULTILINE)) <= targets


def test_nothing_in_the_docs_waits_to_be_filled_in() -> None:
    assert re.findall(r"^@\w+@$", DOCS, re.MULTILINE) == []


def test_the_rule_in_the_docs_is_a_rule() -> None:
    example = re.search(r"```toml\n(.*?)```", DOCS, re.DOTALL)

    assert example is not None
    eight_of_each = re.sub(r'\[("[^"]+\.")\]', lambda found: f"[{', '.join([found[1]] * 8)}]", example[1])
    rule = parse_rule("docs/rules.md", eight_of_each, vocabulary_of(load_lexicon()))
    assert rule.pairs
    assert failures(rule, compiled({"rules.md": eight_of_each.encode()})) == []


def test_what_the_docs_say_that_explain_prints_is_what_it_prints(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    story, printed = re.findall(r"^```\n(Jets hit.*?|\d reports?\n.*?)^```", DOCS, re.DOTALL | re.MULTILINE)
    (tmp_path / "story.txt").write_text(story)

    assert main(["explain", str(tmp_path / "story.txt")]) == 0

    shown = capsys.readouterr().out
    assert re.sub(r"/\d+ on", "/1 on", shown) == re.sub(r"/\d+ on", "/1 on", printed)


def test_the_links_between_the_docs_lead_somewhere() -> None:
    for path in [ROOT / "README.md", *(ROOT / "docs").glob("*.md")]:
        for link in re.findall(r"\]\((?!https?:)([^)#]+)", path.read_text(encoding="utf-8")):
            assert (path.parent / link).exists(), f"{path.name} -> {link}"
