from datetime import UTC, datetime

import pytest
from lxml import html as lxml_html

from shared.core.extract import LARGEST_PAGE, extract_article
from shared.core.marks import mark_lines, mark_of, read_layout
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
    "a picture's credit": ("Men look at the bridge on Monday, Ann Lee / AFP - Getty Images", Mark.CAPTION),
    "a picture's credit in brackets": ("Men look at the bridge on Monday (AP Photo/Ann Lee)", Mark.CAPTION),
    "a browser notice": ("Please enable JavaScript to go on.", Mark.NOTICE),
    "a plea": ("Sign up for our morning newsletter", Mark.NOTICE),
    "a pointer in Persian": ("همچنین بخوانید: خبر", Mark.RELATED),
    "a pointer without a colon": ("Auch interessant", Mark.RELATED),
    "a picture's credit in Cyrillic": ("Фото: Анна Ли, Пример", Mark.CAPTION),
    "a copyright": ("Copyright: Example Media, 2025", Mark.NOTICE),
    "a notice in French": ("Abonnez-vous à notre lettre du matin", Mark.NOTICE),
    "a moment alone": ("Stand: 22.04.2024, 06:00 Uhr", Mark.BYLINE),
    "an entry of a live blog": ("14:20 Strike on the harbour of Northport", None),
    "a sum of money": ("The repairs will cost 14.20 euros", None),
    "more of something": ("More than 20 people were hurt in the harbour", None),
    "a country that watches": ("Watch towers were hit, the army said", None),
    "an army's channel": ("The strike hit the port, the army said on its Telegram channel.", None),
    "men who sign up": ("Hundreds of men sign up for the army after the strike on the port", None),
    "a film that appeared": ("The footage, which first appeared on Telegram, shows the strike.", None),
    "an agency that signs its story": ("Twelve people were hurt at the port, the ministry said. (AFP)", None),
    "an agency that signs after a dash": ("Twelve people were hurt at the port, the mayor said. — Reuters", None),
    "a plea to join": ("Join our WhatsApp channel for the news of the day", Mark.NOTICE),
    "a sentence and a plea": ("A strike on the port killed 12, medics said. Follow us on Telegram for more.", None),
    "a short sentence and a plea": ("Twelve are dead. Follow us on Telegram for more.", None),
    "a cry and a plea": ("The port of Northport was hit! Follow us on Telegram.", None),
    "a number at its end and a plea": ("The strike killed 12. Sign up for our newsletter.", None),
    "a quoted sentence and a plea": ("“The port is burning,” he said. “All of it.” Follow us on Telegram.", None),
    "a sentence and a link's words": ("A strike on the port killed 12. Click here for our live blog.", None),
    "a sentence and a picture's credit": ("A strike on the port killed 12. Photo: Ann Lee / Reuters", None),
    "a sentence and a credit in brackets": ("A strike on the port killed 12. (AP Photo/Ann Lee)", None),
    "a sentence in Arabic and a plea": ("قتل 12 شخصا في غارة على الميناء يوم الأحد. تابعونا على تلغرام", None),
    "a sentence in Russian and a plea": ("Удар по порту унёс жизни 12 человек. Подписывайтесь на нас", None),
    "a sentence in Japanese and a plea": ("日曜日に港が空爆され、十二人が死亡したと当局が発表した。有料会員限定", None),
    "a question and a plea": ("Do you want to read more of the harbour? Sign up for our newsletter.", Mark.NOTICE),
    "initials and a credit": ("Men at the bridge look on as the U.S. Army leaves (AP Photo/Ann Lee)", Mark.CAPTION),
    "a day of a month and a credit": ("Smoke over the harbour on Oct. 7 (AP Photo/Ann Lee)", Mark.CAPTION),
    "a long paragraph that begins with a film": ("Video: " + "The strike hit the port of Northport. " * 17, None),
    "a long paragraph that begins with more": ("More: " + "The strike hit the port of Northport. " * 7, None),
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
        "a challenge page (Cloudflare)",
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


def test_a_line_is_marked_by_where_it_stands_in_the_page() -> None:
    body = (
        "<figure><img src='x.jpg'><figcaption>Smoke over the harbour of Northport on Monday</figcaption></figure>"
        "<p><a href='/2'>Two hurt as a ferry hits the pier of Southport</a></p>"
        "<p>Zulu words here | <a href='/3'>Ferry hits the pier of Southport, two are hurt</a></p>"
        "<p><a href='#later'>What the mayor said later on the same day</a></p>"
    )
    lines = (
        *("Smoke over the harbour of Northport on Monday", "Two hurt as a ferry hits the pier of Southport"),
        "Zulu words here | Ferry hits the pier of Southport, two are hurt",
        *("What the mayor said later on the same day", *STORY),
    )

    layout = read_layout(lxml_html.fromstring(f"<html><body>{body}</body></html>"))

    assert mark_lines(lines, layout=layout) == [
        *(Mark.CAPTION, Mark.RELATED, Mark.RELATED),
        *(None, None, None, None),
    ]


NEIGHBOURS = {
    "a heading over links": (["Harbour news", "Related: Ferry sinks"], [Mark.RELATED, Mark.RELATED]),
    "a sentence over links": (["The bridge is closed.", "Related: Ferry sinks"], [None, Mark.RELATED]),
    "who wrote it, at the end": ([*STORY, "By our own staff"], [None, None, None, Mark.BYLINE]),
    "a story that begins with the word": (["By noon the bridge was closed.", *STORY], [None, None, None, None]),
    "a word to the reader, at the end": ([*STORY, "Write to desk@news.example"], [None, None, None, Mark.NOTICE]),
    "who wrote it, between": ([STORY[0], "Ann Lee", STORY[1]], [None, Mark.BYLINE, None]),
    "about the author, at the end": ([*STORY, "Ann Lee covers the harbour."], [None, None, None, Mark.BYLINE]),
    "a sentence and an address, at the end": ([*STORY, STORY[0] + " Write to a@news.example"], [None] * 4),
    "a last sentence that begins like a byline": ([*STORY, "By noon the port was hit."], [None, None, None, None]),
    "sources who say something, at the end": ([*STORY, "Sources said ten were hurt."], [None, None, None, None]),
    "an author who is in the story": (["Ann Lee was hurt on the bridge.", *STORY], [None, None, None, None]),
}


@pytest.mark.parametrize(("lines", "marks"), NEIGHBOURS.values(), ids=NEIGHBOURS)
def test_a_line_is_marked_by_what_stands_around_it(lines: list[str], marks: list[Mark | None]) -> None:
    assert mark_lines(lines, authors=["Ann Lee"]) == marks


def test_a_kicker_and_the_headline_at_the_top_are_marked() -> None:
    lines = ["World", "Harbour The old bridge of Northport moved", *STORY]

    assert mark_lines(lines, ["The old bridge of Northport moved"]) == [Mark.TITLE, Mark.TITLE, None, None, None]


def test_the_standfirst_that_an_extractor_leaves_out_is_the_first_line() -> None:
    lead = "Engineers found that three piers have moved, and lorries must go by the new road until the autumn."
    told = f'<title>Bridge</title><meta name="description" content="{lead[:80]}…">'
    above = f"<header><h1>Bridge</h1><p class='teaser'>{lead}</p></header>"
    story = "".join(f"<p>{line}</p>" for line in STORY)
    html = f"<html><head>{told}</head><body>{above}<article>{story}</article></body></html>"

    extracted = extract_article(html.encode(), URL)

    assert extracted.text.split("\n") == [lead, *STORY]


def test_a_description_that_the_page_does_not_show_is_no_line_of_it() -> None:
    head = (
        '<meta name="description" content="Words for search engines that no reader of the page has ever seen on it.">'
    )

    assert extract_article(page(*STORY, head=head), URL).text == "\n".join(STORY)


def test_where_the_text_is_lost_what_the_page_tells_search_engines_is_taken() -> None:
    body = "\\n".join(STORY * 3)
    data = f'<script type="application/ld+json">{{"@type": "NewsArticle", "articleBody": "{body}"}}</script>'

    extracted = extract_article(page(STORY[0], STORY[1], head=data), URL)

    assert extracted.text.split("\n") == list(STORY * 3)


def test_a_house_that_signs_its_stories_is_named_in_them_too() -> None:
    line = "Example News saw two strikes on the port, its correspondent said."

    assert mark_lines([*STORY, line], authors=["Example News"]) == [None, None, None, None]


def test_a_story_in_a_box_that_is_named_for_its_author_is_the_story() -> None:
    body = "".join(f"<div class='text author-text'><p>{line}</p></div>" for line in STORY)
    html = f"<html><body><article>{body}</article></body></html>"

    extracted = extract_article(html.encode(), URL)

    assert [one.mark for one in extracted.paragraphs] == [None, None, None]


@pytest.mark.parametrize("error", [ValueError("not XML"), RecursionError()])
def test_a_page_that_the_extractor_fails_on_is_read_in_a_plainer_way(
    error: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> str:
        raise error

    monkeypatch.setattr("trafilatura.extract", fail)

    assert extract_article(page(*STORY), URL).text == "\n".join(STORY)
