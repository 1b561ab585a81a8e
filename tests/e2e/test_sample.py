"""The sample site from feed to reader, by the command that a user runs."""

import json
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from sitrep.stack import open_stack

SITREP = Path(sys.executable).with_name("sitrep")


@dataclass
class Run:
    folder: Path
    status: int
    shown: str

    def messages(self, protocol: str) -> list[dict[str, Any]]:
        lines = (self.folder / "alerts" / "messages.jsonl").read_text(encoding="utf-8").splitlines()
        return [message for line in lines if (message := json.loads(line))["protocol"] == protocol]

    def told(self, protocol: str, category: str, status: str) -> dict[str, Any]:
        """The one message of this kind."""
        (found,) = [
            message
            for message in self.messages(protocol)
            if (first(message["attributes"]["category"]), message["attributes"]["status"]) == (category, status)
        ]
        return found


def first(told: str | list[str]) -> str:
    """Of what an incident is told as, what it is first of all."""
    return told if isinstance(told, str) else told[0]


def run(folder: Path) -> Run:
    done = subprocess.run(
        [SITREP, "local", "--once", "--outbox", "alerts"],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    return Run(folder, done.returncode, done.stdout + done.stderr)


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Run:
    return run(tmp_path_factory.mktemp("sample"))


def one_line(body: str) -> str:
    """An email's text without its line breaks and quote marks."""
    return re.sub(r"\s+(?:> )?", " ", body)


def test_the_run_ends_well_and_shows_each_message(sample: Run) -> None:
    assert sample.status == 0, sample.shown
    for protocol in ("email", "sms"):
        for message in sample.messages(protocol):
            first, *_ = message["body"].splitlines()
            assert first in sample.shown


def test_the_strike_is_told_with_its_place_its_toll_and_whose_word_it_is(sample: Run) -> None:
    message = sample.told("email", "airstrike", "new")
    body = one_line(message["body"])

    assert message["subject"] == "Airstrike, claimed: Deir ez-Zor, Syria - 62 killed (Russian Defence Ministry)"
    assert "Deir ez-Zor (Deir el-Zour), Syria" in body
    assert "Russian Defence Ministry: 62 killed, claimed" in body
    assert "Russian Defence Ministry: 100 wounded, claimed" in body
    assert "UNCONFIRMED" in body
    assert re.search(r"Ceasefire violation: alleged by Russia's envoy to the United Nations(?! accused)", body)


def test_none_of_the_pages_traps_is_told(sample: Run) -> None:
    body = sample.told("email", "airstrike", "new")["body"]

    for trap in ("Aleppo", "propaganda", "browser", "14 killed", "nine"):
        assert trap not in body


def test_the_alert_quotes_the_archived_words_at_their_offsets(sample: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    body = sample.told("email", "airstrike", "new")["body"]
    quoted = re.findall(r'> "(.+?)"\s+\[text (\d+)-(\d+)\]', body, re.DOTALL)
    key = re.search(r"archive (articles/\S+)", body)
    assert key is not None
    monkeypatch.chdir(sample.folder)
    with open_stack(None) as stack:
        stored = stack.client("s3").get_object(Bucket=stack.outputs["Archive"], Key=key[1])["Body"].read()

    text = json.loads(stored)["text"]

    assert len(quoted) >= 2
    for words, start, end in quoted:
        assert one_line(words) == text[int(start) : int(end)]


def test_the_sms_tells_severity_category_place_certainty_and_id(sample: Run) -> None:
    message = sample.told("sms", "airstrike", "new")

    assert message["endpoint"] == "+12025550100"
    for fact in (
        "CRITICAL",
        "airstrike",
        "Deir ez-Zor SY",
        "62 killed",
        "unconfirmed",
        message["attributes"]["incident_id"],
    ):
        assert fact in message["body"]


def test_a_second_publishers_higher_toll_updates_the_incident_with_both_figures(sample: Run) -> None:
    new, update = (sample.told("email", "airstrike", status) for status in ("new", "update"))

    assert update["attributes"]["incident_id"] == new["attributes"]["incident_id"]
    assert update["subject"].startswith("Update: ")
    assert update["body"].startswith("UPDATE: killed: 62")
    assert "Russian Defence Ministry: 62 killed, claimed" in one_line(update["body"])
    assert "Syrian Observatory for Human Rights: at least 80 killed, claimed" in one_line(update["body"])


def test_the_broken_truce_is_told_and_the_quiet_four_are_not(sample: Run) -> None:
    assert sample.told("email", "ceasefire_violation", "new")["attributes"]["country"] == ["LB"]
    assert len(sample.messages("email")) == len(sample.messages("sms")) == 3


def test_a_second_run_over_the_same_feeds_sends_nothing(sample: Run) -> None:
    before = sample.messages("email") + sample.messages("sms")

    again = run(sample.folder)

    assert again.status == 0, again.shown
    assert again.messages("email") + again.messages("sms") == before
