"""Stands for EventBridge Scheduler and Lambda's event source mappings: wakes the functions.  Starts processes.

It holds nothing that matters: what is to be done lies in the queues, so it can be killed at any moment.
"""

import fcntl
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from typing import Any

from shared.errors import SitrepError
from sitrep.local.cloud import Cloud, CloudGoneError
from sitrep.local.folder import Folder, held
from sitrep.local.resources import physical_ids
from sitrep.local.sources import QueueTrigger, ScheduleTrigger
from sitrep.local.template import Function, Template
from sitrep.local.worker import LogLine, Worker

OLD_WORKERS_SECONDS = 10.0


class RunnerError(SitrepError):
    """The local stack cannot go on."""


@contextmanager
def workers_lock(folder: Folder) -> Iterator[int]:
    """A lock for all workers to hold; given once no worker of an earlier, killed runner is left.

    Those end by themselves as soon as they notice.  Raises RunnerError when one does not.
    """
    path = folder.lock("workers")
    deadline = time.monotonic() + OLD_WORKERS_SECONDS
    with ExitStack() as stack:
        while True:
            try:
                descriptor = stack.enter_context(held(path))
                break
            except BlockingIOError:
                if time.monotonic() > deadline:
                    raise RunnerError(f"a function of an earlier run is still at work in {folder.outbox}") from None
                time.sleep(0.02)  # a lock cannot be waited for with a time limit
        fcntl.flock(descriptor, fcntl.LOCK_SH)
        yield descriptor


def function_environment(
    template: Template, function: Function, resolved: Mapping[str, str], cloud: Cloud, loopback_ports: Iterable[int]
) -> dict[str, str]:
    """What a function sees: the template's variables, what Lambda adds, and where AWS is."""
    return {
        **template.environment(function, resolved),
        **cloud.environment,
        "LAMBDA_TASK_ROOT": str(function.folder),  # lets Powertools keep one event loop, as in Lambda
        "AWS_LAMBDA_FUNCTION_NAME": function.logical_id,
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(function.memory),
        "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
        "POWERTOOLS_SERVICE_NAME": function.step,
        "STACK": "",  # what the operator is told to do is for this machine
        "PUBLISH_GAP_MS": "0",  # no mailbox is shut here
        "LOOPBACK_PORTS": ",".join(map(str, sorted(loopback_ports))),
        "TZ": "UTC",
    }


class Runner:
    """Every function with what wakes it."""

    def __init__(
        self,
        cloud: Cloud,
        template: Template,
        resolved: Mapping[str, str],
        *,
        loopback_ports: Iterable[int],
        lock: int,
        log: LogLine,
        say: Callable[[str], None],
    ) -> None:
        self.cloud = cloud
        self.say = say
        self.over = threading.Event()
        self.broken: str | None = None
        self.failures: Counter[str] = Counter()
        urls = physical_ids(cloud.client("cloudformation"))
        self.schedules: list[ScheduleTrigger] = []
        self.queues: list[QueueTrigger] = []
        for function in template.functions:
            environment = function_environment(template, function, resolved, cloud, loopback_ports)
            for schedule in function.schedules:
                worker = Worker(function, environment, log, lock)
                self.schedules.append(ScheduleTrigger(schedule, worker, self._failed))
            for source in function.sources:
                sqs = cloud.client("sqs")
                url = urls[source.queue]
                arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
                worker = Worker(function, environment, log, lock)
                self.queues.append(QueueTrigger(source, url, arn, worker, sqs, self._failed))

    @property
    def workers(self) -> list[Worker]:
        return [schedule.worker for schedule in self.schedules] + [queue.worker for queue in self.queues]

    def start_queues(self) -> None:
        for queue in self.queues:
            self.start(queue.run, f"{queue.worker.function.step} queue")

    def start_schedules(self) -> None:
        for schedule in self.schedules:
            self.start(schedule.run, f"{schedule.worker.function.step} schedule")

    def fire_schedules(self, *, seldom: bool = False) -> bool:
        """Wake every function that a schedule wakes often, or seldom, once, and wait for them; whether all did well."""
        done = [trigger.fire() for trigger in self.schedules if trigger.schedule.is_seldom == seldom]
        return all(done)

    def wait_until_idle(self) -> None:
        """Wait until no queue holds anything, in flight or not.  Raises RunnerError when that cannot come.

        A step sends its results on before its own message is deleted, so all empty at one instant means all is done.
        """
        names = {queue.arn.rpartition(":")[2]: queue.worker.function.step for queue in self.queues}
        said: set[tuple[str, float]] = set()
        while not self.over.is_set():
            rest = self._rest(names)
            if not rest:
                return
            for name, depth in rest.items():
                news = (name, depth["back_at"])
                is_waiting = depth["in_flight"] == depth["messages"] and not any(w.is_busy for w in self.workers)
                if is_waiting and self.failures[names[name]] and news not in said:
                    said.add(news)
                    wait = max(0, round(depth["back_at"] - time.time()))
                    self.say(f"{names[name]}: {depth['in_flight']} failed, and will be tried again in {wait} s")
        self.check()

    def wait(self) -> None:
        """Wait until something breaks (Ctrl-C is an exception of its own).  Raises RunnerError."""
        self.over.wait()
        self.check()

    def check(self) -> None:
        if self.broken:
            raise RunnerError(self.broken)

    def end(self) -> None:
        """End all functions at once: what they were at work on is done again when the stack goes on."""
        self.over.set()
        for worker in self.workers:
            worker.end()

    def start(self, run: Callable[[threading.Event], None], name: str) -> None:
        """Run something beside the rest, until it is over; its failure is the end of all."""
        threading.Thread(target=self._guarded, args=(run,), daemon=True, name=name).start()

    def _guarded(self, run: Callable[[threading.Event], None]) -> None:
        try:
            run(self.over)
        except Exception as error:  # noqa: BLE001 - a thread's error would be lost: it is told, and ends the run
            if not self.over.is_set():
                is_alive = self.cloud.is_alive()
                log = self.cloud.folder.log("aws")
                self.broken = (
                    f"the runner failed: {error!r}" if is_alive else f"the local AWS ended unexpectedly: see {log}"
                )
                self.over.set()

    def _rest(self, names: Iterable[str]) -> dict[str, Any]:
        try:
            return self.cloud.ask("idle", within=15, queues=",".join(names), timeout=5)
        except CloudGoneError as error:
            raise RunnerError(str(error)) from error

    def _failed(self, step: str, what: str) -> None:
        if not self.over.is_set():
            self.failures[step] += 1
            self.say(f"{step} failed: {what}")
