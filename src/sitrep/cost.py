"""What a month of sitrep costs: how much there is to watch in, each line of the bill out.  Reads prices.toml.

What each thing costs stands in `EACH`, and is measured by tests/cost: the model fails when the code asks for more.
"""

import math
import tomllib
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from types import MappingProxyType

from shared.core.schedule import JOB_FEEDS
from shared.errors import InputError

DAYS = 30
MINUTES = DAYS * 24 * 60
GB = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Each:
    """What is asked of AWS for one thing that happens."""

    counts: Mapping[str, float]
    """By line of the price table."""
    log_bytes: int = 0


# As the doors ask for it, without what their event source and the platform do (`_WAKE_LOG`, `_PULLS`).
EACH: Mapping[str, Each] = MappingProxyType(
    {
        "poll": Each({"dynamodb_reads": 1.5, "dynamodb_writes": 1}, 350),
        "poll with a job": Each({"dynamodb_reads": 2, "dynamodb_writes": 1, "sqs_requests": 1}, 350),
        "poll of a feed that is as ever": Each({"dynamodb_reads": 0.5}, 303),
        "poll of a feed that is as ever, once an hour": Each({"dynamodb_reads": 0.5, "dynamodb_writes": 1}, 303),
        "poll of a feed whose body changed without news": Each({"dynamodb_reads": 1, "dynamodb_writes": 1}, 303),
        "poll of a feed with a new entry": Each({"dynamodb_reads": 6.5, "dynamodb_writes": 5, "sqs_requests": 1}, 1198),
        "poll with the fiftieth new entry": Each(
            {"dynamodb_reads": 6.5, "dynamodb_writes": 46, "sqs_requests": 1}, 1198
        ),
        "poll after news": Each({"dynamodb_reads": 0.5, "dynamodb_writes": 1}, 303),
        "entry read": Each({"dynamodb_reads": 1.5, "dynamodb_writes": 2, "s3_puts": 2, "eventbridge_events": 2}, 656),
        "article without a report": Each({"dynamodb_writes": 2, "s3_gets": 1}, 669),
        "article with a report": Each(
            {
                "dynamodb_writes": 2,
                "s3_gets": 1,
                "s3_puts": 1,
                "eventbridge_events": 1,
                "sqs_fifo_requests": 1,
            },
            704,
        ),
        "report that alerts": Each(
            {"dynamodb_reads": 8, "dynamodb_writes": 25, "sns_publishes": 1, "sqs_requests": 4}, 1200
        ),
        "site rewritten": Each(
            {"dynamodb_reads": 11.5, "dynamodb_writes": 1, "s3_puts": 5, "eventbridge_events": 5}, 0
        ),
        "minute of notify": Each({"dynamodb_reads": 5.5}, 0),
        "wake of watch": Each({"dynamodb_reads": 10.5, "s3_puts": 4}, 727),
        "look for rules": Each({"s3_puts": 1}, 0),
    }
)
MEMORY = MappingProxyType(
    {"poll": 256, "fetch": 1024, "ingest": 1024, "detect": 512, "notify": 512, "digest": 1024, "watch": 512}
)
METRICS, ALARMS, DASHBOARDS = 20, 27, 1
QUEUES = 4
"""That are not FIFO; there is one FIFO queue besides."""
INDEX_BYTES = 120
"""Of a feed in the index that poll reads each minute."""
LINE_BYTES = 420
"""Of an entry in the books."""
_FEED_BYTES = 42_000
"""Of a feed, with all that it is known to have listed."""
_OVERHEAD_BYTES = 100
"""That DynamoDB adds to each item, and to each in an index.  Source: DynamoDB developer guide."""
_LINES_KEPT = 90
_WAKE_LOG = 700
"""Bytes that Lambda itself writes of an invocation, as JSON: its start, its end, what it took."""
_PULLS = 15 * MINUTES
"""Requests to an empty queue in a month: Lambda holds five open, for twenty seconds each."""
_REQUEST_BYTES = 1_500
"""That leave with a request, most of them to open a connection."""


@dataclass(frozen=True, slots=True)
class Load:
    """How much there is to do; what only operation teaches has a default that can be replaced."""

    feeds: int
    interval: float
    """Minutes between two polls of a feed, over all feeds."""
    articles: int
    """A day."""
    alerts: int = 20
    """A day."""
    emails: int = 5
    """Readers by email of each alert."""
    sms: int = 0
    """Readers by SMS of each alert."""
    kept_days: int = 30
    """For how many days the archive has been filling."""
    page_kb: float = 40.0
    """A page and what came with it, packed in the archive, with its article."""
    changed: float = 10.0
    """Of a hundred polls, those that bring a changed body without a new entry."""
    reported: float = 2.0
    """Of a hundred articles, those that report something."""
    fetch_s: float = 3.0
    """That a job takes: as long as its slowest host."""
    ingest_s: float = 2.0
    """That a batch of entries takes."""
    batch: float = 2.0
    """Entries that are handed to ingest and to detect at once, of five and ten at most."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the bill."""

    name: str
    amount: float
    unit: int
    list_usd: float
    """As if nothing were free."""
    usd: float
    """With what an account gets for nothing each month."""


@dataclass(frozen=True, slots=True)
class Prices:
    """A region's table."""

    date: str
    region: str
    lines: Mapping[str, Mapping[str, float]]


def read_prices(region: str, path: Path | None = None) -> Prices:
    """The prices of a region.  Raises InputError where the table has none, or is no such table."""
    try:
        text = path.read_text("utf-8") if path else files("sitrep").joinpath("prices.toml").read_text("utf-8")
        table = tomllib.loads(text)
    except (OSError, ValueError) as error:
        raise InputError(f"{path} cannot be read as a table of prices: {error}") from error
    regions = {name: lines for name, lines in table.items() if isinstance(lines, dict)}
    if region not in regions:
        raise InputError(
            f"there are no prices of {region}, only of {', '.join(sorted(regions))}: "
            "write them into a copy of src/sitrep/prices.toml, and give it with --prices"
        )
    for name in usage(Load(1, 5, 1), "arm64"):
        line = regions[region].get(name)
        figures = [line.get(key) for key in ("unit", "price", "free")] if isinstance(line, dict) else [None]
        if not all(isinstance(figure, int | float) and figure >= 0 for figure in figures) or not figures[0]:
            raise InputError(f"the prices of {region} say nothing usable of {name}: give unit, price and free")
    return Prices(str(table.get("date", "no date")), region, regions[region])


def happenings(load: Load) -> dict[str, float]:
    """How often each thing of `EACH` happens in a month."""
    polls = load.feeds * MINUTES / load.interval
    entries = load.articles * DAYS
    news = min(polls / 2, entries)
    after = news
    changed = (polls - news - after) * load.changed / 100
    hourly = min(polls - news - after - changed, load.feeds * 24 * DAYS)
    reports = entries * load.reported / 100
    alerts = min(load.alerts * DAYS, reports)
    return {
        "poll": max(0.0, MINUTES - jobs(load)),
        "poll with a job": min(MINUTES, jobs(load)),
        "poll of a feed that is as ever": polls - news - after - changed - hourly,
        "poll of a feed that is as ever, once an hour": hourly,
        "poll of a feed whose body changed without news": changed,
        "poll of a feed with a new entry": news * 49 / 50,
        "poll with the fiftieth new entry": news / 50,
        "poll after news": after,
        "entry read": entries,
        "article without a report": entries - reports,
        "article with a report": reports,
        # What joins an incident without an alert costs less; it is reckoned as if it alerted.
        "report that alerts": reports,
        "site rewritten": min(MINUTES, reports),
        "minute of notify": MINUTES - min(MINUTES, reports),
        "wake of watch": 4 * 24 * DAYS,
        "look for rules": min(2 * MINUTES, entries),
        "alert": alerts,
    }


def jobs(load: Load) -> float:
    """Orders to fetch, in a month."""
    due = load.feeds / load.interval
    return MINUTES * (due if due < 1 else math.ceil(due / JOB_FEEDS))


def usage(load: Load, architecture: str) -> dict[str, float]:
    """What is used of each line of the price table in a month."""
    often = happenings(load)
    alerts = often.pop("alert")
    used: defaultdict[str, float] = defaultdict(float)
    log_bytes = 0.0
    for name, times in often.items():
        for line, count in EACH[name].counts.items():
            used[line] += times * count
        log_bytes += times * EACH[name].log_bytes
    polls = load.feeds * MINUTES / load.interval
    entries = often["entry read"]
    reports = often["article with a report"]
    # A wake of fetch says one thing for all the feeds of its job.
    log_bytes -= (polls - often["poll of a feed with a new entry"] - often["poll with the fiftieth new entry"]) * 303
    log_bytes += jobs(load) * 303
    used["sqs_requests"] += max(0.0, jobs(load) - MINUTES)
    # poll reads the index each minute; watch reads it, and all feeds, each hour.
    index = load.feeds * INDEX_BYTES / 4096 / 2
    used["dynamodb_reads"] += index * (MINUTES + 24 * DAYS) + load.feeds / 2 * 24 * DAYS
    # The site shows the incidents of a week.
    used["dynamodb_reads"] += often["site rewritten"] * 7 * alerts / DAYS
    wakes = {
        "poll": (MINUTES, 0.4),
        "fetch": (jobs(load), load.fetch_s),
        "ingest": (entries / load.batch, load.ingest_s),
        "detect": (entries / load.batch, 0.2),
        "notify": (MINUTES + reports, 0.3),
        "digest": (DAYS, 10.0),
        "watch": (4 * 24 * DAYS, 5.0),
    }
    used["lambda_requests"] = sum(times for times, _ in wakes.values())
    used[f"lambda_gb_s_{architecture}"] = sum(
        times * seconds * MEMORY[step] / 1024 for step, (times, seconds) in wakes.items()
    )
    log_bytes += used["lambda_requests"] * _WAKE_LOG
    # Received and deleted by Lambda, batch by batch; EventBridge sends each article.
    used["sqs_requests"] += QUEUES * _PULLS + 2 * (jobs(load) + 2 * entries / load.batch) + entries
    used["sqs_fifo_requests"] += _PULLS + 2 * reports
    used["scheduler_wakes"] = 2 * MINUTES + 4 * 24 * DAYS + DAYS
    used["sns_publishes"] = alerts + DAYS
    used["sns_emails"] = (alerts + DAYS) * load.emails
    used["sns_sms"] = alerts * load.sms
    lines = load.articles * min(load.kept_days, _LINES_KEPT) * (LINE_BYTES + _OVERHEAD_BYTES)
    stored = (lines + load.feeds * (_FEED_BYTES + INDEX_BYTES + 4 * _OVERHEAD_BYTES)) / GB
    used["dynamodb_gb"] = used["dynamodb_pitr_gb"] = stored
    used["s3_gb"] = load.articles * load.kept_days * load.page_kb * 1000 / GB
    used["cloudwatch_metrics"], used["cloudwatch_alarms"], used["cloudwatch_dashboards"] = METRICS, ALARMS, DASHBOARDS
    used["cloudwatch_logs_gb"] = log_bytes / GB
    used["transfer_out_gb"] = (polls + entries) * _REQUEST_BYTES / GB
    return dict(used)


def bill(load: Load, prices: Prices, architecture: str = "arm64") -> list[Line]:
    """The month, in the order of the price table."""
    used = usage(load, architecture)
    return [
        Line(
            name,
            used[name],
            int(line["unit"]),
            used[name] / line["unit"] * line["price"],
            max(0.0, used[name] - line["free"]) / line["unit"] * line["price"],
        )
        for name, line in prices.lines.items()
        if name in used
    ]


TABLE = ((100, 2_000), (1_000, 20_000), (10_000, 200_000), (100_000, 2_000_000))
"""Feeds, and articles a day: twenty a feed."""


def render_table(prices: Prices) -> str:
    """The table of the README."""
    rows = [
        f"| {feeds:,} | {articles:,} | ${sum(line.list_usd for line in lines):,.0f} "
        f"| ${sum(line.usd for line in lines):,.0f} |"
        for feeds, articles in TABLE
        for lines in [bill(Load(feeds, 5, articles), prices)]
    ]
    head = (
        "| feeds, each polled every 5 minutes | articles a day | a month, at list prices | less what is always free |"
    )
    return "\n".join([head, "|---:|---:|---:|---:|", *rows])
