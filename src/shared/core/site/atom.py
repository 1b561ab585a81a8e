"""The Atom feed of incidents: incidents in, a document of RFC 4287 out.  Pure.

One entry an incident, under an id that stays, renewed by each alert.  Incidents of which nobody was told are left out.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime
from html import escape

from shared.core.render.text import NO_LINK, clean, link
from shared.core.render.times import stamp
from shared.core.render.view import IncidentView, backing_words
from shared.core.render.words import OWNER_MAX, capital, country_code, place_words, told_flags, toll_words
from shared.core.site.issuer import Issuer
from shared.core.site.row import last_told, moment_of, title_of, told_alerts
from shared.core.site.xml import Element, add, document
from shared.types import Alert, Story

ENTRIES_MAX = 100
"""Readers fetch it whole, again and again."""
_STORIES_MAX = 20
_WHY_MAX = 600
_QUOTE_MAX = 600
_GEORSS = "http://www.georss.org/georss"


def render_atom(views: Iterable[IncidentView], issuer: Issuer, now: datetime, *, most: int = ENTRIES_MAX) -> bytes:
    """The incidents that somebody was told of, in the order given, the first of many; `now` dates an empty feed."""
    told = [(view, last) for view in views if (last := last_told(view.incident)) is not None][:most]
    root = Element("feed", {"xmlns": "http://www.w3.org/2005/Atom", "xmlns:georss": _GEORSS})
    add(root, "id", issuer.tag("incidents"))
    add(root, "title", "sitrep: incidents")
    add(root, "subtitle", "What news feeds report of strikes and broken truces, as a machine reads it")
    add(root, "updated", stamp(max((moment_of(last) for _, last in told), default=now)))
    add(add(root, "author"), "name", "sitrep")
    add(root, "generator", "sitrep")
    # Relative, for only the operator knows where the files are to be read.
    add(root, "link", rel="self", type="application/atom+xml", href="incidents.atom")
    add(root, "link", rel="alternate", type="application/geo+json", href="incidents.geojson")
    for view, last in told:
        _entry(root, view, last, issuer)
    return document(root)


def _entry(root: Element, view: IncidentView, last: Alert, issuer: Issuer) -> None:
    incident = view.incident
    entry = add(root, "entry")
    add(entry, "id", issuer.tag("incident", incident.id))
    add(entry, "title", title_of(view))
    add(entry, "published", stamp(moment_of(told_alerts(incident)[0])))
    add(entry, "updated", stamp(moment_of(last)))
    add(entry, "category", term=clean(incident.category, 60) or "unknown")
    if country := country_code(incident.place):
        add(entry, "category", term=country, scheme="urn:iso:std:iso:3166")
    urls = dict.fromkeys(url for story in incident.stories if (url := link(story.url)) != NO_LINK)
    for number, url in enumerate(list(urls)[:_STORIES_MAX]):
        add(entry, "link", rel="related" if number else "alternate", type="text/html", href=url)
    add(entry, "link", rel="related", type="application/cap+xml", href=f"cap/{clean(last.id, 80)}.xml")
    add(entry, "summary", _summary(last))
    add(entry, "content", "\n".join(_content(view, last)), type="html")
    place = incident.place
    if place is not None and place.lat is not None and place.lon is not None:
        add(entry, "georss:point", f"{place.lat} {place.lon}")


def _summary(last: Alert) -> str:
    return clean(f"{capital(last.status)}: {last.why}", _WHY_MAX)


def _content(view: IncidentView, last: Alert) -> Iterator[str]:
    """What a reader sees, as HTML."""
    incident = view.incident
    yield _paragraph(f"{title_of(view)}.")
    yield _paragraph(_summary(last))
    yield _paragraph(f"Where: {place_words(incident.place, as_written=True)}")
    if told := toll_words(view.tolls, OWNER_MAX):
        yield _paragraph(f"Toll: {told}")
    for words, certainty in told_flags(incident):
        yield _paragraph(f"{capital(words)}, {certainty}")
    yield _paragraph(f"{capital(view.confidence)}: told by {backing_words(view)}; severity {incident.severity} of 100")
    yield "<ul>"
    yield from map(_item, incident.stories[:_STORIES_MAX])
    yield "</ul>"
    if (left := len(incident.stories) - _STORIES_MAX) > 0:
        yield _paragraph(f"and {left} more")
    yield _paragraph(f"Incident {clean(incident.id, 60)}, revision {last.revision}")


def _item(story: Story) -> str:
    url = link(story.url)
    title = escape(clean(story.title, 200) or "(no title)")
    named = title if url == NO_LINK else f'<a href="{escape(url)}">{title}</a>'
    publisher = escape(clean(story.publisher, OWNER_MAX) or "unnamed publisher")
    quote = escape(clean(story.report.sentence.text, _QUOTE_MAX))
    return f"<li>{publisher}: {named}<blockquote>{quote}</blockquote></li>"


def _paragraph(words: str) -> str:
    return f"<p>{escape(words)}</p>"
