"""`sitrep export`: what was asked for, as a WARC or as incidents that others can read."""

import csv
import io
import json
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import feedparser
import pytest
from warcio.archiveiterator import ArchiveIterator

from shared import wiring
from shared.core.ids import sha256
from shared.core.keys import article_key, raw_key
from shared.core.warc import warc
from shared.detect import detect, load_lexicon
from shared.types import Response, Story
from sitrep.cli import main
from tests.conftest import NOW, Stack, article, entry
from tests.core.site.told import alert, incident

STRIKE = "Government jets bombed the market of Idlib in Syria on Monday, killing 13 people, rescue workers said."
FIRST, SECOND, THIRD, UNREAD = (entry(n, seen_at=NOW + timedelta(days=n - 1)) for n in (1, 2, 3, 4))
READ = {FIRST: ["one", "one, corrected"], SECOND: ["two"], THIRD: ["three"]}


def story(number: int) -> Story:
    one = (FIRST, SECOND, THIRD, UNREAD)[number - 1]
    told = article(STRIKE, id=one.id, url=one.url)
    (report,) = detect(told, load_lexicon())
    return Story(report, one.url, "", one.publisher, NOW, article_key(one), told.raw_sha256, False, "")


INCIDENT = incident(story(3), story(1), story(1), id="i1", alerts=(alert(incident_id="i1"),))


@pytest.fixture(autouse=True)
def archived(stack: Stack) -> None:
    """Three articles on three days, the first read twice; the third and the first stand behind an incident."""
    for one, bodies in READ.items():
        for hours, body in enumerate(bodies):
            page = Response(one.url, 200, {"content-type": "text/html"}, body.encode(), request_headers={"Host": "n"})
            told = warc(page, one.seen_at + timedelta(hours=hours))
            wiring.archive().put_raw(raw_key(one, sha256(page.body)), told)
    day = timedelta(days=1)
    untold = {"day": INCIDENT.day - day, "alerts": (), "last_seen_at": INCIDENT.last_seen_at - day}
    others = [
        replace(INCIDENT, id="i2", stories=(story(2), story(4))),
        replace(INCIDENT, id="i3", stories=(story(4),), **untold),
        replace(INCIDENT, id="i0", stories=(), merged_into="i1"),
    ]
    wiring.incidents().put([(one, None) for one in (replace(INCIDENT, also=("i0",)), *others)], NOW)


Export = Callable[..., tuple[list[str], str]]


@pytest.fixture
def export(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Export:
    """Runs the command; the bodies in the file, in order, and what it says."""

    def run(*words: str, status: int = 0) -> tuple[list[str], str]:
        path = tmp_path / "pages.warc.gz"
        assert main(["export", "--warc", "--stack", "sitrep", "-o", str(path), *words]) == status
        said = capsys.readouterr()
        assert said.out == ""
        assert list(tmp_path.iterdir()) == ([path] if status == 0 else [])
        return (bodies(path.read_bytes()) if status == 0 else []), said.err

    return run


def bodies(file: bytes) -> list[str]:
    found = ArchiveIterator(io.BytesIO(file), check_digests="raise")
    return [one.content_stream().read().decode() for one in found if one.rec_type == "response"]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        pytest.param([], {"one", "one, corrected", "two", "three"}, id="everything"),
        pytest.param(["--day", str(date(2026, 3, 5))], {"two"}, id="a day"),
        pytest.param(["--article", FIRST.id], {"one", "one, corrected"}, id="an article as often as it was read"),
    ],
)
def test_pages_are_written_as_one_warc(words: list[str], expected: set[str], export: Export) -> None:
    found, said = export(*words)

    assert set(found) == expected
    assert len(found) == len(expected)
    assert said.startswith(f"{len(expected)} pages, ")


def test_an_incident_brings_the_pages_behind_it_each_once_in_order_of_arrival(export: Export) -> None:
    found, _ = export("--incident", "i1")

    assert found[0] == "three"
    assert sorted(found[1:]) == ["one", "one, corrected"]


def test_an_article_of_an_incident_that_has_no_page_is_told(export: Export) -> None:
    found, said = export("--incident", "i2")

    assert found == ["two"]
    assert f"only the feed's summary was read: {UNREAD.url}" in said


@pytest.mark.parametrize(
    ("words", "said"),
    [
        pytest.param(["--day", "2020-01-01"], "no page of what was asked for", id="a day without pages"),
        pytest.param(["--article", "entry"], "no page of what was asked for", id="a part of an id"),
        pytest.param(["--incident", "i3"], "no page of what was asked for", id="an incident told by summaries"),
        pytest.param(["--incident", "i9"], "there is no incident i9", id="no such incident"),
    ],
)
def test_nothing_to_write_is_an_error_and_leaves_no_file(words: list[str], said: str, export: Export) -> None:
    assert said in export(*words, status=1)[1]


def test_without_a_file_it_goes_to_standard_output(capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    assert main(["export", "--warc", "--stack", "sitrep", "--day", "2026-03-05"]) == 0

    assert bodies(capsysbinary.readouterr().out) == ["two"]


def test_a_terminal_is_spared(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)

    assert main(["export", "--warc", "--stack", "sitrep"]) == 1

    assert "name a file with -o" in capsys.readouterr().err


@pytest.mark.parametrize(
    "place", ["none/pages.warc.gz", "file/pages.warc.gz", "."], ids=["no folder", "a file", "a folder"]
)
def test_a_file_that_cannot_be_written_is_named(place: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "file").touch()

    assert main(["export", "--warc", "--stack", "sitrep", "-o", str(tmp_path / place)]) == 1

    assert capsys.readouterr().err.startswith(f"sitrep: {tmp_path / place}: ")


# --- incidents -----------------------------------------------------------------------------------------------

READ_BY: dict[str, Callable[[bytes], list[str]]] = {
    "csv": lambda body: [row["id"] for row in csv.DictReader(io.StringIO(body.decode("utf-8-sig")))],
    "jsonl": lambda body: [json.loads(line)["incident_id"] for line in body.splitlines()],
    "geojson": lambda body: [one["id"] for one in json.loads(body)["features"]],
    "atom": lambda body: [one.id.rpartition("/")[2] for one in feedparser.parse(body).entries],
}
"""The incidents in a file, by its ending."""


@pytest.mark.parametrize(
    ("ending", "expected"),
    [
        pytest.param("csv", ["i2", "i1", "i3"], id="csv"),
        pytest.param("jsonl", ["i2", "i1", "i3"], id="jsonl"),
        pytest.param("geojson", ["i2", "i1", "i3"], id="geojson"),
        pytest.param("atom", ["i2", "i1"], id="atom, without what nobody was told of"),
    ],
)
def test_incidents_are_written_newest_first_as_the_files_name_ends(
    ending: str, expected: list[str], tmp_path: Path
) -> None:
    path = tmp_path / f"incidents.{ending}"

    assert main(["export", "--stack", "sitrep", "--incidents", str(path)]) == 0

    assert READ_BY[ending](path.read_bytes()) == expected


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        pytest.param(["--incident", "i2"], ["i2"], id="one"),
        pytest.param(["--incident", "i0"], ["i1"], id="one by the id that it had before"),
        pytest.param(["--day", str(INCIDENT.day)], ["i2", "i1"], id="a day"),
    ],
)
def test_only_what_is_asked_for_is_written(
    words: list[str], expected: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "some.jsonl"

    assert main(["export", "--stack", "sitrep", "--incidents", str(path), *words]) == 0

    assert READ_BY["jsonl"](path.read_bytes()) == expected
    assert capsys.readouterr().err.startswith(f"{len(expected)} incident{'s' if expected[1:] else ''}, ")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        pytest.param(["--incidents", "a.xlsx"], "must end in .csv, .jsonl, .geojson or .atom", id="another ending"),
        pytest.param(["--incidents", "a.csv", "--incident", "i9"], "there is no incident", id="no such incident"),
        pytest.param(["--incidents", "a.csv", "--article", "x"], "are for --warc", id="an article"),
    ],
)
def test_what_cannot_be_written_is_told_and_leaves_no_file(
    words: list[str], said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)

    assert main(["export", "--stack", "sitrep", *words]) == 1

    assert said in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []
