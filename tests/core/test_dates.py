import unicodedata
from datetime import UTC, datetime

import pytest

from shared.core.dates import parse_date
from tests.conftest import NOW

HALF_PAST_NINE = datetime(2026, 3, 4, 9, 30, tzinfo=UTC)
HALF_PAST_NINE_READ = {
    "RFC 822 with an offset": "Wed, 04 Mar 2026 10:30:00 +0100",
    "RFC 822 with a zone's name": "Wed, 04 Mar 2026 04:30 EST",
    "RFC 822 in UT": "4 Mar 2026 09:30:00 UT",
    "RFC 822 without a zone is UTC": "Wed, 04 Mar 2026 09:30:00",
    "an hour of one digit": "Wed, 4 Mar 2026 9:30:00 GMT",
    "full names": "Wednesday, 04 March 2026 09:30:00 GMT",
    "a comma too many": "Wed, 04 Mar, 2026 09:30:00 UTC",
    "two commas and no space after them": "Wed,04 Mar 2026, 09:30 UTC",
    "a year of two digits": "04 Mar 26 09:30 GMT",
    "a European zone": "Wed, 04 Mar 2026 10:30:00 CET",
    "a Japanese zone": "Wed, 04 Mar 2026 18:30:00 JST",
    "hours from Greenwich": "Wed, 04 Mar 2026 18:30:00 GMT+9",
    "an American zone without its season": "Wed, 04 Mar 2026 04:30:00 ET",
    "the year last": "Wed Mar 04 09:30:00 +0000 2026",
    "as JavaScript prints it": "Wed Mar 04 2026 10:30:00 GMT+0100 (Central European Time)",
    "the month first and half a day": "March 4, 2026 9:30 AM",
    "the word at": "March 4th, 2026 at 4:30 am EST",
    "ISO with hours only": "2026-03-04T04:30:00-05",
    "ISO with Z": "2026-03-04T09:30:00Z",
    "ISO with an offset and fractions": "2026-03-04T11:30:00.123+02:00",
    "ISO without a zone is UTC": "2026-03-04 09:30",
    "ISO without dashes": "20260304T093000Z",
    "an hour of one digit in ISO": "2026-03-04T9:30Z",
    "slashes and the year first": "Wed, 2026/03/04 09:30:00",
    "seconds since 1970": "1772616600",
    "milliseconds since 1970": "1772616600000",
    "German": "Mittwoch, 4. März 2026, 10:30 Uhr MEZ",
    "German in letters that are put together": unicodedata.normalize("NFD", "Mi, 04 Mär 2026 10:30:00 +0100"),
    "French": "mer., 04 mars 2026 10:30:00 +0100",
    "French with an h": "mercredi 4 mars 2026 à 9h30",
    "a French Tuesday is no March": "mar., 04 mars 2026 09:30:00 +0000",
    "Spanish": "miércoles, 4 de marzo de 2026 09:30",
    "Italian": "mercoledì 4 marzo 2026, 09:30",
    "Portuguese": "4 de março de 2026 às 09:30",
    "Dutch": "woensdag 4 maart 2026 09:30",
    "Polish": "środa, 4 marca 2026 09:30",
    "Turkish": "4 Mart 2026 Çarşamba 09:30",
    "Hungarian": "2026. március 4. 09:30",
    "Hungarian between dashes": "2026-március-04T9:30",
    "Russian": "4 марта 2026 г. 12:30 MSK",
    "Ukrainian": "4 березня 2026 р. 09:30",
    "Arabic in Egypt": "الأربعاء 4 مارس 2026 09:30",
    "Arabic in the Levant": "٤ آذار ٢٠٢٦ ٠٩:٣٠",
    "Arabic in both ways": "4 آذار/مارس 2026 9:30 ص",
    "Persian digits and name": "۴ مارس ۲۰۲۶ ۰۹:۳۰",
    "Hebrew": "4 במרץ 2026 09:30",
    "Chinese": "2026年3月4日 09:30",
    "Chinese with half days": "2026年03月04日 星期三 上午9:30",
    "Japanese": "2026年3月4日(水) 9時30分",
    "Korean": "2026년 3월 4일 오전 9:30",
}
READ = {
    "a day is its midnight": ("2026-03-04", datetime(2026, 3, 4, tzinfo=UTC)),
    "a day with a month's name": ("Wed, 04 Mar 2026", datetime(2026, 3, 4, tzinfo=UTC)),
    "a day that can be no month": ("26/02/2026", datetime(2026, 2, 26, tzinfo=UTC)),
    "a month before a day that can be none": ("02/26/2026 4:20 pm", datetime(2026, 2, 26, 16, 20, tzinfo=UTC)),
    "a day and a month that are the same": ("03/03/2026", datetime(2026, 3, 3, tzinfo=UTC)),
    "noon": ("March 4, 2026 12:00 PM", datetime(2026, 3, 4, 12, tzinfo=UTC)),
    "midnight": ("March 4, 2026 12:00 AM", datetime(2026, 3, 4, tzinfo=UTC)),
    "the end of a day": ("2026-03-03T24:00:00Z", datetime(2026, 3, 4, tzinfo=UTC)),
    "a leap second": ("2016-12-31T23:59:60Z", datetime(2016, 12, 31, 23, 59, 59, tzinfo=UTC)),
    "an American summer": ("4 Jul 2025 12:00 PT", datetime(2025, 7, 4, 19, tzinfo=UTC)),
    "the Levant's January": ("15 كانون الثاني 2026 10:00", datetime(2026, 1, 15, 10, tzinfo=UTC)),
    "the Levant's October": ("15 تشرين الأول 2025", datetime(2025, 10, 15, tzinfo=UTC)),
}
REFUSED = {
    "nothing": "",
    "a year": "2026",
    "a month": "March 2026",
    "day and month that could be either": "03/04/2026 10:00",
    "day and month with dots that could be either": "03.04.2026",
    "the year one": "0001-01-01T00:00:00Z",
    "before the web": "Mon, 02 Jan 1984 10:00:00 GMT",
    "far ahead": "2027-01-01T00:00:00Z",
    "another calendar's year": "1404-12-13T09:30:00Z",
    "a zone that nobody knows": "Wed, 04 Mar 2026 09:30:00 XYZ",
    "two zones": "2026-03-04T09:30:00-05:00Z",
    "an offset that no place has": "2026-03-04T09:30:00+15:00",
    "an American hour that was there twice": "2 Nov 2025 01:30 ET",
    "a month in no language of ours": "Wed, 04 Foo 2026 09:30:00 GMT",
    "a month that is another one in the next country": "4 listopada 2025 09:30",
    "two months": "04 Mar Apr 2026 09:30:00 GMT",
    "two days": "4 5 March 2026",
    "two clocks": "4 March 2026 09:30 10:30",
    "a month that is none": "2026-13-04T09:30:00Z",
    "a day that is none": "Tue, 31 Feb 2026 10:00:00 GMT",
    "an hour that is none": "Wed, 04 Mar 2026 25:30:00 GMT",
    "an hour with the wrong half": "March 4, 2026 16:30 AM",
    "a number too many": "2013-01-27-01",
    "words": "yesterday",
    "a telephone number": "555 1234",
    "much": "4 March 2026 " * 1000,
}


@pytest.mark.parametrize("text", HALF_PAST_NINE_READ.values(), ids=HALF_PAST_NINE_READ)
def test_a_date_is_read_in_whatever_form(text: str) -> None:
    assert parse_date(text, NOW) == HALF_PAST_NINE


@pytest.mark.parametrize(("text", "moment"), READ.values(), ids=READ)
def test_a_date_is_read(text: str, moment: datetime) -> None:
    assert parse_date(text, NOW) == moment


@pytest.mark.parametrize("text", REFUSED.values(), ids=REFUSED)
def test_a_date_that_is_not_sure_is_none(text: str) -> None:
    assert parse_date(text, NOW) is None


def test_without_a_clock_there_is_no_latest_date() -> None:
    assert parse_date("2027-01-01T00:00:00Z") == datetime(2027, 1, 1, tzinfo=UTC)
