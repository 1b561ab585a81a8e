"""What the operator is told of sitrep itself: a kind of trouble and its members in, one plain message out.  Pure."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from shared.core.health import QUIET, Kind, Member, Trouble
from shared.core.render.subject import LENGTH_MAX
from shared.core.render.text import NO_LINK, clean, link, shorten

SHOWN = 20


@dataclass(frozen=True, slots=True)
class _Words:
    one: str
    many: str
    over: str
    why: str
    """What it means, for who has never met it."""
    todo: tuple[str, ...]
    """Commands, some with a reason; `{stack}` is the option that names the stack, `{logs:step}` shows a step's logs."""


_WORDS = {
    Kind.ENTRIES_OVERDUE: _Words(
        "entry has not come to an end",
        "entries have not come to an end",
        "every entry comes to an end",
        "An entry ends within seconds, and within half an hour even if its message is given up. These have been on "
        "their way for over an hour: a step does not run, or has more to do than it can.",
        ("{logs:ingest}   (those that are queued)", "{logs:detect}   (those that are read)"),
    ),
    Kind.DEAD_LETTERS: _Words(
        "message was given up",
        "messages were given up",
        "no message is given up any more",
        "A function failed on each of them several times. They are kept in dead-letter queues for 14 days, and their "
        "entries stand in the books as quarantined. Once the cause is mended, sending them back goes on with them.",
        ("{logs:all}", "aws sqs start-message-move-task --source-arn <the dead-letter queue's ARN>"),
    ),
    Kind.HOSTS_BLOCKED: _Words(
        "host refuses our requests",
        "hosts refuse our requests",
        "no host refuses our requests any more",
        "They answer with a refusal or a challenge instead of the page. Such articles are judged by the feed's summary "
        "alone, and alerts say so. Asking the publisher to let the User-Agent's contact in may help.",
        ("sitrep feeds list{stack}",),
    ),
    Kind.FEEDS_UNPOLLED: _Words(
        "feed is due and not polled",
        "feeds are due and not polled",
        "every feed is polled when it is due",
        "They have been due for over an hour: poll or fetch does not run, or has more to do than it can.",
        ("{logs:poll}", "{logs:fetch}"),
    ),
    Kind.FEEDS_BROKEN: _Words(
        "feed fails at every poll",
        "feeds fail at every poll",
        "no feed fails at every poll any more",
        "They are asked again, less and less often but at least once a day, and go on by themselves when they answer.",
        ("sitrep feeds list{stack}", "sitrep feeds remove URL{stack}   (of one that will not come back)"),
    ),
    Kind.FEEDS_GONE: _Words(
        "feed is gone for good",
        "feeds are gone for good",
        "no feed is gone",
        "The publisher says so (HTTP 410). They are asked again once a day.",
        ("sitrep feeds remove URL{stack}",),
    ),
    Kind.FEEDS_SILENT: _Words(
        "feed has fallen silent",
        "feeds have fallen silent",
        "no feed is silent any more",
        "They answer, and have listed nothing new for over three times their longest usual gap: the publisher may have "
        "moved on to another address.",
        ("sitrep feeds list{stack}", "sitrep feeds add URL{stack}   (with the site's address: it finds the feed)"),
    ),
    Kind.FEEDS_MOVED: _Words(
        "feed has moved",
        "feeds have moved",
        "no feed is watched at an old address",
        "Polling goes on at the new address, and at the old one should that fail. Put the new one into your list.",
        ("sitrep feeds add NEW-URL{stack}", "sitrep feeds remove OLD-URL{stack}"),
    ),
    Kind.RULES_REFUSED: _Words(
        "set of rules is refused",
        "sets of rules are refused",
        "your rules are in use",
        "One of your rule files is broken, so none of them is used as it stands now. Detection goes on with the "
        "packaged rules, and with those of yours that were last found sound together.",
        (
            "sitrep rules check FILE.toml   (until it is sound)",
            "sitrep rules add FILE.toml{stack}",
            "sitrep rules remove NAME{stack}   (to do without it)",
        ),
    ),
}


def render_trouble(trouble: Trouble, new: Sequence[str], stack: str) -> dict[str, object]:
    """The arguments of a publish, all but the topic: what is wrong, since when, which, and what to do.

    `stack` is the deployed stack's name; empty for the local one.
    """
    words = _WORDS[trouble.kind]
    first = f"{trouble.count} {words.one if trouble.count == 1 else words.many}"
    since = [member.since for member in trouble.members.values() if member.since]
    lines = [first + (f", since {min(since):%Y-%m-%d %H:%M} UTC" if since else "") + ".", "", words.why, ""]
    lines += _members(trouble, new)
    lines += ["", "What to do", *(f"  {_command(todo, stack)}" for todo in words.todo)]
    hours = round(QUIET.total_seconds() / 3600)
    lines += ["", f"Each is told once, until it has been well for a day; of this kind, at most every {hours} hours."]
    return _publish(trouble.kind, first, lines)


def render_over(kind: Kind) -> dict[str, object]:
    """The arguments of a publish that says that trouble of one kind is over."""
    return _publish(kind, _WORDS[kind].over, [f"For a day now: {_WORDS[kind].over}."])


def _members(trouble: Trouble, new: Sequence[str]) -> Iterator[str]:
    """The new ones first, each named as such when others have been told before."""
    is_new = frozenset(new)
    ranked = [*new, *(key for key in trouble.members if key not in is_new)]
    for key in ranked[:SHOWN]:
        mark = "new: " if len(is_new) < len(ranked) and key in is_new else ""
        yield f"  {mark}{_name(trouble.members[key])}"
        yield f"    {clean(trouble.members[key].detail, 300)}"
    if trouble.count > SHOWN:
        yield f"  and {trouble.count - SHOWN} more"


def _name(member: Member) -> str:
    address = link(member.name)
    return clean(member.name, 200) if address == NO_LINK else address


def _command(todo: str, stack: str) -> str:
    command = todo.replace("{stack}", f" --stack {stack}" if stack else "")
    if not command.startswith("{logs:"):
        return command
    step, _, rest = command.removeprefix("{logs:").partition("}")
    if not stack:
        return f"see .sitrep/{'*' if step == 'all' else step}.log in the outbox{rest}"
    name = "" if step == "all" else f" --name {step.capitalize()}Function"
    return f"sam logs --stack-name {stack}{name} --filter ERROR{rest}"


def _publish(kind: Kind, first: str, lines: Sequence[str]) -> dict[str, object]:
    return {
        "Subject": shorten(f"sitrep: {first}", LENGTH_MAX),
        "Message": json.dumps({"default": "\n".join(lines) + "\n", "sms": first}, ensure_ascii=False),
        "MessageStructure": "json",
        "MessageAttributes": {"kind": {"DataType": "String", "StringValue": str(kind)}},
    }
