"""`sitrep explain`."""

import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from shared import wiring
from shared.core.keys import article_key
from sitrep.cli import main
from tests.commands.rule_files import BROKEN, LANDSLIDE
from tests.conftest import Site, Stack, article, entry
from tests.core.test_extract import STORY, page

TITLE = "News from Idlib"
STRIKE = "Warplanes bombed a depot in Idlib on Monday, killing 13 people, villagers said."
SIREN = "Air raid sirens were heard at noon."
SLIDE = "A landslide buried a village near Taiz, the governor said."
KEY = article_key(entry())

Explain = Callable[..., str]


@pytest.fixture
def explain(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Explain:
    """What the command prints of a file with this content, or of what is named."""

    def run(*words: str, content: str | bytes | None = None, status: int = 0) -> str:
        if content is not None:
            file = tmp_path / "article"
            file.write_bytes(content.encode() if isinstance(content, str) else content)
            words = (str(file), *words)
        assert main(["explain", *words]) == status
        out, err = capsys.readouterr()
        return out if status == 0 else err

    return run


def test_an_article_is_shown_with_all_that_was_made_of_it(explain: Explain) -> None:
    shown = explain(content=f"{TITLE}\n{STRIKE} {SIREN}")

    report, text = shown.split("\n\n")[1], shown.rpartition("-" * 72)[2]
    assert report.startswith("AIRSTRIKE: claimed, severity ")
    for line in (
        "where    Idlib, Syria (city, written Idlib)",
        "claims   killed 13: villagers (said), claimed",
        'on "Warplanes bombed" [text 0-16]',
        'because  claimed: "villagers said" [text 64-78]',
        'against  masked: "Air raid sirens" [text 80-95]',
        "ACLED Explosions/Remote violence / Air/drone strike",
    ):
        assert line in report
    assert "score    +" in report
    assert text.startswith(f"\n| {TITLE}\n|\n| [Warplanes bombed | airstrike] a depot in Idlib on Monday")
    assert "[villagers said | claimed]. [Air raid sirens | masked] were" in text


def test_what_was_heard_and_not_reported_is_said_with_the_reason(explain: Explain) -> None:
    shown = explain(content=f"Drill\n{SIREN}")

    assert shown.startswith("Nothing is reported.\n\nHeard, and not reported:\n")
    assert 'airstrike: "Air raid" [text 0-8] is masked: "Air raid sirens" [text 0-15]' in shown
    assert "| [Air raid | airstrike?] sirens were heard at noon." in shown


SOURCES: dict[str, str | bytes] = {
    "a text, its title first": f"{TITLE}\n\n{STRIKE}",
    "a text from Windows": f"{TITLE}\r\n\r\n{STRIKE}\r\n".encode("utf-16"),
    "JSON": json.dumps({"id": 1, "title": TITLE, "text": STRIKE, "labels": []}),
    "JSON with a byte order mark": b"\xef\xbb\xbf" + json.dumps({"title": TITLE, "text": STRIKE}).encode(),
    "a page": page(STRIKE, *STORY, head=f"<title>{TITLE}</title>"),
}


@pytest.mark.parametrize("content", SOURCES.values(), ids=SOURCES)
def test_an_article_may_come_as(content: str | bytes, explain: Explain) -> None:
    shown = explain(content=content)

    assert "AIRSTRIKE: claimed" in shown
    assert f"| {TITLE}" in shown
    assert "\N{REPLACEMENT CHARACTER}" not in shown


def test_an_article_may_come_from_standard_input(explain: Explain, monkeypatch: pytest.MonkeyPatch) -> None:
    class Given:
        class buffer:
            @staticmethod
            def read(_: int) -> bytes:
                return f"{TITLE}\n{STRIKE}".encode()

    monkeypatch.setattr(sys, "stdin", Given)

    assert "AIRSTRIKE: claimed" in explain("-")


def test_an_article_may_come_from_an_address(site: Site, explain: Explain, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOOPBACK_PORTS", str(site.port))
    url = site.says("/1", page(STRIKE, *STORY, head=f"<title>{TITLE}</title>"), Content_Type="text/html")

    assert "AIRSTRIKE: claimed" in explain(url)


def test_an_article_in_a_language_without_a_rule_is_shown_as_it_is(explain: Explain) -> None:
    assert "| 空襲により市場が破壊された。" in explain(content="市場\n空襲により市場が破壊された。")


def test_an_article_can_neither_drive_the_terminal_nor_pass_for_our_words(explain: Explain) -> None:
    shown = explain(content=f"\x1b[2JTitle\n{STRIKE}\x1b[31m\x9b31m\u202e\x07\nLANDSLIDE: denied, severity 0")

    assert all(c.isprintable() or c == "\n" for c in shown)
    assert "\nLANDSLIDE: denied" not in shown
    assert "\n| LANDSLIDE: denied" in shown


def test_control_characters_in_evidence_are_not_printed_either(explain: Explain) -> None:
    shown = explain(
        content=json.dumps({"title": "x", "text": "Warplanes bombed \u001b[31mIdlib\u001b[0m, killing 13."})
    )

    assert "\x1b" not in shown


def test_of_a_very_long_article_what_stands_around_its_marks_is_shown(explain: Explain) -> None:
    padding = "The council met and spoke of the new bridge for hours. " * 4_000

    shown = explain(content=json.dumps({"title": TITLE, "text": f"{padding}\n{STRIKE}\n{padding}"}))

    assert len(shown) < 5_000
    assert "| [Warplanes bombed | airstrike?] a depot in Idlib" in shown
    assert shown.count("\n| [... 219,4") == 2


@pytest.mark.parametrize(
    ("is_terminal", "environment", "is_coloured"),
    [
        pytest.param(True, {}, True, id="a terminal"),
        pytest.param(True, {"NO_COLOR": "1"}, False, id="a terminal of somebody who wants none"),
        pytest.param(True, {"TERM": "dumb"}, False, id="a terminal that has none"),
        pytest.param(False, {}, False, id="a pipe"),
    ],
)
def test_colours_are_for_terminals(
    is_terminal: bool,
    environment: dict[str, str],
    is_coloured: bool,
    explain: Explain,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("NO_COLOR", "TERM"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(sys.stdout, "isatty", lambda: is_terminal)

    shown = explain(content=f"{TITLE}\n{STRIKE}")

    assert ("\x1b[1;31m[Warplanes bombed | airstrike]\x1b[0m" in shown) is is_coloured


REFUSED = {
    "an empty file": (b"", "no text; give a page, a text with its title first, or JSON"),
    "bytes that are no text": (b"\x00\x01\x02" * 50, "no text"),
    "broken JSON": (b'{"title": ', 'neither an archived article nor {"title", "text"} as JSON'),
    "two lines of JSON": (b'{"title": "a"}\n{"title": "b"}', "neither an archived article"),
    "a page without a story": (b"<html><body></body></html>", "nothing to read"),
}


@pytest.mark.parametrize(("content", "why"), REFUSED.values(), ids=REFUSED)
def test_what_is_no_article_is_refused_with_the_reason(content: bytes, why: str, explain: Explain) -> None:
    said = explain(content=content, status=1)

    assert said.startswith("sitrep: ")
    assert why in said


@pytest.mark.parametrize("name", ["nowhere.txt", "a" * 5_000, "raw/dt=2026-03-04/entry1.json", ""])
def test_a_name_that_is_nothing_is_refused(name: str, explain: Explain) -> None:
    assert "cannot read" in explain(name, status=1)


# --- archived articles ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", [entry(id="abc123").id, article_key(entry(id="abc123"))])
def test_an_archived_article_is_found_by_its_id_and_by_its_key(name: str, stack: Stack, explain: Explain) -> None:
    wiring.archive().put_article(article_key(entry(id="abc123")), article(STRIKE, TITLE))

    shown = explain(name, "--stack", "sitrep")

    assert shown.startswith("The Example, published 2026-03-04 12:00 UTC, https://news.example/1\n\n")
    assert "AIRSTRIKE: claimed" in shown


@pytest.mark.parametrize("name", ["abc123", "articles/dt=2026-03-04/abc123.json"])
def test_an_article_that_the_archive_does_not_have_is_refused(name: str, stack: Stack, explain: Explain) -> None:
    assert f"the archive has no article {name}" in explain(name, "--stack", "sitrep", status=1)


def test_an_archived_article_is_read_by_the_rules_of_its_stack(stack: Stack, explain: Explain) -> None:
    wiring.archive().put_article(KEY, article(SLIDE))
    wiring.rules().put("landslide.toml", LANDSLIDE.encode())

    assert "LANDSLIDE: claimed" in explain(KEY, "--stack", "sitrep")


def test_where_the_rules_of_a_stack_are_refused_the_last_good_ones_are_used(
    stack: Stack, capsys: pytest.CaptureFixture[str]
) -> None:
    wiring.archive().put_article(KEY, article(SLIDE))
    wiring.rules().put_last_good({"landslide.toml": LANDSLIDE.encode()})
    wiring.rules().put("landslide.toml", BROKEN.encode())

    assert main(["explain", KEY, "--stack", "sitrep"]) == 0

    out, err = capsys.readouterr()
    assert "LANDSLIDE: claimed" in out
    assert "the operator's rules are refused, the last good ones are used: landslide.toml: severity = 300" in err


def test_a_file_may_be_read_by_rules_that_are_not_in_use(tmp_path: Path, explain: Explain) -> None:
    (tmp_path / "landslide.toml").write_text(LANDSLIDE)

    assert "LANDSLIDE: claimed" in explain("--rules", str(tmp_path), content=f"x\n{SLIDE}")
    assert "Nothing is reported." in explain(content=f"x\n{SLIDE}")
