"""What the operator sets of alerts is read, or refused with the name and the remedy."""

from datetime import time, timedelta
from zoneinfo import ZoneInfo

import pytest

from shared import settings
from shared.errors import SettingError
from shared.types import Policy, QuietHours
from tests.conftest import Stack


def test_the_templates_defaults_are_the_policys(stack: Stack) -> None:
    assert settings.policy() == Policy(zone=ZoneInfo("UTC"))


def test_every_setting_is_read(stack: Stack, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {
        "WAIT_MINUTES": "20",
        "GATHER_MINUTES": "0",
        "COOL_DOWN_MINUTES": "60",
        "MAX_AGE_HOURS": "24",
        "SEND_CLOSED": "yes",
        "BURST": "0",
        "QUIET_HOURS": "22:30-07:00",
        "TIME_ZONE": "Europe/Kyiv",
        "SMS_A_DAY": "30",
    }.items():
        monkeypatch.setenv(name, value)

    assert settings.policy() == Policy(
        wait=timedelta(minutes=20),
        gather=timedelta(0),
        cool_down=timedelta(hours=1),
        max_age=timedelta(hours=24),
        send_closed=True,
        burst=0,
        quiet=QuietHours(time(22, 30), time(7)),
        zone=ZoneInfo("Europe/Kyiv"),
        sms_a_day=30,
    )


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("QUIET_HOURS", "22-7"),
        ("QUIET_HOURS", "22:00-22:00"),
        ("QUIET_HOURS", "24:00-07:00"),
        ("TIME_ZONE", "Europe/Nowhere"),
        ("TIME_ZONE", "../etc/passwd"),
        ("TIME_ZONE", "Europe"),
        ("TIME_ZONE", ""),
        ("WAIT_MINUTES", "-1"),
        ("BURST", "many"),
    ],
)
def test_a_setting_that_cannot_be_is_refused_by_its_name(
    stack: Stack, monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)

    with pytest.raises(SettingError, match=name):
        settings.policy()
