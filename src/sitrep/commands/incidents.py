"""`sitrep incidents`, `sitrep incidents show ID`: what happened, who says so, what was told of it and what was not."""

import argparse
import json
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

from shared.adapters.incident_store import IncidentStore
from shared.core.codec import encode
from shared.core.incidents import FIGURES, confidence, current_incident, deeds, sources
from shared.core.render.ledger import Row, rows
from shared.core.render.times import utc
from shared.core.render.view import source_words
from shared.core.render.words import (
    category_words,
    certainty_words,
    country_code,
    kind_words,
    named,
    owner,
    place_words,
    told_flags,
    toll_words,
    tolls,
    what_words,
)
from shared.core.severity import severity_word
from shared.core.subscriptions import nearest
from shared.core.when import at
from shared.errors import InputError
from shared.types import Alert, AlertState, Claim, ClaimKind, Incident, Silence, Story
from sitrep.local.show import one_line, say
from sitrep.since import a_moment
from sitrep.stack import HELP_STACK, Stack, open_stack
from sitrep.wishes import HELP_COUNTRY, category, country, known_to

_SINCE = "7d"
_OWNER_MAX = 60
_DEEDS = {
    ClaimKind.VIOLATION: "violation",
    ClaimKind.RESPONSIBILITY: "responsibility",
    ClaimKind.DENIAL: "denial",
}


def configure(parser: argparse.ArgumentParser) -> None:
    parser.set_defaults(
        action=list_incidents, stack=None, json=False, category=None, country=None, since=None, open=False
    )
    _add_output(parser)
    _add_choice(parser)
    actions = parser.add_subparsers(metavar="ACTION")
    listing = actions.add_parser("list", help="show each incident in a line, the latest first")
    _add_output(listing)
    _add_choice(listing)
    listing.set_defaults(action=list_incidents)
    one = actions.add_parser("show", help="show all that is known of one incident")
    one.add_argument("id", metavar="ID", help="as its alerts name it")
    _add_output(one)
    one.set_defaults(action=show_incident)


def run(arguments: argparse.Namespace) -> int:
    status: int = arguments.action(arguments)
    return status


def list_incidents(arguments: argparse.Namespace) -> int:
    now = datetime.now(UTC)
    since = arguments.since or a_moment(_SINCE)
    with open_stack(arguments.stack) as stack:
        lexicon = known_to(stack) if arguments.category or arguments.country else None
        kind = category(arguments.category, lexicon) if arguments.category else None
        where = country(arguments.country, lexicon) if arguments.country else None
        # One that is written while this reads may come twice.
        known = {incident.id: incident for incident in _store(stack).changed_since(since, now)}
    found = [
        incident
        for incident in known.values()
        if not incident.merged_into
        and incident.last_seen_at >= since
        and kind in (None, incident.category)
        and where in (None, country_code(incident.place))
        and not (arguments.open and incident.closed_at)
    ]
    found.sort(key=lambda incident: (incident.last_seen_at, incident.id), reverse=True)
    if arguments.json:
        _say(json.dumps(_summary(incident)) for incident in found)
    else:
        _say(map(_line, found))
        if not found:
            _say([f"nothing of that kind was told of since {utc(since)}; --since looks further back"])
    return 0


def show_incident(arguments: argparse.Namespace) -> int:
    with open_stack(arguments.stack) as stack:
        incident = find_incident(_store(stack), arguments.id)
    if arguments.json:
        say(json.dumps(json.loads(encode(incident))))
    else:
        _say(_details(incident, arguments.id))
    return 0


def find_incident(store: IncidentStore, written: str) -> Incident:
    """The incident with this id, or that it was merged into.  Raises `InputError` with what comes nearest."""
    if incident := store.find(written):
        return incident
    near = nearest(written, [one.id for one in store.all()])
    hint = f"did you mean {near}?" if near else "an alert names its id, and so does: sitrep incidents"
    raise InputError(f"there is no incident {written}: {hint}")


def _add_output(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--stack", metavar="NAME", help=HELP_STACK, default=argparse.SUPPRESS)
    parser.add_argument("--json", action="store_true", help="as JSON, for programs", default=argparse.SUPPRESS)


def _add_choice(parser: argparse.ArgumentParser) -> None:
    hint = f"only what was told of since: 90min, 24h, 7d, or a date; {_SINCE} if not given"
    for name, metavar, words in (
        ("category", "CATEGORY", "only of this kind: see `sitrep rules list`"),
        ("country", "COUNTRY", f"only where it happened there: {HELP_COUNTRY}"),
    ):
        parser.add_argument(f"--{name}", metavar=metavar, help=words, default=argparse.SUPPRESS)
    parser.add_argument("--since", type=a_moment, metavar="TIME|DATE", help=hint, default=argparse.SUPPRESS)
    parser.add_argument("--open", action="store_true", help="only what is not closed yet", default=argparse.SUPPRESS)


def _store(stack: Stack) -> IncidentStore:
    return IncidentStore(stack.outputs["IncidentsTable"], stack.client("dynamodb"))


def _say(lines: Iterable[str]) -> None:
    for line in lines:
        say(one_line(line))


# --- one incident in a line ------------------------------------------------------------------------------------


def _line(incident: Incident) -> str:
    incident = current_incident(incident)
    figures = toll_words(tolls(incident)[:1], _OWNER_MAX)
    what = f"{category_words(incident.category)}, {certainty_words(incident)}: {place_words(incident.place)}"
    counts = f"{_counted(len(incident.stories), 'story', 'stories')}, {_told(incident)}"
    return f"{incident.id}  {utc(incident.last_seen_at)}  {_state(incident):<6}  {what}" + "".join(
        f"; {words}" for words in (figures, counts) if words
    )


def _state(incident: Incident) -> str:
    return "closed" if incident.closed_at else "open"


def _told(incident: Incident) -> str:
    """How often readers were told, or that they were not."""
    sent = sum(alert.state is AlertState.SENT for alert in incident.alerts)
    waiting = sum(alert.state is AlertState.PENDING for alert in incident.alerts)
    told = _counted(sent, "alert", "alerts") if sent else "no alert"
    return f"{told}, {waiting} to come" if waiting else told


def _summary(incident: Incident) -> dict[str, object]:
    """An incident for programs; times in RFC 3339, null where nothing is known."""
    incident, place = current_incident(incident), incident.place
    return {
        "id": incident.id,
        "state": _state(incident),
        "category": incident.category,
        "certainty": str(incident.certainty),
        "severity": incident.severity,
        "confidence": confidence(incident),
        "place": place.name if place else None,
        "country": country_code(place) or None,
        "day": incident.day.isoformat(),
        "first_seen_at": incident.first_seen_at.isoformat(timespec="seconds"),
        "last_seen_at": incident.last_seen_at.isoformat(timespec="seconds"),
        "closed_at": incident.closed_at.isoformat(timespec="seconds") if incident.closed_at else None,
        "revision": incident.revision,
        "tolls": {str(kind): [row.words for row in told] for kind, told in rows(incident).items()},
        "stories": len(incident.stories),
        "alerts": {str(state): sum(alert.state is state for alert in incident.alerts) for state in AlertState},
        "maybe_same": list(incident.maybe_same),
        "also": list(incident.also),
    }


# --- all of one incident ---------------------------------------------------------------------------------------


def _details(incident: Incident, asked: str) -> Iterator[str]:
    stories = incident.stories
    current = current_incident(incident)
    yield f"{incident.id}: {category_words(incident.category)}, {certainty_words(current)}: " + place_words(
        incident.place
    )
    if asked != incident.id:
        yield f"  {asked} was found to be the same as this"
    yield from _titled(
        ("what", _what(current)),
        ("sure", f"{confidence(current)}: {_backing(current)}"),
        ("where", _where(incident)),
        ("when", _when(incident)),
        ("also known as", ", ".join(incident.also)),
        ("may be the same as", ", ".join(incident.maybe_same)),
    )
    yield from _section("claims", _claims(current))
    yield from _section("alerts", map(_alert, incident.alerts))
    named_by = {story.report.id: story for story in stories}
    yield from _section("silences", (_silence(each, named_by.get(each.report_id)) for each in incident.silences))
    yield from _section("stories", (line for story in stories for line in _story(story)))


def _titled(*pairs: tuple[str, str]) -> Iterator[str]:
    yield from (f"  {title + ':':<20}{words}" for title, words in pairs if words)


def _section(title: str, lines: Iterable[str]) -> Iterator[str]:
    found = list(lines)
    if found:
        yield f"  {title}"
        yield from (f"    {line}" for line in found)


def _what(incident: Incident) -> str:
    what = what_words(category_words(incident.category), kind_words(incident))
    marks = "".join(f", {words} ({certainty})" for words, certainty in told_flags(incident))
    return f"{what}, severity {incident.severity} ({severity_word(incident.severity)}){marks}"


def _backing(incident: Incident) -> str:
    told = sources(incident)
    listed = "; ".join(map(source_words, told))
    return f"{_counted(len(told), 'source', 'independent sources')} ({listed})" if told else "nobody tells it any more"


def _where(incident: Incident) -> str:
    place = incident.place
    words = place_words(place, as_written=True)
    if place is None or place.lat is None or place.lon is None:
        return words
    return f"{words}; {place.lat:g}, {place.lon:g} ({place.precision})"


def _when(incident: Incident) -> str:
    end = f"closed {utc(incident.closed_at)}" if incident.closed_at else "open"
    return (
        f"{incident.day.isoformat()}; first told of {utc(incident.first_seen_at)}, last "
        f"{utc(incident.last_seen_at)}; {end}"
    )


def _claims(incident: Incident) -> Iterator[str]:
    """The ledger: what each owner gives, with what he gave before, and who prints it since when."""
    for kind, told in rows(incident).items():
        yield from (_claim(FIGURES[kind], row.words, row.figure.claim, row.stories, row) for row in told)
    for kind, word in _DEEDS.items():
        counted = {id(row.figure.claim) for row in rows(incident).get(kind, ())}
        for claim, story in deeds(incident, kind):
            if id(claim) not in counted:
                yield _claim(word, "", claim, (story,))


def _claim(kind: str, words: str, claim: Claim, stories: tuple[Story, ...], row: Row | None = None) -> str:
    was = f", was {', '.join(row.was)}" if row and row.was else ""
    names = ", ".join(dict.fromkeys(named(story.publisher) for story in stories))
    return f"{kind:<14} {words + was:<18} {owner(claim.by)} ({claim.certainty}); {utc(at(stories[0]))}, {names}"


def _alert(alert: Alert) -> str:
    """`r2 update      sent 2026-11-22 22:02 UTC: killed: 62 -> 80`."""
    match alert.state:
        case AlertState.SENT:
            when = f"sent {utc(alert.sent_at or alert.decided_at)}"
        case AlertState.PENDING:
            when = f"due {utc(alert.due_at)}"
        case AlertState.DROPPED:
            when = f"not sent, decided {utc(alert.decided_at)}"
    reason = f" ({alert.reason})" if alert.reason else ""
    return f"r{alert.revision:<3} {alert.status:<10} {when}{reason}: {alert.why}"


def _silence(silence: Silence, story: Story | None) -> str:
    who = f" - {named(story.publisher)}, {story.url or story.title}" if story else ""
    return f"{utc(silence.at)}  {silence.reason}{who}"


def _story(story: Story) -> Iterator[str]:
    marks = [
        mark
        for mark, is_so in (
            (f"revision {story.revision}", story.revision > 0),
            ("withdrawn", story.is_withdrawn),
            ("from the feed's summary", story.from_summary),
            (f"by {story.traits.wire}", bool(story.traits.wire)),
        )
        if is_so
    ]
    marked = f" [{', '.join(marks)}]" if marks else ""
    yield f"{utc(at(story))}  {named(story.publisher)}: {story.title} ({story.report.certainty}){marked}"
    yield f"  {story.url or 'no link'}"
    yield f"  {story.article_key}" + (f"  sha256 {story.raw_sha256}" if story.raw_sha256 else "")


def _counted(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"
