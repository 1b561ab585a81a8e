"""An alert for warning systems: an incident and one of its alerts in, a message of CAP 1.2 out.  Pure.

It says what that alert told, whatever the incident has come to since, and refers to every alert before it.

Source: OASIS Standard CAP-V1.2, 1 July 2010, 3.2.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta

from shared.core.incidents import FIGURES, confidence, current_incident, flag_words
from shared.core.render.codes import codes_of
from shared.core.render.text import clean, shorten
from shared.core.render.view import IncidentView, backing_words
from shared.core.render.words import (
    OWNER_MAX,
    capital,
    category_words,
    country_code,
    kind_words,
    owner,
    place_words,
    what_words,
)
from shared.core.site.issuer import Issuer
from shared.core.site.row import moment_of, told_alerts, url_of
from shared.core.site.xml import Element, add, document
from shared.types import Alert, Certainty, ClaimKind, Incident, Place, Precision, Status, Told, ToldFigure

HOLDS = timedelta(days=1)
"""How long a message holds that nothing follows: as long as an incident stays open."""
HEADLINE_MAX = 160
"""Source: 3.2.2, headline: what some displays can show."""
RESTRICTION = "For subscribers of this sitrep: what news reports, as a machine reads it; no official warning"
_WHY_MAX = 600
_REFERENCES_MAX = 500

_MESSAGES = {
    Status.NEW: "Alert",
    Status.UPDATE: "Update",
    Status.CORRECTION: "Update",
    Status.CLOSED: "Cancel",
}
_SEVERITIES = ((80, "Extreme"), (60, "Severe"), (40, "Moderate"), (0, "Minor"))
# What is meant by a place, in kilometres around its point; a region's shape and a country's are no circle.
_RADII = {Precision.SITE: 1, Precision.CITY: 10, Precision.REGION: 100}
_CHEMICAL = "chemical"


def render_cap(incident: Incident, alert: Alert, issuer: Issuer, *, is_exercise: bool = False) -> bytes:
    """The message of an alert that was sent.

    It is `Restricted`: a reading of news by a machine, for who asked for it, and nobody's official warning.
    """
    incident = current_incident(incident)
    before = _before(incident, alert)
    root = Element("alert", {"xmlns": "urn:oasis:names:tc:emergency:cap:1.2"})
    add(root, "identifier", _identifier(alert, issuer))
    add(root, "sender", issuer.authority)
    add(root, "sent", _moment(moment_of(alert)))
    add(root, "status", "Exercise" if is_exercise else "Actual")
    # What refers to nothing updates nothing: the alerts before it were never sent.
    add(root, "msgType", _MESSAGES[alert.status] if before else "Alert")
    add(root, "source", "sitrep")
    add(root, "scope", "Restricted")
    add(
        root, "restriction", "For subscribers of this sitrep: what news reports, read by a machine; no official warning"
    )
    add(root, "note", clean(alert.why, _WHY_MAX) or "first report")
    if before:
        references = (f"{issuer.authority},{_identifier(one, issuer)},{_moment(moment_of(one))}" for one in before)
        add(root, "references", " ".join(references))
    add(root, "incidents", " ".join(_id(one) for one in (incident.id, *incident.also)))
    _info(add(root, "info"), incident, alert)
    return document(root)


def _info(info: Element, incident: Incident, alert: Alert) -> None:
    tells = alert.tells
    add(info, "language", "en")
    if incident.category == _CHEMICAL:
        add(info, "category", "CBRNE")
    add(info, "category", "Security")
    add(info, "event", capital(category_words(incident.category)))
    # News tells what has happened, and not what to do about it or how soon.
    add(info, "urgency", "Past" if alert.status is Status.CLOSED or tells.is_withdrawn else "Unknown")
    add(info, "severity", next(word for least, word in _SEVERITIES if tells.severity >= least))
    add(info, "certainty", _certainty(incident, tells))
    for name, code in _codes(incident):
        _value(info, "eventCode", name, code)
    add(info, "effective", _moment(moment_of(alert)))
    add(info, "expires", _moment(moment_of(alert) + HOLDS))
    add(info, "senderName", "sitrep")
    add(info, "headline", _headline(incident, alert))
    add(info, "description", "\n".join(_description(incident, alert)))
    if url := url_of(incident):
        add(info, "web", url)
    for name, value in _parameters(incident, alert):
        _value(info, "parameter", name, value)
    _area(add(info, "area"), tells.place)


def _certainty(incident: Incident, tells: Told) -> str:
    if tells.is_withdrawn:
        return "Unlikely"
    if tells.certainty is Certainty.OBSERVED:
        return "Observed"
    return "Likely" if confidence(incident) == "likely" else "Possible"


def _codes(incident: Incident) -> Iterator[tuple[str, str]]:
    codes = codes_of(incident)
    yield "sitrep", clean(incident.category, 60) or "unknown"
    for name, code in (("ACLED", codes.acled), ("PLOVER", codes.plover), ("CAMEO", codes.cameo)):
        if words := clean(code, 80):
            yield name, words


def _parameters(incident: Incident, alert: Alert) -> Iterator[tuple[str, str]]:
    tells = alert.tells
    yield "status", str(alert.status)
    yield "revision", str(alert.revision)
    yield "certainty", "withdrawn" if tells.is_withdrawn else str(tells.certainty)
    yield "severity", str(tells.severity)
    yield "day", incident.day.isoformat()
    for kind in FIGURES:
        if words := _figures(_of(tells.figures, kind)):
            yield str(kind), words
    for kind, by in tells.deeds:
        yield str(kind), owner(by)
    for flag in tells.flags:
        yield "flag", clean(flag, 60)


def _headline(incident: Incident, alert: Alert) -> str:
    tells = alert.tells
    what = capital(what_words(category_words(incident.category), kind_words(incident)))
    sure = "withdrawn" if tells.is_withdrawn else tells.certainty
    before = "" if alert.status is Status.NEW else f"{capital(alert.status)}: "
    words = f"{before}{what}, {sure}: {place_words(tells.place)}"
    highest = max(_of(tells.figures, ClaimKind.KILLED), key=lambda figure: figure.number, default=None)
    if highest is not None:
        told = f"{words} - {clean(highest.words, 60)} killed ({clean(owner(highest.owner), OWNER_MAX)})"
        words = told if len(told) <= HEADLINE_MAX else words
    return shorten(words, HEADLINE_MAX)


def _description(incident: Incident, alert: Alert) -> Iterator[str]:
    tells = alert.tells
    yield clean(f"{capital(alert.status)}: {alert.why}", _WHY_MAX)
    for kind, word in FIGURES.items():
        if words := _figures(_of(tells.figures, kind)):
            yield f"{capital(word)}: {words}"
    for flag in tells.flags:
        yield capital(clean(flag_words(flag), 60))
    yield f"Told by {backing_words(IncidentView(incident))}"


def _of(figures: Iterable[ToldFigure], kind: ClaimKind) -> list[ToldFigure]:
    return [figure for figure in figures if figure.kind is kind]


def _figures(figures: Iterable[ToldFigure]) -> str:
    """`62 (Russian Defense Ministry), at least 80 (Syrian Observatory for Human Rights)`."""
    return ", ".join(f"{clean(figure.words, 60)} ({clean(owner(figure.owner), OWNER_MAX)})" for figure in figures)


def _area(area: Element, place: Place | None) -> None:
    add(area, "areaDesc", place_words(place))
    if place is None:
        return
    radius = _RADII.get(place.precision)
    if radius and place.lat is not None and place.lon is not None:
        add(area, "circle", f"{place.lat},{place.lon} {radius}")
    if country := country_code(place):
        _value(area, "geocode", "ISO3166-1", country)
    if place.id.isdecimal():
        _value(area, "geocode", "GeoNames", clean(place.id, 20))


def _before(incident: Incident, alert: Alert) -> Sequence[Alert]:
    """What was sent of the incident before, under whatever id; the latest where it is too much to name."""
    known = told_alerts(incident)
    ids = [one.id for one in known]
    earlier = known[: ids.index(alert.id)] if alert.id in ids else known
    return earlier[-_REFERENCES_MAX:]


def _identifier(alert: Alert, issuer: Issuer) -> str:
    return f"{_id(issuer.stack)}.{_id(alert.id)}"


def _id(text: str) -> str:
    """Source: 3.2.1, identifier: no spaces, commas, `<` or `&`."""
    return "".join(each for each in text if each.isascii() and (each.isalnum() or each in "-_.")) or "unknown"


def _moment(moment: datetime) -> str:
    """Source: 3.3.2: UTC is written `-00:00`, and never `Z`."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S-00:00")


def _value(parent: Element, name: str, key: str, value: str) -> None:
    pair = add(parent, name)
    add(pair, "valueName", key)
    add(pair, "value", value)
