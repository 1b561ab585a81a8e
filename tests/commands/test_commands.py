"""The commands on a local stack that has read good and bad feeds once."""

import os
import re
import subprocess
import sys
import threading
from dataclasses import dataclass
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from shared.adapters.feed_store import FeedStore
from shared.types import Feed
from sitrep.cli import main
from sitrep.local.cloud import find_cloud, start_cloud
from sitrep.local.folder import Folder
from sitrep.local.show import read_messages
from sitrep.local.site import render
from sitrep.stack import open_stack

SITREP = [sys.executable, "-c", "import sys; from sitrep.cli import main; sys.exit(main())"]
NOBODY = "http://127.0.0.1:9/feed.xml"
RSS = (
    '<rss version="2.0"><channel><title>No text</title><item><title>A picture</title><guid>1</guid>'
    "<link>/picture.html</link></item></channel></rss>"
)
HTML = "text/html; charset=utf-8"
BAD = {
    "/page.xml": (HTML, b"<!DOCTYPE html><html><body><p>Please sign in</p></body></html>"),
    "/empty.xml": ("application/rss+xml", b""),
    "/textless.xml": ("application/rss+xml", RSS.encode()),
    "/picture.html": (HTML, b"<!DOCTYPE html><html><body><img src='a.png'></body></html>"),
}
FEEDS = ("/meridian/rss.xml", "/none.xml", "/page.xml", "/empty.xml", "/textless.xml")


class Door(BaseHTTPRequestHandler):
    def do_GET(self):
        kind, body = self.server.pages.get(self.path, (HTML, b""))
        self.send_response(200 if self.path in self.server.pages else 404)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments):
        pass


@dataclass
class Ran:
    """What a run left."""

    folder: Path
    site: str
    done: subprocess.CompletedProcess

    @property
    def environment(self):
        return {**os.environ, "HOME": str(self.folder), "XDG_STATE_HOME": ""}

    def sitrep(self, *words, **environment):
        """Run a command as a person does."""
        return subprocess.run(
            [*SITREP, *words],
            cwd=self.folder,
            env=self.environment | environment,
            capture_output=True,
            timeout=120,
        )


def write_opml(path, *urls):
    outlines = "".join(f'<outline type="rss" text="A feed" xmlUrl="{url}"/>' for url in urls)
    path.write_text(f'<opml version="2.0"><body>{outlines}</body></opml>')


@pytest.fixture(scope="module")
def ran(tmp_path_factory):
    """A stack that has polled each feed once, and is kept awake: waking it for each command would take seconds."""
    folder = tmp_path_factory.mktemp("ran")
    with ThreadingHTTPServer(("127.0.0.1", 0), Door) as server:
        url = f"http://127.0.0.1:{server.server_port}"
        server.pages = render(url, datetime.now(UTC)) | BAD
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        write_opml(folder / "f.opml", *(url + path for path in FEEDS), NOBODY)
        ran = Ran(folder, url, None)
        ran.done = ran.sitrep("local", "--once", "--backfill", "--feeds", "f.opml", "--outbox", "out")
        cloud = start_cloud(Folder(folder / "out"))
        yield ran
        cloud.end()
        server.shutdown()


@pytest.fixture
def sitrep(ran, monkeypatch, capsys):
    """Runs a command in the folder of that stack; what it says, and its status if it is not 0."""
    monkeypatch.chdir(ran.folder)
    monkeypatch.setenv("HOME", str(ran.folder))
    monkeypatch.setenv("XDG_STATE_HOME", "")

    def run(*words, status=0):
        assert main(words) == status
        shown = capsys.readouterr()
        return shown.err if status else shown.out

    return run


def told_of(overview, url):
    """The lines of one feed."""
    lines = overview.splitlines()
    start = next(n for n, line in enumerate(lines) if line.startswith(url))
    end = next((n for n, line in enumerate(lines) if n > start and not line.startswith(" ")), len(lines))
    return "\n".join(lines[start:end])


def test_bad_feeds_do_not_disturb_a_good_one(ran):
    assert ran.done.returncode == 0, ran.done.stdout + ran.done.stderr
    assert b"dead letters  none" in ran.done.stdout
    told = read_messages(Folder(ran.folder / "out"))
    alerts = {(m["protocol"], *m["attributes"]["category"]) for m in told}
    assert alerts == {(protocol, "airstrike", "ceasefire_violation") for protocol in ("email", "sms")}


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        pytest.param("/meridian/rss.xml", "new: 3 new; polled", id="a good one"),
        pytest.param("/none.xml", "broken: HTTP 404; polled", id="a 404"),
        pytest.param("/page.xml", "broken: an HTML page, not a feed; polled", id="a page"),
        pytest.param("/empty.xml", "broken: empty body; polled", id="nothing"),
        pytest.param("/textless.xml", "/picture.html - no text in the page", id="a page without text"),
    ],
)
def test_feeds_says_how_each_fares_and_why(ran, sitrep, path, reason):
    assert reason in told_of(sitrep("feeds", "list", "--verbose"), ran.site + path)


def test_feeds_says_that_a_host_cannot_be_reached(sitrep):
    lines = told_of(sitrep("feeds", "list", "--verbose"), NOBODY)

    assert "retry: " in lines
    assert "refused" in lines


def test_feeds_of_a_list_are_watched_once(ran, sitrep):
    write_opml(ran.folder / "more.opml", "https://a.example/1", "https://a.example/2")

    first, second = (sitrep("feeds", "import", "more.opml") for _ in range(2))

    assert first == "2 feeds added, 0 were watched already\n"
    assert second == "0 feeds added, 2 were watched already\n"
    assert "not polled yet" in told_of(sitrep("feeds", "list", "--verbose"), "https://a.example/1")


def test_a_list_that_is_none_is_one_line(ran, sitrep):
    (ran.folder / "bad.opml").write_text("not a list")

    assert sitrep("feeds", "import", "bad.opml", status=1).startswith("sitrep: bad.opml names no feed")


@pytest.fixture
def forged(ran, monkeypatch):
    """A feed whose address and title were made to drive a terminal."""
    monkeypatch.chdir(ran.folder)
    feed = Feed(
        "forged", "https://evil.example/\u202e\u2066\nWRONG: x\u2028y", "a\x1b[2J\rb می\u200cرود", backfill=False
    )
    with open_stack(None) as stack:
        FeedStore(stack.outputs["FeedsTable"], stack.client("dynamodb")).add(feed, datetime.now(UTC))
    return feed


def test_words_from_outside_forge_no_lines(forged, sitrep):
    (line,) = [line for line in sitrep("feeds", "list", "--verbose").split("\n") if "evil.example" in line]

    assert not {"\u202e", "\u2066", "\x1b", "\r", "\u2028"} & set(line)
    assert "WRONG: x" in line
    assert "می\u200cرود" in line


def test_a_terminal_without_a_letter_shows_the_rest(forged, ran):
    done = ran.sitrep("feeds", PYTHONIOENCODING="ascii", PYTHONUTF8="0")

    assert done.returncode == 0, done.stderr
    assert b"evil.example" in done.stdout


@pytest.mark.parametrize(("protocol", "target"), [("email", "you@example.org"), ("sms", "+12025550123")])
def test_a_reader_comes_and_goes(sitrep, protocol, target):
    came = sitrep("subscribe", protocol, target)
    came_again = sitrep("subscribe", protocol, target)
    listed = sitrep("subscriptions")
    went = sitrep("unsubscribe", target)
    went_again = sitrep("unsubscribe", target, status=1)

    assert came.startswith(f"{target} is subscribed to the alerts of sitrep (local, ")
    assert " already\n  gets: everything" in came_again
    (line,) = [line for line in listed.splitlines() if target in line]
    assert re.fullmatch(rf"{protocol} +{re.escape(target)} +confirmed  everything(; as far as .*)?", line)
    assert went.startswith(f"{target} gets no more alerts of sitrep (local, ")
    assert "is not subscribed" in went_again
    assert target not in sitrep("subscriptions")


def test_what_is_wrong_with_sitrep_has_readers_of_its_own(sitrep):
    came = sitrep("subscribe", "email", "ops@example.net", "--ops")
    listed = sitrep("subscriptions", "--ops")
    alerted = sitrep("subscriptions")
    went = sitrep("unsubscribe", "ops@example.net", "--ops")

    assert came.startswith("ops@example.net is subscribed to the ops messages of sitrep (local, ")
    assert "ops@example.net" in listed
    assert "operator@example.org" in listed
    assert "ops@example.net" not in alerted
    assert went.startswith("ops@example.net gets no more ops messages of sitrep (local, ")
    assert "ops@example.net" not in sitrep("subscriptions", "--ops")


def test_what_is_no_address_is_said_and_subscribes_nobody(sitrep):
    before = sitrep("subscriptions")

    assert "is no email address" in sitrep("subscribe", "email", "you", status=1)
    assert "is no telephone number" in sitrep("unsubscribe", "12", status=1)
    assert sitrep("subscriptions") == before


def test_a_new_stack_has_its_first_readers(sitrep):
    listed = sitrep("subscriptions")

    assert "reader@example.org" in listed
    assert "+12025550100" in listed


def test_a_later_run_brings_back_nobody_and_adds_who_is_named(tmp_path):
    write_opml(tmp_path / "f.opml", NOBODY)
    ran = Ran(tmp_path, "", None)
    run = ("local", "--once", "--feeds", "f.opml", "--outbox", "out")

    ran.sitrep(*run, "--email", "first@example.org")
    ran.sitrep("unsubscribe", "first@example.org")
    again = ran.sitrep(*run, "--sms", "+12025550199")
    listed = ran.sitrep("subscriptions").stdout.decode()

    assert again.returncode == 0
    assert find_cloud(Folder(tmp_path / "out")) is None
    assert sorted(line.split()[1] for line in listed.splitlines()) == ["+12025550100", "+12025550199"]
