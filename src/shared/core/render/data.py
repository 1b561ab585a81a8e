"""The body for programs: an alert in, one JSON object out.  Pure.

docs/alert.schema.json describes it.  A new member may come without notice; a change of meaning raises SCHEMA_VERSION.
"""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from shared.core.incidents import FIGURES, deeds, flags, kinds
from shared.core.names import name_key
from shared.core.render.answer import change, exercise_line, gist
from shared.core.render.codes import VIOLATION, alleges_violation, codes_of
from shared.core.render.ledger import Row
from shared.core.render.quotes import SENTENCE_MAX
from shared.core.render.subject import render_subject
from shared.core.render.text import NO_LINK, clean, is_name, link
from shared.core.render.times import local_stamp, stamp
from shared.core.render.view import IncidentView, View
from shared.core.render.words import agency, named, owner
from shared.core.severity import severity_word
from shared.core.when import at
from shared.types import Claim, ClaimKind, Incident, Place, Story

SCHEMA_VERSION = 1

_COUNT_MAX = 1_000_000_000
_IDS_MAX, _ID_MAX = 20, 20
_KINDS_MAX, _FLAGS_MAX = 5, 10
_WORDS_MAX, _NAME_MAX = 60, 40
_WHY_MAX = 400

# What could end a script or open a tag where the object is put into a page; JSON reads it back as it was.
_MARKUP = {ord(character): f"\\u{ord(character):04x}" for character in "<>&"}


def render_data(view: View) -> str:
    """The alert as one JSON object, on one line, without a sign that could be taken for markup."""
    alert = view.alert
    told = incident_data(view)
    document = {
        "headline": render_subject(view),
        "is_exercise": view.is_exercise,
        "schema_version": SCHEMA_VERSION,
        "type": "alert",
        "alert_id": clean(alert.id, _NAME_MAX),
        "status": str(alert.status),
        "revision": alert.revision,
        "why": clean(alert.why, _WHY_MAX),
        "summary": "\n".join([exercise_line()] * view.is_exercise + list(filter(None, [change(view), *gist(view)]))),
        **told,
        "times": {
            "decided_at": stamp(alert.decided_at),
            "caused_at": _stamp(at(view.cause) if view.cause else None),
            **told["times"],
        },
        "local_time": _local_time(view),
    }
    return dump(document)


def incident_data(view: IncidentView) -> dict[str, Any]:
    """The incident as it stands: what is the same in every body and file for programs."""
    incident = view.incident
    codes = codes_of(incident)
    claims = list(_claims(view))
    tellers = {story.report.id: number for number, source in enumerate(view.sources, 1) for story in source.stories}
    return {
        "incident_id": clean(incident.id, _NAME_MAX),
        "maybe_same": [clean(other, _ID_MAX) for other in incident.maybe_same[:_IDS_MAX]],
        "also": [clean(other, _ID_MAX) for other in incident.also[:_IDS_MAX]],
        "category": clean(incident.category, _WORDS_MAX) or "unknown",
        "kinds": [clean(kind, _NAME_MAX) for kind in kinds(incident)[:_KINDS_MAX]],
        "codes": {
            "acled": clean(codes.acled, 80) or None,
            "plover": clean(codes.plover, 40) or None,
            "cameo": clean(codes.cameo, 10) or None,
            "cameo_also": [VIOLATION] * alleges_violation(incident),
        },
        "certainty": str(incident.certainty),
        "confidence": view.confidence,
        "is_withdrawn": view.is_withdrawn,
        "severity": incident.severity,
        "severity_word": severity_word(incident.severity),
        "place": place_data(incident.place),
        "day": incident.day.isoformat(),
        "times": _times(incident),
        "flags": [
            {"flag": words, "certainty": str(certainty)}
            for flag, certainty in list(flags(incident).items())[:_FLAGS_MAX]
            if is_name(words := clean(flag, _NAME_MAX))
        ],
        "tolls": {str(kind): _toll(rows) for kind, rows in view.ledger.items()},
        "claims": claims[: view.most],
        "sources": [_source(view, story, tellers.get(story.report.id)) for story in view.shown],
        "independent_sources": [
            {
                "name": agency(source.name) if source.is_wire else named(source.name),
                "is_wire": source.is_wire,
                "publishers": [named(publisher) for publisher in source.publishers[: view.most]],
            }
            for source in view.sources[: view.most]
        ],
        "omitted": {
            "claims": max(0, len(claims) - view.most),
            "sources": len(incident.stories) - len(view.shown),
            "independent_sources": max(0, len(view.sources) - view.most),
        },
    }


def dump(document: Mapping[str, object]) -> str:
    """JSON on one line; `<`, `>` and `&` escaped."""
    return json.dumps(document, ensure_ascii=False, allow_nan=False).translate(_MARKUP)


def place_data(place: Place | None) -> dict[str, object] | None:
    """Where, as data; none where it is not stated."""
    if place is None:
        return None
    return {
        "id": clean(place.id, 40),
        "name": clean(place.name, _WORDS_MAX),
        "as_written": clean(place.as_written, _WORDS_MAX),
        "country": clean(place.country, 2),
        "country_name": clean(place.country_name, _WORDS_MAX),
        "lat": place.lat,
        "lon": place.lon,
        "precision": str(place.precision),
    }


def _times(incident: Incident) -> dict[str, str | None]:
    return {
        "first_published_at": _stamp(min(filter(None, (each.published_at for each in incident.stories)), default=None)),
        "first_seen_at": stamp(incident.first_seen_at),
        "last_seen_at": stamp(incident.last_seen_at),
        "closed_at": _stamp(incident.closed_at),
    }


def _local_time(view: View) -> dict[str, str]:
    return {
        "zone": view.zone,
        "decided_at": local_stamp(view.alert.decided_at, view.zone),
        "first_seen_at": local_stamp(view.incident.first_seen_at, view.zone),
    }


def _stamp(moment: datetime | None) -> str | None:
    return None if moment is None else stamp(moment)


def _toll(rows: tuple[Row, ...]) -> dict[str, object]:
    """The least and the most that anyone gives."""
    ranked = sorted((row.figure for row in rows), key=lambda figure: figure.number)
    return {"min": ranked[0].number, "max": ranked[-1].number, "is_open": ranked[-1].claim.max is None}


def _claims(view: IncidentView) -> list[dict[str, object]]:
    counted = [_counted(view, row) for rows in view.ledger.values() for row in rows]
    told = {(row.owner, kind) for kind, rows in view.ledger.items() for row in rows}
    alone = [
        _claim(view, claim, (story,))
        for kind in ClaimKind
        if kind not in FIGURES or kind is ClaimKind.VIOLATION
        for claim, story in deeds(view.incident, kind)
        if (name_key(claim.by), kind) not in told
    ]
    return counted + alone


def _counted(view: IncidentView, row: Row) -> dict[str, object]:
    return _claim(view, row.figure.claim, row.stories, row)


def _claim(view: IncidentView, claim: Claim, stories: tuple[Story, ...], row: Row | None = None) -> dict[str, object]:
    first = row.figure.story if row else stories[0]
    said = claim.sentence
    return {
        "kind": str(claim.kind),
        "words": row.words if row else None,
        "value": _count(claim.value),
        "min": _count(claim.min),
        "max": _count(claim.max),
        "was": list(row.was[:_IDS_MAX]) if row else [],
        "owner": owner(claim.by),
        "verb": clean(claim.verb, _WORDS_MAX),
        "certainty": str(claim.certainty),
        "publisher": named(first.publisher),
        "source": view.number(first),
        "sources": [view.number(story) for story in stories[: view.most]],
        "quote": clean(said.text, SENTENCE_MAX),
        "span": {"of": str(said.field), "start": said.start, "end": said.end},
    }


def _source(view: IncidentView, story: Story, independent: int | None) -> dict[str, object]:
    url = link(story.url)
    return {
        "number": view.number(story),
        "publisher": named(story.publisher),
        "wire": agency(story.traits.wire) if story.traits.wire else None,
        "independent_source": independent,
        "title": clean(story.title, 200),
        "url": None if url == NO_LINK else url,
        "published_at": _stamp(story.published_at),
        "read_at": _stamp(story.read_at),
        "certainty": str(story.report.certainty),
        "score": round(story.report.score, 4),
        "is_withdrawn": story.is_withdrawn,
        "revision": story.revision,
        "archive_key": clean(story.article_key, 200) or None,
        "sha256": clean(story.raw_sha256, 64) or None,
    }


def _count(number: int | None) -> int | None:
    return None if number is None else max(0, min(number, _COUNT_MAX))
