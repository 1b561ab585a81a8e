"""`sitrep mute incident|rule|feed TARGET`: what is to say nothing, and for how long."""

import argparse
from collections.abc import Iterable
from datetime import UTC, datetime

from shared.adapters.incident_store import IncidentStore
from shared.adapters.mute_store import MuteStore
from shared.core.render.times import utc
from shared.errors import InputError
from shared.types import Mute, Muted
from sitrep.commands.feeds.find import find
from sitrep.commands.feeds.find import store_of as feeds_of
from sitrep.commands.incidents import find_incident
from sitrep.local.show import one_line, say
from sitrep.since import a_span
from sitrep.stack import HELP_STACK, Stack, open_stack
from sitrep.wishes import category, known_to

_WHY_MAX = 500


def configure(parser: argparse.ArgumentParser) -> None:
    parser.set_defaults(kind=None, stack=None)
    parser.add_argument("--list", action="store_true", help="show what is muted; so does naming nothing")
    parser.add_argument("--stack", metavar="NAME", help=HELP_STACK, default=argparse.SUPPRESS)
    kinds = parser.add_subparsers(metavar="KIND")
    for kind, metavar, words in (
        (Muted.INCIDENT, "ID", "nothing more is said of one incident; its alerts name its id"),
        (Muted.RULE, "CATEGORY", "nothing is said of what this rule finds"),
        (Muted.FEED, "URL|ID", "what this feed lists is kept, and raises no alert by itself"),
    ):
        one = kinds.add_parser(kind, help=words, description=f"{words[0].upper()}{words[1:]}.")
        one.add_argument("target", metavar=metavar)
        one.add_argument(
            "--for", dest="span", type=a_span, metavar="TIME", help="how long: 90min, 6h, 2d; without it, until --off"
        )
        one.add_argument("--why", metavar="TEXT", default="", help="kept with it, and shown")
        one.add_argument("--off", action="store_true", help="let it speak again")
        one.add_argument("--stack", metavar="NAME", help=HELP_STACK, default=argparse.SUPPRESS)
        one.set_defaults(kind=kind)


def run(arguments: argparse.Namespace) -> int:
    now = datetime.now(UTC)
    with open_stack(arguments.stack) as stack:
        store = MuteStore(stack.outputs["IncidentsTable"], stack.client("dynamodb"))
        if arguments.kind is None or arguments.list:
            lines = [_line(mute, _name(mute, stack), now) for mute in store.all()]
            _say(lines or [f"nothing is muted in {stack.name}"])
        elif arguments.off:
            _unmute(store, arguments.kind, arguments.target, stack, now)
        else:
            target, name = _known(arguments.kind, arguments.target, stack)
            until = now + arguments.span if arguments.span else None
            store.put(Mute(arguments.kind, target, now, until, arguments.why[:_WHY_MAX]))
            end = f"until {utc(until)}" if until else "until it is taken back with --off"
            _say([f"{name} says nothing {end}; what it would have said is kept, with this reason"])
    return 0


def _unmute(store: MuteStore, kind: Muted, written: str, stack: Stack, now: datetime) -> None:
    muted = {mute.target for mute in store.all() if mute.kind is kind}
    # What is muted may be gone meanwhile: a feed that was removed, a rule.
    target, name = (written, f"{kind} {written}") if written in muted else _known(kind, written, stack)
    if not store.remove(kind, target, now):
        raise InputError(f"{name} is not muted; see: sitrep mute --list")
    _say([f"{name} speaks again"])


def _known(kind: Muted, written: str, stack: Stack) -> tuple[str, str]:
    """The id of what is meant, and what to call it.  Raises `InputError` where there is none, with what comes near."""
    if kind is Muted.FEED:
        feed, _ = find(feeds_of(stack), written)
        return feed.id, f"feed {feed.url}"
    if kind is Muted.RULE:
        found = category(written, known_to(stack))
        return found, f"rule {found}"
    store = IncidentStore(stack.outputs["IncidentsTable"], stack.client("dynamodb"))
    incident = find_incident(store, written)
    also = "" if incident.id == written else f" (which {written} was found to be the same as)"
    return incident.id, f"incident {incident.id}{also}"


def _name(mute: Mute, stack: Stack) -> str:
    """What is muted, as people know it; its id where it is gone."""
    feed = feeds_of(stack).get(mute.target) if mute.kind is Muted.FEED else None
    return feed[0].url if feed else mute.target


def _line(mute: Mute, name: str, now: datetime) -> str:
    if mute.until is None:
        end = "until it is taken back"
    else:
        end = f"until {utc(mute.until)}" if now < mute.until else f"over since {utc(mute.until)}"
    why = f": {mute.why}" if mute.why else ""
    return f"{mute.kind:<8} {name:<24} {end}, since {utc(mute.since)}{why}"


def _say(lines: Iterable[str]) -> None:
    for line in lines:
        say(one_line(line))
