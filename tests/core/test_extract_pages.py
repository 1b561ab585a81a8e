import pytest

from shared.adapters.child import Child
from shared.core.charsets import decode
from shared.core.extract import LARGEST_PAGE, extract_article
from shared.core.pages import MOST_ATTRIBUTES, MOST_ELEMENTS, no_page
from tests.core.test_extract import STORY, page

URL = "https://news.example/1"
WORDS = {
    "windows-1251": "Мост закрыт до осени",
    "koi8-r": "Мост закрыт до осени",
    "windows-1256": "الجسر مغلق حتى الخريف",
    "windows-1255": "הגשר סגור עד הסתיו",
    "gb18030": "大桥将关闭至秋季",
    "gb2312": "大桥将关闭至秋季",
    "big5": "大橋將關閉至秋季",
    "shift_jis": "橋は秋まで閉鎖される",
    "euc-jp": "橋は秋まで閉鎖される",
    "iso-2022-jp": "橋は秋まで閉鎖される",
    "euc-kr": "다리는 가을까지 닫힌다",
    "iso-8859-9": "Köprü sonbahara kadar kapalı",
    "tis-620": "สะพานปิด",
    "utf-8": "Мост закрыт до осени",
}


@pytest.mark.parametrize("charset", WORDS)
@pytest.mark.parametrize("told", ["meta", "http-equiv", "header"])
def test_a_page_is_read_in_the_encoding_that_it_declares(charset: str, told: str) -> None:
    head = {
        "meta": f'<meta charset="{charset}">',
        "http-equiv": f'<meta http-equiv="Content-Type" content="text/html; charset={charset}">',
        "header": "",
    }[told]
    html = page(WORDS[charset], *STORY, head=head).decode().encode(charset)

    extracted = extract_article(html, URL, content_type=f"text/html; charset={charset}" if told == "header" else None)

    assert extracted.text.startswith(WORDS[charset])


MARKED = {
    "UTF-8 that says it is Latin": (
        '<meta charset="iso-8859-1">Мост'.encode(),
        "text/html; charset=iso-8859-1",
        "Мост",
    ),
    "UTF-8 that says it is nothing we know": (
        '<meta charset="klingon">Мост'.encode(),
        "text/html; charset=punycode",
        "Мост",
    ),
    "UTF-8 cut in a letter": ("Мост закрыт".encode()[:-1], None, "Мост закры"),
    "UTF-16 with its mark": ("\ufeff<p>Мост".encode("utf-16-le"), None, "<p>Мост"),
    "UTF-16 without": ("<p>Мост".encode("utf-16-be"), None, "<p>Мост"),
    "UTF-32": ("\ufeff<p>Мост".encode("utf-32-le"), None, "<p>Мост"),
    "a header against a declaration": (
        '<meta charset="koi8-r">Мост'.encode("cp1251"),
        "text/html; charset=windows-1251",
        "Мост",
    ),
}


@pytest.mark.parametrize(("body", "content_type", "words"), MARKED.values(), ids=MARKED)
def test_bytes_count_more_than_what_is_said_of_them(body: bytes, content_type: str | None, words: str) -> None:
    assert words in decode(body, content_type)


def tag(count: int, attribute: str) -> bytes:
    attributes = " ".join(attribute.format(number) for number in range(count))
    return page(*STORY, f"<b {attributes}>x</b>")


@pytest.mark.parametrize("attribute", ["a{}", "a{}=b", 'a{}="b"', "a{}='>'", 'a{}="<"', "a{}/"])
def test_a_tag_of_attributes_without_end_is_not_parsed(attribute: str) -> None:
    assert no_page(tag(2 * MOST_ATTRIBUTES, attribute)) == "the page has more attributes in a tag than an article has"
    assert no_page(tag(MOST_ATTRIBUTES // 2, attribute)) == ""


def test_a_script_is_no_tag() -> None:
    assert no_page(page(*STORY, head="<script>if (a<b c) " + "x = y < z; " * 5_000 + "</script>")) == ""


@pytest.mark.parametrize("element", ["<h2>x</h2>", "<br>x", "<p>x</p>", "<li>x"])
def test_a_page_of_elements_without_end_is_not_read(element: str) -> None:
    extracted = extract_article(page(element * (MOST_ELEMENTS + 1)), URL)

    assert extracted.reason in ("the page has more elements than an article has", "the page is no HTML")


N = 100_000
FLOODS = {
    "attributes on one tag": tag(N, 'a{}="b"'),
    "headings": page(*STORY, "<h2>x</h2>" * N),
    "line breaks": page(*STORY, "<br>x" * N),
    "paragraphs": page(*STORY, "<p>x</p>" * N),
    "cells": page(*STORY, "<table>" + "<tr><td>x" * N),
    "headings, as many as are read": page(*STORY, "<h2>x</h2>" * (MOST_ELEMENTS - 20)),
    "nested": page(*STORY, "<div>x" * (MOST_ELEMENTS - 20)),
    "bold letters": page(*STORY, "<p>" + "<b>x</b><i>y</i>" * (MOST_ELEMENTS // 2 - 20)),
    "links": page(*STORY, "<ul>" + "<li><a href=/1>some words in a link</a>" * (MOST_ELEMENTS // 2 - 20)),
    "captions": page(*STORY, "<div class=caption>x</div>" * (MOST_ELEMENTS - 20)),
    "captions in captions": page(*STORY, "<figure>x" * (MOST_ELEMENTS - 20)),
    "one line": page(*STORY, "word " * 590_000),
    "one word": page(*STORY, "x" * 2_900_000),
    "entities": page(*STORY, "&amp;" * 500_000),
    "bare ampersands": page(*STORY, "&" * 1_000_000),
    "json": page(*STORY, head='<script type="application/ld+json">' + '[{"@type": "Article"},' * N + "</script>"),
    "json in depth": page(*STORY, head='<script type="application/ld+json">' + '{"@graph":[' * N + "</script>"),
    "a slash": page(*STORY, head='<script type="application/ld+json">' + "/" * 2_000_000 + "</script>"),
    "zeros": b"\0" * LARGEST_PAGE,
    "zeros in words": page(*STORY).replace(b"e", b"e\0"),
    "open comments": b"<!--" * 500_000,
    "open tags": b"<a" * 1_000_000,
    "open quotes": page("<a b='" * 5_000 + '<a b="' * 5_000),
    "spaces": page(*STORY, " " * 2_900_000),
}


def test_no_page_is_read_without_end() -> None:
    child = Child()
    try:
        qualities = {name: child.call(extract_article, html, URL).quality for name, html in FLOODS.items()}
    finally:
        child.close()

    assert len(qualities) == len(FLOODS)
