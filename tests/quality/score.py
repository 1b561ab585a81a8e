"""Labelled items and what detection reports of them -> measures, each with the items that speak against it.  Pure.

All measures are shares of 1 where more is better, so that one floor can stand under each.  What an item's labels mean
is told in `tests/quality/README.md`.
"""

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import UTC, datetime
from typing import Any

from shared.types import ALERTABLE, Article, Certainty, ClaimKind, Paragraph, Report

CATEGORIES = (
    "airstrike",
    "drone_strike",
    "shelling",
    "missile_rocket",
    "ied_mine",
    "suicide_attack",
    "grenade",
    "chemical",
    "armed_clash",
    "small_arms_fire",
    "attack_on_civilians",
    "abduction",
    "territory_change",
    "ceasefire_violation",
    "ceasefire_collapse",
    "ceasefire_declared",
    "ceasefire_agreed",
    "ceasefire_extended",
    "ceasefire_holding",
    "ceasefire_proposed",
    "troop_movement",
    "airspace_incident",
    "access_blocked",
    "displacement",
    "threat",
    "negotiation",
    "prisoner_exchange",
)
FLAGS = ("protected_object", "friendly_fire")
FIGURES = {
    "killed": ClaimKind.KILLED,
    "wounded": ClaimKind.WOUNDED,
    "violations": ClaimKind.VIOLATION,
}
# A proposal and a threat are about what is not yet: no certainty but these three unsays them.
_OF_THE_FUTURE = frozenset({"ceasefire_proposed", "threat"})
_UNSAID = frozenset({Certainty.DENIED, Certainty.HISTORICAL, Certainty.FIGURATIVE})
# The day on which an item was published that does not say: a Wednesday.
_PUBLISHED_AT = "2026-03-18"


@dataclass(frozen=True, slots=True)
class Item:
    """A piece of news with what is right to say of it."""

    id: str
    title: str
    text: str
    lang: str = "en"
    published_at: str = _PUBLISHED_AT
    types: tuple[str, ...] = ()
    """Categories that it tells as having happened."""
    any_of: tuple[str, ...] = ()
    """At least one of these; which of them is a matter of taste."""
    accept: tuple[str, ...] = ()
    """Either answer is right."""
    mentions: tuple[str, ...] = ()
    """Categories whose words are there without the deed: threatened, denied, long ago, of something else."""
    status: str = ""
    """How the text stands to it: of the first of `types`, or of `mentions` where there are no types."""
    killed: int | None = 0
    """As an alert should tell it; 0 when the text gives no figure, None when it is not judged."""
    wounded: int | None = 0
    violations: int | None = 0
    country: str = ""
    """Of the event, ISO 3166-1 alpha-2."""
    by: str = ""
    """Whose word a figure is."""
    flags: tuple[str, ...] | None = ()
    trap: str = ""
    """What makes it look like something else."""

    @property
    def right(self) -> frozenset[str]:
        """All categories that are not wrong to report."""
        return frozenset((*self.types, *self.any_of, *self.accept))

    @property
    def tells(self) -> bool:
        return bool(self.types or self.any_of)


def parse_items(name: str, lines: str) -> list[Item]:
    """The items of a JSON lines file, `name` for what is wrong with one.

    Raises:
        ValueError: a key, category, certainty or flag that nobody knows; an item without words.
    """
    known = {f.name for f in fields(Item)}
    items = []
    for number, line in enumerate(lines.splitlines(), 1):
        raw: dict[str, Any] = json.loads(line)
        where = f"{name}, line {number}"
        if raw.keys() - known:
            raise ValueError(f"{where}: unknown key {', '.join(sorted(raw.keys() - known))}")
        values: dict[str, Any] = {key: tuple(v) if isinstance(v, list) else v for key, v in raw.items()}
        item = Item(**values)
        for kind, words, allowed in (
            ("category", item.right | set(item.mentions), set(CATEGORIES)),
            ("status", {item.status} - {""}, set(Certainty)),
            ("flag", set(item.flags or ()), set(FLAGS)),
        ):
            if words - allowed:
                raise ValueError(f"{where}: unknown {kind} {', '.join(sorted(words - allowed))}")
        if item.right & set(item.mentions):
            raise ValueError(f"{where}: both right and only mentioned: {', '.join(item.right & set(item.mentions))}")
        if not (item.title or item.text):
            raise ValueError(f"{where}: neither title nor text")
        items.append(item)
    return items


def article(item: Item) -> Article:
    """The item as ingest would hand it on: a line is a paragraph."""
    paragraphs, start = [], 0
    for line in item.text.split("\n"):
        if line:
            paragraphs.append(Paragraph(start, start + len(line)))
        start += len(line) + 1
    published_at = datetime.fromisoformat(item.published_at).replace(tzinfo=UTC)
    return Article(
        id=item.id,
        url=f"https://news.example/{item.id}",
        title=item.title,
        text=item.text,
        paragraphs=tuple(paragraphs),
        language=item.lang,
        publisher="The Daily Courier",
        published_at=published_at,
        fetched_at=published_at,
        raw_sha256="",
    )


@dataclass(frozen=True, slots=True)
class Answer:
    """What detection makes of an item."""

    told: tuple[str, ...] = ()
    """Categories reported as having happened, in the order of the reports."""
    alerts: bool = False
    certainties: Mapping[str, Certainty] = field(default_factory=dict)
    """Of every report, told or not."""
    figures: Mapping[str, int] = field(default_factory=dict)
    by: frozenset[str] = frozenset()
    """Everybody whose word a figure is, in lower case."""
    country: str = ""
    flags: frozenset[str] = frozenset()


def answer(reports: Sequence[Report]) -> Answer:
    """What an article's reports say, taken together: of figures and places the first one's word."""
    told = [report for report in reports if _is_told(report)]
    figures: dict[str, int] = {}
    for name, kind in FIGURES.items():
        values = [claim.value for r in told for claim in r.claims if claim.kind is kind and claim.value is not None]
        if values:
            figures[name] = values[0]
    counted = {*FIGURES.values()}
    return Answer(
        told=tuple(report.category for report in told),
        alerts=any(report.is_alertable for report in reports),
        certainties={report.category: report.certainty for report in reports},
        figures=figures,
        by=frozenset(c.by.casefold() for r in told for c in r.claims if c.kind in counted and c.value is not None),
        country=next((r.place.country for r in told if r.place is not None and r.place.country), ""),
        flags=frozenset(flag for report in told for flag in report.flags),
    )


def _is_told(report: Report) -> bool:
    if report.category in _OF_THE_FUTURE:
        return report.certainty not in _UNSAID
    return report.certainty in ALERTABLE


@dataclass(frozen=True, slots=True)
class Measure:
    """How often detection is right in one respect."""

    right: int
    of: int
    """Items that this could be asked of, or answers that were given."""
    wrong: tuple[str, ...]
    """Each with the item's id and what was said of it."""

    @property
    def value(self) -> float:
        return self.right / self.of if self.of else 1.0


@dataclass(frozen=True, slots=True)
class Marks:
    """Precision and recall of one thing."""

    precision: Measure
    recall: Measure

    @property
    def f1(self) -> float:
        p, r = self.precision.value, self.recall.value
        return 2 * p * r / (p + r) if p + r else 0.0


@dataclass(frozen=True, slots=True)
class Scores:
    """All measures by group and name; `values` flattens them for the floors."""

    marks: Mapping[str, Mapping[str, Marks]]
    """Group (alert, category, figure, flag, language) -> name -> precision and recall."""
    shares: Mapping[str, Mapping[str, Measure]]
    """Group (quiet, trap, certainty, other) -> name -> how often right."""

    def values(self) -> dict[str, float]:
        """Measure -> value, as floors name them: `alert.precision`, `category.airstrike`, `quiet.denied`."""
        found: dict[str, float] = {}
        for group, by_name in self.marks.items():
            for name, marks in by_name.items():
                if group == "alert":
                    found |= {"alert.precision": marks.precision.value, "alert.recall": marks.recall.value}
                    found["alert.f1"] = marks.f1
                elif group == "figure":
                    found[f"figure.{name}.precision"] = marks.precision.value
                    found[f"figure.{name}.recall"] = marks.recall.value
                else:
                    found[f"{group}.{name}"] = marks.f1
        for group, measures in self.shares.items():
            found |= {f"{group}.{name}": measure.value for name, measure in measures.items()}
        return found

    def wrong(self, name: str) -> tuple[str, ...]:
        """The items that speak against a measure of `values`."""
        group, _, rest = name.partition(".")
        if group in self.shares:
            return self.shares[group][rest].wrong
        by_name = self.marks[group]
        if group == "alert":
            marks, side = by_name["all"], rest
        elif group == "figure":
            marks, side = by_name[rest.partition(".")[0]], rest.partition(".")[2]
        else:
            marks, side = by_name[rest], ""
        sides = {"precision": marks.precision.wrong, "recall": marks.recall.wrong}
        return sides.get(side, (*marks.recall.wrong, *marks.precision.wrong))


class _Tally:
    """Counts that grow item by item."""

    def __init__(self) -> None:
        self._right: dict[str, int] = defaultdict(int)
        self._of: dict[str, int] = defaultdict(int)
        self._wrong: dict[str, list[str]] = defaultdict(list)

    def add(self, name: str, item: Item, is_right: bool, said: str) -> None:
        self._of[name] += 1
        self._right[name] += is_right
        if not is_right:
            self._wrong[name].append(f"{item.id}: {said}")

    def measure(self, name: str) -> Measure:
        return Measure(self._right[name], self._of[name], tuple(self._wrong[name]))

    def measures(self) -> dict[str, Measure]:
        return {name: self.measure(name) for name in self._of}


class _Pair:
    """Precision and recall that grow item by item."""

    def __init__(self) -> None:
        self._precision, self._recall = _Tally(), _Tally()
        self._names: dict[str, None] = {}

    def add(self, name: str, item: Item, *, wanted: bool, found: bool, right: bool, said: str = "") -> None:
        """One answer: `wanted` counts for recall, `found` for precision."""
        self._names[name] = None
        if wanted:
            self._recall.add(name, item, right, f"missed {said or name}")
        if found:
            self._precision.add(name, item, right, f"wrong {said or name}")

    def marks(self) -> dict[str, Marks]:
        return {name: Marks(self._precision.measure(name), self._recall.measure(name)) for name in self._names}


def score(items: Iterable[Item], detect: Callable[[Item], Answer], only_recorded: frozenset[str]) -> Scores:
    """How right the answers are.

    Args:
        detect: what detection makes of an item.
        only_recorded: categories whose reports never alert.
    """
    pairs: dict[str, _Pair] = defaultdict(_Pair)
    shares: dict[str, _Tally] = defaultdict(_Tally)
    for item in items:
        got = detect(item)
        _score_alert(item, got, only_recorded, pairs)
        for category in CATEGORIES:
            _score_category(item, got, category, pairs)
        _score_quiet(item, got, shares)
        if item.tells and got.told:
            _score_facts(item, got, pairs, shares)
    marks = {group: pair.marks() for group, pair in pairs.items()}
    return Scores(marks, {group: tally.measures() for group, tally in shares.items()})


def should_alert(item: Item, only_recorded: frozenset[str]) -> bool | None:
    """Whether somebody must be told of it; none where both are right."""
    if (set(item.types) | set(item.any_of)) - only_recorded:
        return True
    return None if set(item.accept) - only_recorded else False


def _score_alert(item: Item, got: Answer, only_recorded: frozenset[str], pairs: dict[str, _Pair]) -> None:
    must = should_alert(item, only_recorded)
    if must is None:
        return
    said = f"an alert on {', '.join(got.told) or 'nothing'}"
    for group, name in (("alert", "all"), ("language", item.lang)):
        pairs[group].add(name, item, wanted=must, found=got.alerts, right=must and got.alerts, said=said)


def _score_category(item: Item, got: Answer, category: str, pairs: dict[str, _Pair]) -> None:
    found = category in got.told
    wanted = category in item.types
    if category in item.any_of and not found:
        # One of them is enough; when there is none, the first is missed.
        wanted = category == item.any_of[0] and not set(item.any_of) & set(got.told)
    if found and category in item.right:
        wanted = wanted or category in item.any_of
        if not wanted:
            return
    if wanted or found:
        right = found and category in item.right
        pairs["category"].add(category, item, wanted=wanted, found=found, right=right, said=category)
        pairs["types"].add(item.lang, item, wanted=wanted, found=found, right=right, said=category)


def _score_quiet(item: Item, got: Answer, shares: dict[str, _Tally]) -> None:
    """Whether what is only mentioned, and what looks like something else, raises nothing."""
    told = [category for category in got.told if category not in item.right]
    said = f"told {', '.join(told)}"
    if item.trap:
        shares["trap"].add(item.trap, item, not told, said)
    if item.tells or not item.status:
        return
    shares["quiet"].add(item.status, item, not told, said)
    if item.status in ("denied", "historical", "threatened"):
        shares["quiet"].add("denied, historical, threatened", item, not told, said)


def _score_facts(item: Item, got: Answer, pairs: dict[str, _Pair], shares: dict[str, _Tally]) -> None:
    """Figures, speaker, country, certainty and flags of what is told, where something is."""
    for name in FIGURES:
        wanted, found = getattr(item, name), got.figures.get(name)
        if wanted is not None and (wanted or found is not None):
            said = f"{name} {found} for {wanted}"
            pairs["figure"].add(
                name, item, wanted=bool(wanted), found=found is not None, right=found == wanted, said=said
            )
    if item.flags is not None:
        for flag in FLAGS:
            wanted_flag, found_flag = flag in item.flags, flag in got.flags
            if wanted_flag or found_flag:
                pairs["flag"].add(
                    flag, item, wanted=wanted_flag, found=found_flag, right=wanted_flag and found_flag, said=flag
                )
    if item.country:
        said = f"{got.country or 'nowhere'} for {item.country}"
        shares["other"].add("country of the event", item, got.country == item.country, said)
    if item.by and got.by:
        wanted_by = item.by.casefold()
        right = any(wanted_by in by or (by and by in wanted_by) for by in got.by)
        shares["other"].add("whose figure it is", item, right, f"{', '.join(sorted(got.by))} for {item.by}")
    main = next((category for category in item.types if category in got.told), "")
    if item.status and main:
        certainty = got.certainties[main]
        shares["certainty"].add(item.status, item, certainty == item.status, f"{certainty} for {item.status}")


# --- the table -----------------------------------------------------------------------------------------------


def render_table(items: Sequence[Item], scores: Scores, only_recorded: frozenset[str]) -> str:
    """The scores in Markdown, for the README."""
    return "\n".join(_lines(items, scores, only_recorded)) + "\n"


def _lines(items: Sequence[Item], scores: Scores, only_recorded: frozenset[str]) -> Iterator[str]:
    yield f"| {len(items)} items | of them | precision | recall | F1 |"
    yield "|---|---:|---:|---:|---:|"
    yield _row("**alerts**", scores.marks["alert"]["all"])
    for lang, marks in sorted(scores.marks["language"].items()):
        yield _row(f"alerts, language `{lang}`", marks)
    for category in CATEGORIES:
        marks_of = scores.marks["category"].get(category)
        if marks_of is not None:
            yield _row(f"`{category}`{' (record only)' if category in only_recorded else ''}", marks_of)
    for flag, marks in sorted(scores.marks.get("flag", {}).items()):
        yield _row(f"flag `{flag}`", marks)
    for name, marks in scores.marks.get("figure", {}).items():
        yield _row(f"{name}, the exact figure", marks)
    yield ""
    yield "| right in | items | share |"
    yield "|---|---:|---:|"
    for name, measure in sorted(scores.shares.get("other", {}).items()):
        yield _share(name, measure)
    for group, says in (
        ("certainty", "told as {}"),
        ("quiet", "quiet on what is {}"),
        ("trap", "quiet on traps: {}"),
    ):
        for name, measure in sorted(scores.shares.get(group, {}).items()):
            yield _share(says.format(name), measure)


def _row(name: str, marks: Marks) -> str:
    cells = (marks.precision.value if marks.precision.of else None, marks.recall.value, marks.f1)
    told = " | ".join("-" if cell is None else f"{cell:.2f}" for cell in cells)
    return f"| {name} | {marks.recall.of} | {told} |"


def _share(name: str, measure: Measure) -> str:
    return f"| {name} | {measure.of} | {measure.value:.2f} |"
