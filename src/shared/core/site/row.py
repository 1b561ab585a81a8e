"""What tables and maps are told of an incident: an incident in, one flat row out.  Pure.

Every word that a stranger wrote comes out as one bounded line without control characters.
"""

from dataclasses import dataclass
from datetime import datetime

from shared.core.incidents import flags, publishers
from shared.core.render.codes import codes_of
from shared.core.render.text import NO_LINK, clean, link
from shared.core.render.times import stamp
from shared.core.render.view import IncidentView
from shared.core.render.words import (
    OWNER_MAX,
    Toll,
    capital,
    category_words,
    certainty_words,
    country_code,
    kind_words,
    place_name,
    place_words,
    toll_words,
    what_words,
)
from shared.types import Alert, AlertState, ClaimKind, Incident

TITLE_MAX = 300
_QUOTE_MAX = 600
_NAMES_MAX = 20


@dataclass(frozen=True, slots=True)
class Row:
    """What is known of an incident, a word or a number a column; none where nothing is known."""

    id: str
    title: str
    category: str
    kind: str
    certainty: str
    confidence: str
    severity: int
    status: str | None
    """Of the last alert that was sent, as are `revision` and `told_at`; none where nobody was told."""
    revision: int | None
    day: str
    place: str | None
    place_id: str | None
    country: str | None
    country_name: str | None
    precision: str | None
    lat: float | None
    lon: float | None
    killed_low: int | None
    killed_high: int | None
    killed_by: str | None
    """Who gives the lowest and who the highest figure."""
    wounded_low: int | None
    wounded_high: int | None
    wounded_by: str | None
    flags: str
    sources: int
    publishers: str
    acled: str
    plover: str
    cameo: str
    first_seen_at: str
    last_seen_at: str
    told_at: str | None
    closed_at: str | None
    url: str | None
    quote: str | None


def make_row(view: IncidentView) -> Row:
    """The row of an incident."""
    incident = view.incident
    place, codes, last = incident.place, codes_of(incident), last_told(incident)
    dead, hurt = (_toll(view.tolls, kind) for kind in (ClaimKind.KILLED, ClaimKind.WOUNDED))
    return Row(
        id=clean(incident.id, 60),
        title=title_of(view),
        category=clean(incident.category, 60),
        kind="; ".join(kind_words(incident)),
        certainty=certainty_words(incident),
        confidence=view.confidence,
        severity=incident.severity,
        status=str(last.status) if last else None,
        revision=last.revision if last else None,
        day=incident.day.isoformat(),
        place=place_name(place) if place else None,
        place_id=clean(place.id, 40) if place else None,
        country=country_code(place) or None,
        country_name=clean(place.country_name, 60) if place else None,
        precision=str(place.precision) if place else None,
        lat=place.lat if place else None,
        lon=place.lon if place else None,
        killed_low=dead.low if dead else None,
        killed_high=dead.high if dead else None,
        killed_by="; ".join(dead.owners) if dead else None,
        wounded_low=hurt.low if hurt else None,
        wounded_high=hurt.high if hurt else None,
        wounded_by="; ".join(hurt.owners) if hurt else None,
        flags="; ".join(clean(flag, 60) for flag in flags(incident)),
        sources=len(view.sources),
        publishers="; ".join(clean(name, OWNER_MAX) for name in publishers(incident)[:_NAMES_MAX]),
        acled=clean(codes.acled, 80),
        plover=clean(codes.plover, 40),
        cameo=clean(codes.cameo, 10),
        first_seen_at=stamp(incident.first_seen_at),
        last_seen_at=stamp(incident.last_seen_at),
        told_at=stamp(moment_of(last)) if last else None,
        closed_at=stamp(incident.closed_at) if incident.closed_at else None,
        url=url_of(incident),
        quote=clean(incident.stories[0].report.sentence.text, _QUOTE_MAX) if incident.stories else None,
    )


def title_of(view: IncidentView) -> str:
    """`Airstrike, claimed: Deir ez-Zor, Syria - 62 killed (Russian Defense Ministry)`, in whatever script."""
    incident = view.incident
    what = what_words(category_words(incident.category), kind_words(incident))
    told = toll_words(view.tolls[:1], OWNER_MAX)
    words = f"{capital(what)}, {certainty_words(incident)}: {place_words(incident.place)}"
    return clean(f"{words} - {told}" if told else words, TITLE_MAX)


def url_of(incident: Incident) -> str | None:
    """Where its first story that has a usable address can be read."""
    links = (link(story.url) for story in incident.stories)
    return next((url for url in links if url != NO_LINK), None)


def told_alerts(incident: Incident) -> tuple[Alert, ...]:
    """The alerts that were sent, in their order."""
    return tuple(alert for alert in incident.alerts if alert.state is AlertState.SENT)


def last_told(incident: Incident) -> Alert | None:
    """The last alert that was sent."""
    return next(reversed(told_alerts(incident)), None)


def moment_of(alert: Alert) -> datetime:
    """When an alert that was sent went out."""
    return alert.sent_at or alert.decided_at


def _toll(told: tuple[Toll, ...], kind: ClaimKind) -> Toll | None:
    return next((toll for toll in told if toll.kind is kind), None)
