from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest

from shared.core.feeds import MOST_ENTRIES, NotAFeed, ParsedFeed, parse_feed
from shared.core.text import language_code
from tests.conftest import NOW, item, rss

URL = "https://news.example/feeds/world.xml"


def parsed(body: str | bytes) -> ParsedFeed:
    return parse_feed(body.encode() if isinstance(body, str) else body, URL, "application/xml", NOW)


def test_an_rss_item_is_read_with_its_guid_link_title_summary_and_date() -> None:
    feed = parsed(rss(item("a1", "/news/1", "Four &amp;amp; <b>more</b>", "Short.", "Wed, 04 Mar 2026 10:30:00 +0100")))

    (entry,) = feed.entries
    assert feed.title == "The Example"
    assert (entry.id, entry.link) == ("a1", "https://news.example/news/1")
    assert (entry.title, entry.summary) == ("Four & more", "Short.")
    assert entry.published_at == datetime(2026, 3, 4, 9, 30, tzinfo=UTC)


def test_an_atom_entry_is_read() -> None:
    feed = parsed(
        '<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="ar"><title>ال</title>'
        "<entry><id>urn:1</id><title>خبر</title>"
        '<link href="https://news.example/1"/><updated>2026-03-04T09:00:00Z</updated></entry></feed>'
    )

    (entry,) = feed.entries
    assert (entry.id, entry.title, feed.language) == ("urn:1", "خبر", "ar")
    assert entry.published_at == datetime(2026, 3, 4, 9, tzinfo=UTC)


def test_an_item_without_guid_is_known_by_its_link() -> None:
    feed = parsed(rss("<item><title>T</title><link>https://news.example/1</link></item>"))

    assert feed.entries[0].id == "https://news.example/1"


@pytest.mark.parametrize("link", ["", "mailto:desk@news.example", "file:///etc/passwd"])
def test_a_link_that_leads_to_no_page_is_none_and_the_item_stays(link: str) -> None:
    (entry,) = parsed(rss(item("a1", link, "Title", "Summary."))).entries

    assert (entry.id, entry.link, entry.summary) == ("a1", "", "Summary.")


@pytest.mark.parametrize(
    ("body", "words"),
    {
        "nothing": (b"", "empty body"),
        "white space": (b"\r\n  ", "empty body"),
        "a web page": (b"<!DOCTYPE html><html><body><p>Hello</p></body></html>", "an HTML page"),
        "a feed cut off before its first item": (
            b"<rss version='2.0'><channel><title>T</title><item><ti",
            "damaged XML",
        ),
        "plain words": (b"Service temporarily unavailable", "not a feed"),
    }.values(),
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_no_feed_is_told_by_what_it_is(body: bytes, words: str) -> None:
    with pytest.raises(NotAFeed, match=words):
        parsed(body)


@pytest.mark.parametrize("encoding", ["idna", "punycode", "utf-7", "hex", "no-such-thing"])
def test_an_encoding_that_is_none_of_the_webs_is_passed_over(encoding: str) -> None:
    body = rss(item("a1", "/1", "Café")).replace("?>", f' encoding="{encoding}"?>', 1)

    assert [entry.title for entry in parsed(body).entries] == ["Café"]


@pytest.mark.parametrize("encoding", ["idna", "punycode", "utf-7", "hex", "no-such-thing"])
@pytest.mark.parametrize("title", [b"Caf\xe9 \xff\xfe"])
def test_neither_it_nor_bytes_that_are_no_text_raise_anything_else(encoding: str, title: bytes) -> None:
    body = rss(item("a1", "/1", "TITLE")).encode().replace(b"?>", f' encoding="{encoding}"?>'.encode(), 1)

    with suppress(NotAFeed):
        assert [entry.id for entry in parsed(body.replace(b"TITLE", title)).entries] == ["a1"]


def test_a_feed_without_entries_is_a_feed() -> None:
    assert parsed(rss()).entries == ()


def test_of_a_feed_beyond_all_bounds_the_first_entries_are_read() -> None:
    body = rss(*(f"<item><guid>{number}</guid></item>" for number in range(MOST_ENTRIES + 5)))

    feed = parsed(body)

    assert (len(feed.entries), feed.is_cut) == (MOST_ENTRIES, True)


def test_a_title_cannot_carry_controls_or_turn_the_text_around() -> None:
    feed = parsed(rss(item("a1", "/1", "Safe\u202egnihtyna &#7; \u200b<script>x</script>")))

    assert feed.entries[0].title == "Safegnihtyna x"


ATOM = 'xmlns="http://www.w3.org/2005/Atom"'
TITLES = {
    "text": "<title>Four &amp; more</title>",
    "escaped once too often": "<title>Four &amp;amp; more</title>",
    "markup that is escaped": "<title>&lt;b&gt;Four&lt;/b&gt; &amp;amp; more</title>",
    "markup in CDATA": "<title><![CDATA[<b>Four</b> &amp; more]]></title>",
    "markup that is not escaped": "<title><b>Four</b> &amp; more</title>",
    "XHTML": '<title type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><b>Four</b> &amp; more</div></title>',
    "white space": "<title>\n  Four\t&amp;\n more </title>",
    "an ampersand by itself": "<title>Four & more</title>",
    "an entity of HTML": "<title>Four&nbsp;&amp;&nbsp;more</title>",
    "an angle bracket that opens nothing": "<br><title>Four &amp; more</title>",
    "a control character": "<title>Four\x08 &amp; more</title>",
    "Dublin Core's": "<dc:title>Four &amp; more</dc:title>",
    "the media's, where there is no other": "<media:group><media:title>Four &amp; more</media:title></media:group>",
    "before the media's": "<title>Four &amp; more</title><media:title>a photo</media:title>",
    "after the media's": "<media:content><media:title>Logo</media:title></media:content><title>Four &amp; more</title>",
    "after an empty one": "<title/><title>Four &amp; more</title>",
    "before that of its source": "<source><title>Elsewhere</title></source><title>Four &amp; more</title>",
    "before that of its picture": "<image><title>Logo</title></image><title>Four &amp; more</title>",
}


@pytest.mark.parametrize("title", TITLES.values(), ids=TITLES)
def test_a_title_is_text_however_it_is_written(title: str) -> None:
    (entry,) = parsed(rss(f"<item><guid>1</guid>{title}</item>")).entries

    assert entry.title == "Four & more"


LINKS = {
    "RSS": ("<link>https://news.example/1</link>", "https://news.example/1"),
    "relative to the feed": ("<link>../1</link>", "https://news.example/1"),
    "without a scheme": ("<link>//news.example/1</link>", "https://news.example/1"),
    "in CDATA and between spaces": ("<link> <![CDATA[ https://news.example/1 ]]>\n</link>", "https://news.example/1"),
    "escaped twice": ("<link>https://news.example/?a=1&amp;amp;b=2</link>", "https://news.example/?a=1&b=2"),
    "not escaped": ("<link>https://news.example/?a=1&b=2&copy=3</link>", "https://news.example/?a=1&b=2&copy=3"),
    "Atom": ('<a:link href="https://news.example/1"/>', "https://news.example/1"),
    "Atom beside others": (
        '<a:link rel="self" href="/self"/><a:link rel="replies" href="/r"/><a:link rel="alternate" href="/1"/>',
        "https://news.example/1",
    ),
    "the page before other forms of it": (
        '<a:link type="application/pdf" href="/1.pdf"/><a:link type="text/html" href="/1"/>',
        "https://news.example/1",
    ),
    "another form where there is no page": (
        '<a:link type="application/pdf" href="/1.pdf"/>',
        "https://news.example/1.pdf",
    ),
    "the first of two pages": ('<a:link href="/1"/><a:link href="/2"/>', "https://news.example/1"),
    "its own base": ('<a:link xml:base="https://other.example/a/" href="1"/>', "https://other.example/a/1"),
    "a guid that is one": ("<guid>https://news.example/1</guid>", "https://news.example/1"),
    "a guid that says that it is none": ('<guid isPermaLink="false">https://news.example/1</guid>', ""),
    "a guid that cannot be one": ("<guid>12345</guid>", ""),
    "before a guid": (
        "<guid>https://news.example/?p=1</guid><link>https://news.example/1</link>",
        "https://news.example/1",
    ),
    "as it was before FeedBurner": (
        "<link>https://feeds.example/~r/1</link><feedburner:origLink>https://news.example/1</feedburner:origLink>",
        "https://news.example/1",
    ),
    "a file to hear is no page": ('<enclosure url="https://news.example/1.mp3" type="audio/mpeg"/>', ""),
    "that of its source is not its own": ('<source url="https://x.example/"><a:link href="/x"/></source>', ""),
}


@pytest.mark.parametrize(("link", "url"), LINKS.values(), ids=LINKS)
def test_an_entrys_link_is_the_page_it_leads_to(link: str, url: str) -> None:
    body = rss(f'<item xmlns:a="http://www.w3.org/2005/Atom"><title>T</title>{link}</item>')

    assert [entry.link for entry in parsed(body).entries] == [url]


def test_links_are_relative_to_the_base_that_the_feed_and_the_entry_name() -> None:
    feed = parsed(
        f'<feed {ATOM} xml:base="https://other.example/news/"><link href="."/>'
        '<entry><id>1</id><link href="1"/></entry><entry xml:base="sports/"><id>2</id><link href="2"/></entry></feed>'
    )

    assert feed.site == "https://other.example/news/"
    assert [e.link for e in feed.entries] == ["https://other.example/news/1", "https://other.example/news/sports/2"]


def test_an_id_is_the_same_wherever_the_feed_is_served() -> None:
    body = rss("<item><guid>12345</guid><title>T</title></item>").encode()

    ids = {parse_feed(body, url, None).entries[0].id for url in (URL, "https://mirror.example/feed")}

    assert ids == {"12345"}


DATES = {
    "published": ("<pubDate>Wed, 04 Mar 2026 10:30:00 +0100</pubDate>", 9),
    "published before updated": (
        "<a:updated>2026-03-04T11:00:00Z</a:updated><a:published>2026-03-04T09:30:00Z</a:published>",
        9,
    ),
    "updated where nothing is published": ("<a:updated>2026-03-04T09:30:00Z</a:updated>", 9),
    "Dublin Core's": ("<dc:date>2026-03-04T09:30:00Z</dc:date>", 9),
    "the other one where one cannot be read": ("<pubDate>today</pubDate><dc:date>2026-03-04T09:30:00Z</dc:date>", 9),
    "none that can be read": ("<pubDate>today</pubDate>", None),
    "none": ("", None),
    "not feedparser's guess": ("<pubDate>03/04/2026 09:30</pubDate>", None),
}


@pytest.mark.parametrize(("date", "hour"), DATES.values(), ids=DATES)
def test_an_entrys_date_is_when_it_was_published(date: str, hour: int | None) -> None:
    body = rss(f'<item xmlns:a="http://www.w3.org/2005/Atom"><guid>1</guid>{date}</item>')

    (entry,) = parsed(body).entries

    assert entry.published_at == (datetime(2026, 3, 4, hour, 30, tzinfo=UTC) if hour else None)


def test_a_date_that_cannot_be_read_is_kept_as_written() -> None:
    (entry,) = parsed(rss("<item><guid>1</guid><pubDate> gestern\n abend </pubDate></item>")).entries

    assert (entry.published_at, entry.date_raw) == (None, "gestern abend")


ASKS = {
    "RSS's minutes": ("<ttl>15</ttl>", timedelta(minutes=15)),
    "the syndication module": ("<sy:updatePeriod>daily</sy:updatePeriod>", timedelta(days=1)),
    "several times a period": (
        "<sy:updatePeriod> hourly </sy:updatePeriod><sy:updateFrequency>4</sy:updateFrequency>",
        timedelta(minutes=15),
    ),
    "what WordPress writes by itself": (
        "<sy:updatePeriod>hourly</sy:updatePeriod><sy:updateFrequency>1</sy:updateFrequency>",
        None,
    ),
    "nothing": ("", None),
    "no time at all": ("<ttl>0</ttl>", None),
    "a negative": ("<ttl>-5</ttl>", None),
    "words": ("<ttl>often</ttl>", None),
    "a lifetime": ("<ttl>999999</ttl>", None),
    "a division by nothing": (
        "<sy:updatePeriod>daily</sy:updatePeriod><sy:updateFrequency>0</sy:updateFrequency>",
        None,
    ),
}


@pytest.mark.parametrize(("told", "ttl"), ASKS.values(), ids=ASKS)
def test_how_long_a_feed_asks_to_be_left_alone(told: str, ttl: timedelta | None) -> None:
    assert parsed(rss().replace("<channel>", f"<channel>{told}")).ttl == ttl


def test_a_channels_own_words_are_not_its_pictures() -> None:
    feed = parsed(
        "<rss version='2.0'><channel><image><title>Logo</title><link>https://cdn.example/</link></image>"
        "<title>Desk</title><link>https://news.example/</link><language>AR-sy</language>"
        "<item><guid>1</guid></item></channel></rss>"
    )

    assert (feed.title, feed.site, feed.language) == ("Desk", "https://news.example/", "ar")


RDF = (
    '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/">'
    '<channel rdf:about="x"><title>Desk</title></channel>'
    '<item rdf:about="https://news.example/1"><title>One</title></item></rdf:RDF>'
)
SHAPES = {
    "RSS 1.0, its items beside the channel": RDF,
    "RSS 1.0 with a prefix": RDF.replace('xmlns="', 'xmlns:r="')
    .replace("<item", "<r:item")
    .replace("</item", "</r:item"),
    "Atom with a prefix": '<a:feed xmlns:a="http://www.w3.org/2005/Atom"><a:entry><a:id>https://news.example/1</a:id>'
    "<a:title>One</a:title></a:entry></a:feed>",
    "a prefix that is not declared": rss(
        '<item><guid>https://news.example/1</guid><x:y z="1"/><title>One</title></item>'
    ),
    "capitals": "<RSS><CHANNEL><ITEM><GUID>https://news.example/1</GUID><TITLE>One</TITLE></ITEM></CHANNEL></RSS>",
    "no version": "<rss><channel><item><guid>https://news.example/1</guid><title>One</title></item></channel></rss>",
    "a warning before it": "<br />\n<b>Warning</b>: mysql in <b>/a.php</b>\n"
    + rss(item("https://news.example/1", "", "One")),
    "a web page around it": "<html><body>" + rss(item("https://news.example/1", "", "One")) + "</body></html>",
    "a comment before it": "<!-- <rss> -->" + rss(item("https://news.example/1", "", "One")),
    "a document type": '<!DOCTYPE rss PUBLIC "-//Netscape//DTD RSS 0.91//EN" "https://x.example/" [<!ENTITY o "One">]>'
    + rss(item("https://news.example/1", "", "&o;")).removeprefix('<?xml version="1.0"?>'),
    "items that are not closed": "<rss><channel><item><guid>https://news.example/1</guid><title>One</title></channel></rss>",
    "a title that is not closed": "<rss><channel><item><guid>0</guid><title>Zero</item>"
    "<item><guid>https://news.example/1</guid><title>One</title></item></channel></rss>",
}


@pytest.mark.parametrize("body", SHAPES.values(), ids=SHAPES)
def test_a_feed_is_read_in_whatever_shape(body: str) -> None:
    entry = parsed(body).entries[-1]

    assert (entry.id, entry.title) == ("https://news.example/1", "One")


ENCODINGS = {
    "declared": ("windows-1251", "windows-1251", "application/xml"),
    "in the header alone": ("windows-1256", "", "text/xml; charset=windows-1256"),
    "in the header, against the declaration": ("windows-1251", "iso-8859-5", "text/xml; charset=windows-1251"),
    "declared, against the server's default": ("windows-1251", "windows-1251", "text/xml; charset=ISO-8859-1"),
    "UTF-8 that says that it is not": ("utf-8", "windows-1251", "text/xml; charset=windows-1251"),
    "UTF-8 that says that it is UTF-16": ("utf-8", "utf-16", None),
    "Chinese": ("gb18030", "gb2312", None),
    "Japanese": ("shift_jis", "Shift_JIS", None),
    "Japanese in seven bits": ("iso-2022-jp", "iso-2022-jp", None),
    "UTF-16 with its mark": ("utf-16", "utf-16", None),
    "UTF-16 without": ("utf-16-be", "utf-16", None),
    "UTF-32": ("utf-32", "utf-32", None),
    "UTF-8 with its mark": ("utf-8-sig", "utf-8", None),
}
WORDS = {"windows-1251": "Мост закрыт", "windows-1256": "الجسر مغلق", "gb18030": "大桥关闭"}


@pytest.mark.parametrize(("encoding", "declared", "content_type"), ENCODINGS.values(), ids=ENCODINGS)
def test_a_feed_is_read_in_the_encoding_it_is_in(encoding: str, declared: str, content_type: str | None) -> None:
    title = WORDS.get(encoding, "橋が閉鎖")
    body = rss(item("a1", "/1", title)).replace("?>", f' encoding="{declared}"?>' if declared else "?>", 1)

    feed = parse_feed(body.encode(encoding), URL, content_type, NOW)

    assert feed.entries[0].title == title


def test_some_broken_bytes_spoil_themselves_alone() -> None:
    body = rss(item("a1", "/1", "Мост закрыт")).encode().replace("з".encode(), b"\xd0", 1)

    assert parsed(body).entries[0].title == "Мост \ufffdакрыт"


def test_of_a_body_that_ends_too_soon_the_whole_entries_are_read() -> None:
    body = rss(item("a1", "/1"), item("a2", "/2"), item("a3", "/3", "Third"))

    feed = parsed(body[: body.index("Third") + 3])

    assert ([entry.id for entry in feed.entries], feed.is_cut) == (["a1", "a2"], True)


def test_damage_in_one_entry_leaves_the_others_whole() -> None:
    body = rss(item("a1", "/1"), item("a2", "/2", "<![CDATA[Broken]]> & <br> <p"), item("a3", "/3"))

    feed = parsed(body)

    assert ([entry.id for entry in feed.entries], feed.is_cut) == (["a1", "a2", "a3"], False)


def test_a_text_that_looks_like_another_encoding_stays_as_it_is() -> None:
    assert parsed(rss(item("a1", "/1", "Martine Ã©crit"))).entries[0].title == "Martine Ã©crit"


@pytest.mark.parametrize(
    ("tag", "code"), [("pt-BR", "pt"), ("EN_us", "en"), ("", ""), ("english", ""), ("x-klingon", "")]
)
def test_a_language_tag_gives_its_code(tag: str, code: str) -> None:
    assert language_code(tag) == code


def test_no_ampersand_is_lost_where_the_xml_is_damaged() -> None:
    link = "https://news.example/?a=1&b=2&c"

    entries = parsed(rss(item("a", link, "First"), item("b", link, "This & that"))).entries

    assert [(entry.link, entry.title) for entry in entries] == [(link, "First"), (link, "This & that")]
