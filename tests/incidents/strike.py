"""Twelve articles on one strike by five papers and two agencies, and one of them taken back; texts of our own.

All give the ministry's toll but one, which alone has the doctors' higher one, and is withdrawn later.
"""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from shared.core.accounts import accounts, story_of
from shared.core.edits import compare
from shared.detect import detect, load_lexicon
from shared.steps.detect import _homes, _revisions
from shared.types import Article, Story
from tests.conftest import article

BEGAN = datetime(2026, 3, 4, 9, 30, tzinfo=UTC)
"""A Wednesday; the bombs fell an hour before."""

_REUTERS = """NYALA, Sudan (Reuters) - Sudanese army jets bombed a lorry park in Nyala on Wednesday morning, \
killing 31 people and wounding 50, the state health ministry said.
Drivers had come in from three districts with sorghum and salt. Most of the lorries burned down within minutes.
"We ran for the wall and the wall was not there," said a driver who had sold his salt.
The army did not answer telephone calls.
(Reporting by a stringer in Nyala; Editing by the Africa desk)"""
_AFP = """NYALA, Sudan (AFP) - An air strike by the Sudanese army on a lorry park in Nyala killed 31 people and \
wounded 50 on Wednesday morning, according to the state health ministry.
An AFP correspondent saw carts turned over and a long line of people at the only open pharmacy of the quarter.
The capital of South Darfur has been in the hands of the RSF since the autumn of 2023.
© 2026 Agence France-Presse"""

_REUTERS_CUT = "\n".join(_REUTERS.split("\n")[:2]) + "\n(Reuters)"

_PRINTED: tuple[tuple[int, str, str, str], ...] = (
    (0, "Reuters", "Air strike on Nyala lorry park kills 31, ministry says", _REUTERS),
    (9, "AFP", "31 killed in air strike on lorry park in Sudan's Nyala: ministry", _AFP),
    (14, "The Meridian Post", "Air strike on Nyala lorry park kills 31, ministry says", _REUTERS),
    (
        25,
        "Harbour News",
        "Long haul ends in an air strike on Nyala",
        "\n".join(_REUTERS.split("\n")[:2]) + "\n(Reuters)",
    ),
    (31, "Gulf Morning", "31 killed in air strike on lorry park in Sudan's Nyala: ministry", _AFP),
    (
        48,
        "The Ridge Herald",
        "Sudan: lorry park in Nyala bombed, 31 dead according to ministry",
        _AFP.rpartition("\n")[0],
    ),
    (
        60,
        "Steppe Times",
        "Sudanese army bombs lorry park in Nyala",
        "Sudanese army warplanes bombed the lorry park of Nyala, in western Sudan, on Wednesday morning. The state "
        "health ministry said 31 people were killed and 50 wounded.\nHalf of the town lives off the lorries.",
    ),
    (
        75,
        "The Meridian Post",
        "Salt, smoke and a missing wall: the bombing of Nyala's lorry park",
        "Sudanese army jets bombed the lorry park in Nyala, Sudan, on Wednesday morning, and killed 31 people, the "
        "state health ministry said; 50 people were wounded.\nA tyre mender who slept there spoke of sacks "
        "burning as far as the river.",
    ),
    (
        90,
        "Gulf Morning",
        "Doctors: 44 killed in air strike on Nyala lorry park",
        "The Sudan Doctors Network said 44 people were killed in an air strike by the Sudanese army on the lorry "
        "park of Nyala, Sudan, on Wednesday morning. It said 50 people were wounded.\nThe network "
        "collects its figures from clinics by telephone.",
    ),
    (
        120,
        "Harbour News",
        "What is known of the air strike on Nyala",
        "According to the state health ministry, 31 people were killed and 50 wounded when Sudanese army jets bombed a "
        "lorry park in Nyala, Sudan, on Wednesday morning.\nNo other figure could be had by the afternoon.",
    ),
    (
        26 * 60,
        "The Ridge Herald",
        "Nyala buries the dead of its lorry park",
        "The people of Nyala, Sudan, on Thursday buried the dead of an air strike by the Sudanese army on the lorry "
        "park on Wednesday morning, which killed 31 people and wounded 50, the state health ministry said.\nThe "
        "prayers were short, for fear of the sky.",
    ),
    (
        28 * 60,
        "Steppe Times",
        "Price of salt doubles in Nyala",
        "An air strike by the Sudanese army on the lorry park in Nyala, Sudan, on Wednesday morning killed 31 "
        "people and wounded 50, according to the state health ministry.\nA bag now costs what two did on Tuesday.",
    ),
)
TAKEN_BACK = 8
"""Which of them is withdrawn."""
_NOTICE = """This article has been retracted. It gave a figure that its source had not given to us.
We are sorry for the mistake, and are looking into how it came about."""


def articles() -> list[Article]:
    return [
        article(
            text,
            title,
            id=f"entry{number}",
            url=f"https://{number}.example/nyala",
            canonical_url=f"https://{number}.example/nyala",
            page_title=title,
            publisher=publisher,
            feed_id=publisher,
            published_at=BEGAN + timedelta(minutes=minutes),
            fetched_at=BEGAN + timedelta(minutes=minutes + 2),
        )
        for number, (minutes, publisher, title, text) in enumerate(_PRINTED)
    ]


def stories() -> list[Story]:
    """What detection makes of each, one story an article."""
    lexicon = load_lexicon()
    found = [(each, accounts(detect(each, lexicon))) for each in articles()]
    assert [len(reports) for _, reports in found] == [1] * len(found)
    return [story_of(reports[0], each, f"articles/{each.id}") for each, reports in found]


def retraction() -> Story:
    """The story that the reread of the withdrawn article gives."""
    lexicon = load_lexicon()
    before = articles()[TAKEN_BACK]
    at = BEGAN + timedelta(hours=30)
    said = article(_NOTICE, "Article retracted", url=before.url, canonical_url=before.url, fetched_at=at)
    now = compare(before, replace(said, page_title="Article retracted"), 1, "articles/entry8", gone=False).article
    assert now is not None
    was = detect(before, lexicon)
    (story,) = _revisions(
        now, "articles/entry8.1", accounts(detect(now, lexicon)), before, accounts(was), _homes([was])
    )
    return story
