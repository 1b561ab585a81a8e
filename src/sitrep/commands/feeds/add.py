"""`sitrep feeds add URL`: asks for it once, finds the feed of a page, says what it found.  Asks the web."""

import argparse
import asyncio
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from shared.adapters.child import Child
from shared.adapters.feed_store import FeedStore
from shared.adapters.http import Http
from shared.core.discovery import candidates
from shared.core.feeds import NotAFeed, ParsedFeed
from shared.core.ids import feed_id
from shared.core.polling import learn, parse
from shared.core.schedule import entries_a_day
from shared.core.text import plain
from shared.core.urls import host_of
from shared.errors import InputError, IntractableError
from shared.steps.fetch import LARGEST_FEED
from shared.types import Bounds, Feed, FeedState, Response
from sitrep.commands.feeds.find import store_of, watched_as, web_urls
from sitrep.commands.feeds.show import span
from sitrep.local.show import one_line, say
from sitrep.opml import loopback_ports
from sitrep.stack import Stack, open_stack

_REFUSING = frozenset({401, 402, 403, 407, 429, 451, 503})


@dataclass(frozen=True, slots=True)
class _Found:
    """A feed that answers."""

    asked: str
    response: Response
    parsed: ParsedFeed


def run(arguments: argparse.Namespace) -> int:
    urls = web_urls(arguments.url)
    with open_stack(arguments.stack) as stack:
        store = store_of(stack)
        if arguments.unchecked:
            feed = _feed(urls[0], arguments, arguments.title)
            if _is_new(store, feed, {feed.url}):
                store.add(feed, datetime.now(UTC))
                say(one_line(f"{feed.url} is watched from now on, unchecked  (id {feed.id})"))
            return 0
        found = asyncio.run(_look(stack, urls))
        if len(found) > 1 and not arguments.all:
            for one in found:
                say(
                    one_line(f"{one.asked}  {one.parsed.title or 'without a title'}, {len(one.parsed.entries)} entries")
                )
            raise InputError(f"{urls[0]} has {len(found)} feeds: name one of these, or take them with --all")
        for one in found:
            _watch(stack, store, one, arguments)
    return 0


def _watch(stack: Stack, store: FeedStore, found: _Found, arguments: argparse.Namespace) -> None:
    now = datetime.now(UTC)
    asked = Feed(feed_id(found.asked), found.asked)
    bounds = _bounds(stack)
    learned = learn(asked, FeedState(due_at=now), found.response, found.parsed, bounds, now).state
    feed = _feed(learned.url or found.asked, arguments, arguments.title or found.parsed.title)
    if not _is_new(store, feed, {found.asked, feed.url, found.response.url}):
        return
    learnt = learn(feed, FeedState(due_at=now), found.response, found.parsed, bounds, now)
    state = learnt.state
    # What it lists now is known from this answer; only for a backfill the first poll is to find it.
    store.add(feed, now if feed.backfill else state.due_at)
    if not feed.backfill:
        store.put_seen(feed.id, state.seen, (), learnt.listed)
        store.put_state(feed, state)
    for line in _summary(feed, state, found, now):
        say(one_line(line))
    if stack.is_local and loopback_ports([feed]):
        say("  it is served by this machine: a run of `sitrep local` that is under way reaches it once started again")


def _summary(feed: Feed, state: FeedState, found: _Found, now: datetime) -> Iterable[str]:
    parsed = found.parsed
    yield f"{feed.url} is watched from now on  (id {feed.id})"
    if feed.url != found.asked:
        yield f"  moved:    for good, from {found.asked}"
    elif found.response.url != found.asked:
        yield f"  answers:  from {found.response.url}, for the time being"
    yield f"  title:    {feed.title or 'none'}" + (f"  (language: {parsed.language})" if parsed.language else "")
    dates = [entry.published_at for entry in parsed.entries if entry.published_at and entry.published_at <= now]
    newest = f", the newest {span(now - max(dates))} old" if dates else ", without dates" if parsed.entries else ""
    yield f"  lists:    {len(parsed.entries)} entries{newest}, about {entries_a_day(state, now):.1f} a day"
    if feed.backfill:
        yield "  polled:   within a minute; what it lists is taken as new"
    else:
        pace = "every minute, as far as its server allows" if feed.is_urgent else "as often as it publishes"
        yield f"  polled:   {pace}; next in {span(state.due_at - now)}"


def _feed(url: str, arguments: argparse.Namespace, title: str) -> Feed:
    return Feed(feed_id(url), url, plain(title)[:200], arguments.backfill, is_urgent=arguments.urgent)


def _is_new(store: FeedStore, feed: Feed, urls: set[str]) -> bool:
    known = watched_as(store, urls)
    if known is not None:
        written = "" if known.url == feed.url else f", as {known.url}"
        say(one_line(f"{feed.url} is watched already{written}  (id {known.id}); see: sitrep feeds show {known.id}"))
    return known is None


def _bounds(stack: Stack) -> Bounds:
    shortest, longest = (
        timedelta(minutes=int(stack.parameters[name])) for name in ("PollMinutes", "SlowestPollMinutes")
    )
    return Bounds(shortest, max(shortest, longest))


async def _look(stack: Stack, urls: tuple[str, ...]) -> list[_Found]:
    """The feed at a URL, or those of the page that is there.  Raises `InputError` where there is none."""
    ports = loopback_ports([Feed("", url) for url in urls])
    if ports and not stack.is_local:
        raise InputError(f"{urls[0]} is on this machine, where {stack.name} cannot reach it; the local stack can")
    http, child = Http(stack.parameters["Contact"], ports), Child()
    try:
        for url in urls:
            response = await http.get(url, LARGEST_FEED)
            if response.status:
                break
        if reason := _refused(url, response):
            raise InputError(reason)
        parsed = await _parse(child, response)
        if isinstance(parsed, ParsedFeed):
            return [_Found(url, response, parsed)]
        for group in await _candidates(child, response):
            if found := await _feeds(http, child, group):
                return found
    finally:
        child.close()
        await http.close()
    raise InputError(
        f"{url} is {_said(parsed)}, and no feed of its site was found: look for a link called RSS on the site, "
        "and add that address"
    )


async def _candidates(child: Child, response: Response) -> tuple[tuple[str, ...], ...]:
    for page in (response.body, b""):  # a page that cannot be read still has a site
        try:
            return await asyncio.to_thread(child.call, candidates, page, response.url)
        except IntractableError:
            continue
    return ()


async def _feeds(http: Http, child: Child, urls: tuple[str, ...]) -> list[_Found]:
    """Those of these URLs that are feeds: of two that list the same, the first."""
    answers = await asyncio.gather(*(http.get(url, LARGEST_FEED) for url in urls))
    found: dict[tuple[str, ...], _Found] = {}
    for url, response in zip(urls, answers, strict=True):
        if response.status == 200 and not response.reason:
            parsed = await _parse(child, response)
            if isinstance(parsed, ParsedFeed):
                pages = tuple(sorted(entry.link or entry.id for entry in parsed.entries)) or (response.url,)
                found.setdefault(pages, _Found(url, response, parsed))
    return list(found.values())


async def _parse(child: Child, response: Response) -> ParsedFeed | NotAFeed:
    try:
        return await asyncio.to_thread(child.call, parse, response, datetime.now(UTC))
    except IntractableError as error:
        return NotAFeed(str(error))


def _refused(url: str, response: Response) -> str:
    """Why an answer is neither feed nor page, and what to do; empty when it may be one."""
    host = host_of(response.url) or url
    if response.status == 0:
        return f"{url} does not answer: {response.reason}; check the address, or watch it all the same with --unchecked"
    if response.status in _REFUSING:
        challenge = " with a challenge page" if b"<script" in response.body.lower() else ""
        return (
            f"{host} refuses programs: HTTP {response.status}{challenge} for {url}; "
            "ask its publisher to let sitrep in, or look for the feed at another address"
        )
    if response.status == 410:
        return f"{url} is gone for good (HTTP 410): look for the feed's new address on the site"
    if response.status != 200 or response.reason:
        why = response.reason or f"HTTP {response.status}"
        return f"{url} brings no page: {why}; check the address, or give the site's front page"
    return ""


def _said(parsed: NotAFeed) -> str:
    words = str(parsed)
    return words if words.startswith(("a", "not")) else f"no feed ({words})"
