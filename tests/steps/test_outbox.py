"""What the outbox measures of what goes out, and of what does not."""

from collections import defaultdict
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from shared import wiring
from shared.core.codec import decode
from shared.errors import ContractError
from shared.steps.notify import Notified, notify_story
from shared.steps.outbox import Outbox
from shared.types import Due, Mute, Muted, Story
from tests.conftest import NOW, Dies, Stack
from tests.steps.test_notify import HIGHER, LOWER, STRIKE, later, outbox, revision, story

Measured = defaultdict[str, list[float]]


@pytest.fixture
def measured() -> Measured:
    return defaultdict(list)


def counting(measured: Measured, **policy: Any) -> Outbox:
    return replace(outbox(**policy), measure=lambda name, value: measured[name].append(value))


def notify(measured: Measured, one: Story, now: datetime = NOW, **policy: Any) -> Notified:
    return notify_story(one, now, outbox=counting(measured, **policy), entries=wiring.entries())


def pass_minute(stack: Stack, measured: Measured, now: datetime, **policy: Any) -> None:
    counting(measured, **policy).order_due(now)
    for body in stack.bodies("NotifyQueue"):
        counting(measured, **policy).see_to(decode(body, Due), now)


def test_a_first_alert_is_timed_from_its_articles_publication_and_reading(stack: Stack, measured: Measured) -> None:
    one = replace(story(), published_at=NOW, read_at=NOW + timedelta(seconds=30))

    notify(measured, one, NOW + timedelta(seconds=42))

    assert measured == {
        "IncidentsNew": [1],
        "SmsAlerts": [1],
        "AlertsNew": [1],
        "PublishedToSentSeconds": [42],
        "ReadToSentSeconds": [12],
    }


@pytest.mark.parametrize(
    "published_at", [pytest.param(None, id="not known"), pytest.param(NOW + timedelta(hours=1), id="still to come")]
)
def test_a_time_of_publication_that_says_nothing_is_not_measured(
    stack: Stack, measured: Measured, published_at: datetime | None
) -> None:
    notify(measured, replace(story(), published_at=published_at), NOW + timedelta(seconds=5))

    assert "PublishedToSentSeconds" not in measured
    assert measured["ReadToSentSeconds"] == [5]


def test_what_the_operators_policy_held_back_is_counted_and_not_timed(stack: Stack, measured: Measured) -> None:
    wait = timedelta(minutes=5)
    notify(measured, story(), wait=wait)

    pass_minute(stack, measured, later(6), wait=wait)

    assert measured == {"IncidentsNew": [1], "AlertsNew": [1], "SmsAlerts": [1]}


def test_each_kind_of_alert_is_counted_under_its_name(stack: Stack, measured: Measured) -> None:
    notify(measured, story())
    notify(measured, story(HIGHER, 2), later(1))
    notify(measured, revision(LOWER), later(2))
    pass_minute(stack, measured, later(25 * 60), send_closed=True)

    counted = {name: len(values) for name, values in measured.items() if name.startswith("Alerts")}
    assert counted == {"AlertsNew": 1, "AlertsUpdate": 1, "AlertsCorrection": 1, "AlertsClosed": 1}
    assert len(measured["PublishedToSentSeconds"]) == 1


def test_an_alert_whose_function_died_before_it_was_published_is_counted_once(
    stack: Stack, measured: Measured, dies: Dies
) -> None:
    with dies(wiring.topic(), "publish"):
        notify(measured, story())

    notify(measured, story(), later(1))

    assert (measured["IncidentsNew"], measured["AlertsNew"]) == ([1], [1])
    assert measured["PublishedToSentSeconds"] == [60]


def test_what_phones_get_and_what_is_left_of_their_budget_is_measured(stack: Stack, measured: Measured) -> None:
    towns = ("Idlib", "Aleppo", "Homs", "Latakia")
    for number, town in enumerate(towns):
        told = story(HIGHER.replace("Idlib", town), number)
        notify(measured, told, later(number), sms_a_day=2)

    assert measured["SmsLeft"] == [1, 0, 0, 0]
    # The first over the budget tells phones that there are more.
    assert sum(measured["SmsAlerts"]) == 3
    assert sum(measured["AlertsNew"]) == 4


def test_what_sns_would_refuse_is_counted(stack: Stack, measured: Measured, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shared.steps.outbox.to_publish", lambda _: {"Subject": " bad", "Message": "{}"})

    with pytest.raises(ContractError):
        notify(measured, story())

    assert measured == {"IncidentsNew": [1], "PublishesRefused": [1]}


def test_a_story_that_says_nothing_is_silent_and_one_that_waits_is_not(stack: Stack, measured: Measured) -> None:
    wiring.outbox().mutes.put(Mute(Muted.RULE, "airstrike", NOW))
    muted = notify(measured, story())
    wiring.outbox().mutes.remove(Muted.RULE, "airstrike", NOW)
    waiting = notify(measured, story(STRIKE.replace("Idlib", "Homs"), 2), wait=timedelta(minutes=5))

    assert (muted.is_silent, waiting.is_silent) == (True, False)
    assert "AlertsNew" not in measured
