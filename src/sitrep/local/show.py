"""What people see of a local run: messages as they come, and the summary.  Writes to the terminal."""

import json
import sys
import threading
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any, TextIO

from sitrep.local.cloud import REGION, Cloud, CloudGoneError
from sitrep.local.folder import Folder

WIDTH = 110
MOST_FEEDS = 20
_KINDS = {"email-json": "email (JSON)", "sms": "SMS", "ops email": "email about sitrep itself"}
_SPEAKING = threading.Lock()
# Beside what Python calls printable: lines, and the joiners that Persian and Hindi are misspelt without.
_HARMLESS = "\n\t\u200c\u200d"


def say(text: str = "", stream: TextIO | None = None) -> None:
    """One whole line or block on the terminal, at once."""
    with _SPEAKING:
        print(printable(text), file=stream or sys.stdout, flush=True)


def printable(text: str) -> str:
    """The text without what could drive a terminal: articles are strangers' words.  Pure."""
    return "".join(c if c in _HARMLESS or c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text)


def one_line(text: str) -> str:
    """The text without what could drive a terminal, or begin a line that we seem to say.  Pure."""
    return printable(text.replace("\n", "\r").replace("\t", " "))


def framed(message: Mapping[str, Any]) -> str:
    """A delivered message as a block of text.  Pure."""
    lines = [f"Subject: {message['subject']}", ""] if message["subject"] is not None else []
    lines += str(message["body"]).rstrip("\n").split("\n")
    heading = f"--- {_KINDS.get(kind(message), kind(message))} to {message['endpoint']} "
    return "\n".join([heading.ljust(WIDTH, "-"), *(f"| {line}".rstrip() for line in lines), "-" * WIDTH])


def kind(message: Mapping[str, Any]) -> str:
    """How a delivered message is called where they are counted.  Pure."""
    return f"ops {message['protocol']}" if is_ops(message) else str(message["protocol"])


def is_ops(message: Mapping[str, Any]) -> bool:
    """Whether a delivered message tells the operator of sitrep itself, and nobody of the world.  Pure."""
    return "kind" in message.get("attributes", {})


class Postman:
    """Shows each message that reaches the outbox, once, in order."""

    def __init__(self, cloud: Cloud, folder: Folder) -> None:
        self.cloud = cloud
        self.folder = folder
        self.shown = len(self.messages())
        self._turn = threading.Lock()

    def messages(self) -> list[dict[str, Any]]:
        """All that lies in the outbox."""
        return read_messages(self.folder)

    def run(self, over: threading.Event) -> None:
        """Show messages as they come, until it is over."""
        while not over.is_set():
            try:
                self.cloud.ask("messages", within=30, after=self.shown, timeout=20)
            except CloudGoneError:
                return  # the runner notices, and tells
            self.show_new()

    def show_new(self) -> None:
        with self._turn:
            for message in self.messages()[self.shown :]:
                say("\n" + framed(message))
                self.shown += 1


def read_messages(folder: Folder) -> list[dict[str, Any]]:
    """What was delivered, in order.  A line that is still being written is left for later."""
    try:
        content = folder.messages.read_bytes()
    except FileNotFoundError:
        return []
    return [json.loads(line) for line in content.split(b"\n")[:-1]]


def beginning(cloud: Cloud, outputs: Mapping[str, str], folder: Folder, feeds: Iterable[str]) -> str:
    """What people need to know to follow and to look inside."""
    aws = f"AWS_ACCESS_KEY_ID=test AWS_SECRET_ACCESS_KEY=test aws --endpoint-url {cloud.endpoint} --region {REGION}"
    lines = [f"AWS on this machine  {cloud.endpoint}", f"  look inside        {aws} s3 ls s3://{outputs['Archive']}"]
    lines += [f"outbox               {folder.outbox}", "watching"]
    urls = list(feeds)
    lines += [f"  {url}" for url in urls[:MOST_FEEDS]]
    if len(urls) > MOST_FEEDS:
        lines.append(f"  and {len(urls) - MOST_FEEDS} more: `sitrep feeds` shows all")
    return "\n".join(lines)


def ending(feeds: Mapping[str, int], entries: Mapping[str, int], sent: Counter[str], dead: Mapping[str, int]) -> str:
    """What a run came to."""
    letters = ", ".join(f"{count} of {step}" for step, count in dead.items() if count)
    return "\n".join(
        [
            f"feeds         {_counted(feeds)}",
            f"entries       {_counted(entries)}",
            f"messages      {_counted(sent)}",
            f"dead letters  {letters or 'none'}",
        ]
    )


def _counted(counts: Mapping[str, int]) -> str:
    total = sum(counts.values())
    if not total:
        return "0"
    return f"{total}: " + ", ".join(f"{count} {name}" for name, count in sorted(counts.items()) if count)
