from datetime import UTC, datetime

import pytest

from shared.core.dates import parse_date
from tests.conftest import NOW

READ = {
    "RFC 822 with an offset": ("Wed, 04 Mar 2026 10:30:00 +0100", datetime(2026, 3, 4, 9, 30, tzinfo=UTC)),
    "RFC 822 with a zone's name": ("Wed, 04 Mar 2026 04:30 EST", datetime(2026, 3, 4, 9, 30, tzinfo=UTC)),
    "RFC 822 in UT": ("4 Mar 2026 09:30:00 UT", datetime(2026, 3, 4, 9, 30, tzinfo=UTC)),
    "an hour of one digit": ("Wed, 4 Mar 2026 9:30:00 GMT", datetime(2026, 3, 4, 9, 30, tzinfo=UTC)),
    "full names": ("Wednesday, 04 March 2026 09:30:00 GMT", datetime(2026, 3, 4, 9, 30, tzinfo=UTC)),
    "a comma too many": ("Wed, 04 Mar, 2026 09:30:00 UTC", datetime(2026, 3, 4, 9, 30, tzinfo=UTC)),
    "a year of two digits": ("04 Mar 26 09:30 GMT", datetime(2026, 3, 4, 9, 30, tzinfo=UTC)),
    "a European zone": ("Wed, 04 Mar 2026 10:30:00 CET", datetime(2026, 3, 4, 9, 30, tzinfo=UTC)),
    "hours from Greenwich": ("Wed, 04 Mar 2026 18:30:00 GMT+9", datetime(2026, 3, 4, 9, 30, tzinfo=UTC)),
    "the year last": ("Wed Mar 04 09:30:00 +0000 2026", datetime(2026, 3, 4, 9, 30, tzinfo=UTC)),
    "ISO with hours only": ("2026-03-04T04:30:00-05", datetime(2026, 3, 4, 9, 30, tzinfo=UTC)),
    "ISO with Z": ("2026-03-04T09:30:00Z", datetime(2026, 3, 4, 9, 30, tzinfo=UTC)),
    "ISO with an offset and fractions": ("2026-03-04T11:30:00.123+02:00", datetime(2026, 3, 4, 9, 30, tzinfo=UTC)),
    "ISO without a zone is UTC": ("2026-03-04 09:30", datetime(2026, 3, 4, 9, 30, tzinfo=UTC)),
}
REFUSED = {
    "nothing": "",
    "a day without a time": "2026-03-04",
    "day and month that could be either": "03/04/2026 10:00",
    "the year one": "0001-01-01T00:00:00Z",
    "before the web": "Mon, 02 Jan 1984 10:00:00 GMT",
    "far ahead": "2027-01-01T00:00:00Z",
    "a zone that nobody knows": "Wed, 04 Mar 2026 09:30:00 XYZ",
    "a month in no language of ours": "Wed, 04 Foo 2026 09:30:00 GMT",
    "RFC 822 without a zone": "Wed, 04 Mar 2026 09:30:00",
    "a month that is none": "2026-13-04T09:30:00Z",
    "an hour that is none": "Wed, 04 Mar 2026 25:30:00 GMT",
    "words": "yesterday",
}


@pytest.mark.parametrize(("text", "moment"), READ.values(), ids=READ)
def test_a_date_is_read(text: str, moment: datetime) -> None:
    assert parse_date(text, NOW) == moment


@pytest.mark.parametrize("text", REFUSED.values(), ids=REFUSED)
def test_a_date_that_is_not_sure_is_none(text: str) -> None:
    assert parse_date(text, NOW) is None
