"""What of two readings of a page is an edit, and what only looks like one."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.core.edits import (
    MOST_WATCHED,
    REREAD_AFTER,
    Rereading,
    RereadResult,
    compare,
    diff,
    is_gone,
    notices,
    rereads,
)
from shared.types import Article, Edit, EntryState, Incident, Mark, Paragraph, Quality, Response
from tests.conftest import NOW, article
from tests.core.test_incidents import NOW as THEN
from tests.core.test_incidents import killed, story
from tests.desk import Desk

FIRST = "Jets bombed the market of Idlib on Monday, the rescue workers' office said."
TOLL = "At least 5 people were killed, it said."
MORE = "The road to the north was closed for hours, and the clinic asked for blood."
TEXT = "\n".join((FIRST, TOLL, MORE))
REST = "\n".join(
    f"The {place} was open again by noon, and {many} families from the villages around it were given bread and tents."
    for place, many in (("ferry", "nine"), ("school", "thirty"), ("bridge", "some"), ("mill", "forty"), ("hall", "few"))
)
LONG = f"{TEXT}\n{REST}"
"""More than a brief."""
KEY = "articles/dt=2026-03-04/entry1.json"


def marked(text: str, mark: Mark) -> Article:
    """An article whose last line is not the story."""
    read = article(text)
    return replace(read, paragraphs=(*read.paragraphs[:-1], replace(read.paragraphs[-1], mark=mark)))


NOTHING = {
    "the same": (article(TEXT), article(TEXT)),
    "a comma": (article(TEXT), article(TEXT.replace("Monday, the", "Monday the"))),
    "typographic quotes": (article(TEXT), article(TEXT.replace("'", "\u2019"))),
    "capitals": (article(TEXT), article(TEXT.upper())),
    "spaces": (article(TEXT), article(TEXT.replace(" was ", "  was\u00a0"))),
    "the last full stop": (article(TEXT), article(TEXT[:-1])),
    "two paragraphs in one": (article(TEXT), article(f"{FIRST} {TOLL}\n{MORE}")),
    "a caption": (marked(f"{TEXT}\nThe market", Mark.CAPTION), marked(f"{TEXT}\nThe market burns", Mark.CAPTION)),
    "a byline": (marked(f"{TEXT}\nBy A. Lee", Mark.BYLINE), marked(f"{TEXT}\nBy A. Lee and B. Ray", Mark.BYLINE)),
    "another pointer": (marked(f"{TEXT}\nRelated: Ferry", Mark.RELATED), marked(f"{TEXT}\nRelated: War", Mark.RELATED)),
    "a title that was not known before": (article(TEXT), article(TEXT, page_title="Jets bomb a market")),
}


@pytest.mark.parametrize(("before", "after"), NOTHING.values(), ids=NOTHING)
def test_what_changes_no_word_of_the_story_is_no_edit(before: Article, after: Article) -> None:
    assert diff(before, after) == ()


EDITS = {
    "a figure": (TEXT.replace("5 people", "12 people"), [Edit(TOLL, "At least 12 people were killed, it said.")]),
    "a sentence more": (f"{TEXT}\nIt rained.", [Edit("", "It rained.")]),
    "a sentence less": (f"{FIRST}\n{MORE}", [Edit(TOLL, "")]),
    "one sentence of a paragraph": (
        f"{FIRST} Two are missing. {TOLL}\n{MORE}",
        [Edit("", "Two are missing.")],
    ),
    "a correction goes first": (
        f"It was dawn.\n{TEXT}\nCorrection: an earlier version of this article gave another day.",
        [Edit("", "Correction: an earlier version of this article gave another day."), Edit("", "It was dawn.")],
    ),
}


@pytest.mark.parametrize(("text", "edits"), EDITS.values(), ids=EDITS)
def test_an_edit_tells_the_sentence_that_was_and_the_one_that_is(text: str, edits: list[Edit]) -> None:
    assert list(diff(article(TEXT), article(text))) == edits


def test_a_decimal_point_is_no_mere_punctuation() -> None:
    assert diff(article("Some 1.5 million fled."), article("Some 15 million fled.")) != ()


def test_a_new_title_of_the_page_is_an_edit() -> None:
    before, after = (article(TEXT, page_title=title) for title in ("Five dead in Idlib", "Twelve dead in Idlib"))

    assert diff(before, after) == (Edit("Five dead in Idlib", "Twelve dead in Idlib"),)


def test_a_text_without_end_is_told_within_bounds() -> None:
    before, after = ("\n".join(f"{word} {number} " + "x" * 3_000 for number in range(3_000)) for word in ("a", "b"))

    edits = diff(article(before), article(after))

    assert len(edits) == 50
    assert max(len(edit.before) for edit in edits) == 1_000


@given(text=st.text())
def test_no_text_is_an_edit_of_itself(text: str) -> None:
    assert diff(article(text), article(text)) == ()


@given(before=st.text(), after=st.text())
def test_any_two_texts_can_be_compared(before: str, after: str) -> None:
    assert all(edit.before != edit.after for edit in diff(article(before), article(after)))


NOTICES = {
    "Correction: the toll was 12, not 21.": True,
    "CORRECTION (March 4): the strike was on Monday.": True,
    "Clarification \u2014 the ministry spoke of two raids.": True,
    "Editor's note: An earlier version of this story misstated the toll.": True,
    "This article was amended on 4 March.": True,
    "(Corrects toll in the second paragraph)": True,
    "This story has been retracted.": True,
    "The agency has withdrawn this story.": True,
    "Corrections officers were among the dead.": False,
    "The minister has deleted the post.": False,
    "The report was removed from the ministry's site.": False,
    "The army corrected its fire.": False,
    "The earlier version of events was denied.": False,
}


@pytest.mark.parametrize(("sentence", "is_notice"), NOTICES.items(), ids=NOTICES)
def test_a_notice_says_that_the_article_itself_is_corrected(sentence: str, is_notice: bool) -> None:
    assert notices([Edit("", sentence)]) == ([sentence] if is_notice else [])


def test_a_notice_that_is_taken_out_is_none() -> None:
    assert notices([Edit("Correction: the toll was 12.", "")]) == []


def whole(read: Article) -> Article:
    """The article with all of its text as the story."""
    return replace(read, paragraphs=(Paragraph(0, len(read.text)),))


def found(fresh: Article, before: Article | None = None, *, gone: bool = False) -> RereadResult:
    return compare(before or article(LONG), fresh, 2, KEY, gone=gone)


MISSING = {
    "404": (404, None, True),
    "410": (410, None, True),
    "a page that says so": (200, Quality.MISSING, True),
    "refused": (403, None, False),
    "no answer": (0, None, False),
    "overburdened": (503, None, False),
    "a consent form": (200, Quality.CONSENT, False),
    "the article": (200, Quality.GOOD, False),
}


@pytest.mark.parametrize(("status", "quality", "gone"), MISSING.values(), ids=MISSING)
def test_a_page_is_gone_when_its_site_says_so(status: int, quality: Quality | None, gone: bool) -> None:
    assert is_gone(Response("https://news.example/1", status, {}, b"page"), quality) is gone


SUMMARY = article("Shorter.", unread=EntryState.UNREADABLE, unread_reason="why", quality=Quality.SUMMARY)
OTHER = "The council met on Tuesday. It spoke about the bridge, the ferry and the school in the old town of the region."
NO_EDITS = {
    "gone": (article("", unread=EntryState.UNREADABLE, unread_reason="HTTP 404"), True, Rereading.GONE, "HTTP 404"),
    "refused": (
        article("", unread=EntryState.BLOCKED, unread_reason="HTTP 403", quality=Quality.SUMMARY),
        False,
        Rereading.UNREADABLE,
        "HTTP 403",
    ),
    "a consent form": (
        article("", unread=EntryState.UNREADABLE, unread_reason="asks for consent", quality=Quality.CONSENT),
        False,
        Rereading.UNREADABLE,
        "asks for consent",
    ),
    "a paywall": (
        article(FIRST, unread=EntryState.BLOCKED, unread_reason="for subscribers", quality=Quality.PAYWALL),
        False,
        Rereading.UNREADABLE,
        "for subscribers",
    ),
    "noise": (
        article(LONG.replace("5", "7"), quality=Quality.NOISY),
        False,
        Rereading.UNREADABLE,
        "less than half of the text is the story",
    ),
    "a teaser that passes for a text": (
        article(FIRST),
        False,
        Rereading.UNREADABLE,
        "less than half of the text is left, and nothing says why",
    ),
    "another story": (
        article("\n".join(OTHER.replace("council", who) for who in ("council", "board", "club", "guild"))),
        False,
        Rereading.UNREADABLE,
        "another text stands there",
    ),
    "the same": (article(LONG), False, Rereading.UNCHANGED, ""),
    "a comma": (article(LONG.replace(", it said", " it said")), False, Rereading.UNCHANGED, ""),
}


@pytest.mark.parametrize(("fresh", "gone", "outcome", "reason"), NO_EDITS.values(), ids=NO_EDITS)
def test_what_may_stand_in_the_articles_way_is_no_edit(
    fresh: Article, gone: bool, outcome: Rereading, reason: str
) -> None:
    assert found(fresh, gone=gone) == RereadResult(outcome, reason)


BRIEF = article(f"{FIRST} {TOLL}", canonical_url="https://news.example/brief")
PUT_RIGHT = "A gas tank burst near the shops of Idlib, officials told reporters. Nobody fired at the town, they added."
BRIEFS = {
    "put right": (replace(BRIEF, text=PUT_RIGHT), Rereading.EDITED),
    "put right in few words": (replace(BRIEF, text="A gas tank burst in Idlib."), Rereading.EDITED),
    "now a whole story": (replace(BRIEF, text=f"{PUT_RIGHT} {REST}"), Rereading.EDITED),
    "put right, said to be short": (replace(BRIEF, text=PUT_RIGHT, quality=Quality.SHORT), Rereading.EDITED),
    "only its beginning": (replace(BRIEF, text="Jets bombed the market of Idlib"), Rereading.UNREADABLE),
    "another page": (replace(BRIEF, text=PUT_RIGHT, canonical_url="https://news.example/2"), Rereading.UNREADABLE),
    "a page that names itself no more": (replace(BRIEF, text=PUT_RIGHT, canonical_url=""), Rereading.UNREADABLE),
    "a teaser": (replace(BRIEF, text=PUT_RIGHT, quality=Quality.TEASER), Rereading.UNREADABLE),
    "what a paywall shows": (replace(BRIEF, text=PUT_RIGHT, quality=Quality.PAYWALL), Rereading.UNREADABLE),
}


@pytest.mark.parametrize(("fresh", "outcome"), BRIEFS.values(), ids=BRIEFS)
def test_a_brief_is_edited_where_the_same_page_tells_it_otherwise(fresh: Article, outcome: Rereading) -> None:
    assert found(whole(fresh), BRIEF).outcome is outcome


ADDRESSES = {
    "that it had": ("https://news.example/1", Rereading.EDITED),
    "of another page": ("https://news.example/consent", Rereading.UNREADABLE),
}


@pytest.mark.parametrize(("url", "outcome"), ADDRESSES.values(), ids=ADDRESSES)
def test_a_page_that_does_not_name_itself_is_known_by_the_address(url: str, outcome: Rereading) -> None:
    before = article(BRIEF.text, url="https://news.example/1")

    assert found(article(PUT_RIGHT, url=url), before).outcome is outcome


def test_a_brief_behind_a_paywall_is_doubted_as_before() -> None:
    before, fresh = (
        article(text, unread=EntryState.BLOCKED, unread_reason="for subscribers", quality=Quality.PAYWALL)
        for text in (BRIEF.text, PUT_RIGHT)
    )

    assert found(fresh, before) == RereadResult(Rereading.UNREADABLE, "another text stands there")


def test_of_a_long_story_the_same_address_is_not_enough() -> None:
    before = article(LONG, canonical_url=BRIEF.canonical_url)
    fresh = article(PUT_RIGHT, canonical_url=BRIEF.canonical_url)

    assert found(fresh, before).outcome is Rereading.UNREADABLE


def test_a_changed_text_is_the_articles_next_revision() -> None:
    fresh = article(
        LONG.replace("5 people", "12 people"),
        fetched_at=NOW + timedelta(hours=1),
        publisher="Another name",
        published_at=NOW + timedelta(hours=1),
        raw_sha256="1" * 64,
        raw_key="raw/new",
    )

    result = found(fresh)

    assert result.outcome is Rereading.EDITED
    assert result.article is not None
    assert (result.article.revision, result.article.revises) == (2, KEY)
    assert [edit.after for edit in result.article.edits] == ["At least 12 people were killed, it said."]
    assert (result.article.text, result.article.raw_key) == (fresh.text, "raw/new")
    assert (result.article.publisher, result.article.published_at) == ("The Example", NOW)


TITLES = {
    "the feed's title stays while the page's does": ("Page title", "Page title!", "Feed title"),
    "a page's new title is the article's": ("Page title", "Better title", "Better title"),
    "a page that lost its title keeps the feed's": ("Page title", "", "Feed title"),
}


@pytest.mark.parametrize(("was", "now", "title"), TITLES.values(), ids=TITLES)
def test_a_revision_has_the_title_that_people_see(was: str, now: str, title: str) -> None:
    before = article(TEXT, "Feed title", page_title=was)

    result = found(article(TEXT + "\nIt rained.", page_title=now), before)

    assert result.article is not None
    assert result.article.title == title


def test_a_story_taken_back_in_a_line_is_believed_however_short() -> None:
    result = found(article("This article has been retracted."))

    assert result.outcome is Rereading.EDITED


def test_a_page_that_can_be_read_at_last_is_a_revision_without_edits() -> None:
    result = found(article(TEXT), SUMMARY)

    assert result.outcome is Rereading.EDITED
    assert result.article is not None
    assert (result.article.text, result.article.edits, result.article.unread) == (TEXT, (), None)


def test_a_teaser_is_compared_with_the_teaser_before() -> None:
    before, fresh = (
        article(text, unread=EntryState.BLOCKED, unread_reason="for subscribers", quality=Quality.PAYWALL)
        for text in (TEXT, TEXT.replace("5 people", "12 people"))
    )

    result = found(fresh, before)

    assert result.article is not None
    assert (len(result.article.edits), result.article.unread) == (1, EntryState.BLOCKED)


def alerted(*urls: str) -> Incident:
    """An incident in which every story raised the toll, and all alerts were sent."""
    desk = Desk()
    for number, url in enumerate(urls, 1):
        age = timedelta(minutes=len(urls) - number)
        desk.tell(replace(story(str(number), killed(number), age=age), url=url), THEN)
    (incident,) = desk.incidents.values()
    return incident


def test_the_page_behind_an_alert_is_read_again_four_times_counted_from_the_alert() -> None:
    incident = alerted("https://a.example/")

    orders = rereads(incident, incident.alerts[0], THEN)

    assert [(order.number, order.due_at - THEN) for order in orders] == list(enumerate(REREAD_AFTER, 1))
    assert {order.article_key for order in orders} == {"articles/1"}


def test_a_page_is_not_read_again_for_an_edited_story_or_one_that_is_not_kept() -> None:
    incident = alerted("https://a.example/")
    edited = replace(incident, stories=(replace(incident.stories[0], revision=1),))

    assert rereads(edited, incident.alerts[0], THEN) == []
    assert rereads(replace(incident, stories=()), incident.alerts[0], THEN) == []


def test_a_story_without_a_page_cannot_be_read_again() -> None:
    incident = alerted("")

    assert rereads(incident, incident.alerts[0], THEN) == []


def test_of_one_incident_so_many_pages_are_read_again() -> None:
    incident = alerted(*(f"https://{number}.example/" for number in range(MOST_WATCHED + 1)))

    assert [bool(rereads(incident, alert, THEN)) for alert in incident.alerts] == [True] * MOST_WATCHED + [False]
