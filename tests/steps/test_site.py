"""The site: rewritten whole when an incident changes; what was said once stays as it was said."""

import json
from dataclasses import replace
from datetime import timedelta

import feedparser
import pytest

from shared import wiring
from shared.steps import site
from shared.steps.site import rewrite_site
from shared.types import Incident, Status
from tests.conftest import Dies, Stack
from tests.core.site.told import ISSUER, NOW, RISEN, UNPLACED, UNTOLD, alert, incident, story

FILES = ["site/incidents.atom", "site/incidents.csv", "site/incidents.geojson", "site/incidents.jsonl"]


def rewrite(changed: list[Incident], recent: list[Incident]) -> list[str]:
    return rewrite_site(changed, recent, NOW, archive=wiring.archive(), issuer=ISSUER)


def body(key: str) -> bytes:
    ((_, found),) = wiring.archive().get_all([key])
    assert found is not None
    return found


def ids() -> list[str]:
    return [json.loads(line)["incident_id"] for line in body("site/incidents.jsonl").splitlines()]


@pytest.mark.usefixtures("stack")
def test_a_change_writes_its_alerts_and_every_file() -> None:
    written = rewrite([RISEN], [RISEN, UNPLACED])

    assert sorted(written) == wiring.archive().keys_under("site/")
    assert sorted(written) == ["site/cap/k3v7q2mzab-r1.xml", "site/cap/k3v7q2mzab-r2.xml", *FILES]
    assert len(json.loads(body("site/incidents.geojson"))["features"]) == 2


def test_files_say_what_they_are(stack: Stack) -> None:
    rewrite([RISEN], [RISEN])

    types = {
        key: stack.client("s3").head_object(Bucket=stack.outputs["Archive"], Key=key)["ContentType"]
        for key in wiring.archive().keys_under("site/")
    }
    assert types["site/cap/k3v7q2mzab-r1.xml"] == "application/cap+xml"
    assert types["site/incidents.atom"] == "application/atom+xml; charset=utf-8"
    assert types["site/incidents.geojson"] == "application/geo+json"


@pytest.mark.usefixtures("stack")
def test_what_an_alert_said_stays_as_it_was_first_written() -> None:
    rewrite([RISEN], [RISEN])
    first = body("site/cap/k3v7q2mzab-r1.xml")
    other = replace(RISEN, alerts=(alert(why="something else"), alert(2, Status.UPDATE)))

    rewrite([other], [other])

    assert body("site/cap/k3v7q2mzab-r1.xml") == first


@pytest.mark.usefixtures("stack")
def test_the_feed_refers_to_messages_that_are_there() -> None:
    rewrite([RISEN], [RISEN])

    (entry,) = feedparser.parse(body("site/incidents.atom")).entries
    (link,) = [link.href for link in entry.links if link.type == "application/cap+xml"]
    assert f"site/{link}" in wiring.archive().keys_under("site/cap/")


@pytest.mark.usefixtures("stack")
def test_the_newest_come_first_and_what_is_a_week_old_or_no_more_is_left_out() -> None:
    newer = replace(UNTOLD, last_seen_at=NOW)
    old = replace(UNPLACED, last_seen_at=NOW - timedelta(days=7, seconds=1))
    merged = replace(incident(story(5)), id="d4d4d4d4d4", merged_into=RISEN.id, stories=())

    rewrite([], [RISEN, old, merged, newer])

    assert ids() == [UNTOLD.id, RISEN.id]


@pytest.mark.usefixtures("stack")
def test_files_have_a_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(site, "MOST", 3)

    rewrite([], [replace(RISEN, id=f"i{n}", last_seen_at=NOW - timedelta(hours=n)) for n in range(5)])

    assert ids() == ["i0", "i1", "i2"]


@pytest.mark.usefixtures("stack")
def test_dying_half_way_is_made_up_by_the_next_run(dies: Dies) -> None:
    with dies(wiring.archive(), "put_site"):
        rewrite([RISEN], [RISEN])

    rewrite([RISEN], [RISEN])

    assert set(FILES) <= set(wiring.archive().keys_under("site/"))
