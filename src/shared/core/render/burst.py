"""Many new incidents of a country told at once: their alerts in, one message out.  Pure."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from shared.core.incidents import belief, categories, flags
from shared.core.render.answer import exercise_line, gist
from shared.core.render.data import SCHEMA_VERSION, dump, place_data
from shared.core.render.layout import wrapped
from shared.core.render.message import Attributes, Message, first_that_fits, for_all, name_list
from shared.core.render.subject import LENGTH_MAX
from shared.core.render.text import NO_LINK, clean, fold_ascii, is_name, link, only_gsm7, shorten
from shared.core.render.times import both, clock, local_stamp, stamp
from shared.core.render.view import EXERCISE, View, make_view, sure_words
from shared.core.render.words import (
    NO_PLACE,
    OWNER_MAX,
    category_words,
    country_code,
    place_name,
    place_words,
    toll_words,
)
from shared.core.severity import severity_word
from shared.core.sns_contract import SMS_MAX_PARTS, SMS_PREFIX, is_gsm7, sms_parts
from shared.types import Alert, Certainty, Incident, Status

_EDITIONS = (50, 20, 8, 3, 0)
"""How many incidents are listed; the first that SNS takes is sent."""
_IDS_MAX = 100
_CATEGORIES_MAX = 20
_ID_MAX = 20
_OWNER_LIMITS = (60, 30, 18)
_PLACE_LIMITS = (40, 20, 8)


@dataclass(frozen=True, slots=True)
class _Burst:
    views: tuple[View, ...]
    """The gravest first."""
    country: str
    """ISO 3166-1 alpha-2; empty where it is not known."""
    name: str
    since: datetime
    zone: str
    is_exercise: bool

    @property
    def severity(self) -> int:
        return max(view.incident.severity for view in self.views)

    @property
    def certainty(self) -> Certainty:
        return max((view.incident.certainty for view in self.views), key=belief)

    @property
    def categories(self) -> list[tuple[str, int]]:
        """The most frequent first."""
        return Counter(clean(view.incident.category, 60) or "unknown" for view in self.views).most_common()

    def counts(self, most: int = 5) -> str:
        """`airstrike 9, shelling 3, other 2`."""
        told = [f"{category_words(category)} {number}" for category, number in self.categories[:most]]
        left = sum(number for _, number in self.categories[most:])
        return ", ".join([*told, f"other {left}"] if left else told)


def render_burst(
    told: Sequence[tuple[Incident, Alert]],
    country: str,
    since: datetime | None = None,
    *,
    zone: str = "UTC",
    sms: bool = True,
    is_exercise: bool = False,
) -> Message:
    """What every channel says of many new incidents in one country: their counts, and a line on each.

    `country` is ISO 3166-1 alpha-2, empty where it is not known; `since` is when the first of them was decided on.
    """
    views = [make_view(incident, alert, zone=zone) for incident, alert in told]
    views.sort(key=lambda view: (-view.incident.severity, -belief(view.incident.certainty), view.incident.id))
    first = since or min(alert.decided_at for _, alert in told)
    burst = _Burst(tuple(views), _code(country), _name(country, views), first, zone, is_exercise)
    default = f"{_answer(burst)}\n"
    editions = (for_all(default, _email(burst, most), _sms(burst), _data(burst, most)) for most in _EDITIONS)
    return Message(_subject(burst), first_that_fits(editions), _attributes(burst, is_sms=sms))


def _code(country: str) -> str:
    code = fold_ascii(country).upper()
    return code if len(code) == 2 and code.isalpha() else ""


def _name(country: str, views: Sequence[View]) -> str:
    """As the gazetteer calls it, where a place of it is known."""
    places = (view.incident.place for view in views)
    names = (clean(place.country_name, 60) for place in places if place and country_code(place) == _code(country))
    return next(filter(is_name, names), _code(country)) or "a country not stated"


def _subject(burst: _Burst) -> str:
    """`12 incidents in Syria: airstrike 9, shelling 3 - critical`."""
    folded = fold_ascii(burst.name)
    place = folded if is_name(folded) else burst.country or "a country not stated"
    start = f"{EXERCISE}: " * burst.is_exercise
    line = (
        f"{start}{len(burst.views)} incidents in {place}, {severity_word(burst.severity)}: {fold_ascii(burst.counts())}"
    )
    return shorten(line, LENGTH_MAX)


def _answer(burst: _Burst) -> str:
    lines = [exercise_line(), ""] if burst.is_exercise else []
    count = f"{len(burst.views)} incidents in {burst.name} since {both(burst.since, burst.zone)}"
    lines += [*wrapped("", count, "    "), *wrapped("", burst.counts(), "    ")]
    lines += wrapped("", f"These are besides what was told of {burst.name} one by one just before.", "    ")
    lines.append(f"Severity up to {burst.severity} of 100 ({severity_word(burst.severity)}), {burst.certainty} at best")
    return "\n".join(lines)


def _email(burst: _Burst, most: int) -> str:
    lines = [_answer(burst), "", "What was told, the gravest first"]
    for number, view in enumerate(burst.views[:most], 1):
        lines += wrapped(f"  {number}. ", _line(view), "     ")
        lines.append(f"     {_link(view) or NO_LINK}")
    if left := len(burst.views) - most:
        lines += [f"  and {left} more"] * (left > 0)
    lines += [
        "",
        *wrapped(
            "", "So many came at once that they are told in one message. What changes of one of them is told alone."
        ),
    ]
    return "\n".join([*lines, *(["", exercise_line()] if burst.is_exercise else [])]) + "\n"


def _line(view: View) -> str:
    """`CRITICAL airstrike, claimed: Deir ez-Zor, Syria - 62 killed (Russian Defense Ministry). Id k3v7q2mzab`."""
    incident = view.incident
    what = f"{severity_word(incident.severity).upper()} {category_words(incident.category)}, {sure_words(view)}"
    backing = ", unconfirmed" if view.confidence == "possible" else ""
    toll = toll_words(view.tolls[:2], OWNER_MAX) or "no figure"
    return f"{what}{backing}: {place_words(incident.place)} - {toll}. Id {clean(incident.id, _ID_MAX)}"


def _link(view: View) -> str:
    url = link(view.incident.stories[0].url) if view.incident.stories else NO_LINK
    return "" if url == NO_LINK else url


def _sms(burst: _Burst) -> str:
    """`CRITICAL: 12 incidents in Syria, airstrike 9. Gravest: airstrike, Aleppo: 62 killed (...). Claimed. Id ...`."""
    texts = list(_texts(burst))
    wanted = 1 if is_gsm7(texts[0]) else SMS_MAX_PARTS
    fits = (text for most in range(wanted, SMS_MAX_PARTS + 1) for text in texts if sms_parts(SMS_PREFIX + text) <= most)
    return next(fits, texts[-1])


def _texts(burst: _Burst) -> Iterator[str]:
    gravest = burst.views[0]
    incident = gravest.incident
    country = only_gsm7(burst.name) or burst.country or "one country"
    since = clock(burst.since, "UTC")
    start = (
        f"{EXERCISE}. " * burst.is_exercise + f"{severity_word(burst.severity).upper()}: {len(burst.views)} incidents"
    )
    category = shorten(only_gsm7(category_words(incident.category)) or "event", 40)
    tail = f". {sure_words(gravest).capitalize()}. Id {clean(incident.id, 12)} and {len(burst.views) - 1} more"
    counts = [only_gsm7(burst.counts(most)) for most in (5, 1)]
    heads = (f" since {since}, {counts[0]}", f", {counts[0]}", f", {counts[1]}", "")
    toll = gravest.tolls[:1]
    for limit in _PLACE_LIMITS:
        where = NO_PLACE if incident.place is None else shorten(place_name(incident.place), limit)
        for head in heads:
            for owner in _OWNER_LIMITS:
                told = f": {toll_words(toll, owner)}" if toll else ""
                yield f"{start} in {country}{head}. Gravest: {category}, {where}{only_gsm7(told)}{tail}"
        yield f"{start} in {country}. Gravest: {category}, {where}{tail}"
    yield f"{start} in {burst.country or 'one country'}. Gravest: {shorten(category, 20)}, {where}{tail}"


def _data(burst: _Burst, most: int) -> str:
    document = {
        "headline": _subject(burst),
        "is_exercise": burst.is_exercise,
        "schema_version": SCHEMA_VERSION,
        "type": "burst",
        "status": str(Status.NEW),
        "summary": _answer(burst),
        "country": burst.country or None,
        "country_name": burst.name,
        "since": stamp(burst.since),
        "local_time": {"zone": burst.zone, "since": local_stamp(burst.since, burst.zone)},
        "severity": burst.severity,
        "severity_word": severity_word(burst.severity),
        "certainty": str(burst.certainty),
        "categories": dict(burst.categories[:_CATEGORIES_MAX]),
        "incidents": [_incident(view) for view in burst.views[:most]],
        "omitted": {"incidents": max(0, len(burst.views) - most)},
    }
    return dump(document)


def _incident(view: View) -> dict[str, object]:
    incident = view.incident
    return {
        "incident_id": clean(incident.id, _ID_MAX),
        "alert_id": clean(view.alert.id, 40),
        "category": clean(incident.category, 60) or "unknown",
        "certainty": str(incident.certainty),
        "confidence": view.confidence,
        "severity": incident.severity,
        "severity_word": severity_word(incident.severity),
        "place": place_data(incident.place),
        "summary": "\n".join(gist(view)),
        "url": _link(view) or None,
    }


def _attributes(burst: _Burst, *, is_sms: bool) -> Attributes:
    told_as = (name for view in burst.views for name in categories(view.incident))
    attributes: Attributes = {
        "category": name_list([*dict(burst.categories), *told_as]) or ["unknown"],
        "severity": burst.severity,
        "certainty": str(burst.certainty),
        "status": str(Status.NEW),
        "incident_ids": [clean(view.incident.id, _ID_MAX) for view in burst.views[:_IDS_MAX]],
        "lang": "en",
        "sms": "yes" if is_sms else "no",
    }
    if burst.country:
        attributes["country"] = [burst.country]
    if told := name_list([flag for view in burst.views for flag in flags(view.incident)]):
        attributes["flags"] = told
    if burst.is_exercise:
        attributes["exercise"] = "true"
    return attributes
