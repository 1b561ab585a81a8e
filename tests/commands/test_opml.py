"""Lists of feeds as other programs write them."""

from xml.etree import ElementTree

import pytest

from shared.adapters.child import Child
from shared.core.discovery import feed_key
from shared.core.text import language_code
from shared.core.urls import page_key, resolve
from shared.errors import InputError
from sitrep.opml import LARGEST_LIST, loopback_ports, read_opml, render_opml
from tests.conftest import ROOT, feed

A, B = "https://a.example/feed", "http://b.example/rss?x=1"


def outline(url, title="T", **attributes):
    rest = "".join(f' {name}="{value}"' for name, value in attributes.items())
    return f'<outline type="rss" text="{title}" xmlUrl="{url}"{rest}/>'


def opml(*outlines, head=""):
    return f'<?xml version="1.0"?>{head}<opml version="2.0"><head/><body>{"".join(outlines)}</body></opml>'


@pytest.fixture
def written(tmp_path):
    """Writes the list, and gives its path."""

    def write(text):
        path = tmp_path / "list.opml"
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        return path

    return write


@pytest.mark.parametrize(
    ("text", "urls"),
    [
        pytest.param(opml(outline(A), outline(B)), [A, B], id="in its order"),
        pytest.param(
            opml("<outline text='all'><outline text='deep'>", outline(A), "</outline>", outline(B), "</outline>"),
            [A, B],
            id="nested",
        ),
        pytest.param(opml(outline(A), outline(A, "again"), outline(f"{A}#part")), [A], id="each once"),
        pytest.param(opml(outline("ftp://a.example/f"), outline(B)), [B], id="ftp is none"),
        pytest.param(opml(outline("file:///etc/passwd"), outline(B)), [B], id="a file is none"),
        pytest.param(opml(outline("javascript:alert(1)"), outline(B)), [B], id="a script is none"),
        pytest.param(opml(outline(""), outline(B)), [B], id="an empty address is none"),
        pytest.param(opml(outline(A)).replace("</opml>", ""), [A], id="cut off after its feeds"),
        pytest.param(opml(outline(f"{A}?x=1&copy=2&amp;y=3")), [f"{A}?x=1&copy=2&y=3"], id="a bare ampersand"),
        pytest.param(
            opml(outline(A, 'By <a href="https://c.example/" target="_blank">the "makers"</a> of'), outline(B)),
            [A, B],
            id="markup and quotes inside an attribute",
        ),
        pytest.param(opml(f"<outline xmlUrl='{A}' text='it says \"xmlUrl=no\"'/>"), [A], id="single quotes"),
        pytest.param(opml(f'<OUTLINE TEXT="a" XMLURL = "{A}"></OUTLINE>'), [A], id="capitals"),
        pytest.param(opml(f"<!-- {outline(B)} -->", outline(A), "<!-- kept"), [A], id="comments"),
        pytest.param(opml(f"<outline text='x' note=\"see <!-- {outline(A)}", outline(B)), [A, B], id="torn"),
        pytest.param(opml(outline(A, "\u00fc")).encode("utf-16"), [A], id="UTF-16"),
        pytest.param("<outline text='x'>" * 100_000 + outline(A), [A], id="endlessly nested"),
        pytest.param(
            opml(*(outline(f"https://a.example/{n}") for n in range(1_000))),
            [f"https://a.example/{n}" for n in range(1_000)],
            id="a thousand",
        ),
    ],
)
def test_a_list_names_these_feeds(written, text, urls):
    assert [feed.url for feed in read_opml(written(text))] == urls


BOMB = (
    "<!DOCTYPE opml [<!ENTITY a0 'lol'>"
    + "".join(f"<!ENTITY a{n} '{f'&a{n - 1};' * 10}'>" for n in range(1, 10))
    + "]>"
)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="nothing"),
        pytest.param("not a list", id="no xml"),
        pytest.param("<html><body>Sign in</body></html>", id="a page"),
        pytest.param("<opml><body>", id="cut off before its feeds"),
        pytest.param(opml(), id="no outlines"),
        pytest.param(opml(outline("ftp://a.example/f")), id="no feed that can be fetched"),
        pytest.param(b"\xff\xfe\x00\x01", id="bytes"),
        pytest.param(opml("<outline text='&a9;'/>", head=BOMB), id="a billion laughs"),
    ],
)
def test_a_list_that_names_no_feed_is_refused_by_name(written, text):
    with pytest.raises(InputError, match=r"list\.opml"):
        read_opml(written(text))


def test_a_list_that_is_not_there_is_refused_by_name(tmp_path):
    with pytest.raises(InputError, match=r"none\.opml: No such file"):
        read_opml(tmp_path / "none.opml")


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(opml(f"<outline {'x' * 2_000_000}", outline(A)), id="an endless word"),
        pytest.param(opml(f"<outline {'x= ' * 700_000}", outline(A)), id="names without values"),
        pytest.param(opml(f"<outline {'x=' * 1_000_000}" + '"', outline(A)), id="values without ends"),
        pytest.param(opml(" " * 2_000_000, outline(A)), id="endless space"),
        pytest.param(opml("<!--" * 500_000, outline(A)), id="comments without ends"),
        pytest.param(opml("<" * 2_000_000, outline(A)), id="tags without names"),
        pytest.param(
            opml(*(f"<outline text='g{n}'>{outline(A)}</outline>" for n in range(30_000))), id="one feed often"
        ),
        pytest.param(
            opml(f'<outline xmlUrl="{A}" category="{",".join(map(str, range(100_000)))}"/>'), id="in many categories"
        ),
    ],
)
def test_a_hostile_list_is_read_to_its_end(written, text):
    path = written(text)

    feeds = Child(computing_s=5.0).call(read_opml, path)

    assert [feed.url for feed in feeds] == [A]


def test_a_list_that_is_too_large_is_refused(written):
    with pytest.raises(InputError, match="over 20 MB: split it"):
        read_opml(written(opml(outline(A)) + " " * LARGEST_LIST))


@pytest.mark.parametrize(
    ("encoding", "title"),
    [
        pytest.param("utf-8", "Známý العربية", id="UTF-8"),
        pytest.param("utf-8-sig", "Známý العربية", id="UTF-8 with its mark"),
        pytest.param("utf-16", "Známý العربية", id="UTF-16"),
        pytest.param("windows-1251", "Новости", id="as declared"),
        pytest.param("shift_jis", "ニュース", id="as declared, of several bytes"),
    ],
)
def test_a_title_is_read_in_the_list_s_encoding(written, encoding, title):
    text = opml(outline(A, title)).replace('version="1.0"', f'version="1.0" encoding="{encoding}"', 1)

    (feed,) = read_opml(written(text.encode(encoding)))

    assert feed.title == title


@pytest.mark.parametrize("encoding", ["punycode", "idna", "zlib", "unicode_escape", "cp0", "no-such"])
def test_an_encoding_that_no_list_is_in_is_not_asked_for(written, encoding):
    text = opml(outline(A, "caf\u00e9")).replace('version="1.0"', f'version="1.0" encoding="{encoding}"', 1)

    (feed,) = read_opml(written(text.encode("cp1252")))

    assert feed.title == "caf\u00e9"


def test_lists_in_a_list_are_told_and_not_followed(written, capsys):
    text = opml(outline(A), '<outline type="include" text="more" url="https://a.example/more.opml"/>')

    feeds = read_opml(written(text))

    assert [feed.url for feed in feeds] == [A]
    assert "1 outlines lead to other lists or pages, and are not followed: https://a.example/more.opml" in (
        capsys.readouterr().out
    )


def test_a_list_that_was_written_is_read_the_same(written):
    feeds = [
        feed(A, title="Known & <loved> \"here\" 'there' &amp; العربية"),
        feed(B + "&y=%20&copy=2", is_urgent=True),
        feed("https://c.example/", title="Paused", is_paused=True),
        feed("https://d.example/", title="Both", is_urgent=True, is_paused=True),
    ]

    assert read_opml(written(render_opml(feeds, "My <feeds>"))) == feeds


def test_a_written_list_is_sound_xml(written):
    text = render_opml([feed(A, title='a\x00\x1b & <b> \ud800 "c"')], "feeds")

    (outlined,) = ElementTree.fromstring(text.encode()).iter("outline")

    assert outlined.attrib == {"type": "rss", "text": 'a & <b> "c"', "title": 'a & <b> "c"', "xmlUrl": A}


def test_a_title_is_one_plain_line(written):
    (feed,) = read_opml(written(opml(outline(A, "one&#10;two &#x202e;three"))))

    assert feed.title == "one two three"


def test_backfill_is_asked_for_each_feed_of_the_list(written):
    assert [feed.backfill for feed in read_opml(written(opml(outline(A), outline(B))), backfill=True)] == [True, True]


def test_only_feeds_of_this_machine_open_its_ports(written):
    urls = ("http://127.0.0.1:8001/f", "http://localhost/f", "https://localhost/f", "https://a.example:9/f")

    assert loopback_ports(read_opml(written(opml(*map(outline, urls))))) == {8001, 80, 443}


DEFAULT = ROOT / "feeds.opml"


def test_every_feed_of_the_default_list_is_read(capsys):
    outlines = [one for one in ElementTree.parse(DEFAULT).iter("outline") if "xmlUrl" in one.attrib]

    feeds = read_opml(DEFAULT)

    assert [(one.url, one.title) for one in feeds] == [(one.get("xmlUrl"), one.get("title")) for one in outlines]
    assert len({feed_key(one.url) for one in feeds}) == len(feeds)
    assert capsys.readouterr().out == ""


def test_a_feed_of_the_default_list_says_what_it_is():
    for outline in ElementTree.parse(DEFAULT).iter("outline"):
        if "xmlUrl" in outline.attrib:
            assert outline.get("type") == "rss"
            assert outline.get("text") == outline.get("title") != ""
            assert language_code(outline.get("language", ""))
            assert resolve("", outline.get("htmlUrl", "")).startswith("https://")


def test_an_address_of_the_default_list_is_a_publisher_s_own():
    for one in read_opml(DEFAULT):
        assert one.url == f"https://{page_key(one.url)}"  # no tracking parameter, no odd port
        assert not one.is_urgent
        assert not one.is_paused
