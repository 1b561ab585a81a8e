"""What it costs to join a day's reports into incidents, and how that grows with the incidents that are open.  Prints.

The day is generated: hot towns that are struck several times, quiet ones, stories that name a province or a country,
wire copies, tolls that rise.  What truly happened is known, so the incidents that come out can be counted against it.
Counted is processor time, and what the table would be asked for; nothing is stored.  The rivals are named below.
"""

import argparse
import time
from bisect import bisect_left, insort
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from random import Random

from shared.core.incidents import head_of, id_of, join
from shared.core.kinship import Kin, cell_of, cells_near, days_near, group_of, kinship, last_day
from shared.core.sight import settle
from shared.core.sketch import SIZE
from shared.types import (
    Certainty,
    Claim,
    ClaimKind,
    Evidence,
    Field,
    Head,
    Incident,
    Place,
    Precision,
    Report,
    Story,
    Traits,
)

DAY = datetime(2026, 11, 20, tzinfo=UTC)
_TARGETS = ("hospital", "school", "market", "house", "train", "port", "substation", "bridge", "camp", "base")
_KINDS = ("airstrike", "drone_strike", "missile_rocket", "shelling")
# Of a day's events, those in the towns that are struck several times: three or four in each, told by forty papers.
_HOT = 0.05
# Reports that are timed at each size, the best round of some; and those that the rival gets.
_FRESH, _ROUNDS, _WEIGHED = 200, 5, 100
_SAID = Evidence("airstrike/1", Field.TEXT, 0, 5, "words")


def main(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="python -m bench joining", description=__doc__)
    parser.add_argument("--reports", type=int, default=20_000, help="of a day")
    parser.add_argument("--sizes", type=int, nargs="+", default=[100, 1_000, 10_000], help="open incidents")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args(arguments)

    _print_day(_World(options.seed), options.reports)
    _print_growth(_World(options.seed), options.sizes)


def _print_day(world: "_World", reports: int) -> None:
    told = world.day(reports)
    truth = {story.report.id: number for number, story in told}
    print(f"{len(told):,} reports of {len(set(truth.values())):,} events in {len(world.towns):,} towns; processor time")
    print(f"{'':<44} {'reports/s':>10} {'incidents':>10} {'precision':>10} {'recall':>8}")
    store = _Store()
    rivals: dict[str, Callable[[list[Story]], list[list[str]]]] = {
        "joined": store.joined,
        "rival: a bucket for each place and day": _bucketed,
    }
    for name, work in rivals.items():
        started = time.process_time()
        found = work([story for _, story in told])
        taken = time.process_time() - started
        precision, recall = _pairwise(found, truth)
        print(f"{name:<44} {len(told) / taken:>10,.0f} {len(found):>10,} {precision:>10.3f} {recall:>8.3f}")
    heads, records = (count / len(told) for count in (store.heads_read, store.records_read))
    print(f"a report looks at {heads:.1f} heads and reads {records:.1f} records")


def _print_growth(world: "_World", sizes: list[int]) -> None:
    ours, rival, heads, records, kin = [], [], [], [], []
    for size in sizes:
        store = _Store()
        for story in world.quiet(size):
            store.join(story)
        open_now = [incident.stories[0] for incident in store.incidents.values() if incident.stories]
        before = store.heads_read, store.records_read
        fresh = [world.quiet(_FRESH) for _ in range(_ROUNDS)]
        ours.append(min(_seconds(store.join, stories) for stories in fresh))
        heads.append((store.heads_read - before[0]) / (_FRESH * _ROUNDS))
        records.append((store.records_read - before[1]) / (_FRESH * _ROUNDS))

        def weigh(story: Story, known: Sequence[Story] = open_now) -> int:
            return sum(kinship(story, each).kin is not Kin.APART for each in known)

        few = fresh[0][:_WEIGHED]
        rival.append(_seconds(weigh, few))
        kin.append(sum(map(weigh, few)) / len(few))
    columns = "".join(f" {size:>10,}" for size in sizes)
    print(f"\n{'a report, by open incidents':<44}{columns} {'ratio':>8}")
    _print_row("joined: microseconds", [1e6 * each for each in ours], ".0f")
    _print_row("rival: weighed with every open incident", [1e6 * each for each in rival], ".0f")
    _print_row("joined is so many times as fast", [a / b for a, b in zip(rival, ours, strict=True)], ".1f")
    _print_row("heads looked at", heads, ".2f")
    _print_row("records read and weighed", records, ".2f")
    _print_row("incidents that are or may be the same", kin, ".2f")


def _print_row(name: str, figures: list[float], form: str) -> None:
    row = "".join(f" {each:>10,{form}}" for each in figures)
    print(f"{name:<44}{row} {figures[-1] / figures[0] if figures[0] else 0:>8.1f}")


def _seconds(work: Callable[[Story], object], stories: Sequence[Story]) -> float:
    """Processor time a story."""
    started = time.process_time()
    for story in stories:
        work(story)
    return (time.process_time() - started) / len(stories)


class _Store:
    """The incidents as the table keeps them: heads by cell and the last day that is told, records by id."""

    def __init__(self) -> None:
        self.heads: dict[str, dict[str, list[tuple[date, str, Head]]]] = defaultdict(lambda: defaultdict(list))
        """By group and cell, in order."""
        self.lies_at: dict[str, tuple[list[tuple[date, str, Head]], tuple[date, str, Head]]] = {}
        """By id, an incident's head and among which it is."""
        self.incidents: dict[str, Incident] = {}
        self.opened: dict[str, Counter[date]] = defaultdict(Counter)
        self.heads_read = self.records_read = 0

    def join(self, story: Story) -> None:
        group, heads = group_of(story), self._near(story)
        self.heads_read += len(heads)
        found = settle(story, heads, self._read, lambda known: join(known, story, opened=self.opened[group]))
        for incident in (found.home, *found.others):
            self._keep(incident)

    def joined(self, stories: list[Story]) -> list[list[str]]:
        """The reports of each incident, when these stories have come."""
        for story in stories:
            self.join(story)
        return [[story.report.id for story in each.stories] for each in self.incidents.values() if each.stories]

    def _near(self, story: Story) -> list[Head]:
        """Of the story's cells, or of its whole country, the heads of its days."""
        held, cells, (since, until) = self.heads[group_of(story)], cells_near(story), days_near(story)
        found: list[Head] = []
        for cell in held if cells is None else cells:
            if heads := held.get(cell):
                first, end = bisect_left(heads, (since, "")), bisect_left(heads, (until, "~"))
                found += [head for _, _, head in heads[first:end]]
        return found

    def _read(self, heads: Sequence[Head]) -> list[Incident]:
        self.records_read += len(heads)
        return [self.incidents[id_of(head)] for head in heads]

    def _keep(self, incident: Incident) -> None:
        if incident.id not in self.incidents:
            self.opened[incident.group][incident.opened_on] += 1
        self.incidents[incident.id] = incident
        if was := self.lies_at.pop(incident.id, None):
            heads, line = was
            del heads[bisect_left(heads, line[:2])]
        if not incident.merged_into:
            head = head_of(incident)
            heads, line = self.heads[incident.group][cell_of(head)], (last_day(head), incident.id, head)
            insort(heads, line)
            self.lies_at[incident.id] = heads, line


def _bucketed(stories: list[Story]) -> list[list[str]]:
    buckets: dict[object, list[str]] = defaultdict(list)
    for story in stories:
        report = story.report
        buckets[report.family, report.place and report.place.id, story.traits.day].append(report.id)
    return list(buckets.values())


def _pairwise(found: list[list[str]], truth: dict[str, int]) -> tuple[float, float]:
    """Of two stories that were joined, how often they are of one event; of two that are, how often they were joined."""

    def pairs(counts: Counter[int]) -> int:
        return sum(count * (count - 1) // 2 for count in counts.values())

    right = sum(pairs(Counter(truth[name] for name in names)) for names in found)
    joined = sum(len(names) * (len(names) - 1) // 2 for names in found)
    kin = pairs(Counter(truth.values()))
    return right / max(1, joined), right / max(1, kin)


class _World:
    """Where a day's events happen, and what is told of them; the same for the same seed."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)
        self.number = 0
        self.regions: dict[str, list[Place]] = {}
        self.countries: dict[str, Place] = {}
        self.towns: list[Place] = []
        self.region_of: dict[str, Place] = {}
        for country in range(60):
            code = f"{chr(65 + country // 26)}{chr(65 + country % 26)}"
            lat, lon = -40 + country * 1.4, -150 + country * 5.0
            self.countries[code] = Place(code, code, code, code, code, lat, lon, Precision.COUNTRY)
            middles = [(lat + self.random.uniform(-3, 3), lon + self.random.uniform(-4, 4)) for _ in range(8)]
            self.regions[code] = [
                Place(f"{code}{n}", f"Region {n}", f"Region {n}", code, code, *middle, Precision.REGION)
                for n, middle in enumerate(middles)
            ]
            for town in range(34):
                region = self.random.randrange(8)
                middle = middles[region]
                at = (middle[0] + self.random.gauss(0, 0.4), middle[1] + self.random.gauss(0, 0.5))
                name = f"Town {code}{town}"
                self.towns.append(Place(f"{code}-{town}", name, name, code, code, *at, Precision.CITY))
                self.region_of[self.towns[-1].id] = self.regions[code][region]
        self.hot = self.random.sample([town for town in self.towns if town.country < "AG"], 40)

    def day(self, reports: int) -> list[tuple[int, Story]]:
        """The stories of a day in order of publication, each with its event's number."""
        told: list[tuple[int, Story]] = []
        while len(told) < reports:
            is_hot = self.random.random() < _HOT
            town = self.random.choice(self.hot if is_hot else self.towns)
            stories = self.random.randint(5, 60) if is_hot else min(60, int(self.random.paretovariate(0.8)))
            told += self._event(town, stories)
        return sorted(told[:reports], key=lambda each: (each[1].published_at or DAY, each[1].report.id))

    def quiet(self, events: int) -> list[Story]:
        """A story of each of so many events, all over the world and some weeks."""
        stories = []
        for _ in range(events):
            (_, story), *_ = self._event(self.random.choice(self.towns), 1)
            off = timedelta(days=self.random.randrange(40))
            assert story.published_at is not None
            assert story.traits.day is not None
            traits = replace(story.traits, day=story.traits.day + off)
            stories.append(replace(story, published_at=story.published_at + off, traits=traits))
        return stories

    def _event(self, town: Place, stories: int) -> Iterator[tuple[int, Story]]:
        """What is told of one strike: each story has its part of it, and tolls rise with the hours."""
        choose, tells = self.random, self.random.random
        self.number += 1
        number, hour = self.number, choose.uniform(0, 22)
        killed = min(int(choose.paretovariate(0.7)), 300)
        kind, target, doer = choose.choice(_KINDS), choose.choice(_TARGETS), choose.choice("XY")
        words = tuple(f"word{choose.randrange(400)}" for _ in range(5))
        text = self._text()
        for telling in range(stories):
            late = choose.expovariate(1 / 4)
            at = DAY + timedelta(hours=hour + late)
            toll = max(1, round(killed * min(1.0, 0.4 + late / 5)))
            by = choose.choice(("the governor", "police", ""))
            claim = Claim(ClaimKind.KILLED, by, "said", Certainty.CLAIMED, _SAID, toll, toll, toll)
            vague = self.region_of[town.id] if tells() < 0.3 else self.countries[town.country]
            copy = tuple(sorted({*choose.sample(text, 48), *self._text()[:16]}))
            tells_day = tells() < 0.8
            report = Report(
                id=f"r{number}-{telling}",
                article_id=f"a{number}-{telling}",
                category=kind if tells() < 0.8 else choose.choice(_KINDS),
                certainty=Certainty.CLAIMED,
                severity=60,
                score=0.9,
                place=town if tells() < 0.93 else vague,
                claims=(claim,) if tells() < 0.7 else (),
                evidence=(_SAID,),
                sentence=_SAID,
                family="strike",
            )
            traits = Traits(
                day=(DAY + timedelta(hours=hour)).date() if tells_day else at.date(),
                is_day_told=tells_day,
                hours=(int(hour), int(hour) + 1) if tells() < 0.25 else None,
                parties=(doer,) if tells() < 0.6 else (),
                sketch=copy if tells() < 0.3 else self._text(),
                words=((target,) if tells() < 0.6 else ()) + tuple(word for word in words if tells() < 0.5),
            )
            url, paper = f"https://example.com/{number}/{telling}", f"Paper {choose.randrange(40)}"
            yield number, Story(report, url, "Title", paper, at, "key", "", False, "", read_at=at, traits=traits)

    def _text(self) -> tuple[int, ...]:
        return tuple(sorted(self.random.sample(range(2**32), SIZE)))
