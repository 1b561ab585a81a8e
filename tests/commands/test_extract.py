import json
import re
from pathlib import Path

import pytest

from sitrep.cli import main
from tests.conftest import Site
from tests.core.test_extract import STORY, page

KEYS = [
    *("title", "text", "paragraphs", "published_at", "date_source", "authors", "language", "canonical_url", "site"),
    *("quality", "reason"),
]
HEAD = (
    '<title>Мост закрыт</title><link rel="canonical" href="/bridge">'
    '<meta property="article:published_time" content="2026-03-04T08:15:00+01:00"><meta name="author" content="Ann Lee">'
)


def shown(capsys: pytest.CaptureFixture[str]) -> dict[str, object]:
    found: dict[str, object] = json.loads(capsys.readouterr().out)
    return found


def test_a_saved_page_is_shown_as_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "page.html"
    file.write_bytes(page("Related: Ferry sinks off Southport, two dead", *STORY, head=HEAD))

    status = main(["extract", str(file), "--url", "https://news.example/1"])

    found = shown(capsys)
    assert status == 0
    assert list(found) == KEYS
    assert found["paragraphs"] == [
        {"start": 0, "end": 44, "mark": "related"},
        {"start": 45, "end": 45 + len(STORY[0]), "mark": None},
        *({"start": at, "end": at + len(line), "mark": None} for at, line in placed(45, *STORY)[1:]),
    ]
    assert (found["title"], found["authors"], found["date_source"]) == ("Мост закрыт", ["Ann Lee"], "meta")
    assert (found["published_at"], found["canonical_url"]) == ("2026-03-04T07:15:00Z", "https://news.example/bridge")
    assert (found["quality"], found["reason"]) == ("short", "")


def placed(start: int, *lines: str) -> list[tuple[int, str]]:
    found = []
    for line in lines:
        found.append((start, line))
        start += len(line) + 1
    return found


def test_a_page_without_an_address_has_none(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "page.html"
    file.write_bytes(page(*STORY, head=HEAD))

    main(["extract", str(file)])

    assert shown(capsys)["canonical_url"] == ""


def test_letters_are_shown_as_they_are_and_what_is_not_seen_is_escaped(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "page.html"
    file.write_bytes(page(*STORY, head="<title>می\u200cخواهم</title>", language="fa"))

    main(["extract", str(file)])

    out = capsys.readouterr().out
    assert "می\\u200cخواهم" in out
    assert json.loads(out)["title"] == "می\u200cخواهم"


@pytest.mark.parametrize("content", [b"", b"\0\xff\xfe" * 100, b"%PDF-1.7", b"<html>" + b"x" * 3_000_000])
def test_any_bytes_come_to_an_answer(content: bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "page"
    file.write_bytes(content)

    assert main(["extract", str(file)]) == 0
    assert shown(capsys)["quality"] == "none"


def test_a_page_is_fetched_and_read_in_its_encoding(
    site: Site, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LOOPBACK_PORTS", str(site.port))
    body = page("Мост в гавани закрыт для грузовиков до осени, сообщил мэр.", *STORY).decode().encode("cp1251")
    url = site.says("/1", body, Content_Type="text/html; charset=windows-1251")

    assert main(["extract", url]) == 0

    assert "Мост в гавани закрыт" in str(shown(capsys)["text"])


REFUSED = {
    "no such file": ("nowhere.html", "cannot read nowhere.html: No such file or directory; give a file, -"),
    "a host of this machine": ("http://127.0.0.1:9/", "http://127.0.0.1:9/ cannot be read: address not allowed"),
}


@pytest.mark.parametrize(("given", "told"), REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_read_is_said_in_one_line(
    given: str, told: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("LOOPBACK_PORTS", raising=False)

    assert main(["extract", given]) == 1

    said = capsys.readouterr().err
    assert said.startswith(f"sitrep: {told}")
    assert re.fullmatch(r"[^\n]+\n", said)


def test_a_refused_page_says_whose_challenge_it_is(
    site: Site, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LOOPBACK_PORTS", str(site.port))
    url = site.says("/1", b"<html><script src='https://geo.captcha-delivery.com/c.js'></script>", status=403)

    assert main(["extract", url]) == 1

    assert "HTTP 403, a challenge page (DataDome)" in capsys.readouterr().err
