from dataclasses import replace
from datetime import timedelta

import pytest

from shared.core.latency import Latency, latency
from shared.types import Alert, Incident, Status
from tests.conftest import NOW
from tests.desk import AT_ONCE, Desk
from tests.steps.test_notify import HIGHER, story

SENT = NOW + timedelta(seconds=50)


def sent() -> tuple[Incident, Alert]:
    one = replace(story(), read_at=NOW + timedelta(seconds=20))
    incident = Desk(AT_ONCE).tell(one, SENT)
    return incident, incident.alerts[0]


def test_a_first_alert_is_timed_by_the_article_that_caused_it() -> None:
    assert latency(*sent()) == Latency(timedelta(seconds=50), timedelta(seconds=30))


@pytest.mark.parametrize(
    "fields",
    [
        pytest.param({"status": Status.UPDATE}, id="an update is gathered"),
        pytest.param({"reason": "held for quiet hours"}, id="the policy held it back"),
        pytest.param({"sent_at": None}, id="it is not sent"),
        pytest.param({"report_id": "another"}, id="its story has gone elsewhere"),
    ],
)
def test_what_says_nothing_of_our_pace_is_not_timed(fields: dict[str, object]) -> None:
    incident, alert = sent()

    assert latency(incident, replace(alert, **fields)) is None  # type: ignore[arg-type]


def test_an_edit_is_not_timed_by_the_day_of_its_article() -> None:
    incident, alert = sent()
    edited = replace(incident.stories[0], revision=1)

    assert latency(replace(incident, stories=(edited,)), alert) is None


def test_the_story_that_caused_it_counts_and_not_the_first() -> None:
    incident, alert = sent()
    earlier = replace(story(HIGHER, 2), published_at=NOW - timedelta(hours=9), read_at=None)

    assert latency(replace(incident, stories=(earlier, *incident.stories)), alert) == latency(*sent())
