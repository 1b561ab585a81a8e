"""One `sitrep local`, from start to end: the AWS process, the sample site, the runner, what people see, the verdict."""

import json
import os
import threading
from collections import Counter
from collections.abc import Iterable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TextIO

from shared.core.subscriptions import Wish, policy_of
from shared.errors import InputError
from sitrep.local.books import Books, dead_letters
from sitrep.local.cloud import Cloud, CloudGoneError, start_cloud, surviving_cloud
from sitrep.local.folder import DEFAULT_OUTBOX, Folder, owned, read_json, remember, write_json
from sitrep.local.resources import describe, ensure_stack, physical_ids
from sitrep.local.runner import Runner, workers_lock
from sitrep.local.show import Postman, beginning, ending, is_ops, kind, read_messages, say
from sitrep.local.site import Site, missing_alerts
from sitrep.local.template import Template, read_template
from sitrep.opml import read_opml

OPERATOR = "operator@example.org"
"""Who is told of a new stack what is wrong with sitrep itself."""


@dataclass(frozen=True, slots=True)
class Options:
    """What was asked for on the command line."""

    feeds: Path | None = None
    """None: the sample."""
    backfill: bool = False
    once: bool = False
    outbox: Path | None = None
    port: int = 0
    readers: tuple[tuple[str, str], ...] = ()
    """Protocol and endpoint of who is to read the alerts from now on, beside who does already."""
    first_readers: tuple[tuple[str, str], ...] = ()
    """Who reads the alerts of a new stack: a later run does not bring back who has been unsubscribed."""
    verbose: bool = False


def run(options: Options, checkout: Path) -> int:
    """Run the whole of sitrep until it is told to stop, or with `once` until nothing is left to do; the exit status.

    Ends cleanly on KeyboardInterrupt, which it lets through.
    """
    template = read_template(checkout / "infra" / "template.yaml")
    listed = read_opml(options.feeds, options.backfill) if options.feeds else []
    folder = Folder((options.outbox or DEFAULT_OUTBOX).absolute())
    folder.prepare()
    with ExitStack() as stack:
        stack.enter_context(owned(folder))
        lock = stack.enter_context(workers_lock(folder))
        cloud = _cloud(folder, options)
        stack.callback(_end, cloud)
        remember(folder)
        known = read_json(folder.run)
        # A run that was killed may have made the stack and not come to its readers.
        is_new = describe(cloud.client("cloudformation")) is None or not known.get("has_readers")
        facts: dict[str, Any] = {"watching": _watching(options), "has_readers": not is_new}
        if options.feeds is None:
            site = stack.enter_context(Site(int(known.get("site_port", 0))))
            listed = site.feeds()
            facts["site_port"] = site.port
        write_json(folder.run, facts)
        is_shown = options.once or options.feeds is None
        resolved = ensure_stack(cloud, template, parameters(os.environ, template, is_shown=is_shown))
        sns = cloud.client("sns")
        _subscribe(sns, resolved["AlertTopic"], options.first_readers if is_new else options.readers)
        if is_new:
            sns.subscribe(TopicArn=resolved["OpsTopic"], Protocol="email", Endpoint=OPERATOR)
        write_json(folder.run, facts | {"has_readers": True})
        books = Books(cloud, resolved)
        books.watch(listed, datetime.now(UTC))
        say(beginning(cloud, resolved, folder, books.urls()))
        runner = Runner(
            cloud,
            template,
            resolved,
            loopback_ports=books.loopback_ports(),
            lock=lock,
            log=_log(folder, options.verbose, stack),
            say=say,
        )
        stack.callback(runner.end)
        postman = Postman(cloud, folder)
        runner.start(postman.run, "postman")
        runner.start_queues()
        if not options.once:
            say("\nrunning; Ctrl-C ends it")
            runner.start_schedules()
            runner.wait()
            return 1  # never comes: waiting ends by an exception
        polled = runner.fire_schedules()
        runner.wait_until_idle()
        while polled and books.is_feed_due(datetime.now(UTC)):  # one that lists more than one poll takes
            polled = runner.fire_schedules()
            runner.wait_until_idle()
        polled = runner.fire_schedules() and polled  # what notify does each minute: the site tells of what was sent
        runner.wait_until_idle()
        done = runner.fire_schedules(seldom=True) and polled
        postman.show_new()
        return _verdict(cloud, template, books, folder, is_sample=options.feeds is None, done=done)


_SETTINGS = {
    "PollMinutes": "POLL_MINUTES",
    "SlowestPollMinutes": "SLOWEST_POLL_MINUTES",
    "GatherMinutes": "GATHER_MINUTES",
    "CoolDownMinutes": "COOL_DOWN_MINUTES",
    "WaitMinutes": "WAIT_MINUTES",
    "Burst": "BURST",
    "MaxAgeHours": "MAX_AGE_HOURS",
    "TimeZone": "TIME_ZONE",
    "QuietHours": "QUIET_HOURS",
    "SmsADay": "SMS_A_DAY",
    "SendClosed": "SEND_CLOSED",
    "DigestHour": "DIGEST_HOUR",
    "DigestWhenEmpty": "DIGEST_WHEN_EMPTY",
    "EntriesDays": "ENTRIES_DAYS",
}
"""The template's parameters that people may set here, and what the functions call them."""


def _subscribe(sns: Any, topic: str, readers: Iterable[tuple[str, str]]) -> None:
    """Has these read the alerts; who does already keeps the filter that was chosen."""
    pages = sns.get_paginator("list_subscriptions_by_topic").paginate(TopicArn=topic)
    known = {(one["Protocol"], one["Endpoint"]) for page in pages for one in page["Subscriptions"]}
    for protocol, endpoint in readers:
        if (protocol, endpoint) not in known:
            policy = policy_of(Wish(), protocol)
            attributes = {"FilterPolicy": json.dumps(policy)} if policy else {}
            sns.subscribe(TopicArn=topic, Protocol=protocol, Endpoint=endpoint, Attributes=attributes)


def parameters(environment: Mapping[str, str], template: Template, *, is_shown: bool) -> dict[str, str]:
    """The template's parameters, from the variables that the functions' settings are called.

    A run that is to show what happens holds no update back, unless the environment says so.  Raises `SettingError` for
    a parameter that the template forbids.
    """
    given = {"Contact": environment.get("CONTACT") or "a local run of sitrep; its operator gave no contact"}
    if is_shown:
        given |= {"GatherMinutes": "0", "CoolDownMinutes": "0"}
    for parameter, variable in _SETTINGS.items():
        if value := environment.get(variable):
            given[parameter] = value
    for name, value in given.items():
        template.check(name, value)
    return given


def _watching(options: Options) -> str:
    return str(options.feeds.absolute()) if options.feeds else "the sample"


def _cloud(folder: Folder, options: Options) -> Cloud:
    """The AWS process to work with: one whose runner was killed, or a new one with what the folder holds."""
    cloud = surviving_cloud(folder)
    if cloud is not None and options.outbox is None and read_json(folder.run).get("watching") != _watching(options):
        cloud.end()
        cloud = None
    if cloud is not None:
        released = cloud.ask("release")["released"]
        say(f"taking over the local AWS (process {cloud.pid}) of a run that was killed; {released} messages come back")
        return cloud
    if options.outbox is None:
        folder.wipe()
    cloud = start_cloud(folder, options.port)
    if cloud.remark:
        say(cloud.remark)
    return cloud


def _end(cloud: Cloud) -> None:
    try:
        cloud.end()
    except CloudGoneError as error:
        say(f"nothing could be saved: {error}")


def _log(folder: Folder, verbose: bool, stack: ExitStack) -> "LogFiles":
    logs = LogFiles(folder, verbose)
    stack.callback(logs.close)
    return logs


class LogFiles:
    """A log file for each function, and the terminal when asked."""

    def __init__(self, folder: Folder, verbose: bool) -> None:
        self.folder = folder
        self.verbose = verbose
        self._files: dict[str, TextIO] = {}
        self._turn = threading.Lock()

    def __call__(self, step: str, line: str) -> None:
        with self._turn:
            if step not in self._files:
                self._files[step] = self.folder.log(step).open("a", encoding="utf-8", buffering=1)
            self._files[step].write(line + "\n")
        if self.verbose:
            say(f"{step}: {line}")

    def close(self) -> None:
        with self._turn:
            for file in self._files.values():
                file.close()
            self._files.clear()


def _verdict(cloud: Cloud, template: Template, books: Books, folder: Folder, *, is_sample: bool, done: bool) -> int:
    """Say what the run came to; 0 when the books balance and the sample was told as it should be."""
    messages = read_messages(folder)
    dead = dead_letters(cloud, template.resources, physical_ids(cloud.client("cloudformation")))
    say("\n" + ending(books.outcomes(), books.entries(), Counter(map(kind, messages)), dead))
    wrong = []
    if not done:
        wrong.append("a schedule's function failed: see its log")
    if still_open := books.open_entries():
        wrong.append(f"{still_open} entries have not come to an end")
    if any(dead.values()):
        wrong.append("there are dead letters")
    if is_sample:
        wrong += missing_alerts(message for message in messages if not is_ops(message))
    for words in wrong:
        say(f"WRONG: {words}")
    if wrong:
        say(f"logs: {folder.state}/*.log")
    return 1 if wrong else 0


def find_checkout() -> Path:
    """The folder that holds infra/template.yaml and functions/.  Raises InputError outside of a checkout."""
    for folder in (Path(__file__).resolve().parents[3], Path.cwd()):
        if (folder / "infra" / "template.yaml").is_file():
            return folder
    raise InputError("infra/template.yaml is not found: run this in a checkout of sitrep")
