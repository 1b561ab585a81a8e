"""`sitrep digest`: shown as it would be sent, and sent when that is asked for."""

from datetime import UTC, datetime, timedelta

import pytest

from shared import wiring
from sitrep.cli import main
from tests.conftest import Stack, feed
from tests.core.site.told import alert, incident


@pytest.fixture(autouse=True)
def told(stack: Stack) -> None:
    """One incident two hours ago, and one two days ago."""
    now = datetime.now(UTC)
    wiring.feeds().add(feed(), now)
    for name, ago in (("a1", timedelta(hours=2)), ("b2", timedelta(days=2))):
        sent = alert(incident_id=name, decided_at=now - ago, sent_at=now - ago)
        wiring.incidents().put([(incident(id=name, group=f"strike.{name}", alerts=(sent,)), None)], now - ago)


def published(stack: Stack) -> list[str]:
    from moto.core import DEFAULT_ACCOUNT_ID
    from moto.sns.models import sns_backends

    topic = sns_backends[DEFAULT_ACCOUNT_ID]["eu-central-1"].topics[stack.outputs["AlertTopic"]]
    return [notification[2] for notification in topic.sent_notifications]


def test_the_digest_of_the_last_day_is_shown_and_not_sent(stack: Stack, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["digest", "--stack", "sitrep"]) == 0

    shown = capsys.readouterr().out
    assert shown.startswith("Subject: Daily digest ")
    assert ": 1 incident, 62 killed as told\n" in shown
    assert "Feeds: 1 watched" in shown
    assert published(stack) == []


def test_it_is_sent_when_that_is_asked_for(stack: Stack, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["digest", "--stack", "sitrep", "--send"]) == 0

    assert "sent to the alerts of sitrep, message " in capsys.readouterr().out
    (subject,) = published(stack)
    assert subject.startswith("Daily digest ")
