"""What a poll brought and what was known in; what is new, and when to ask again, out.  Pure."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from shared.core import ids
from shared.core.feeds import MOST_ENTRIES, NotAFeed, ParsedFeed, parse_feed
from shared.core.quality import challenge
from shared.core.schedule import KEPT_EVERY, is_stale, observed, plan, retry_after
from shared.core.text import first_words, plain
from shared.core.urls import host_of, is_home_page, page_key
from shared.types import Bounds, Entry, Feed, FeedJob, FeedState, Outcome, Response

SEEN_KEPT = 2_000
"""Entries remembered beyond what a feed lists: one that drops out and comes back is not new."""
MOST_NEW = 500
"""Entries sent on by one poll, so that it ends within its time; a feed that lists more is polled on at once."""
_UNFINISHED = "unfinished"
"""In place of a body's digest: more is to be taken of it."""
# Answers that time mends; working feeds do answer 404 now and then and come back, so even the others are asked again.
_PASSING = frozenset({0, 408, 425, 429})
_FOR_GOOD = frozenset({301, 308})
_TRIES_WHERE_IT_MOVED = 3
_IDS_AN_ENTRY = 3
_MOST_EDITED = 20
"""Edits that are believed of one poll, if they are not of half of the feed."""
# How the reader of the web says that a host gave no answer at all; what it refuses to ask for is not the host's doing.
_SILENCES = ("no answer within", "cannot connect", "the host's name does not resolve")


@dataclass(frozen=True, slots=True)
class Learned:
    """What one poll comes to."""

    entries: tuple[Entry, ...]
    """New ones, oldest first."""
    state: FeedState
    is_whole: bool = True
    """False when more is to be taken of the same answer, at once."""
    listed: int = 0
    """How many ids of `state.seen`, from its first on, are of what the feed lists now."""


@dataclass(frozen=True, slots=True)
class _Listed:
    """An entry with what it is known by."""

    entry: Entry
    page: str
    """Of its link; its own id where it has none."""
    edition: str
    """Of its page and words: another under a known id is an edit."""
    is_second: bool = False
    """Whether another story of the same list has its id."""

    @property
    def ids(self) -> tuple[str, ...]:
        return (self.entry.id, self.page, self.edition)


def asked_url(feed: Feed, state: FeedState) -> str:
    """Where a feed is to be asked for."""
    return state.url or feed.url


def validators(state: FeedState) -> dict[str, str]:
    """The request headers that let a server answer "not modified"."""
    told = {"If-None-Match": state.etag, "If-Modified-Since": state.last_modified}
    return {name: value for name, value in told.items() if value}


def is_worth_parsing(old: FeedState, response: Response) -> bool:
    """Whether an answer brings a body that was not read before."""
    return response.status == 200 and not response.reason and ids.sha256(response.body) != old.body_sha256


def parse(response: Response, now: datetime) -> ParsedFeed | NotAFeed:
    """What an answer lists, or why it is no feed."""
    try:
        return parse_feed(response.body, response.url, response.headers.get("content-type"), now)
    except NotAFeed as error:
        return error


def learn(
    feed: Feed,
    old: FeedState,
    response: Response,
    parsed: ParsedFeed | NotAFeed | None,
    bounds: Bounds,
    now: datetime,
    correlation_id: str = "",
) -> Learned:
    """Tell the new entries from the known, and say when to ask again.

    `parsed` is none where there was nothing worth parsing.  The first answer of a feed is learned silently, unless the
    feed is to be backfilled.
    """
    learned = _learn(feed, old, response, parsed, now, correlation_id)
    due_at, every = plan(feed, old, learned.state, response, bounds, now) if learned.is_whole else (now, None)
    return replace(learned, state=replace(learned.state, due_at=due_at, every=every))


def is_worth_keeping(old: FeedState, new: FeedState) -> bool:
    """Whether a poll taught something that is to be written down now; else it can wait for its hour.

    `seen` is not looked at.
    """
    if old.polled_at is None or new.polled_at is None or new.polled_at - old.polled_at >= KEPT_EVERY:
        return True
    # "not modified" or "same body": who is well need not say each time by which words.
    reason = old.reason if new.outcome is old.outcome and not new.failures else new.reason
    return replace(new, polled_at=old.polled_at, seen=old.seen) != replace(old, reason=reason)


@dataclass(frozen=True, slots=True)
class Hold:
    """Why a host is to be asked for nothing more, and until when where it said so."""

    reason: str
    until: datetime | None


def is_to_be_polled(feed: Feed, state: FeedState, job: FeedJob, now: datetime) -> bool:
    """Whether a job is still to be done for a feed: not when it was polled, paused or ordered anew since."""
    if feed.is_paused or is_stale(state, job.ordered_at, now):
        return False
    return state.polled_at is None or state.polled_at < job.ordered_at


def hold(response: Response, silences: int, now: datetime) -> tuple[Hold | None, int]:
    """Whether an answer speaks for its whole host, and how often in a row that has not answered at all.

    `silences` is how often it had not before.  A host that asks for time gets it for all its feeds; two unanswered
    requests are enough for now.
    """
    if response.reason.startswith(_SILENCES) and not response.hops:
        said = f"{response.reason} (another feed of the host)"
        return (Hold(said, None) if silences else None), silences + 1
    wait = retry_after(response, now) if response.status in (429, 503) and not response.hops else None
    if response.status == 429 or wait:
        said = f"HTTP {response.status} (another feed of the host)"
        return Hold(said, now + wait if wait else None), 0
    return None, 0


def postponed(feed: Feed, old: FeedState, held: Hold, bounds: Bounds, now: datetime) -> FeedState:
    """A feed that was due and not asked, for what its host answered for another; no failure of its own."""
    due_at, every = plan(feed, old, old, None, bounds, now)
    reason = plain(held.reason)[:300]
    return replace(
        old, due_at=max(due_at, held.until or now), every=every, polled_at=now, outcome=Outcome.RETRY, reason=reason
    )


def _learn(
    feed: Feed,
    old: FeedState,
    response: Response,
    parsed: ParsedFeed | NotAFeed | None,
    now: datetime,
    correlation_id: str,
) -> Learned:
    if response.status == 304:
        return Learned((), _answered(feed, old, response, Outcome.UNCHANGED, "not modified", now))
    if response.reason or response.status != 200:
        told = (response.reason or f"HTTP {response.status}", challenge(response.body))
        return Learned((), _failed(old, _outcome(response), ", ".join(filter(None, told)), now))
    if parsed is None:
        return Learned((), _answered(feed, old, response, Outcome.UNCHANGED, "same body", now))
    if isinstance(parsed, NotAFeed):
        return Learned((), _failed(old, Outcome.BROKEN, str(parsed), now))

    listed = _listed(feed, parsed, now, correlation_id)
    state = _answered(feed, old, response, Outcome.UNCHANGED, "nothing new", now)
    state = replace(state, body_sha256=ids.sha256(response.body), seen=_remember(listed, old.seen), ttl=parsed.ttl)
    rest = ""
    if parsed.is_cut:
        rest = "; the rest of it cannot be read"
        state = replace(state, etag="", last_modified="")  # "not modified" would keep it away
    dates = [one.entry.published_at for one in listed if one.entry.published_at is not None]
    if not old.body_sha256 and not feed.backfill:
        state = _paced(state, old, len(listed), dates, now)
        reason = f"{len(listed)} entries known from now on{rest}"
        return Learned((), replace(state, outcome=Outcome.LEARNED, reason=reason), listed=len(_ids(listed)))
    new, silenced = _new(feed, listed, frozenset(old.seen))
    if old.body_sha256 != _UNFINISHED and (new or old.newest_at is None):
        state = _paced(state, old, len(new), dates, now)
    if len(new) > MOST_NEW:
        return _portion(replace(state, reason=rest), old, new, listed)
    if new:
        state = replace(state, outcome=Outcome.NEW, reason=f"{len(new)} new")
    if silenced:
        rest = f"; {silenced}{rest}"
    state = replace(state, reason=state.reason + rest)
    return Learned(tuple(one.entry for one in new), state, listed=len(_ids(listed)))


def lists_more(feed: Feed, old: FeedState, parsed: ParsedFeed) -> bool:
    """Whether a feed lists anything that is not among what is known in `old.seen`."""
    return not _ids(_listed(feed, parsed, old.due_at, "")).keys() <= set(old.seen)


def _paced(state: FeedState, old: FeedState, new: int, dates: Sequence[datetime], now: datetime) -> FeedState:
    newest_at, daily, gap = observed(old, new, dates, now)
    return replace(state, newest_at=newest_at, daily=daily, usual_gap=gap)


def _listed(feed: Feed, parsed: ParsedFeed, now: datetime, correlation_id: str) -> tuple[_Listed, ...]:
    listed: dict[str, _Listed] = {}
    for item in parsed.entries:
        entry = Entry(
            id=ids.entry_id(feed.id, item.id),
            feed_id=feed.id,
            # A front door stands for the site and not for a story: all items would be one page.
            url="" if is_home_page(item.link) else item.link,
            title=item.title,
            summary=item.summary,
            published_at=item.published_at,
            publisher=parsed.title or feed.title or host_of(feed.url),
            language=parsed.language,
            seen_at=now,
            correlation_id=correlation_id,
        )
        is_second = entry.id in listed
        if is_second:  # feeds do list one guid twice, and for two stories as well
            if page_key(entry.url) == page_key(listed[entry.id].entry.url):
                continue
            entry = replace(entry, id=ids.entry_id(feed.id, f"{item.id} {page_key(entry.url)}"))
        page = ids.digest("page", feed.id, page_key(entry.url), length=8) if entry.url else entry.id
        edition = ids.digest("edition", page, first_words(entry.title, entry.summary), length=8)
        listed[entry.id] = _Listed(entry, page, edition, is_second)
    return tuple(listed.values())


def _new(feed: Feed, listed: tuple[_Listed, ...], known: frozenset[str]) -> tuple[tuple[_Listed, ...], str]:
    """What a feed newly lists, oldest first, and which changes of it are passed over as no news, in words.

    An entry under a known id whose first words changed is an edit, and new; one whose date changed is not.  A feed that
    gives its entries new ids while their pages and words are known raises nothing.
    """
    alike = Counter(one.edition for one in listed)
    # Entries that share page and words (a siren's) cannot be told apart by them.
    rekeyed = {
        one.entry.id for one in listed if one.entry.id not in known and one.edition in known and alike[one.edition] == 1
    }
    if len(rekeyed) < 3 or len(rekeyed) <= len(listed) / 2:
        rekeyed = set()
    edited = {one.entry.id for one in listed if one.entry.id in known and one.edition not in known}
    silenced = [f"{len(rekeyed)} known under new ids"] if rekeyed else []
    # A publisher who rewords everything has changed his system, not his news.
    if len(edited) > max(_MOST_EDITED, len(listed) // 2):
        silenced.append(f"{len(edited)} reworded at once")
        edited = set()
    new = []
    passed_over = known | rekeyed
    for one in reversed(listed):
        if one.entry.id in edited:
            edition = ids.digest("edition", feed.id, one.entry.id, one.edition)
            new.append(replace(one, entry=replace(one.entry, id=edition)))
        elif one.entry.id not in passed_over and not (one.is_second and one.edition in known):
            new.append(one)
    return tuple(new), ", ".join(silenced)


def _ids(listed: Iterable[_Listed]) -> dict[str, None]:
    return dict.fromkeys(known for one in listed for known in one.ids)


def _remember(listed: Iterable[_Listed], seen: tuple[str, ...]) -> tuple[str, ...]:
    """Known ids, newest first: of all that is listed now, and the last of what was listed before."""
    current = _ids(listed)
    return (*current, *[old for old in seen if old not in current][: _IDS_AN_ENTRY * SEEN_KEPT])


def _portion(state: FeedState, old: FeedState, new: tuple[_Listed, ...], listed: tuple[_Listed, ...]) -> Learned:
    """The first of too many new entries; the whole body is asked for again, the others still unknown.

    Not at once where the last portion is listed no longer: such a feed gives its entries new ids at each poll.
    """
    portion = new[:MOST_NEW]
    taken = dict.fromkeys(known for one in reversed(portion) for known in one.ids)
    last = frozenset(old.seen[: _IDS_AN_ENTRY * MOST_NEW])
    is_rekeyed = old.body_sha256 == _UNFINISHED and not any(one.entry.id in last for one in listed)
    before = [known for known in old.seen if known not in taken]
    state = replace(
        state,
        outcome=Outcome.NEW,
        reason=f"{len(portion)} of {len(new)} new, the rest with the next poll{state.reason}",
        etag="",
        last_modified="",
        body_sha256=_UNFINISHED,
        seen=(*taken, *before)[: _IDS_AN_ENTRY * (MOST_ENTRIES + SEEN_KEPT)],
    )
    return Learned(tuple(one.entry for one in portion), state, is_whole=is_rekeyed, listed=len(taken))


def _answered(
    feed: Feed, old: FeedState, response: Response, outcome: Outcome, reason: str, now: datetime
) -> FeedState:
    kept = (old.etag, old.last_modified) if response.status == 304 else ("", "")
    return replace(
        old,
        polled_at=now,
        outcome=outcome,
        reason=reason,
        failures=0,
        url=_moved(feed, old, response),
        etag=plain(response.headers.get("etag", kept[0]))[:500],
        last_modified=plain(response.headers.get("last-modified", kept[1]))[:100],
    )


def _moved(feed: Feed, old: FeedState, response: Response) -> str:
    """Where a feed is to be asked for from now on; empty where people wrote.

    As far as redirects say that it has moved for good, and never from https to http: a network in between could say so.
    """
    asked = asked_url(feed, old)
    at = asked
    urls = [*(hop.url for hop in response.hops[1:]), response.url]
    for hop, target in zip(response.hops, urls, strict=True) if response.hops else ():
        if hop.status not in _FOR_GOOD:
            break
        at = target
    if asked.startswith("https:") and not at.startswith("https:"):
        at = asked
    return "" if at == feed.url else at


def _outcome(response: Response) -> Outcome:
    if response.status == 410:
        return Outcome.GONE
    is_passing = response.status in _PASSING or response.status >= 500
    return Outcome.RETRY if is_passing else Outcome.BROKEN


def _failed(old: FeedState, outcome: Outcome, reason: str, now: datetime) -> FeedState:
    failures = old.failures + 1
    state = replace(old, polled_at=now, outcome=outcome, reason=plain(reason)[:300], failures=failures)
    if old.url and failures >= _TRIES_WHERE_IT_MOVED:  # back to where people wrote: a move can be taken back
        return replace(state, url="", etag="", last_modified="")
    return state
