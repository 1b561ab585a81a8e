"""When, who, what about and whose text: what a report's words say beyond its figures and its place."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from shared.core.traits import traits
from shared.types import (
    Article,
    Certainty,
    Claim,
    ClaimKind,
    Evidence,
    Field,
    Mark,
    Paragraph,
    Place,
    Precision,
    Report,
    Traits,
)

# A Tuesday.
NOW = datetime(2026, 9, 15, 14, tzinfo=UTC)
KHARKIV = Place("706483", "Kharkiv", "Kharkiv", "UA", "Ukraine", 49.98, 36.25, Precision.CITY)
HONOLULU = Place("5856195", "Honolulu", "Honolulu", "US", "United States", 21.3, -157.86, Precision.CITY)


def told(
    sentence: str,
    *claims: Claim,
    fired: str = "strike",
    title: str = "",
    at: datetime = NOW,
    place: Place | None = KHARKIV,
    language: str = "en",
    text: str = "",
    publisher: str = "Daily Compass",
    authors: tuple[str, ...] = (),
    paragraphs: tuple[Paragraph, ...] = (),
) -> Traits:
    start = max(0, sentence.lower().find(fired))
    evidence = [Evidence("airstrike/1", Field.TEXT, start, start + len(fired), fired)]
    if title:
        evidence.append(Evidence("airstrike/1", Field.TITLE, 0, 5, title[:5]))
    report = Report(
        "r", "a", "airstrike", Certainty.CLAIMED, 60, 0.9, place, claims, tuple(evidence),
        Evidence("airstrike/1", Field.TEXT, 0, len(sentence), sentence),
    )  # fmt: skip
    article = Article(
        "a", "https://a.example/", title or "News", text or sentence, paragraphs, language, publisher, at, at, ""
    )
    return traits(report, replace(article, authors=authors))


TUESDAY, MONDAY = date(2026, 9, 15), date(2026, 9, 14)
DAYS = {
    "none: the day of publication": ("A strike killed six people in Kharkiv.", TUESDAY, False),
    "today": ("A strike killed six people in Kharkiv today.", TUESDAY, True),
    "yesterday": ("A strike killed six people yesterday.", MONDAY, True),
    "a weekday": ("A strike on Monday killed six people.", MONDAY, True),
    "the weekday of publication": ("A strike on Tuesday killed six people.", TUESDAY, True),
    "the same weekday's name is never a day ahead": ("A strike on Wednesday killed six.", date(2026, 9, 9), True),
    "whose strike it was": ("Monday's strike killed six people.", MONDAY, True),
    "not the day of the word": ("He said on Tuesday that Sunday's strike killed six.", date(2026, 9, 13), True),
    "a day on which somebody speaks": ("Officials said on Monday the strike killed six.", MONDAY, False),
    "the day nearest to the strike": ("The toll of Saturday's strike rose to six on Monday.", date(2026, 9, 12), True),
    "a day on which the toll rose": ("The toll of the strike rose to at least six on Monday.", MONDAY, False),
    "a day of burying": ("On Monday they buried those whom a strike killed on Sunday.", date(2026, 9, 13), True),
    "a strike's day before what came after": ("The toll of the strike on Monday rose to six.", MONDAY, True),
    "a day after": ("Crowds walked behind the coffins a day after a strike killed six.", MONDAY, True),
    "two days after": ("Two days after the strike, six are dead.", date(2026, 9, 13), True),
    "a day after another day's": ("They met on Monday, a day after a strike killed six.", date(2026, 9, 13), True),
    "a strike a day after something else": ("A strike killed six a day after talks began.", TUESDAY, False),
    "overnight": ("A strike killed six people overnight.", TUESDAY, True),
    "last night": ("A strike killed six people last night.", TUESDAY, True),
    "tonight ends tomorrow": ("A strike hit Kharkiv tonight.", date(2026, 9, 16), True),
    "a night counts to the day that it ends in": ("A strike killed six on Sunday night.", MONDAY, True),
    "an evening does not": ("A strike killed six on Sunday evening.", date(2026, 9, 13), True),
    "day and month": ("A strike on 12 September killed six.", date(2026, 9, 12), True),
    "month and day": ("A strike on Sept. 12 killed six.", date(2026, 9, 12), True),
    "with its year": ("A strike on September 17, 2016 killed 62.", date(2016, 9, 17), True),
    "a month without its year is the last one": ("A strike on December 24 killed six.", date(2025, 12, 24), True),
    "ISO": ("The strike of 2026-09-11 killed six.", date(2026, 9, 11), True),
    "days ago": ("A strike three days ago killed six.", date(2026, 9, 12), True),
    "a date that is none": ("A strike on 31 June killed six.", TUESDAY, False),
    "may and march are words too": ("At least 17 may have died in the strike on the 9 march route.", TUESDAY, False),
    "since a day": ("It was the third strike since Friday.", TUESDAY, False),
    "sat and sun are words too": ("A strike hit men who sat in the sun.", TUESDAY, False),
    "Ukrainian": ("Удар у понеділок по Харкову, загинули 6 людей.", MONDAY, True),
    "Ukrainian yesterday": ("Удар учора по Харкову.", MONDAY, True),
    "Arabic": ("غارة يوم الاثنين قتلت ستة أشخاص.", MONDAY, True),
    "Arabic yesterday": ("غارة أمس قتلت ستة أشخاص.", MONDAY, True),
}  # fmt: skip


@pytest.mark.parametrize(("sentence", "day", "is_told"), DAYS.values(), ids=DAYS)
def test_the_day_is_that_of_the_event(sentence: str, day: date, is_told: bool) -> None:
    found = told(sentence)

    assert (found.day, found.is_day_told) == (day, is_told)


def test_the_day_is_the_places_own() -> None:
    late = datetime(2026, 9, 15, 3, tzinfo=UTC)

    assert told("A strike today hit the harbour.", at=late, place=HONOLULU).day == MONDAY
    assert told("A strike today hit the harbour.", at=late).day == TUESDAY


def test_a_day_that_has_begun_by_the_clock_only_is_not_last_weeks() -> None:
    found = told("A strike on Wednesday hit Kharkiv.", at=datetime(2026, 9, 15, 21, 10, tzinfo=UTC))

    assert found.day == date(2026, 9, 16)


def test_the_title_tells_the_day_where_its_sentence_does_not() -> None:
    found = told("A strike killed six people.", title="Strike on Kharkiv on Sunday kills six")

    assert (found.day, found.is_day_told) == (date(2026, 9, 13), True)


def test_an_article_without_a_date_is_of_the_day_on_which_it_was_read() -> None:
    article = Article("a", "https://a.example/", "T", "A strike hit.", (), "en", "A", None, NOW, "")
    said = Evidence("airstrike/1", Field.TEXT, 0, 13, "A strike hit.")
    report = Report("r", "a", "airstrike", Certainty.CLAIMED, 60, 0.9, None, (), (said,), said)

    assert traits(report, article).day == TUESDAY


HOURS = {
    "none": ("A strike on Monday killed six.", None),
    "half a day's clock": ("A strike at 5 p.m. on Monday killed six.", (17, 18)),
    "with minutes": ("A strike at 4:30 am on Monday killed six.", (4, 5)),
    "midday": ("A strike at 12 pm killed six.", (12, 13)),
    "a day's clock": ("A strike at 17:05 on Monday killed six.", (17, 18)),
    "a clock of another zone": ("A strike at 0900 GMT killed six.", (11, 12)),
    "morning": ("A strike on Monday morning killed six.", (5, 12)),
    "dawn": ("A strike at dawn on Monday killed six.", (2, 7)),
    "noon": ("A strike at noon killed six.", (11, 14)),
    "afternoon": ("A strike on Monday afternoon killed six.", (12, 18)),
    "evening": ("A strike on Monday evening killed six.", (17, 23)),
    "night": ("A strike on Sunday night killed six.", (0, 6)),
    "early": ("A strike early on Monday killed six.", (0, 9)),
    "late": ("A strike late on Monday killed six.", (18, 24)),
    "no time: a score, a calibre, a ratio": ("A strike with 5.56 rounds and 10 men killed six.", None),
    "no such hour": ("A strike at 17 p.m. killed six.", None),
    "Ukrainian": ("Удар вранці у понеділок по Харкову.", (5, 12)),
    "Arabic": ("غارة فجر يوم الاثنين.", (2, 7)),
}


@pytest.mark.parametrize(("sentence", "hours"), HOURS.values(), ids=HOURS)
def test_the_hours_are_as_far_as_the_text_tells_them(sentence: str, hours: tuple[int, int] | None) -> None:
    assert told(sentence).hours == hours


PARTIES = {
    "nobody": ("A strike killed six people.", ()),
    "whose strike": ("A Russian strike killed six people.", ("RU",)),
    "whose planes": ("Israeli warplanes carried out a strike on a school.", ("IL",)),
    "who strikes": ("Russia launched a strike on Kharkiv.", ("RU",)),
    "by whom": ("Six were killed in a strike by Turkish drones.", ("TR",)),
    "a group": ("Hezbollah fired rockets in a strike on the base.", ("hezbollah",)),
    "an alliance by who leads it": ("A Saudi-led coalition air strike killed six.", ("SA",)),
    "two together": ("US and British jets made a strike on Hodeidah.", ("GB", "US")),
    "who was hit is no doer": ("A strike on Syrian troops killed six.", ()),
    "who was killed is no doer": ("Syrian soldiers were killed in a strike.", ()),
    "the doer and not the victim": ("A US strike killed eight al-Shabaab fighters.", ("US",)),
    "backed by is no deed": ("A strike killed six fighters backed by Iran.", ()),
    "us is a word": ("The strike told us little.", ()),
    "possessive": ("Israel's air force made a strike on Tyre.", ("IL",)),
    "Ukrainian": ("Російські війська завдали удар по Харкову.", ("RU",)),
    "Arabic": ("غارة إسرائيلية استهدفت سيارة.", ("IL",)),
}  # fmt: skip


@pytest.mark.parametrize(("sentence", "parties"), PARTIES.values(), ids=PARTIES)
def test_the_parties_are_those_that_did_it(sentence: str, parties: tuple[str, ...]) -> None:
    assert told(sentence).parties == parties


def test_who_takes_responsibility_did_it() -> None:
    said = Evidence("airstrike/1", Field.TEXT, 0, 5, "words")
    claim = Claim(ClaimKind.RESPONSIBILITY, "the Houthi movement", "claimed", Certainty.CLAIMED, said)

    assert told("A strike hit a tanker.", claim).parties == ("houthis",)


WIRES = {
    "nobody's": ({}, ""),
    "the agency publishes it itself": ({"publisher": "Reuters"}, "reuters"),
    "it signs": ({"authors": ("By Agence France-Presse",)}, "afp"),
    "its dateline": ({"text": "GAZA (Reuters) - A strike killed six people."}, "reuters"),
    "a dateline with the day": ({"text": "KYIV, Sept 15 (AP) — A strike killed six people."}, "ap"),
    "its credit": ({"text": "A strike killed six people, the mayor said. (Anadolu)"}, "anadolu"),
    "a credit behind a dash": ({"text": "A strike killed six people, the mayor said. – dpa"}, "dpa"),
    "its editors": ({"text": "A strike hit. (Reporting by A. Reporter; Editing by B. Editor)"}, "reuters"),
    "a source that is quoted is no wire": ({"text": "A strike hit, the state agency SANA said on Monday."}, ""),
    "a town is no wire": ({"text": "SANAA (Sana) - A strike hit."}, ""),
    "a paper with an agency in its name is no wire": ({"publisher": "Reuters Fan Weekly"}, ""),
}


@pytest.mark.parametrize(("given", "wire"), WIRES.values(), ids=WIRES)
def test_the_wire_is_the_agency_whose_text_it_is(given: dict[str, object], wire: str) -> None:
    assert told("A strike killed six people.", **given).wire == wire  # type: ignore[arg-type]


def test_a_byline_names_the_wire() -> None:
    text = "By Jane Doe, Associated Press\nA strike killed six people."
    paragraphs = (Paragraph(0, 29, Mark.BYLINE), Paragraph(30, len(text)))

    assert told("A strike killed six people.", text=text, paragraphs=paragraphs).wire == "ap"


def test_the_words_are_those_that_not_every_strike_has() -> None:
    found = told(
        "A Russian missile strike on a maternity hospital in Kharkiv killed 16 people on Monday, the governor said.",
        title="Strike on Kharkiv hospital: nurses among the dead",
    )

    assert found.words == ("hospital", "nurse", "among", "maternity")


def test_who_says_so_is_not_what_it_is_about() -> None:
    said = Evidence("airstrike/1", Field.TEXT, 0, 5, "words")
    claim = Claim(ClaimKind.KILLED, "the Syrian Observatory", "said", Certainty.CLAIMED, said, 6, 6, 6)

    assert told("A strike killed six people at a mill, the Syrian Observatory said.", claim).words == ("mill",)


HOSTILE = {
    "a sentence without end": "strike on Monday " * 50_000,
    "figures without end": "strike 1:23 " * 20_000,
    "nothing": "",
    "controls": "\x00\u202estrike\x1b on\ufffe Monday\ud800",
}


@pytest.mark.parametrize("sentence", HOSTILE.values(), ids=HOSTILE)
def test_whatever_a_page_says_a_day_comes_out_and_little_else(sentence: str) -> None:
    found = told(sentence)

    assert found.day is not None
    assert len(found.words) <= 24
    assert len(found.parties) <= 4
