import json
from datetime import UTC, datetime
from typing import Any

import pytest

from shared.core.extract import Extracted, extract_article
from shared.types import DateSource
from tests.conftest import NOW
from tests.core.test_extract import STORY, page

URL = "https://www.news.example.co.uk/harbour/1"
EIGHT = datetime(2026, 3, 4, 7, 15, tzinfo=UTC)


def told(head: str = "", body: str = "", **story: Any) -> Extracted:
    """What is extracted from a page with this in its head, and a JSON-LD article of these fields."""
    data = {"@context": "https://schema.org", "@type": "NewsArticle", **story}
    script = f'<script type="application/ld+json">{json.dumps(data)}</script>' if story else ""
    return extract_article(page(body, *STORY, head=script + head, language=""), URL, NOW)


def script(text: str) -> Extracted:
    return extract_article(page(*STORY, head=f'<script type="application/ld+json">{text}</script>'), URL, NOW)


DATA = '{"@type": "NewsArticle", "headline": "Bridge", "datePublished": "2026-03-04T08:15:00+01:00"}'
WRITTEN = {
    "plainly": DATA,
    "in a list": f"[{{}}, {DATA}]",
    "in a graph": f'{{"@graph": [{{"@type": "WebSite"}}, {DATA}]}}',
    "as a page's main entity": f'{{"@type": "WebPage", "mainEntity": {DATA}}}',
    "in an HTML comment": f"<!-- {DATA} -->",
    "in a CDATA section behind a comment": f"//<![CDATA[\n{DATA}\n//]]>",
    "with a line break in a string": DATA.replace("Bridge", "Bridge\n"),
    "with a semicolon after it": DATA + ";",
    "with entities for quotes": DATA.replace('"', "&quot;"),
    "with the vocabulary's address in the type": DATA.replace("NewsArticle", "http://schema.org/NewsArticle"),
    "with several types": DATA.replace('"NewsArticle"', '["Thing", "ReportageNewsArticle"]'),
    "with a type of no name before it": f'[{{"@type": {{"a": 1}}}}, {DATA}]',
}


@pytest.mark.parametrize("text", WRITTEN.values(), ids=WRITTEN)
def test_json_ld_is_read_however_it_is_written(text: str) -> None:
    extracted = script(text)

    assert (extracted.title, extracted.published_at) == ("Bridge", EIGHT)
    assert extracted.date_source is DateSource.JSON_LD


HOSTILE = {
    "half of it": DATA[:50],
    "nested beyond all bounds": "[" * 100_000,
    "a number beyond all bounds": DATA.replace('"Bridge"', "9" * 10_000),
    "lists where text should be": '{"@type": "Article", "headline": [[1]], "url": [], "author": [[{"n": 7}]]}',
    "objects where text should be": '{"@type": "Article", "headline": {}, "publisher": [[]], "inLanguage": 7}',
    "a graph of numbers": '{"@graph": [1, null, "x", [2]], "mainEntityOfPage": 7}',
    "half of a surrogate pair": '{"@type": "NewsArticle", "headline": "\\ud800", "author": "\\udfff"}',
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_broken_json_ld_is_passed_over_and_the_story_is_read(text: str) -> None:
    extracted = script(text)

    assert (extracted.title, extracted.published_at, extracted.authors) == ("", None, ())
    assert extracted.text == "\n".join(STORY)


def test_of_several_articles_the_one_of_this_page_is_believed() -> None:
    data = json.dumps(
        [
            {"@type": "NewsArticle", "headline": "Other", "url": "https://www.news.example.co.uk/other"},
            {"@type": "NewsArticle", "headline": "Bridge", "mainEntityOfPage": {"@id": URL}, "author": "Ann Lee"},
        ]
    )

    extracted = script(data)

    assert (extracted.title, extracted.authors) == ("Bridge", ("Ann Lee",))


META = '<meta property="article:published_time" content="{}">'
DATES = {
    "an offset": (META.format("2026-03-04T08:15:00+01:00"), EIGHT),
    "an offset without a colon": (META.format("2026-03-04T08:15:00+0100"), EIGHT),
    "UTC": (META.format("2026-03-04T07:15:00.123Z"), EIGHT),
    "no offset: some newsroom's wall clock": (META.format("2026-03-04T08:15:00"), None),
    "a day without a time": (META.format("2026-03-04"), None),
    "a number": (META.format("1772608500000"), None),
    "beyond tomorrow": (META.format("2026-03-06T08:15:00Z"), None),
    "before the web": (META.format("0001-01-01T00:00:00Z"), None),
    "a vague one before an exact one": (
        META.format("2026-03-04") + '<meta name="date" content="2026-03-04T08:15:00+01:00">',
        EIGHT,
    ),
}


@pytest.mark.parametrize(("head", "moment"), DATES.values(), ids=DATES)
def test_a_date_is_exact_to_the_minute_or_none(head: str, moment: datetime | None) -> None:
    extracted = told(head)

    assert extracted.published_at == moment
    assert extracted.date_source is (DateSource.META if moment else DateSource.NONE)


def test_without_a_clock_no_date_is_too_late() -> None:
    html = page(*STORY, head=META.format("2036-03-04T08:15:00Z"))

    assert extract_article(html, URL).published_at == datetime(2036, 3, 4, 8, 15, tzinfo=UTC)


@pytest.mark.parametrize(
    "element",
    [
        '<time itemprop="datePublished" datetime="2026-03-04T08:15:00+01:00">today</time>',
        '<time pubdate datetime="2026-03-04T08:15:00+01:00">today</time>',
    ],
)
def test_a_date_in_the_text_is_believed_where_it_says_what_it_is(element: str) -> None:
    extracted = told(body=element)

    assert (extracted.published_at, extracted.date_source) == (EIGHT, DateSource.TIME)


def test_any_other_time_in_the_text_is_not() -> None:
    assert told(body='<time datetime="2026-03-04T08:15:00+01:00">today</time>').published_at is None


AUTHORS = {
    "a name": ("Ann Lee", ("Ann Lee",)),
    "a person": ({"@type": "Person", "name": "Ann Lee"}, ("Ann Lee",)),
    "a person in two names": ({"givenName": "Ann", "familyName": "Lee"}, ("Ann Lee",)),
    "several": ([{"name": "Ann Lee"}, "Bo Ek", {"name": "Ann Lee"}], ("Ann Lee", "Bo Ek")),
    "a list of names": ({"name": ["Ann Lee", "Bo Ek"]}, ("Ann Lee", "Bo Ek")),
    "a byline": ("By Ann Lee and Bo Ek", ("Ann Lee", "Bo Ek")),
    "a German byline": ("Von Ann Lee und Bo Ek", ("Ann Lee", "Bo Ek")),
    "names with commas": ("Ann Lee, Bo Ek, Cy Fox", ("Ann Lee", "Bo Ek", "Cy Fox")),
    "initials after it": ("Ann Lee (ale)", ("Ann Lee",)),
    "an agency": ({"@type": "Organization", "name": "Deutsche Presse-Agentur"}, ("Deutsche Presse-Agentur",)),
    "entities": ("Se&aacute;n O&#39;Lee", ("Seán O'Lee",)),
    "letters of another script": ("آن لی", ("آن لی",)),
    "an address": ("https://news.example/authors/ann", ()),
    "a mailbox": ("ann@news.example", ()),
    "a template's hole": ("{{author.name}}", ()),
    "a system's user": ("admin", ()),
    "a sentence": ("This story was written by several people of our desk in the capital", ()),
    "nobody": ({"name": None}, ()),
}


@pytest.mark.parametrize(("author", "names"), AUTHORS.values(), ids=AUTHORS)
def test_authors_are_names_or_nobody(author: object, names: tuple[str, ...]) -> None:
    assert told(author=author).authors == names


def test_an_author_may_stand_elsewhere_in_the_graph() -> None:
    graph = {"@graph": [{"@type": "Article", "author": {"@id": "#ann"}}, {"@id": "#ann", "name": "Ann Lee"}]}

    assert script(json.dumps(graph)).authors == ("Ann Lee",)


def test_a_person_is_named_before_the_house() -> None:
    head = '<meta name="author" content="Ann Lee">'

    assert told(head, author="The Example", publisher={"name": "The Example"}).authors == ("Ann Lee",)
    assert told("", author="The Example", publisher={"name": "The Example"}).authors == ("The Example",)


TITLES = {
    "with the site's name": ("Bridge closed | The Example", "Bridge closed"),
    "with the site's name after a dash": ("Bridge closed - The Example", "Bridge closed"),
    "with something else": ("Bridge closed | Live updates", "Bridge closed | Live updates"),
    "with a dash in it": ("Bridge – closed", "Bridge – closed"),
}


@pytest.mark.parametrize(("written", "title"), TITLES.values(), ids=TITLES)
def test_a_title_is_the_headline_without_the_site(written: str, title: str) -> None:
    head = f'<meta property="og:title" content="{written}"><meta property="og:site_name" content="The Example">'

    assert told(head).title == title


LANGUAGES = {
    "the page's": ('<meta property="og:locale" content="uk_UA">', "", "uk"),
    "the story's": ("", "fr-CA", "fr"),
    "the header's": ('<meta http-equiv="content-language" content="pt-BR">', "", "pt"),
    "none": ('<meta name="language" content="English">', "", ""),
}


@pytest.mark.parametrize(("head", "spoken", "code"), LANGUAGES.values(), ids=LANGUAGES)
def test_a_language_is_told_in_many_places(head: str, spoken: str, code: str) -> None:
    assert told(head, **({"inLanguage": spoken} if spoken else {})).language == code


CANONICAL = {
    "this site": ("https://www.news.example.co.uk/bridge", "https://www.news.example.co.uk/bridge"),
    "another host of it": ("https://m.example.co.uk/bridge", "https://m.example.co.uk/bridge"),
    "relative": ("/bridge?id=2", "https://www.news.example.co.uk/bridge?id=2"),
    "the front door": ("https://www.news.example.co.uk/", ""),
    "another site of the same country": ("https://other.co.uk/bridge", ""),
    "another site": ("https://other.example/bridge", ""),
    "no web address": ("javascript:alert(1)", ""),
}


@pytest.mark.parametrize(("link", "url"), CANONICAL.values(), ids=CANONICAL)
def test_a_canonical_address_is_believed_on_its_own_site(link: str, url: str) -> None:
    html = page(*STORY, head=f'<link rel="canonical" href="{link}">')

    assert extract_article(html, "https://www.example.co.uk/1".replace("www.", "www.news.")).canonical_url == url
