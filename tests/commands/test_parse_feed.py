import io
import json
from pathlib import Path

import pytest

from sitrep.cli import main
from tests.conftest import Site, item, rss

FEED = rss(
    item("a1", "/news/1", "Мост <b>закрыт</b>", "Short.", "Wed, 04 Mar 2026 10:30:00 +0100"),
    item("a2", "https://news.example/2", "Two", "", "soon"),
)
SHOWN = {
    "title": "The Example",
    "entries": [
        {
            "id": "a1",
            "title": "Мост закрыт",
            "link": "https://news.example/news/1",
            "published_at": "2026-03-04T09:30:00Z",
            "date_raw": "Wed, 04 Mar 2026 10:30:00 +0100",
            "summary": "Short.",
        },
        {
            "id": "a2",
            "title": "Two",
            "link": "https://news.example/2",
            "published_at": None,
            "date_raw": "soon",
            "summary": "",
        },
    ],
}


def test_a_saved_feed_is_shown_as_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "feed.xml"
    file.write_text(FEED, encoding="utf-8")

    status = main(["feeds", "parse", str(file), "--url", "https://news.example/feed.xml"])

    out, err = capsys.readouterr()
    assert (status, err) == (0, "")
    assert json.loads(out) == SHOWN
    assert [list(entry) for entry in json.loads(out)["entries"]] == [list(SHOWN["entries"][0])] * 2
    assert "Мост закрыт" in out  # letters, not escapes


def test_a_feed_is_read_from_standard_input(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(FEED.encode())))

    main(["feeds", "parse", "-", "--url", "https://news.example/feed.xml"])

    assert json.loads(capsys.readouterr().out) == SHOWN


def test_without_a_url_a_relative_link_is_none(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "feed.xml"
    file.write_text(FEED, encoding="utf-8")

    main(["feeds", "parse", str(file)])

    assert [entry["link"] for entry in json.loads(capsys.readouterr().out)["entries"]] == ["", "https://news.example/2"]


def test_a_feed_is_fetched_and_its_links_are_relative_to_where_it_was_found(
    site: Site, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("LOOPBACK_PORTS", str(site.port))
    site.says("/old", status=301, Location="/feeds/world.xml")
    site.says("/feeds/world.xml", FEED.encode("utf-16"), Content_Type="application/xml; charset=utf-16")

    main(["feeds", "parse", site.url("/old")])

    entries = json.loads(capsys.readouterr().out)["entries"]
    assert (entries[0]["title"], entries[0]["link"]) == ("Мост закрыт", site.url("/news/1"))


def test_what_could_drive_a_terminal_is_escaped(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "feed.xml"
    file.write_text(rss(item("a\u2028b", "https://news.example/1", "Non\u00adbreaking\u00a0space")), encoding="utf-8")

    main(["feeds", "parse", str(file)])

    out = capsys.readouterr().out
    assert all(character.isprintable() or character == "\n" for character in out)


def test_a_feed_that_ends_too_soon_is_shown_and_said_to(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "feed.xml"
    file.write_text(FEED[: FEED.index("<item>", FEED.index("<item>") + 1) + 20], encoding="utf-8")

    status = main(["feeds", "parse", str(file)])

    out, err = capsys.readouterr()
    assert (status, len(json.loads(out)["entries"])) == (0, 1)
    assert "ends too soon" in err


@pytest.mark.parametrize(
    ("body", "words"),
    {
        "a web page": ("<!DOCTYPE html><html><p>Hello</p></html>", "an HTML page, not a feed"),
        "nothing": ("", "empty body"),
        "a flood": ("<rss>" + " " * 5_000_000, "over 5 MB"),
    }.values(),
    ids=["a web page", "nothing", "a flood"],
)
def test_what_is_no_feed_is_refused_in_one_line(
    body: str, words: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "page.html"
    file.write_text(body)

    status = main(["feeds", "parse", str(file)])

    out, err = capsys.readouterr()
    assert (status, out, err.count("\n")) == (1, "", 1)
    assert words in err
    assert str(file) in err


def test_a_file_that_is_not_there_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["feeds", "parse", "/nowhere/feed.xml"]) == 1
    assert "cannot read /nowhere/feed.xml: No such file" in capsys.readouterr().err


def test_an_answer_without_a_feed_is_refused(
    site: Site, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("LOOPBACK_PORTS", str(site.port))

    status = main(["feeds", "parse", site.url("/nothing")])

    assert status == 1
    assert "cannot be read: HTTP 404" in capsys.readouterr().err


def test_this_machine_is_not_asked_unless_the_setting_allows_it(
    site: Site, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("LOOPBACK_PORTS", raising=False)
    url = site.says("/feed.xml", FEED)

    status = main(["feeds", "parse", url])

    assert (status, site.asked) == (1, [])
    assert "address not allowed" in capsys.readouterr().err
