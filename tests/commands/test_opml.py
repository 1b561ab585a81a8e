"""Lists of feeds as other programs write them."""

import pytest

from shared.errors import InputError
from sitrep.opml import loopback_ports, read_opml

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


def test_a_title_is_one_plain_line(written):
    (feed,) = read_opml(written(opml(outline(A, "one&#10;two &#x202e;three"))))

    assert feed.title == "one two three"


def test_backfill_is_asked_for_each_feed_of_the_list(written):
    assert [feed.backfill for feed in read_opml(written(opml(outline(A), outline(B))), backfill=True)] == [True, True]


def test_only_feeds_of_this_machine_open_its_ports(written):
    urls = ("http://127.0.0.1:8001/f", "http://localhost/f", "https://localhost/f", "https://a.example:9/f")

    assert loopback_ports(read_opml(written(opml(*map(outline, urls))))) == {8001, 80, 443}
