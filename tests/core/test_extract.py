from datetime import UTC, datetime

import pytest

from shared.core.extract import LARGEST_PAGE, extract_article
from shared.core.marks import mark_of
from shared.types import Mark
from tests.conftest import NOW

URL = "https://news.example/1"
STORY = (
    "The council of the harbour town met on Tuesday to hear what the engineers had found under the old bridge.",
    "Three of the eleven piers have moved since the spring, they said, and the bridge will be closed to lorries.",
    "Repairs are to begin in May and to last until the autumn, the mayor told the members of the council.",
)


def page(*lines: str, head: str = "", language: str = "en") -> bytes:
    body = "".join(f"<p>{line}</p>" for line in lines)
    return f'<html lang="{language}"><head>{head}</head><body><article>{body}</article></body></html>'.encode()


def test_the_paragraphs_of_a_page_are_its_text_and_their_offsets_slice_it() -> None:
    extracted = extract_article(page(*STORY), URL, NOW)

    assert extracted.text == "\n".join(STORY)
    assert tuple(extracted.text[p.start : p.end] for p in extracted.paragraphs) == STORY
    assert extracted.language == "en"
    assert extracted.reason == ""


def test_lines_that_are_not_the_story_stay_and_are_marked() -> None:
    lines = (
        "IE 11 is not supported. Please visit our site on another browser.",
        STORY[0],
        "Image: The bridge in Northport",
        STORY[1],
        "Related: Ferry Sinks Off Southport, Two Dead",
        STORY[2],
    )

    extracted = extract_article(page(*lines), URL, NOW)

    marks = {extracted.text[p.start : p.end]: p.mark for p in extracted.paragraphs}
    assert [marks[line] for line in lines] == [Mark.NOTICE, None, Mark.CAPTION, None, Mark.RELATED, None]


MARKED = {
    "a pointer to another story": ("Related: Two Dead In Southport", Mark.RELATED),
    "a pointer in capitals": ("READ MORE: Two dead in Southport", Mark.RELATED),
    "a pointer in Arabic": ("اقرأ أيضا: خبر", Mark.RELATED),
    "a named picture": ("Photo: the harbour", Mark.CAPTION),
    "a picture's credit": ("Men look at the bridge on Monday. Ann Lee / AFP - Getty Images", Mark.CAPTION),
    "a picture's credit in brackets": ("Men look at the bridge on Monday (AP Photo/Ann Lee)", Mark.CAPTION),
    "a browser notice": ("Please enable JavaScript to go on.", Mark.NOTICE),
    "a plea": ("Sign up for our morning newsletter", Mark.NOTICE),
    "an agency as the owner of words": ("The bridge is closed, the mayor told Reuters.", None),
    "a story that begins with the word": ("Related businesses in the harbour will close too.", None),
    "a long paragraph that names cookies": ("The law on the cookie policy of sites, " + "which is long, " * 20, None),
}


@pytest.mark.parametrize(("line", "mark"), MARKED.values(), ids=MARKED)
def test_a_line_is_marked_by_what_it_is(line: str, mark: Mark | None) -> None:
    assert mark_of(line) is mark


NOTHING = {
    "an empty page": (b"<html><body></body></html>", "no text in the page"),
    "a teaser": (page("A bridge is closed."), "no text in the page"),
    "captions alone": (page(*["Image: " + line for line in STORY]), "no text in the page"),
    "a challenge": (
        b"<html><head><title>Just a moment...</title></head><body><p>Checking your browser</p></body></html>",
        "a challenge page, not the article (Cloudflare)",
    ),
    "no bytes": (b"", "the page is empty"),
    "a page beyond all bounds": (b"<html>" + b"x" * LARGEST_PAGE, "the page is over 3 MB"),
}


@pytest.mark.parametrize(("body", "reason"), NOTHING.values(), ids=NOTHING)
def test_a_page_without_a_story_says_why(body: bytes, reason: str) -> None:
    extracted = extract_article(body, URL, NOW)

    assert (extracted.text, extracted.paragraphs, extracted.reason) == ("", (), reason)


def test_what_a_page_says_of_itself_is_believed_before_its_looks() -> None:
    data = (
        '<script type="application/ld+json">{"@graph": [{"@type": "WebSite"}, {"@type": "NewsArticle", "headline": '
        '"Bridge &amp; harbour", "datePublished": "2026-03-04T08:15:00+01:00", "publisher": {"name": "The Example"}}]}'
        "</script>"
    )

    extracted = extract_article(page("<h1>Other</h1>", *STORY, head=data + "<title>T | Site</title>"), URL, NOW)

    assert (extracted.title, extracted.site) == ("Bridge & harbour", "The Example")
    assert extracted.published_at == datetime(2026, 3, 4, 7, 15, tzinfo=UTC)


@pytest.mark.parametrize("first", [(), ("IE 11 is not supported. Use another browser.",)])
def test_the_headline_said_again_is_no_second_voice(first: tuple[str, ...]) -> None:
    extracted = extract_article(
        page(*first, "The bridge moved", *STORY, head="<title>The Bridge Moved</title>"), URL, NOW
    )

    marks = {extracted.text[p.start : p.end]: p.mark for p in extracted.paragraphs}
    assert marks["The bridge moved"] is Mark.TITLE
    assert [line for line, mark in marks.items() if mark is None] == list(STORY)


@pytest.mark.parametrize("kind", ['[{"@id": "x"}]', '[["NewsArticle"]]', "7", "null", '{"a": 1}'])
def test_data_of_a_strange_kind_about_itself_is_passed_over(kind: str) -> None:
    data = f'<script type="application/ld+json">{{"@graph": [{{"@type": {kind}, "headline": "No"}}, 3]}}</script>'

    extracted = extract_article(page(*STORY, head=data + "<title>Bridge</title>"), URL, NOW)

    assert (extracted.title, extracted.text) == ("Bridge", "\n".join(STORY))


def test_broken_data_about_itself_is_passed_over() -> None:
    data = '<script type="application/ld+json">{"@type": "NewsArticle", "headline": </script><title>Bridge</title>'

    extracted = extract_article(page(*STORY, head=data), URL, NOW)

    assert (extracted.title, extracted.published_at) == ("Bridge", None)


@pytest.mark.parametrize("form", ["<br><br>", "</div><div>", "\n\n"])
def test_a_page_of_the_plainest_make_is_read(form: str) -> None:
    body = f"<html><body><div>{form.join(STORY)}</div></body></html>".encode()

    extracted = extract_article(body, URL, NOW)

    assert all(line in extracted.text for line in STORY)


def test_arabic_text_comes_through() -> None:
    line = "قال مجلس المدينة يوم الثلاثاء إن الجسر القديم سيغلق أمام الشاحنات حتى الخريف بعد أن وجد المهندسون أضرارا"

    extracted = extract_article(page(line, line + " كبيرة", language="ar"), URL, NOW)

    assert line in extracted.text
    assert extracted.language == "ar"
