"""`sitrep local` and its fellows, as a person runs them."""

import json
import re
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest

from shared.core.codec import decode
from shared.types import Entry, FeedJob, Story
from sitrep.local.cloud import find_cloud
from sitrep.local.folder import Folder, held
from sitrep.local.runner import workers_lock
from sitrep.local.show import read_messages

ROOT = Path(__file__).parents[2]
SITREP = [sys.executable, "-c", "import sys; from sitrep.cli import main; sys.exit(main())"]


@pytest.fixture
def home(tmp_path, monkeypatch):
    """An empty home, and an empty folder to work in."""
    for name in ("home", "work"):
        (tmp_path / name).mkdir()
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.delenv("XDG_STATE_HOME", raising=False)
    monkeypatch.chdir(tmp_path / "work")
    return tmp_path / "work"


def sitrep(*words, **options):
    return subprocess.run([*SITREP, *words], capture_output=True, text=True, timeout=120, **options)


@pytest.fixture
def start(home):
    """Starts `sitrep local` and waits until it runs; ends what is left of it."""
    started = []

    def start(*words, until="running"):
        process = subprocess.Popen([*SITREP, "local", *words], stdout=subprocess.PIPE, text=True)
        started.append(process)
        for line in process.stdout:
            if re.search(until, line):
                break
        return process

    yield start
    for process in started:
        if process.poll() is None:
            process.send_signal(signal.SIGINT)
        process.stdout.close()
        process.wait()
    # One that was killed leaves its AWS process behind: the next run would take it over.
    if cloud := find_cloud(Folder(home / "out")):
        cloud.end()


def test_ctrl_c_ends_it_at_once_and_a_woken_stack_knows_what_was(start):
    process = start("--outbox", "out")

    began = time.monotonic()
    process.send_signal(signal.SIGINT)
    status = process.wait()

    assert status == 0
    assert time.monotonic() - began < 3  # a second, where nothing else is at work
    assert "rss.xml" in sitrep("feeds").stdout
    assert "reader@example.org" in sitrep("subscriptions").stdout


def test_the_operator_is_told_of_a_feed_that_is_gone_and_the_readers_are_not(home, site):
    gone = site.says("/gone.xml", status=410)
    (home / "f.opml").write_text(f'<opml version="2.0"><body><outline xmlUrl="{gone}"/></body></opml>')

    done = sitrep("local", "--once", "--feeds", "f.opml", "--outbox", "out")

    assert done.returncode == 0, done.stdout
    assert "--- email about sitrep itself to operator@example.org ---" in done.stdout
    assert "| Subject: sitrep: 1 feed is gone for good\n" in done.stdout
    assert "messages      1: 1 ops email\n" in done.stdout


def test_a_second_runner_on_the_same_folder_is_refused_by_the_first_ones_number(start):
    process = start("--outbox", "out")

    second = sitrep("local", "--once", "--outbox", "out")

    assert second.returncode == 1
    assert f"process {process.pid}" in second.stderr


@pytest.mark.parametrize(
    "moment",
    [
        pytest.param('fetch: .*"new entry"', id="while entries are handed on"),
        pytest.param('ingest: .*"article archived"', id="while articles are archived"),
        pytest.param("--- email", id="while alerts are sent"),
    ],
)
def test_a_killed_run_goes_on_and_sends_what_is_due_once(start, home, moment):
    process = start("--outbox", "out", "--verbose", until=moment)
    process.kill()
    process.wait()

    again = sitrep("local", "--once", "--outbox", "out")

    assert again.returncode == 0, again.stdout
    assert "taking over" in again.stdout
    assert "dead letters  none" in again.stdout
    assert "not come to an end" not in again.stdout
    alerts = Counter(
        (m["protocol"], m["attributes"]["incident_id"], m["subject"] or m["body"])
        for m in read_messages(Folder(home / "out"))
    )
    # One alert may come again: the one that was published and not yet marked as sent.
    repeated = {(incident, protocol) for (protocol, incident, _), count in alerts.items() if count > 1}
    assert len({incident for incident, _ in repeated}) <= 1
    assert max(alerts.values()) <= 2


def test_the_workers_of_a_killed_run_end_with_it(start, home):
    process = start("--outbox", "out", until="--- email")
    with pytest.raises(BlockingIOError), held(Folder(home / "out").lock("workers")):
        pass  # as long as a worker lives, it holds its lock

    process.kill()
    process.wait()

    with workers_lock(Folder(home / "out")):  # given only when no worker holds it any more
        pass


def test_feeds_of_ones_own_are_learned_silently_and_failures_are_told_with_their_reason(home):
    (home / "f.opml").write_text(
        '<opml version="2.0"><body><outline text="all"><outline type="rss" text="gone" xmlUrl="http://127.0.0.1:9/x"/>'
        "</outline></body></opml>"
    )

    done = sitrep("local", "--once", "--feeds", "f.opml", "--outbox", "out")

    assert done.returncode == 0, done.stdout + done.stderr
    assert "feeds         1: 1 retry" in done.stdout
    assert "refused" in sitrep("feeds").stdout


def test_a_list_that_cannot_be_used_is_named(home):
    (home / "f.opml").write_text("not a list")

    done = sitrep("local", "--once", "--feeds", "f.opml")

    assert done.returncode == 1
    assert "f.opml" in done.stderr


def test_without_a_stack_a_command_says_what_to_do(home):
    done = sitrep("feeds")

    assert done.returncode == 1
    assert "sitrep local" in done.stderr
    assert "--stack" in done.stderr


# What each function says of its work; of a sample event that it has met before, what it says of a repeat.
DID = {
    "poll": '"feeds are due"',
    "fetch": '"FeedsPolled"',
    "ingest": '"article archived"|"state":"duplicate"',
    "detect": '"report"|"nothing to report"',  # it is given the newest article, whichever that is
    "notify": '"alert sent"|"no alert"',
}


def test_each_function_takes_its_sample_event(start):
    start("--outbox", "out", until="--- email")

    for step, did in DID.items():
        done = sitrep("invoke", step)
        assert done.returncode == 0, done.stderr
        assert json.loads(done.stdout) in ({"feeds": 0}, {"batchItemFailures": []})
        assert re.search(did, done.stderr), done.stderr
        assert re.search(f'"(step|service)":"{step}"', done.stderr)


def test_a_function_that_fails_says_why(start, home):
    start("--outbox", "out")
    (home / "event.json").write_text('{"no": "records"}')

    done = sitrep("invoke", "fetch", "-e", "event.json")

    assert done.returncode == 1
    assert "Unexpected batch event type" in done.stderr


@pytest.mark.parametrize(("step", "kind"), [("fetch", FeedJob), ("ingest", Entry), ("notify", Story)])
def test_a_sample_event_carries_what_its_step_takes(step, kind):
    event = json.loads((ROOT / "events" / f"{step}.json").read_text())

    for record in event["Records"]:
        assert isinstance(decode(record["body"], kind), kind)


@pytest.mark.parametrize(
    ("variable", "value", "said"),
    [("POLL_MINUTES", "0", "PollMinutes is '0'"), ("CONTACT", "a\nb", "Contact is")],
    ids=["a number out of bounds", "two lines"],
)
def test_a_setting_that_the_template_forbids_stops_the_run(home, monkeypatch, variable, value, said):
    monkeypatch.setenv(variable, value)

    done = sitrep("local", "--once")

    assert done.returncode == 1
    assert said in done.stderr
