"""A page's tree in, what the page says of itself out: title, dates, authors, language, address, publisher.  Pure.

Pages say it for search engines and social media (JSON-LD, meta tags, itemprop), and say it wrongly in every way: each
value is looked at before it is believed, and none is better than a wrong one.
"""

import html
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import chain, islice
from typing import Any

from lxml import etree
from tld import get_fld

from shared.core.dates import parse_date
from shared.core.text import from_markup, key, language_code
from shared.core.urls import host_of, is_home_page, resolve
from shared.types import DateSource

_MOST_DATA = 2_000_000
"""Characters of JSON-LD that are looked at; live blogs carry some hundred thousand."""
_MOST_NODES = 2_000
_LONGEST_TITLE = 500
_LONGEST_NAME = 60
_MOST_AUTHORS = 30
_LONGEST_DESCRIPTION = 2_000

# What stands around JSON-LD so that browsers of the last century pass it over.
_WRAPPING = re.compile(r"(?:\s|//|/\*|\*/|<!--|<!\[CDATA\[)*+")
_DECODER = json.JSONDecoder(strict=False)
# The nodes under which an article lies; others (`itemListElement`, `hasPart`) hold other articles.
_CONTAINERS = ("@graph", "mainEntity", "mainEntityOfPage")
_STORY_TYPES = frozenset({"BlogPosting", "LiveBlogPosting", "SocialMediaPosting", "Report"})

_DATE_NAMES = (
    "article:published_time",
    "og:article:published_time",
    "datepublished",
    "cxenseparse:publishtime",
    "cxenseparse:recs:publishtime",
    "parsely-pub-date",
    "publish-date",
    "publication_date",
    "pubdate",
    "published",
    "dc.date.issued",
    "dcterms.created",
    "date.available",
    "dc.date",
    "date",
)
"""Meta tags that name the moment of publication, best first."""
_AUTHOR_NAMES = ("author", "article:author", "og:article:author", "cxenseparse:author", "parsely-author", "dc.creator")
_KEPT_NAMES = frozenset(
    {*_DATE_NAMES, *_AUTHOR_NAMES, "og:title", "twitter:title", "og:site_name", "og:locale", "og:url"}
    | {"description", "og:description", "twitter:description", "content-language", "language"}
)
# A moment, not a day, and with its offset: "2024-05-03T17:47:42+02:00".  Without one it is some newsroom's wall clock.
_EXACT = re.compile(r"\d{1,2}:\d\d.*?(?:Z|UTC|GMT|[+-]\d\d:?\d\d)$", re.IGNORECASE | re.DOTALL)

# Elements of the page that say that they are the date of publication.
_DATED = etree.XPath("descendant::*[@itemprop='datePublished'] | descendant::time[@pubdate]")
_AUTHOR_LINKS = etree.XPath("descendant::a[@rel='author']")
_SEPARATOR = re.compile(r"\s+[|｜–—-]\s+|\s*[|｜]\s*")
_BY = re.compile(
    r"^(?:(?:written|posted|reported) by|by|von|par|por|di|door|av|af|od|przez|autor(?:in)?|author|text|reporting by)"
    r"\s*:?\s+",
    re.IGNORECASE,
)
_BETWEEN_NAMES = re.compile(r"\s*(?:[,;/|•·、]|\s(?:and|und|et|y|e|og|och|en|&|ve|и|та|dan)\s)\s*")
_ASIDE = re.compile(r"\s*\([^()]*\)\s*$")
# An address, a handle, a number, a template's hole or a system's user is nobody.
_NOBODY = re.compile(
    r"[@{}<>\\=]|https?:|www\.|\d{3}|\.(?:html?|php|aspx)\b|^\W*$"
    r"|^(?:admin(?:istrator)?|author|null|undefined|none|unknown|n/?a|test|user|root|webmaster|object|image:?.*)$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Metadata:
    """What a page says of itself; empty where it says nothing that can be believed."""

    title: str
    titles: tuple[str, ...]
    """Every form of its headline, the title first: for search engines, for readers, for social media."""
    descriptions: tuple[str, ...]
    """Its summaries of the story."""
    body: str
    """The story's text as told to search engines."""
    free: bool
    """False where it says that the story is for subscribers."""
    published_at: datetime | None
    date_source: DateSource
    authors: tuple[str, ...]
    language: str
    canonical_url: str
    site: str


def read_metadata(tree: Any, url: str, now: datetime | None) -> Metadata:
    """What the page whose tree this is, found at `url` (may be empty), says of itself."""
    meta = _meta(tree)
    canonical = _canonical(tree, meta, url)
    nodes = list(_nodes(tree))
    headings = [from_markup(" ".join(node.itertext()), _LONGEST_TITLE) for node in islice(tree.iter("h1"), 3)]
    social = [from_markup(meta.get(name, ""), _LONGEST_TITLE) for name in ("og:title", "twitter:title")]
    story = _story(nodes, canonical or url, {*headings, *social})
    site = _site(story, nodes, meta)
    told = [from_markup(_text(story, "headline"), _LONGEST_TITLE), social[0], *headings[:1]]
    told += [from_markup(node.text or "", _LONGEST_TITLE) for node in islice(tree.iter("title"), 1)]
    titles = [_without_site(title, told, site, url) for title in told if title]
    published_at, source = _published(story, meta, tree, now)
    return Metadata(
        title=titles[0] if titles else "",
        titles=tuple(dict.fromkeys(filter(None, (*titles, *headings, *social)))),
        descriptions=_descriptions(story, meta),
        body=_body(story),
        free=not _is_false(story.get("isAccessibleForFree")),
        published_at=published_at,
        date_source=source,
        authors=_authors(story, nodes, meta, tree, site),
        language=_language(story, meta, tree),
        canonical_url=canonical,
        site=site,
    )


def _without_site(title: str, others: list[str], site: str, url: str) -> str:
    """A title without the site's name at its end: "Bridge closed | The Example" is "Bridge closed"."""
    site_key, host = key(site), host_of(url).replace("-", "").replace(".", "")
    for separator in _SEPARATOR.finditer(title):
        head, tail = title[: separator.start()], key(title[separator.end() :])
        if head and (head in others or (tail and (tail == site_key or tail in host))):
            return head
    return title


# --- JSON-LD ---------------------------------------------------------------------------------------------------


def _nodes(tree: Any) -> Iterator[dict[str, Any]]:
    """The nodes of a page's JSON-LD that may be the story or name its author or publisher."""
    left, most = _MOST_DATA, _MOST_NODES
    for script in tree.iter("script"):
        if "ld+json" not in (script.get("type") or "").lower():
            continue
        text = script.text or ""
        left -= len(text)
        if left < 0:
            return
        pending = [_parse(text)]
        while pending and most > 0:
            node = pending.pop()
            most -= 1
            if isinstance(node, list):
                pending += reversed(node[:_MOST_NODES])
            elif isinstance(node, dict):
                yield node
                pending += [node[key] for key in _CONTAINERS if isinstance(node.get(key), dict | list)]


def _parse(text: str) -> Any:
    """The value that a script's text holds; none when it holds none."""
    for candidate in (text, html.unescape(text)) if "&quot;" in text[:1_000] else (text,):
        wrapping = _WRAPPING.match(candidate)
        try:  # what follows the first value is the wrapping's end, or somebody's slip
            return _DECODER.raw_decode(candidate, wrapping.end() if wrapping else 0)[0]
        except (ValueError, RecursionError):
            continue
    return None


def _kinds(node: dict[str, Any]) -> set[str]:
    """The names of a node's types, without the vocabulary's address."""
    kinds = node.get("@type")
    return {str(kind).rsplit("/", 1)[-1] for kind in (kinds if isinstance(kinds, list) else [kinds]) if kind}


def _story(nodes: list[dict[str, Any]], url: str, titles: set[str]) -> dict[str, Any]:
    """The node that tells of this page's story: by its address or headline, else the first; empty when none does."""
    stories = [node for node in nodes if any(kind.endswith("Article") or kind in _STORY_TYPES for kind in _kinds(node))]
    for node in stories if len(stories) > 1 else ():
        places = (node.get("url"), node.get("@id"), node.get("mainEntityOfPage"))
        told = {
            place.get("@id") if isinstance(place, dict) else place for place in places if isinstance(place, str | dict)
        }
        if (url and url in told) or from_markup(_text(node, "headline"), _LONGEST_TITLE) in titles - {""}:
            return node
    return stories[0] if stories else {}


def _text(node: dict[str, Any], key: str) -> str:
    """A node's value when it is text, or a list that begins with text."""
    value = node.get(key)
    if isinstance(value, list) and value:
        value = value[0]
    return value if isinstance(value, str) else ""


def _is_false(value: Any) -> bool:
    return value is False or (isinstance(value, str) and value.strip().lower().rsplit("/", 1)[-1] == "false")


def _body(story: dict[str, Any]) -> str:
    return "\n".join(filter(None, (from_markup(line, 100_000) for line in _text(story, "articleBody").splitlines())))


# --- what is said several times ----------------------------------------------------------------------------------


def _meta(tree: Any) -> dict[str, str]:
    """The page's meta tags by name, in lower case; the first of each."""
    told: dict[str, str] = {}
    for meta in tree.iter("meta"):
        content = meta.get("content")
        if not content:
            continue
        for attribute in ("property", "name", "itemprop", "http-equiv"):
            name = (meta.get(attribute) or "").strip().lower()
            if name in _KEPT_NAMES:
                told.setdefault(name, content)
    return told


def _published(
    story: dict[str, Any], meta: dict[str, str], tree: Any, now: datetime | None
) -> tuple[datetime | None, DateSource]:
    """When it was published, to the minute, and who says so.

    A day without a time, or a time without its offset from UTC, is passed over: it would move the story by hours.
    """
    told = chain(
        [(_text(story, "datePublished"), DateSource.JSON_LD)],
        ((meta[name], DateSource.META) for name in _DATE_NAMES if name in meta),
        ((element.get("datetime") or element.get("content") or "", DateSource.TIME) for element in _DATED(tree)[:3]),
    )
    for text, source in told:
        written = text.strip()
        if _EXACT.search(written[:100]) and (moment := parse_date(written, now)) is not None:
            return moment, source
    return None, DateSource.NONE


def _descriptions(story: dict[str, Any], meta: dict[str, str]) -> tuple[str, ...]:
    told = [meta.get(name, "") for name in ("og:description", "description", "twitter:description")]
    told += [_text(story, "description"), _text(story, "alternativeHeadline")]
    return tuple(dict.fromkeys(filter(None, (from_markup(text, _LONGEST_DESCRIPTION) for text in told))))


def _language(story: dict[str, Any], meta: dict[str, str], tree: Any) -> str:
    spoken = story.get("inLanguage")
    if isinstance(spoken, dict):
        spoken = spoken.get("alternateName")
    told = (
        tree.get("lang"),
        tree.get("{http://www.w3.org/XML/1998/namespace}lang") or tree.get("xml:lang"),
        spoken,
        *(meta.get(name) for name in ("og:locale", "content-language", "language")),
    )
    return next((code for tag in told if isinstance(tag, str) and (code := language_code(tag))), "")


def _canonical(tree: Any, meta: dict[str, str], url: str) -> str:
    """The page's own word for its address, unless it means the site's front door or another site."""
    told = [link.get("href") for link in tree.iter("link") if "canonical" in (link.get("rel") or "").lower().split()]
    for link in (*told[:1], meta.get("og:url")):
        found = resolve(url, link) if link else ""
        if not found or (is_home_page(found) and not is_home_page(url)):
            continue
        if not url or host_of(found) == host_of(url) or _domain(found) == _domain(url):
            return found
    return ""


def _domain(url: str) -> str:
    """The part of a host that somebody registered; the host itself where there is none (an address, a local name)."""
    return get_fld(url, fail_silently=True) or host_of(url)


def _site(story: dict[str, Any], nodes: list[dict[str, Any]], meta: dict[str, str]) -> str:
    publishers = story.get("publisher")
    for publisher in publishers if isinstance(publishers, list) else [publishers]:
        name = publisher if isinstance(publisher, str) else _name(publisher, nodes)
        if name and not _NOBODY.search(name):
            return from_markup(name, 100)
    return from_markup(meta.get("og:site_name", ""), 100)


# --- authors -----------------------------------------------------------------------------------------------------


def _authors(
    story: dict[str, Any], nodes: list[dict[str, Any]], meta: dict[str, str], tree: Any, site: str
) -> tuple[str, ...]:
    """Who wrote it, by name, in the page's order: the first source that names somebody but the site itself."""
    written = story.get("author") or story.get("creator")
    people = [
        person if isinstance(person, str) else _name(person, nodes)
        for person in (written if isinstance(written, list) else [written])[:_MOST_AUTHORS]
    ]
    house: tuple[str, ...] = ()
    for told in chain(
        [people],
        ([meta[name]] for name in _AUTHOR_NAMES if name in meta),
        ([" ".join(node.itertext()) for node in find(tree)[:3]] for find in [_AUTHOR_LINKS]),
    ):
        names = tuple(dict.fromkeys(name for text in told for name in _names(text)))
        # Beside people no "example.org".
        names = tuple(name for name in names if "." not in name or " " in name) or names
        if names and any(key(name) not in key(site) for name in names):
            return names
        house = house or names
    return house


def _name(person: Any, nodes: list[dict[str, Any]]) -> str:
    """The name in a JSON-LD person or organisation, or in the one it points to."""
    if not isinstance(person, dict):
        return ""
    if "name" not in person and isinstance(person.get("@id"), str):
        person = next((node for node in nodes if node.get("@id") == person["@id"] and "name" in node), person)
    name = person.get("name") or " ".join(filter(None, (_text(person, "givenName"), _text(person, "familyName"))))
    if isinstance(name, list):
        return ", ".join(part for part in name[:_MOST_AUTHORS] if isinstance(part, str))
    return name if isinstance(name, str) else ""


def _names(text: str) -> list[str]:
    """The names in a byline."""
    line = _BY.sub("", from_markup(text, 500))
    if "://" in line:
        return []
    return [
        name
        for part in _BETWEEN_NAMES.split(line)
        if (name := _ASIDE.sub("", _BY.sub("", part)).strip(" .:-–—"))
        and len(name) <= _LONGEST_NAME
        and len(name.split()) <= 7
        and not _NOBODY.search(name)
    ]
