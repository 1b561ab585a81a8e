"""How sitrep itself fares: open entries, dead letters, hosts, feeds in; what is wrong and what to tell out.  Pure."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum

import msgspec

from shared.core.codec import decode
from shared.core.schedule import is_silent, overdue_since
from shared.core.urls import host_of
from shared.types import (
    OPEN_STATES,
    Due,
    Entry,
    EntryState,
    Feed,
    FeedJob,
    FeedState,
    HostPages,
    Outcome,
    Reread,
    Story,
)

OVERDUE = timedelta(hours=1)
"""A message is given up after three attempts, six minutes apart in ingest's queue and three in detect's: an entry ends
within half an hour, and its message may have to wait."""
LOST = timedelta(days=5)
"""A queue keeps a message for four days (SQS's default): what is open longer has none any more."""
UNPOLLED = timedelta(hours=1)
BROKEN_AFTER = 5
"""Failures in a row: over an hour of a feed that is polled every five minutes, some hours of a slow one."""
REFUSED_LEAST = 3
"""Pages a host refuses before it is said to: one behind a paywall is no news."""
QUIET = timedelta(hours=6)
"""Between two messages on one kind of trouble, whatever joins in."""
WELL = timedelta(days=1)
"""What comes back sooner than that was never well, and is not told anew."""
MOST_REMEMBERED = 2_000
"""Members of one kind.  With more in trouble all of it is, and to say so every six hours is right."""
MOST_LINES = 1_000
"""Overdue entries that are looked up to be told."""


class Kind(StrEnum):
    """What can be wrong."""

    ENTRIES_OVERDUE = "entries_overdue"
    DEAD_LETTERS = "dead_letters"
    HOSTS_BLOCKED = "hosts_blocked"
    FEEDS_UNPOLLED = "feeds_unpolled"
    FEEDS_BROKEN = "feeds_broken"
    FEEDS_GONE = "feeds_gone"
    FEEDS_SILENT = "feeds_silent"
    FEEDS_MOVED = "feeds_moved"
    RULES_REFUSED = "rules_refused"


FEED_KINDS = (Kind.FEEDS_UNPOLLED, Kind.FEEDS_BROKEN, Kind.FEEDS_GONE, Kind.FEEDS_SILENT, Kind.FEEDS_MOVED)


@dataclass(frozen=True, slots=True)
class Member:
    """One that is in trouble: a feed, an entry, a host, a message."""

    name: str
    """A URL, mostly; from outside, as is `detail`."""
    detail: str
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Trouble:
    """All that is wrong of one kind; nothing, where all is well."""

    kind: Kind
    members: Mapping[str, Member]
    """By a key that stays the same as long as the trouble does, the longest in trouble first."""
    count: int
    """Members, with those that were not looked at."""


@dataclass(frozen=True, slots=True)
class Told:
    """What the operator has been told of one kind."""

    members: dict[str, datetime | None] = field(default_factory=dict)
    """By key; since when it has been well again, none while it is not."""
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Letter:
    """A message that was given up."""

    id: str
    queue: str
    """The word of the queue whose function could not handle it."""
    sent_at: datetime
    about: str
    entry_id: str = ""
    """Empty where it carries no entry on its way."""
    entry: Entry | None = None
    """Where the message holds it whole."""
    leaving: Collection[EntryState] = OPEN_STATES
    """From which states its entry is quarantined."""
    is_ours: bool = True
    """A step of ours has sent it."""


@dataclass(frozen=True, slots=True)
class Quarantine:
    """An entry that has come to no end, and will come to none by itself."""

    entry_id: str
    reason: str
    entry: Entry | None = None
    leaving: Collection[EntryState] = OPEN_STATES


@dataclass(frozen=True, slots=True)
class _Object:
    key: str


@dataclass(frozen=True, slots=True)
class _Detail:
    object: _Object


@dataclass(frozen=True, slots=True)
class _Stored:
    """What EventBridge says of a stored object, as far as it matters here."""

    detail: _Detail


def read_letter(queue: str, message_id: str, body: str, sent_at: datetime) -> Letter:
    """What a dead letter of a queue says; a message that no step of ours has sent carries no entry."""
    try:
        if queue == "ingest":
            entry = decode(body, Entry)
            return Letter(message_id, queue, sent_at, entry.url or entry.title, entry.id, entry)
        if queue == "detect":
            key = decode(body, _Stored).detail.object.key
            return Letter(message_id, queue, sent_at, key, entry_of(key))
        if queue == "notify":
            if "report" not in decode(body, dict[str, object]):
                key = decode(body, Due).key
                return Letter(message_id, queue, sent_at, f"what falls due of incident {key.partition('#')[2] or key}")
            story = decode(body, Story)
            # Detection has ended it as reported; it is not, as long as nobody was told.
            leaving = OPEN_STATES | {EntryState.REPORTED}
            return Letter(message_id, queue, sent_at, story.url or story.title, story.report.article_id, None, leaving)
        if queue == "reread":
            return Letter(message_id, queue, sent_at, decode(body, Reread).article_key)
        return Letter(message_id, queue, sent_at, f"a poll of {len(decode(body, FeedJob).feed_ids)} feeds")
    except msgspec.MsgspecError:
        return Letter(message_id, queue, sent_at, "a message that none of our steps has sent", is_ours=False)


def entry_of(article_key: str) -> str:
    """The id of an article's entry: its name up to the first dot, whatever reading of the page it is."""
    return article_key.rpartition("/")[2].partition(".")[0]


def overdue(opened: Mapping[str, datetime], now: datetime) -> list[str]:
    """The entries that have been open for too long, the oldest first."""
    return sorted((key for key, since in opened.items() if now - since > OVERDUE), key=lambda key: opened[key])


def quarantines(
    letters: Iterable[Letter], states: Mapping[str, EntryState], opened: Mapping[str, datetime], now: datetime
) -> list[Quarantine]:
    """The entries to end as quarantined: those of dead letters, and those whose message is in no queue any more.

    `states` is where the letters' entries stand; one that is missing has no line in the books yet.
    """
    found = {
        letter.entry_id: Quarantine(
            letter.entry_id,
            f"given up; its message of {letter.sent_at:%Y-%m-%d %H:%M} UTC is in the dead letters of {letter.queue}",
            letter.entry,
            letter.leaving,
        )
        for letter in letters
        if letter.entry_id
        and (states[letter.entry_id] in letter.leaving if letter.entry_id in states else letter.entry is not None)
    }
    for entry_id, since in opened.items():
        if now - since > LOST:
            reason = f"its message is lost: it had come to no end since {since:%Y-%m-%d %H:%M} UTC"
            found.setdefault(entry_id, Quarantine(entry_id, reason))
    return list(found.values())


def of_entries(late: Sequence[str], opened: Mapping[str, datetime], lines: Mapping[str, Mapping[str, str]]) -> Trouble:
    """The entries that are overdue; `lines` are those of the books, for as many as were looked up."""
    members = {
        key: Member(
            lines[key].get("url") or lines[key].get("title", ""),
            f"{lines[key]['state']}; first seen {opened[key]:%Y-%m-%d %H:%M} UTC",
            opened[key],
        )
        for key in late
        if key in lines
    }
    return Trouble(Kind.ENTRIES_OVERDUE, members, len(late))


def of_letters(letters: Iterable[Letter], count: int) -> Trouble:
    """The dead letters; `count` is how many there are, `letters` those that were looked at."""
    members = {
        letter.id: Member(
            letter.about,
            f"in the dead letters of {letter.queue}; sent {letter.sent_at:%Y-%m-%d %H:%M} UTC",
            letter.sent_at,
        )
        for letter in sorted(letters, key=lambda letter: letter.sent_at)
    }
    return Trouble(Kind.DEAD_LETTERS, members, max(count, len(members)))


def of_rules(refused: str) -> Trouble:
    """The operator's rules, where they are refused; `refused` names file, key and remedy."""
    # By what is wrong: another slip in a file that was mended is told again.
    members = {refused: Member("config/rules/", refused)} if refused else {}
    return Trouble(Kind.RULES_REFUSED, members, len(members))


def is_past(host: HostPages, now: datetime) -> bool:
    """Whether a host's day is over, and the one after too."""
    return (now.date() - host.day).days > 1


def of_hosts(hosts: Iterable[HostPages], now: datetime) -> Trouble:
    """The hosts that refused most of their pages, yesterday and today."""
    pages: dict[str, tuple[int, int]] = {}
    for one in hosts:
        if not is_past(one, now):
            refused, all_ = pages.get(one.host, (0, 0))
            pages[one.host] = (refused + one.refused, all_ + one.pages)
    worst = sorted(pages.items(), key=lambda item: (-item[1][0], item[0]))
    members = {
        host: Member(host, f"{refused} of {asked} pages refused since yesterday")
        for host, (refused, asked) in worst
        if refused >= REFUSED_LEAST and 2 * refused >= asked
    }
    return Trouble(Kind.HOSTS_BLOCKED, members, len(members))


def of_feeds(
    known: Iterable[tuple[Feed, FeedState]], held: Collection[str], now: datetime
) -> tuple[int, list[Trouble]]:
    """How many feeds are watched, and what is wrong with which; a paused one is not watched.

    `held` are the hosts that asked to be left alone: their feeds wait with good reason.
    """
    watched = 0
    found: dict[Kind, dict[str, Member]] = {kind: {} for kind in FEED_KINDS}
    for feed, state in known:
        if feed.is_paused:
            continue
        watched += 1
        trouble = _of_feed(feed, state, held, now)
        if trouble:
            found[trouble[0]][feed.id] = trouble[1]
        if state.url and state.url != feed.url:
            # By where to, as well: who moves again is told again.
            found[Kind.FEEDS_MOVED][f"{feed.id} {state.url}"] = Member(feed.url, f"has moved for good to {state.url}")
    return watched, [_ranked(kind, members) for kind, members in found.items()]


def _of_feed(feed: Feed, state: FeedState, held: Collection[str], now: datetime) -> tuple[Kind, Member] | None:
    polled = f"last polled {state.polled_at:%Y-%m-%d %H:%M} UTC" if state.polled_at else "never polled"
    due_at = overdue_since(state)
    if now - due_at > UNPOLLED and host_of(state.url or feed.url) not in held:
        due = f"due since {due_at:%Y-%m-%d %H:%M} UTC"
        return Kind.FEEDS_UNPOLLED, Member(feed.url, f"{due}, {polled}", due_at)
    if state.outcome is Outcome.GONE:
        return Kind.FEEDS_GONE, Member(feed.url, f"{state.reason}; {polled}")
    if state.failures >= BROKEN_AFTER:
        return Kind.FEEDS_BROKEN, Member(feed.url, f"{state.failures} failures in a row; {polled}: {state.reason}")
    if is_silent(state, now) and state.newest_at and state.usual_gap:
        hours = max(1, round(state.usual_gap / timedelta(hours=1)))
        detail = f"nothing new since {state.newest_at:%Y-%m-%d %H:%M} UTC; its longest usual gap is {hours} h"
        return Kind.FEEDS_SILENT, Member(feed.url, detail, state.newest_at)
    return None


def _ranked(kind: Kind, members: dict[str, Member]) -> Trouble:
    latest = datetime.max.replace(tzinfo=UTC)
    ranked = sorted(members.items(), key=lambda item: (item[1].since or latest, item[1].name))
    return Trouble(kind, dict(ranked), len(members))


@dataclass(frozen=True, slots=True)
class Verdict:
    """What to tell of one kind of trouble, and what is to be remembered then."""

    told: Told
    new: tuple[str, ...] = ()
    """Keys of the members to tell of; empty when there is nothing to say."""
    is_over: bool = False
    """All that had been told of has been well for a day: to be said once."""


def judge(members: Iterable[str], told: Told, now: datetime) -> Verdict:
    """Tells a member once, until it has been well for a day; and of one kind at most every six hours.

    What joins in meanwhile is told then, if it is still in trouble.
    """
    current = dict.fromkeys(members)
    kept: dict[str, datetime | None] = {}
    for key, well_since in told.members.items():
        if well_since is None or now - well_since < WELL:
            kept[key] = None if key in current else well_since or now
    new = tuple(key for key in current if key not in kept)
    if new and (told.at is None or now - told.at >= QUIET):
        remembered = {**kept, **dict.fromkeys(new)}
        return Verdict(Told(dict(list(remembered.items())[:MOST_REMEMBERED]), now), new)
    return Verdict(Told(kept, told.at), is_over=bool(told.members) and not kept and not current)
