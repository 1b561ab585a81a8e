"""`sitrep detect --jsonl`."""

import io
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from sitrep.cli import main
from sitrep.commands.detect import LONGEST_LINE

STRIKE = "Warplanes bombed a market in Idlib on Monday, killing 13 people, rescue workers said."
OF_A_REPORT = {
    *("category", "kind", "flags", "certainty", "alertable", "severity", "score", "place", "claims", "evidence"),
}


def told(capsys: pytest.CaptureFixture[str]) -> tuple[list[dict[str, Any]], list[str]]:
    """The lines of the answer, and what was said of wrong ones."""
    out, err = capsys.readouterr()
    return [json.loads(line) for line in out.splitlines()], err.splitlines()


def run(path: Path, *lines: bytes | dict[str, Any]) -> int:
    file = path / "items.jsonl"
    file.write_bytes(b"\n".join(line if isinstance(line, bytes) else json.dumps(line).encode() for line in lines))
    return main(["detect", "--jsonl", str(file)])


def test_each_line_gets_a_line_with_what_it_reports(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    told_at = "2026-03-04T12:00:00Z"
    status = run(
        tmp_path,
        {"id": "one", "title": "Market hit", "text": STRIKE, "lang": "en", "published_at": told_at},
        {"id": "two", "title": "A bridge opens", "text": "It is long."},
    )

    (one, two), said = told(capsys)
    assert (status, said) == (0, [])
    assert two == {"id": "two", "reports": []}
    (report,) = [found for found in one["reports"] if found["category"] == "airstrike"]
    assert report.keys() == OF_A_REPORT
    assert (report["certainty"], report["alertable"]) == ("claimed", True)
    assert report["place"].keys() == {"name", "country", "lat", "lon", "precision"}
    assert (report["place"]["name"], report["place"]["country"]) == ("Idlib", "SY")
    killed = {"kind": "killed", "value": 13, "min": 13, "max": 13, "by": "rescue workers", "certainty": "claimed"}
    assert killed in report["claims"]
    first = report["evidence"][0]
    assert first.keys() == {"rule", "field", "start", "end", "text"}
    assert STRIKE[first["start"] : first["end"]] == first["text"]


def test_nothing_in_is_nothing_out(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(tmp_path, b"", b"  ") == 0
    assert told(capsys) == ([], [])


TAKEN: dict[str, tuple[bytes, Any]] = {
    "an id that is a number": (b'{"id": 7, "text": "x"}', 7),
    "an id that is a list": (b'{"id": [1, null], "text": "x"}', [1, None]),
    "an id with more digits than a machine counts in": (b'{"id": 12345678901234567890123}', 12345678901234567890123),
    "no id": (b'{"text": "x"}', None),
    "no title and no text": (b'{"id": "a", "title": null, "text": null, "lang": null}', "a"),
    "keys of somebody else": (b'{"id": "a", "text": "x", "labels": {"types": []}}', "a"),
    "a time without a zone": (b'{"id": "a", "published_at": "2026-03-04T12:00:00"}', "a"),
    "a day": (b'{"id": "a", "published_at": "2026-03-04"}', "a"),
    "an empty time": (b'{"id": "a", "published_at": ""}', "a"),
    "a time whose day in UTC has five digits": (b'{"id": "a", "published_at": "2026-03-04T12:00:00-11:30"}', "a"),
    "a byte order mark": (b'\xef\xbb\xbf{"id": "a"}', "a"),
    "a line that ends as on Windows": (b'{"id": "a"}\r', "a"),
    "half of a surrogate pair": (b'{"id": "a\\ud800", "text": "x \\udfff"}', "a\N{REPLACEMENT CHARACTER}"),
    "a NUL": (b'{"id": "a", "text": "Warplanes\\u0000 bombed"}', "a"),
}  # fmt: skip


@pytest.mark.parametrize(("line", "name"), TAKEN.values(), ids=TAKEN)
def test_what_programs_hand_in_is_taken(
    line: bytes, name: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    status = run(tmp_path, line)

    (found,), said = told(capsys)
    assert (status, said) == (0, [])
    assert found["id"] == name


WRONG = {
    "no JSON": (b"Warplanes bombed Idlib", "Expecting value"),
    "no object": (b'["a", "b"]', "Expected `object`, got `array`"),
    "a text that is a number": (b'{"id": "a", "text": 3}', "Expected `str | null`, got `int` - at `$.text`"),
    "a time that is none": (b'{"id": "a", "published_at": "yesterday"}', "published_at: 'yesterday' is no time"),
    "a time before all time": (b'{"id": "a", "published_at": "0001-01-01T00:00:00+14:00"}', "is no time"),
    "bytes that are no UTF-8": (b'{"id": "a", "text": "\xff\xfe"}', "invalid start byte"),
    "brackets without end": (b'{"id": ' + b"[" * 100_000, "brackets nest too deep"),
    "a line without end": (b'{"text": "' + b"x" * LONGEST_LINE + b'"}', "longer than 20,000,000 bytes"),
}


@pytest.mark.parametrize(("line", "why"), WRONG.values(), ids=WRONG)
def test_a_wrong_line_is_told_with_its_number_and_costs_no_other(
    line: bytes, why: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    status = run(tmp_path, {"id": 1}, line, {"id": 3})

    found, (said,) = told(capsys)
    assert status == 1
    assert [one["id"] for one in found] == [1, 3]
    assert said.startswith(f"{tmp_path}/items.jsonl, line 2: ")
    assert why in said
    assert said.endswith('give {"id", "title", "text"} as JSON')


def test_a_file_of_something_else_is_not_told_line_by_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status = run(tmp_path, *[b"id,title"] * 1_000)

    found, said = told(capsys)
    assert (status, found, len(said)) == (1, [], 21)
    assert said[-1] == f"{tmp_path}/items.jsonl: 980 more lines could not be read"


def test_what_could_drive_a_terminal_is_escaped_and_stays_the_same_json(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    name = "a\x1b[31m\x9b1m\u202eb\u2028"
    run(tmp_path, {"id": name, "title": "Warplanes\x9b bombed Idlib"})

    out = capsys.readouterr().out
    assert out.removesuffix("\n").isprintable()
    assert json.loads(out)["id"] == name


def test_standard_input_is_read_when_no_file_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b'{"id": "a"}\n')))

    assert main(["detect", "--jsonl"]) == 0

    assert told(capsys) == ([{"id": "a", "reports": []}], [])


@pytest.mark.parametrize("name", ["nowhere.jsonl", "."])
def test_a_file_that_cannot_be_read_is_named(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["detect", "--jsonl", name]) == 1

    assert capsys.readouterr().err.startswith(f"sitrep: cannot read {name}: ")


def test_whoever_reads_only_the_first_line_ends_it_without_a_word() -> None:
    lines = b'{"id": "a"}\n' * 50_000
    environment = os.environ | {"PYTHONIOENCODING": "ascii"}

    with subprocess.Popen(
        [sys.executable, "-c", "import sys; from sitrep.cli import main; sys.exit(main(['detect', '--jsonl']))"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment,
    ) as command:
        assert command.stdin is not None
        assert command.stdout is not None
        assert command.stderr is not None
        command.stdin.write('{"id": "é"}\n'.encode())
        command.stdin.flush()
        first = command.stdout.readline()  # before there is a second line in
        command.stdout.close()
        try:
            command.stdin.write(lines)
            command.stdin.close()
        except BrokenPipeError:
            pass
        said = command.stderr.read()

    assert json.loads(first) == {"id": "é", "reports": []}
    assert said == b""
