"""The sample site's feeds through the stack as sam deploys it, from the command that adds them to the alert."""

import json
from typing import Any

import jsonschema

from shared.core.ids import feed_id
from shared.core.keys import reports_key
from shared.core.site.keys import CSV, FEED, JSON_LINES, MAP
from shared.types import AlertState, EntryState
from sitrep.local.site import EXPECTED, Site
from sitrep.stack import OUTPUTS
from tests.conftest import ROOT, sqs_event
from tests.deploy.conftest import run
from tests.deploy.stack import Deployed, until

SCHEMA = json.loads((ROOT / "docs" / "alert.schema.json").read_text(encoding="utf-8"))


def test_sam_deploys_what_the_command_line_looks_for(deployed: Deployed) -> None:
    log = (deployed.folder / "2-sam-deploy.log").read_text(encoding="utf-8")

    assert "Successfully created/updated stack - sitrep" in log
    assert deployed.outputs.keys() >= OUTPUTS
    assert "watches no feed" in deployed.sitrep("feeds", "list")


def test_every_page_lies_in_the_archive_with_its_article_and_reports(settled: Deployed, sample: Site) -> None:
    keys = settled.archive.keys_under("")

    lines = list(settled.entries.all())
    articles = [key for key in keys if key.startswith("articles/")]
    reported = {line["entry_id"] for line in lines if line["state"] == EntryState.REPORTED}
    assert len(articles) == len(lines) > 0
    assert {settled.archive.get_article(key).id for key in articles} == {line["entry_id"] for line in lines}
    for key in articles:
        article = settled.archive.get_article(key)
        assert article.raw_key in keys
        assert article.url.startswith(sample.url)
        assert reports_key(key) in keys or article.id not in reported


def test_every_entry_has_ended_in_the_books(settled: Deployed) -> None:
    counts = settled.entries.counts()

    assert counts[EntryState.REPORTED] >= len(EXPECTED)
    assert counts.keys() <= {EntryState.REPORTED, EntryState.NO_MATCH}


def test_an_incident_is_kept_for_each_event_and_its_first_alert_was_sent(settled: Deployed) -> None:
    incidents = list(settled.incidents.all())

    assert {(one.category, one.place.country) for one in incidents if one.place} == EXPECTED
    assert len(incidents) == len(EXPECTED)
    assert {one.alerts[0].state for one in incidents} == {AlertState.SENT}


def test_a_subscribed_queue_gets_one_alert_for_each_event_as_the_schema_says(settled: Deployed, alerts: str) -> None:
    delivered = list(settled.messages(alerts))

    told = [json.loads(one["Message"]) for one in delivered]
    for alert in told:
        jsonschema.validate(alert, SCHEMA)
    new = [(alert["category"], alert["place"]["country"]) for alert in told if alert["status"] == "new"]
    assert sorted(new) == sorted(EXPECTED)


def test_the_site_of_incidents_is_written_within_a_minute(settled: Deployed) -> None:
    until("the site is there", lambda: {FEED, MAP, JSON_LINES, CSV} <= {*settled.archive.keys_under("site/")})


def test_status_says_that_all_is_well(settled: Deployed) -> None:
    said = settled.sitrep("status")

    assert said.startswith("all is well in sitrep")
    assert "2 watched, 0 due, none in trouble" in said
    assert f"{len(EXPECTED)} open" in said


def everything(deployed: Deployed) -> dict[str, Any]:
    """All that is kept of what was read and said, but for when feeds were polled and the site."""
    pages = deployed.client("s3").get_paginator("list_objects_v2").paginate(Bucket=deployed.id("Archive"))
    objects = {
        each["Key"]: (each["ETag"], each["LastModified"])
        for page in pages
        for each in page["Contents"]
        if not each["Key"].startswith("site/")
    }
    return {
        "objects": objects,
        "entries": {line["entry_id"]: line for line in deployed.entries.all()},
        "incidents": {one.id: (one.stories, one.revision) for one in deployed.incidents.all()},
    }


def test_the_same_news_a_second_time_changes_nothing(settled: Deployed, sample: Site, alerts: str) -> None:
    before = everything(settled)
    for feed in sample.feeds():
        settled.sitrep("feeds", "remove", feed.url)
        settled.sitrep("feeds", "add", feed.url, "--backfill", "--unchecked")

    run(settled)

    assert everything(settled) == before
    assert not list(settled.messages(alerts))
    (state,) = {state.outcome for _, state in settled.feeds.get_many([feed_id(each.url) for each in sample.feeds()])}
    assert state == "new", "the feeds were read as if for the first time"


def test_messages_that_come_again_change_nothing(settled: Deployed, alerts: str) -> None:
    before = everything(settled)
    stories = [story for one in before["incidents"].values() for story in one[0]]
    keys = sorted({story.article_key for story in stories})
    assert keys

    answer = settled.invoke("DetectFunction", sqs_event(*map(settled.stored, keys)))
    until("all is done", settled.is_settled)

    assert not answer.failed
    after = everything(settled)
    assert {key: tag for key, (tag, _) in after["objects"].items()} == {
        key: tag for key, (tag, _) in before["objects"].items()
    }
    assert after["entries"] == before["entries"]
    assert after["incidents"] == before["incidents"]
    assert not list(settled.messages(alerts))


def test_a_message_that_nothing_can_be_done_with_ends_as_a_dead_letter_and_the_operator_is_told(
    settled: Deployed, ops: str
) -> None:
    sqs, queue = settled.client("sqs"), settled.id("IngestQueue")
    list(settled.messages(ops))
    kept = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["VisibilityTimeout"])["Attributes"]
    # It comes back in seconds instead of minutes.
    sqs.set_queue_attributes(QueueUrl=queue, Attributes={"VisibilityTimeout": "2"})
    sqs.send_message(QueueUrl=queue, MessageBody="no entry")
    until("it is given up", lambda: settled.waiting("IngestDeadLetters") == 1 and not settled.waiting("IngestQueue"))
    sqs.set_queue_attributes(QueueUrl=queue, Attributes=kept)

    settled.invoke("WatchFunction", {})

    (told,) = until("the operator is told", lambda: list(settled.messages(ops)))
    assert "given up" in told["Subject"]
    assert "ingest" in told["Message"]
    sqs.purge_queue(QueueUrl=settled.id("IngestDeadLetters"))


def test_nobody_was_refused_anything(settled: Deployed) -> None:
    assert settled.denials() == []
