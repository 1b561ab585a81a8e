"""`sitrep status`: whether all is well, what needs a person, and how each part fares."""

import argparse
import json
import statistics
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from shared.core.health import Kind
from shared.core.latency import Latency
from shared.core.render.times import stamp, utc
from shared.types import Status
from sitrep.commands.feeds.show import span
from sitrep.fare import Fare, QueueFare, fare, needs
from sitrep.local.show import one_line, say
from sitrep.stack import HELP_STACK, open_stack

_FEEDS = {
    Kind.FEEDS_BROKEN: "failing",
    Kind.FEEDS_SILENT: "silent",
    Kind.FEEDS_GONE: "gone",
    Kind.FEEDS_MOVED: "moved",
    Kind.FEEDS_UNPOLLED: "not polled",
}


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--stack", metavar="NAME", help=HELP_STACK)
    parser.add_argument("--json", action="store_true", help="as JSON, for programs")


def run(arguments: argparse.Namespace) -> int:
    """0 all is well, 1 something needs a person."""
    with open_stack(arguments.stack) as stack:
        found = fare(stack, datetime.now(UTC))
        found = replace(found, needs=tuple(needs(found, "" if stack.is_local else f" --stack {stack.name}")))
    if arguments.json:
        say(json.dumps(_object(found)))
    else:
        _say(_screen(found))
    return 1 if found.needs else 0


def _say(lines: Iterable[str]) -> None:
    for line in lines:
        say(one_line(line))


# --- for people -------------------------------------------------------------------------------------------------


def _screen(found: Fare) -> Iterator[str]:
    count = len(found.needs)
    verdict = "all is well" if not count else "1 thing needs you" if count == 1 else f"{count} things need you"
    yield f"{verdict} in {found.stack}, {utc(found.at)}"
    yield from (f"  - {need}" for need in found.needs)
    if not found.is_running:
        yield "  it rests: what is open goes on when `sitrep local` runs"
    yield ""
    for title, words in _parts(found):
        yield f"{title:<11}{words}"
    yield ""
    yield from _queues(found.queues)
    yield ""
    yield from _steps(found)
    if found.unread:
        yield ""
        yield from (f"not known: {words}" for words in found.unread)


def _parts(found: Fare) -> Iterator[tuple[str, str]]:
    feeds, entries, alerts = found.feeds, found.entries, found.alerts
    troubles = [f"{feeds.kinds[kind]} {word}" for kind, word in _FEEDS.items() if feeds.kinds.get(kind)]
    paused = [f"{feeds.paused} paused"] if feeds.paused else []
    yield (
        "feeds",
        ", ".join([f"{feeds.watched} watched", *paused, f"{feeds.due} due", *(troubles or ["none in trouble"])]),
    )
    oldest = f", the oldest for {span(entries.oldest)}" if entries.oldest is not None else ""
    yield "entries", f"{entries.open} on their way{oldest}; {entries.overdue or 'none'} overdue"
    yield "incidents", f"{found.incidents_open} open"
    sent = [f"{alerts.sent[status]} {status}" for status in Status if alerts.sent.get(status)]
    late = f"; {alerts.late} late" if alerts.late else ""
    yield "alerts", f"{sum(alerts.sent.values())} in 24 h{': ' + ', '.join(sent) if sent else ''}{late}"
    for words, times in _latencies(alerts.took):
        half, worst = timedelta(seconds=statistics.median(times)), timedelta(seconds=max(times))
        yield "", f"{words}: half within {span(half)}, the slowest {span(worst)} (of {len(times)} first alerts)"
    if found.sms_today is None:
        yield "sms", "no limit a day is set, so nobody counts"
    else:
        over = ", email tells the rest" if found.sms_today > found.sms_budget else ""
        yield "sms", f"{min(found.sms_today, found.sms_budget)} of {found.sms_budget} today{over}"
    if found.alarms is not None:
        yield "alarms", f"{len(found.alarms) or 'none'} in ALARM"


def _latencies(took: Iterable[Latency]) -> Iterator[tuple[str, list[float]]]:
    """How long alerts took, in seconds; what nobody could measure is left out."""
    found = list(took)
    for words, times in (
        ("published -> sent", [one.since_published for one in found]),
        ("read -> sent", [one.since_read for one in found]),
    ):
        seconds = [time.total_seconds() for time in times if time is not None]
        if seconds:
            yield words, seconds


def _queues(queues: Iterable[QueueFare]) -> Iterator[str]:
    yield f"{'queue':<8}{'waiting':>9}{'at work':>9}{'held back':>11}{'oldest':>9}{'given up':>10}"
    for one in queues:
        oldest = span(one.oldest) if one.oldest is not None else "-"
        yield f"{one.name:<8}{one.waiting:>9}{one.at_work:>9}{one.held_back:>11}{oldest:>9}{one.given_up:>10}"


def _steps(found: Fare) -> Iterator[str]:
    yield f"{'step':<8}  last ran"
    for step, ran in found.ran_at.items():
        yield f"{step:<8}  {f'{utc(ran)}, {span(found.at - ran)} ago' if ran else 'no run is known of'}"


# --- for programs -----------------------------------------------------------------------------------------------


def _object(found: Fare) -> dict[str, object]:
    """Times in RFC 3339, lengths of time in seconds, null where nothing is known."""
    return {
        "stack": found.stack,
        "at": stamp(found.at),
        "is_well": not found.needs,
        "needs": list(found.needs),
        "is_running": found.is_running,
        "feeds": {
            "watched": found.feeds.watched,
            "paused": found.feeds.paused,
            "due": found.feeds.due,
            **{word.replace(" ", "_"): found.feeds.kinds.get(kind, 0) for kind, word in _FEEDS.items()},
        },
        "entries": {
            "open": found.entries.open,
            "overdue": found.entries.overdue,
            "oldest_s": _seconds(found.entries.oldest),
        },
        "incidents": {"open": found.incidents_open},
        "alerts": {
            "sent": {str(status): found.alerts.sent.get(status, 0) for status in Status},
            "late": found.alerts.late,
            "published_to_sent_s": [_seconds(one.since_published) for one in found.alerts.took],
            "read_to_sent_s": [_seconds(one.since_read) for one in found.alerts.took],
        },
        "sms": {"today": found.sms_today, "budget": found.sms_budget or None},
        "queues": {
            one.name: {
                "waiting": one.waiting,
                "at_work": one.at_work,
                "held_back": one.held_back,
                "oldest_s": _seconds(one.oldest),
                "given_up": one.given_up,
            }
            for one in found.queues
        },
        "ran_at": {step: stamp(ran) if ran else None for step, ran in found.ran_at.items()},
        "alarms": None
        if found.alarms is None
        else [{"name": one.name, "description": one.words, "since": stamp(one.since)} for one in found.alarms],
        "not_known": list(found.unread),
    }


def _seconds(time: timedelta | None) -> float | None:
    return None if time is None else time.total_seconds()
