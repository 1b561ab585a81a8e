"""What came in a day or a night: incidents that changed in it in, one message out.  Pure.

Figures stand with whose they are; a sum of several is the least and the most that is told, and says so.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from zoneinfo import ZoneInfo

from shared.core.health import Kind
from shared.core.incidents import FIGURES, belief, categories
from shared.core.render.data import SCHEMA_VERSION, dump, place_data
from shared.core.render.layout import section, wrapped
from shared.core.render.message import Attributes, Message, first_that_fits, for_all, name_list
from shared.core.render.subject import LENGTH_MAX
from shared.core.render.text import clean, is_name, only_gsm7, shorten
from shared.core.render.times import both, clock, local_stamp, stamp
from shared.core.render.view import IncidentView
from shared.core.render.words import (
    NO_PLACE,
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
from shared.core.severity import severity_word
from shared.types import Alert, AlertState, ClaimKind, Incident, Status

STATUS = "digest"
"""What the attribute `status` says of it: whoever asks for certain statuses gets none."""

_EDITIONS = (100, 40, 15, 5, 0)
"""How many incidents are listed of a country, and changes; the first that SNS takes is sent."""
_COUNTRIES_MAX = 40
_REASONS_MAX = 12
_CATEGORIES_MAX = 20
_WHY_MAX = 300
_ID_MAX = 20

_NOWHERE = "Country not stated"
_CHANGES = {Status.UPDATE: "Update", Status.CORRECTION: "Correction", Status.CLOSED: "Closed"}
_FEEDS = {
    Kind.FEEDS_UNPOLLED: "not polled",
    Kind.FEEDS_BROKEN: "failing",
    Kind.FEEDS_GONE: "gone",
    Kind.FEEDS_SILENT: "silent",
    Kind.FEEDS_MOVED: "moved",
}
# Whichever incident a reason names, it is one reason.
_PARTICULAR = re.compile(r"(?<=may be the same as )[^ ,;]+| \(.*")


@dataclass(frozen=True, slots=True)
class Period:
    """What a digest sums up, by the time at which it was decided what to say."""

    since: datetime
    until: datetime
    """Not in it any more."""
    is_night: bool = False
    """Quiet hours, which held back what was not critical."""

    def __contains__(self, moment: datetime) -> bool:
        return self.since <= moment < self.until


@dataclass(frozen=True, slots=True)
class Feeds:
    """How the feeds fare."""

    watched: int
    troubled: Mapping[Kind, int]


@dataclass(frozen=True, slots=True)
class _Change:
    incident: Incident
    alert: Alert


@dataclass(frozen=True)
class _Digest:
    incidents: tuple[Incident, ...]
    """In no order."""
    period: Period
    feeds: Feeds
    zone: str

    @cached_property
    def new(self) -> tuple[IncidentView, ...]:
        """Those that were first told, or are about to be, the gravest first."""
        found = [IncidentView(incident) for incident in self.incidents if _is_new(incident, self.period)]
        found.sort(key=lambda view: (-view.incident.severity, -belief(view.incident.certainty), view.incident.id))
        return tuple(found)

    @cached_property
    def changes(self) -> tuple[_Change, ...]:
        """What was said of incidents beyond that they happened, in order of decision."""
        told = [
            _Change(incident, alert)
            for incident in self.incidents
            for alert in incident.alerts
            if alert.status in _CHANGES and _is_told(alert) and alert.decided_at in self.period
        ]
        return tuple(sorted(told, key=lambda change: (change.alert.decided_at, change.alert.id)))

    @cached_property
    def waiting(self) -> tuple[Alert, ...]:
        """What was decided and had not been sent."""
        alerts = (alert for incident in self.incidents for alert in incident.alerts)
        found = (alert for alert in alerts if alert.state is AlertState.PENDING and alert.decided_at in self.period)
        return tuple(sorted(found, key=lambda alert: (alert.due_at, alert.id)))

    @cached_property
    def silences(self) -> Counter[str]:
        """Stories of which nothing was said, by the reason."""
        return Counter(
            _reason(one.reason) for incident in self.incidents for one in incident.silences if one.at in self.period
        )

    @cached_property
    def dropped(self) -> Counter[str]:
        """Alerts that were decided and not sent, by the reason."""
        return Counter(
            _reason(alert.reason)
            for incident in self.incidents
            for alert in incident.alerts
            if not _is_told(alert) and alert.decided_at in self.period
        )

    @cached_property
    def countries(self) -> dict[str, list[IncidentView]]:
        """The new ones by their country's name, the one with the most first."""
        found: dict[str, list[IncidentView]] = {}
        for view in self.new:
            found.setdefault(_country(view.incident), []).append(view)
        return dict(sorted(found.items(), key=lambda item: (-len(item[1]), item[0])))

    @cached_property
    def kin(self) -> dict[str, str]:
        """For each new one the id that stands for all that it may be the same as."""
        found = {view.incident.id: view.incident.id for view in self.new}
        for view in self.new:
            for other in view.incident.maybe_same:
                if other in found:
                    one, same = found[view.incident.id], found[other]
                    found = {name: one if each == same else each for name, each in found.items()}
        return found

    @cached_property
    def sums(self) -> tuple[Toll, ...]:
        """Of killed, wounded..., the sum of the lowest and that of the highest figures of the new ones.

        At the least, those that may be the same are one, with the lowest figure of any.
        """
        found: dict[ClaimKind, list[Toll]] = {}
        least: dict[tuple[ClaimKind, str], int] = {}
        for view in self.new:
            for toll in view.tolls:
                key = (toll.kind, self.kin[view.incident.id])
                found.setdefault(toll.kind, []).append(toll)
                least[key] = min(toll.low, least.get(key, toll.low))
        low = Counter[ClaimKind]()
        for (kind, _), number in least.items():
            low[kind] += number
        return tuple(_sum(kind, low[kind], found[kind]) for kind in FIGURES if kind in found)

    @property
    def name(self) -> str:
        """`Daily digest 22 Nov`, by the day on the reader's clock on which it is sent."""
        day = self.period.until.astimezone(ZoneInfo(self.zone))
        return f"{'Night' if self.period.is_night else 'Daily'} digest {day.day} {day:%b}"


def render_digest(
    incidents: Iterable[Incident], period: Period, feeds: Feeds, *, zone: str = "UTC", when_empty: bool = False
) -> Message | None:
    """The digest of a period; none where nothing happened in it, unless that is to be said too.

    `incidents` are at least those that were changed since the period began, in any order.  Phones do not get it.
    """
    there = tuple(incident for incident in incidents if incident.stories and not incident.merged_into)
    digest = _Digest(there, period, feeds, zone)
    if not (digest.new or digest.changes or when_empty):
        return None
    headline = _headline(digest)
    editions = (
        for_all(email := _email(digest, most), email, only_gsm7(f"{headline}. See your email"), _data(digest, most))
        for most in _EDITIONS
    )
    return Message(headline, first_that_fits(editions), _attributes(digest))


def _headline(digest: _Digest) -> str:
    """`Daily digest 22 Nov: 14 incidents, 61-83 killed as told`."""
    if not digest.new:
        return f"{digest.name}: no new incident" + (f", {_counted(digest.changes, 'change')}" if digest.changes else "")
    dead = next((toll for toll in digest.sums if toll.kind is ClaimKind.KILLED), None)
    told = f", {_range(dead)} killed as told" if dead else ""
    return shorten(f"{digest.name}: {_counted(digest.new, 'incident')}{told}", LENGTH_MAX)


def _email(digest: _Digest, most: int) -> str:
    sections = (
        "\n".join(_answer(digest)),
        *_countries(digest, most),
        section("What changed", _changes(digest, most)),
        section("What was not said", _silence(digest)),
        _feeds(digest.feeds),
    )
    return "\n\n".join(filter(None, sections)) + "\n"


def _answer(digest: _Digest) -> Iterator[str]:
    period = digest.period
    yield from wrapped(
        "", f"{digest.name}: {both(period.since, digest.zone)} to {both(period.until, digest.zone)}", "    "
    )
    if not digest.new and not digest.changes:
        yield "No incident was new, changed or closed."
        return
    places = len([country for country in digest.countries if country != _NOWHERE])
    where = f" in {places} countr{'y' if places == 1 else 'ies'}" if places else ""
    yield f"{_counted(digest.new, 'new incident')}{where}, {_counted(digest.changes, 'change')}"
    for toll in digest.sums:
        sums = (
            "" if toll.low == toll.high else ": the lowest figures and the highest, added up; whose they are is below"
        )
        yield from wrapped("", f"{_range(toll)} {toll.words} as told{sums}", "    ")
    if doubtful := len(digest.new) - len(set(digest.kin.values())):
        yield f"{doubtful} may be the same as another: at the least they are counted as one"
    if waiting := digest.waiting:
        last = clock(waiting[-1].due_at, digest.zone)
        yield f"{_counted(waiting, 'alert')} not sent yet: the last is due at {last}"


def _countries(digest: _Digest, most: int) -> Iterator[str]:
    shown = list(digest.countries.items())
    for country, views in shown[:_COUNTRIES_MAX]:
        title = wrapped("", f"{country}: {len(views)} - {_categories(views)}", "    ")
        yield section("\n".join(title), _incidents(views, most))
    if left := shown[_COUNTRIES_MAX:]:
        yield f"and {sum(len(views) for _, views in left)} in {len(left)} more countries"


def _incidents(views: Sequence[IncidentView], most: int) -> Iterator[str]:
    for view in views[:most]:
        yield from wrapped("  - ", _line(view))
    if len(views) > most:
        yield f"  and {len(views) - most} more"


def _line(view: IncidentView) -> str:
    """`HIGH airstrike, claimed, unconfirmed: Aleppo - 62 killed (Russian Defense Ministry). Id k3v7q2mzab`."""
    incident = view.incident
    backing = ", unconfirmed" if view.confidence == "possible" and not view.is_withdrawn else ""
    told = toll_words(view.tolls, OWNER_MAX) or "no figure"
    grave = severity_word(incident.severity).upper()
    where = place_name(incident.place) if incident.place else NO_PLACE
    return f"{grave} {_what(incident)}{backing}: {where} - {told}. Id {_id(incident)}"


def _changes(digest: _Digest, most: int) -> Iterator[str]:
    for change in digest.changes[:most]:
        incident, alert = change.incident, change.alert
        when = clock(alert.decided_at, digest.zone)
        about = f"{capital(category_words(incident.category))}, {place_words(incident.place)}"
        why = clean(alert.why, _WHY_MAX)
        yield from wrapped("  - ", f"{_CHANGES[alert.status]}, {when}: {about} - {why}. Id {_id(incident)}")
    if len(digest.changes) > most:
        yield f"  and {len(digest.changes) - most} more"


def _silence(digest: _Digest) -> Iterator[str]:
    for what, reasons in (("report", digest.silences), ("alert", digest.dropped)):
        if not reasons:
            continue
        count = sum(reasons.values())
        yield f"  {count} {what}{'s' * (count != 1)}"
        ranked = sorted(reasons.items(), key=lambda item: (-item[1], item[0]))
        for reason, number in ranked[:_REASONS_MAX]:
            yield from wrapped("    ", f"{number} {reason}", "      ")
        if left := ranked[_REASONS_MAX:]:
            yield f"    {sum(number for _, number in left)} for other reasons"


def _feeds(feeds: Feeds) -> str:
    """`Feeds: 412 watched; 3 failing, 1 silent`."""
    wrong = [f"{feeds.troubled[kind]} {words}" for kind, words in _FEEDS.items() if feeds.troubled.get(kind)]
    return f"Feeds: {feeds.watched} watched; {', '.join(wrong) or 'all well'}"


def _data(digest: _Digest, most: int) -> str:
    period = digest.period
    shown = [view.incident for view in digest.new[:most]]
    return dump(
        {
            "headline": _headline(digest),
            "is_exercise": False,
            "schema_version": SCHEMA_VERSION,
            "type": "digest",
            "status": STATUS,
            "summary": "\n".join(_answer(digest)),
            "since": stamp(period.since),
            "until": stamp(period.until),
            "local_time": {"zone": digest.zone, "until": local_stamp(period.until, digest.zone)},
            "tolls": {
                str(toll.kind): {"min": toll.low, "max": toll.high, "is_open": toll.is_open} for toll in digest.sums
            },
            "incidents": [
                {
                    "incident_id": _id(incident),
                    "category": clean(incident.category, 60) or "unknown",
                    "certainty": str(incident.certainty),
                    "severity": incident.severity,
                    "place": place_data(incident.place),
                }
                for incident in shown
            ],
            "omitted": {"incidents": len(digest.new) - len(shown)},
        }
    )


def _attributes(digest: _Digest) -> Attributes:
    """As of its new incidents all together: a filter lets through what any of them could pass."""
    attributes: Attributes = {"status": STATUS, "lang": "en", "sms": "no"}
    incidents = [view.incident for view in digest.new] or [change.incident for change in digest.changes]
    if incidents:
        attributes["severity"] = max(incident.severity for incident in incidents)
        attributes["certainty"] = sorted({str(incident.certainty) for incident in incidents})
        told_as = Counter(name for incident in incidents for name in categories(incident))
        attributes["category"] = name_list([name for name, _ in told_as.most_common()]) or ["unknown"]
        if codes := Counter(code for incident in incidents if (code := country_code(incident.place))):
            attributes["country"] = [code for code, _ in codes.most_common(_COUNTRIES_MAX)]
    return attributes


def _is_new(incident: Incident, period: Period) -> bool:
    told = [alert for alert in incident.alerts if _is_told(alert)]
    return bool(told) and min(alert.decided_at for alert in told) in period


def _is_told(alert: Alert) -> bool:
    """Readers know it or are about to, or it says no more than that nothing came of it."""
    return alert.state is not AlertState.DROPPED or alert.status is Status.CLOSED


def _reason(words: str) -> str:
    return clean(_PARTICULAR.sub(lambda found: "" if found[0].startswith(" ") else "another", words), 80) or "no reason"


def _sum(kind: ClaimKind, low: int, tolls: Sequence[Toll]) -> Toll:
    return Toll(kind, FIGURES[kind], (), low, sum(toll.high for toll in tolls), any(toll.is_open for toll in tolls))


def _range(toll: Toll) -> str:
    """`61-83`, `62`, `12+`."""
    figure = f"{toll.low:,}" if toll.low == toll.high else f"{toll.low:,}-{toll.high:,}"
    return figure + "+" * toll.is_open


def _categories(views: Iterable[IncidentView]) -> str:
    """`airstrike 4, shelling 2`."""
    counts = Counter(category_words(view.incident.category) for view in views)
    return ", ".join(f"{category} {count}" for category, count in counts.most_common(_CATEGORIES_MAX))


def _what(incident: Incident) -> str:
    return f"{what_words(category_words(incident.category), kind_words(incident))}, {certainty_words(incident)}"


def _country(incident: Incident) -> str:
    if incident.place is None:
        return _NOWHERE
    name = clean(incident.place.country_name, 60)
    return name if is_name(name) else country_code(incident.place) or _NOWHERE


def _id(incident: Incident) -> str:
    return clean(incident.id, _ID_MAX)


def _counted(things: Sequence[object], word: str) -> str:
    return f"{len(things)} {word}{'s' * (len(things) != 1)}"
