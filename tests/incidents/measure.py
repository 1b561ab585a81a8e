"""A week of news in, how well its incidents and alerts came out.  Pure.

Incidents are measured by B-cubed: of the stories that stand in one incident with a story, how many tell of the same
deed (precision); of those that tell of the same deed, how many stand there with it (recall); the mean over all stories.
An alert is right when a perfect editor would send one of that deed then: the first NEW, and an UPDATE or a CORRECTION
that tells of a turn which was not told yet, with its figure.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from shared.detect import Lexicon
from shared.types import Alert, AlertState, ClaimKind, Incident, Policy, Status
from tests.desk import Desk
from tests.news import Turn, Week
from tests.news.reading import Read, read

AFTER = timedelta(days=2)
"""How long the clock runs on after the last article."""


@dataclass(frozen=True, slots=True)
class Share:
    """So many of so many."""

    right: float = 0
    of: float = 0

    def __add__(self, other: "Share") -> "Share":
        return Share(self.right + other.right, self.of + other.of)

    @property
    def rate(self) -> float:
        return self.right / self.of if self.of else 1.0


@dataclass(slots=True)
class Measured:
    """What weeks came to."""

    articles: int = 0
    stories: int = 0
    shares: dict[str, Share] = field(default_factory=lambda: defaultdict(Share))
    """By what is measured, in the words of the table."""
    errors: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    """By kind, each as the words of what went wrong."""

    def __add__(self, other: "Measured") -> "Measured":
        total = Measured(self.articles + other.articles, self.stories + other.stories)
        for one in (self, other):
            for name, share in one.shares.items():
                total.shares[name] += share
            for kind, found in one.errors.items():
                total.errors[kind] += found
        return total


def measure(week: Week, lexicon: Lexicon) -> Measured:
    """The week, told story by story at its time, under the policy that a stack has unless it is told otherwise."""
    desk, reads = Desk(Policy()), list(read(week.tellings, lexicon))
    for one in reads:
        desk.pass_time(one.telling.at)
        desk.tell(one.story, one.telling.at)
    desk.pass_time(week.tellings[-1].at + AFTER)
    incidents = [incident for incident in desk.incidents.values() if incident.stories]
    known = {one.story.report.id: one for one in reads}
    measured = Measured(len(week.tellings), len(reads))
    _incidents(measured, incidents, known)
    _alerts(measured, week, incidents, known)
    return measured


def _incidents(measured: Measured, incidents: Sequence[Incident], known: Mapping[str, Read]) -> None:
    """B-cubed.  A story that tells of nothing is of nothing but itself; one of several deeds belongs to any of them."""
    truth = {name: frozenset(one.telling.deeds) or frozenset({name}) for name, one in known.items()}
    tellers = Counter(deed for deeds in truth.values() for deed in deeds)
    homes: Counter[str] = Counter()
    right = there = 0.0
    for incident in incidents:
        names = {story.report.id for story in incident.stories}
        here = Counter(deed for name in names for deed in truth[name])
        for name in names:
            right += sum(bool(truth[name] & truth[other]) for other in names) / len(names)
            there += max(here[deed] / tellers[deed] for deed in truth[name])
        sole = {next(iter(truth[name])) for name in names if len(truth[name]) == 1}
        homes.update(sole)
        if len(sole) > 1:
            told = [f"{story.report.place and story.report.place.name}: {story.title}" for story in incident.stories]
            measured.errors[f"joined: {_plots(sole, known)}"].append(f"{sorted(sole)}: {told[0]} ... {told[-1]}")
    for deed, number in homes.items():
        if number > 1:
            measured.errors[f"split: {_plots({deed}, known)}"].append(f"{deed}: {number} incidents")
    total = sum(homes.values()) and sum(len({story.report.id for story in each.stories}) for each in incidents)
    measured.shares["incidents, precision"] = Share(right, total)
    measured.shares["incidents, recall"] = Share(there, total)


def _plots(deeds: set[str], known: Mapping[str, Read]) -> str:
    """How the news of these goes; the role of an article that tells of none."""
    return " + ".join(sorted({known[each].telling.role if each in known else _plot(each) for each in deeds}))


def _plot(deed: str) -> str:
    return deed.rpartition(" ")[0]


def _alerts(measured: Measured, week: Week, incidents: Sequence[Incident], known: Mapping[str, Read]) -> None:
    turns: dict[str, list[Turn]] = defaultdict(list)
    for turn in week.turns:
        turns[turn.deed].append(turn)
    unchanged = [deed for deed, its in turns.items() if len(its) == 1]
    said: Counter[str] = Counter()
    right, alerts = 0, sorted(_sent(incidents), key=lambda pair: (pair[1].sent_at or pair[1].due_at, pair[1].id))
    for incident, alert in alerts:
        deeds = _deeds(incident, alert, known)
        said.update(deeds[:1])
        covered = next((found for deed in deeds if (found := _covered(alert, turns[deed]))), [])
        if covered:
            right += 1
            deed = covered[0].deed
            turns[deed] = [turn for turn in turns[deed] if turn not in covered]
        else:
            about = _plot(deeds[0]) if deeds else known[incident.stories[0].report.id].telling.role
            measured.errors[f"needless {alert.status}: {about}"].append(f"{alert.why} <{incident.stories[0].title}>")
    for turn in (turn for left in turns.values() for turn in left):
        measured.errors[f"missed {turn.status}: {_plot(turn.deed)}, {turn.what}"].append(f"{turn.deed} {turn.at}")
    missed = sum(map(len, turns.values()))
    measured.shares["alerts, precision"] = Share(right, len(alerts))
    measured.shares["alerts, recall"] = Share(len(week.turns) - missed, len(week.turns))
    measured.shares["alerts per deed that does not change"] = Share(
        sum(said[deed] for deed in unchanged), len(unchanged)
    )


def _sent(incidents: Sequence[Incident]) -> Iterator[tuple[Incident, Alert]]:
    for incident in incidents:
        for alert in incident.alerts:
            if alert.state is AlertState.SENT and alert.status is not Status.CLOSED:
                yield incident, alert


def _deeds(incident: Incident, alert: Alert, known: Mapping[str, Read]) -> tuple[str, ...]:
    """What an alert is about: what its cause tells of, or else most of its incident's stories."""
    if alert.report_id in known:
        return known[alert.report_id].telling.deeds
    told = Counter(deed for story in incident.stories for deed in known[story.report.id].telling.deeds)
    return tuple(deed for deed, _ in told.most_common(1))


def _covered(alert: Alert, turns: Sequence[Turn]) -> list[Turn]:
    """The turns that an alert tells of; none where it is not what was to be said."""
    assert alert.sent_at is not None
    figures = {figure.number for figure in alert.tells.figures if figure.kind is ClaimKind.KILLED}
    past = [turn for turn in turns if turn.at <= alert.sent_at and (not turn.killed or turn.killed in figures)]
    if (alert.status is Status.NEW) is not any(turn.status is Status.NEW for turn in past):
        return []
    if alert.status is not Status.CORRECTION:
        past = [turn for turn in past if turn.status is not Status.CORRECTION]
    return past
