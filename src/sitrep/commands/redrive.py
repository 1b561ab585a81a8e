"""`sitrep redrive QUEUE`: what a step gave up, and back to it once the cause is mended."""

import argparse
import json
import re
import sys
import time
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from shared.adapters.entry_store import EntryStore
from shared.adapters.feed_store import FeedStore
from shared.core.codec import decode
from shared.core.health import Letter, entry_of, read_letter
from shared.core.render.times import utc
from shared.errors import InputError
from shared.types import FeedJob, Reread, Story
from sitrep.letters import HELD_SECONDS, QUEUES, DeadQueue, Held
from sitrep.local.show import one_line, say
from sitrep.stack import HELP_STACK, Stack, open_stack

_ROUND = 50
"""Messages that are looked at in one go: all of them are sent back long before others get them again."""
_SPARE_SECONDS = 60
_FEEDS_SHOWN = 3
_ESCAPED_MAX = 300
_ID = re.compile(r"[0-9A-Za-z-]{1,100}")


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("queue", metavar="QUEUE", nargs="?", help=f"{', '.join(QUEUES)}; without it, all are counted")
    parser.add_argument("--stack", metavar="NAME", help=HELP_STACK)
    parser.add_argument("--yes", action="store_true", help="send back without asking")
    parser.add_argument(
        "--most", type=_most, metavar="N", default=_ROUND, help=f"at most so many; {_ROUND} if not given"
    )
    parser.add_argument("--drop", metavar="ID", help="save one message in a file, and take it away for good")
    parser.add_argument("--to", type=Path, metavar="FILE", help="where --drop saves; sitrep-QUEUE-ID.json if not given")


def run(arguments: argparse.Namespace) -> int:
    if arguments.queue is None and (arguments.drop or arguments.yes):
        raise InputError(f"name the queue whose messages are meant: {', '.join(QUEUES)}")
    with open_stack(arguments.stack) as stack:
        if arguments.queue is None:
            return _count(stack)
        word = _word(arguments.queue)
        if arguments.drop:
            return _drop(word, arguments.drop, arguments.to, stack)
        return _send_back(word, arguments.most, stack, is_sure=arguments.yes)


def _count(stack: Stack) -> int:
    counts = {word: DeadQueue(word, stack).count() for word in QUEUES}
    for word, count in counts.items():
        say(f"{word:<8} {count:>6} given up")
    if full := [word for word, count in counts.items() if count]:
        said = "" if stack.is_local else f" --stack {stack.name}"
        _say([f"see what they are, and send them back: sitrep redrive {full[0]}{said}"])
    return 0


def _send_back(word: str, most: int, stack: Stack, *, is_sure: bool) -> int:
    """Round by round; 1 where something stays that cannot be sent back."""
    queue = DeadQueue(word, stack)
    mine: dict[str, Held] = {}
    strange: set[str] = set()
    sent = 0
    try:
        while sent + len(strange) < most:
            began = time.monotonic()
            held = [one for one in queue.hold(min(_ROUND, most - sent - len(strange))) if one.id not in mine]
            if not held:
                break
            mine |= {one.id: one for one in held}
            letters = {one.id: read_letter(word, one.id, one.body, one.sent_at) for one in held}
            _say(_shown(word, held, letters, stack))
            ours = [one for one in held if letters[one.id].is_ours]
            strange |= {one.id for one in held if one not in ours}
            if ours and not is_sure and not _agreed(f"send {_counted(len(ours))} back to {word}? [y/N] "):
                _say(["nothing more was sent back" if sent else "nothing was sent back"])
                return 0
            if time.monotonic() - began > HELD_SECONDS - _SPARE_SECONDS:
                raise InputError("that took so long that others may have the messages by now: ask again")
            for one in ours:
                queue.send_back(one)
                del mine[one.id]
                sent += 1
    finally:
        queue.let_go(mine.values())
    _sum_up(word, sent, len(strange), queue.count(), stack)
    return 1 if strange else 0


def _sum_up(word: str, sent: int, strange: int, left: int, stack: Stack) -> None:
    if sent:
        rest = "; they are handled when `sitrep local` runs" if stack.is_local else ""
        _say([f"{_counted(sent)} sent back to {word}{rest}"])
    if strange:
        _say([f"{_counted(strange)} of nobody's left there, to fail again if sent back; --drop ID takes one away"])
    if left > strange:
        _say(
            [f"about {left - strange} more are there: behind these in their group, over --most, or in another's hands"]
        )
    elif not sent and not strange:
        _say([f"nothing was given up by {word} in {stack.name}"])


def _drop(word: str, message_id: str, to: Path | None, stack: Stack) -> int:
    if not _ID.fullmatch(message_id):
        raise InputError(f"{message_id!r} is no id of a message: sitrep redrive {word} shows them")
    queue = DeadQueue(word, stack)
    mine = {one.id: one for one in queue.hold(max(_ROUND, queue.count()))}
    try:
        if message_id not in mine:
            raise InputError(
                f"no message {message_id} is to be seen in the dead letters of {word}; another may be looking at it: "
                f"sitrep redrive {word} shows what is there"
            )
        path = to or Path(f"sitrep-{word}-{message_id}.json")
        _save(mine[message_id], word, path)
        queue.drop(mine.pop(message_id))
    finally:
        queue.let_go(mine.values())
    _say([f"saved in {path}, and taken away; an entry that it carried stays quarantined"])
    return 0


def _save(held: Held, word: str, path: Path) -> None:
    told = {
        "queue": word,
        "id": held.id,
        "sent_at": held.sent_at.isoformat(),
        "group": held.group,
        "deduplication_id": held.once,
        "attributes": {name: str(one.get("StringValue", one)) for name, one in held.attributes.items()},
        "body": held.body,
    }
    try:
        with path.open("x", encoding="utf-8") as file:
            json.dump(told, file, indent=1)
            file.write("\n")
    except FileExistsError as error:
        raise InputError(f"{path} is there already, so nothing was taken away: name another file with --to") from error
    except OSError as error:
        raise InputError(f"{path} cannot be written, so nothing was taken away: {error.strerror}") from error


# --- what a message is ------------------------------------------------------------------------------------------


def _shown(word: str, held: list[Held], letters: Mapping[str, Letter], stack: Stack) -> Iterator[str]:
    feeds = FeedStore(stack.outputs["FeedsTable"], stack.client("dynamodb"))
    entries = EntryStore(stack.outputs["EntriesTable"], stack.client("dynamodb"))
    named = {one.id: _entry_id(letters[one.id], one.body) for one in held}
    lines = {line["entry_id"]: line for line in entries.lines({name for name in named.values() if name})}
    for one in held:
        letter = letters[one.id]
        yield from _message(word, one, letter, lines.get(named[one.id], {}), feeds)
        tries = f", first tried {utc(one.tried_at)}" if one.tried_at else ""
        yield f"   sent {utc(one.sent_at)}{tries}, received {_times(one.tries)}; id {one.id}"
        if one.why_undelivered:
            yield f"   EventBridge could not hand it on: {one.why_undelivered[:_ESCAPED_MAX]}"


def _message(word: str, held: Held, letter: Letter, line: Mapping[str, str], feeds: FeedStore) -> Iterator[str]:
    if not letter.is_ours:
        yield "a message that none of our steps has sent, which would fail again:"
        yield f"   {held.body[:_ESCAPED_MAX]!a}" + (" ..." if len(held.body) > _ESCAPED_MAX else "")
        return
    if word == "fetch":
        yield _poll(decode(held.body, FeedJob), feeds)
        return
    entry = letter.entry
    title = line.get("title") or (entry.title if entry else "")
    if word == "notify" and letter.entry_id:
        title = decode(held.body, Story).title
    address = line.get("url") or (entry.url if entry else "") or letter.about
    yield title or address
    if title and address:
        yield f"   {address}"
    feed_id = line.get("feed_id") or (entry.feed_id if entry else "")
    if feed_id:
        known = feeds.get(feed_id)
        yield f"   feed {known[0].url if known else f'{feed_id}, which is watched no longer'}"
    if line:
        yield f"   {line['state']} in the books" + (f": {line['reason']}" if line["reason"] else "")


def _poll(job: FeedJob, feeds: FeedStore) -> str:
    urls = sorted(feed.url for feed, _ in feeds.get_many(job.feed_ids))
    gone = len(job.feed_ids) - len(urls)
    told = [*urls[:_FEEDS_SHOWN]]
    if len(urls) > _FEEDS_SHOWN:
        told.append(f"{len(urls) - _FEEDS_SHOWN} more")
    if gone:
        told.append(f"{gone} that are watched no longer")
    return f"a poll of {', '.join(told)}, ordered {utc(job.ordered_at)}"


def _entry_id(letter: Letter, body: str) -> str:
    """The entry that a message is about, whether it is on its way or long ended."""
    if letter.queue == "reread" and letter.is_ours:
        return entry_of(decode(body, Reread).article_key)
    return letter.entry_id


# --- asking -----------------------------------------------------------------------------------------------------


def _agreed(question: str) -> bool:
    if not sys.stdin.isatty():
        raise InputError("nobody is there to be asked: say --yes to send them back without asking")
    try:
        return input(question).strip().lower() in ("y", "yes")
    except EOFError:
        return False


def _word(written: str) -> str:
    word = written.lower().removesuffix("deadletters").removesuffix("queue")
    if word not in QUEUES:
        raise InputError(f"there is no queue {written!r}: name one of {', '.join(QUEUES)}")
    return word


def _most(text: str) -> int:
    if not text.isdecimal() or not 0 < int(text) <= 1_000_000:
        raise argparse.ArgumentTypeError(f"{text!r} is no number of messages: give one from 1 up")
    return int(text)


def _counted(number: int) -> str:
    return "1 message" if number == 1 else f"{number} messages"


def _times(number: int) -> str:
    return "once" if number == 1 else f"{number} times"


def _say(lines: Iterable[str]) -> None:
    for line in lines:
        say(one_line(line))
