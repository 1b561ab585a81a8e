"""A seed in, a week of news out: what happened, who told it when, and what a perfect editor would have sent."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from random import Random

from shared.core.edits import compare
from shared.core.ids import digest
from shared.types import Article, Paragraph, Status
from tests.news import phrases
from tests.news.grounds import GROUNDS, PAPERS, WIRES, Ground, Side, Town
from tests.news.tell import Draft, Facts, copied, corrected, credited, idle, roundup, taken_back, told

BEGINS = datetime(2026, 3, 2, tzinfo=UTC)
"""A Monday."""
M, H = timedelta(minutes=1), timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Deed:
    """What happened in the world."""

    id: str
    plot: str
    """How its news goes."""
    facts: Facts


@dataclass(frozen=True, slots=True)
class Turn:
    """A moment at which a perfect editor would send something about a deed."""

    deed: str
    at: datetime
    status: Status
    what: str
    killed: int = 0
    """The figure that is new; none is where this is 0."""


@dataclass(frozen=True, slots=True)
class Telling:
    """An article with what is true of it."""

    at: datetime
    """When it can be read."""
    article: Article
    role: str
    deeds: tuple[str, ...] = ()
    """What it tells of; nothing where it must raise nothing."""
    before: Article | None = None
    """The reading that it revises."""


@dataclass(slots=True)
class Week:
    """All of it."""

    deeds: dict[str, Deed] = field(default_factory=dict)
    tellings: list[Telling] = field(default_factory=list)
    """In the order in which they are read."""
    turns: list[Turn] = field(default_factory=list)


def week(seed: int) -> Week:
    """A week from a Monday on: about 170 deeds in 1,200 articles."""
    made = _Newsroom(Random(seed))
    for plot, (times, write) in PLOTS.items():
        for _ in range(times):
            write(made, plot)
    found = made.week
    found.tellings.sort(key=lambda telling: (telling.at, telling.article.id, telling.article.revision))
    found.turns += _wounded(found)
    found.turns.sort(key=lambda turn: (turn.at, turn.deed, turn.what))
    return found


def _wounded(found: Week) -> Iterator[Turn]:
    """Where the first article gives no number of wounded, the first that does is news."""
    tellers: dict[str, list[Telling]] = {}
    for telling in found.tellings:
        if len(telling.deeds) == 1 and telling.before is None:
            tellers.setdefault(telling.deeds[0], []).append(telling)
    for deed, tellings in tellers.items():
        number = str(found.deeds[deed].facts.wounded)
        giving = [telling for telling in tellings if number in re.findall(r"\d+", telling.article.text)]
        if giving and giving[0] is not tellings[0]:
            yield Turn(deed, giving[0].at, Status.UPDATE, "first number of wounded")


class _Newsroom:
    """Keeps what is made, and which towns were hit on which days."""

    def __init__(self, rng: Random) -> None:
        self.rng = rng
        self.week = Week()
        self._taken: set[tuple[str, str, int]] = set()
        self._articles = 0

    def deed(self, plot: str, **fixed: object) -> Deed:
        """A deed at a town where nothing else happens on that day, unless the town is given."""
        rng = self.rng
        grounds = fixed.get("among") or GROUNDS
        assert isinstance(grounds, tuple)
        while True:
            ground = fixed.get("ground") or rng.choice(grounds)
            assert isinstance(ground, Ground)
            town = fixed.get("town") or rng.choice(ground.towns)
            assert isinstance(town, Town)
            at = fixed.get("at") or BEGINS + timedelta(days=rng.randrange(6), minutes=rng.randrange(60, 20 * 60))
            assert isinstance(at, datetime)
            key = (ground.country, town.id, (at + ground.clock).day)
            if key not in self._taken or "town" in fixed:
                break
        self._taken.add(key)
        side = rng.choice(ground.sides) if ground.sides else Side(ground.group, ground.group)
        owner, other = rng.sample(ground.owners, 2)
        killed = rng.choice((*range(2, 30), 34, 41, 56, 62))
        facts = Facts(
            kind=str(fixed.get("kind") or rng.choice(ground.kinds)),
            ground=ground,
            town=town,
            at=at,
            side=side,
            target=rng.choice(ground.targets),
            killed=killed,
            wounded=killed + rng.randint(10, 40),
            owner=owner,
            other=other,
            other_killed=killed,
            says_hour=bool(fixed.get("says_hour")),
        )
        made = Deed(f"{plot} {len(self.week.deeds)}", plot, facts)
        self.week.deeds[made.id] = made
        return made

    def turn(self, deed: Deed, at: datetime, status: Status, what: str, killed: int = 0) -> None:
        self.week.turns.append(Turn(deed.id, at, status, what, killed))

    def publish(
        self, draft: Draft, at: datetime, who: str, role: str, deeds: tuple[Deed, ...] = (), wire: str = ""
    ) -> Telling:
        """An article goes out, and is read some minutes later."""
        self._articles += 1
        article = _article(draft, at, at + self.rng.randint(1, 9) * M, who, self._articles, wire)
        telling = Telling(article.fetched_at, article, role, tuple(deed.id for deed in deeds))
        self.week.tellings.append(telling)
        return telling

    def tells(self, deed: Deed, role: str, at: datetime, facts: Facts | None = None) -> Telling:
        """A paper's own article."""
        known = facts or deed.facts
        return self.publish(told(self.rng, role, known, at), at, self.rng.choice(PAPERS), role, (deed,))

    def wires(self, deed: Deed, role: str, at: datetime, copies: int, facts: Facts | None = None) -> Telling:
        """An agency's article, and its copies in papers within two hours."""
        known = facts or deed.facts
        wire = self.rng.choice(WIRES)
        draft = credited(self.rng, wire, told(self.rng, role, known, at), known)
        first = self.publish(draft, at, wire, role, (deed,), wire)
        for paper in self.rng.sample(PAPERS, copies):
            later = at + self.rng.randint(4, 120) * M
            self.publish(copied(self.rng, wire, draft, known), later, paper, f"copy of {role}", (deed,), wire)
        return first

    def revise(self, telling: Telling, draft: Draft, at: datetime) -> None:
        """The page is read again, and says something else."""
        before = telling.article
        number = int(before.url.rpartition("/")[2])
        fresh = replace(
            _article(draft, before.published_at or at, at, before.publisher, number, ""), page_title=draft[0]
        )
        result = compare(before, fresh, before.revision + 1, _key(before), gone=False)
        assert result.article is not None, result.reason
        self.week.tellings.append(replace(telling, at=at, article=result.article, role="revision", before=before))

    def begins(self, deed: Deed) -> datetime:
        """When its first article goes out."""
        return deed.facts.at + self.rng.randint(8, 70) * M

    def told_by_papers(self, deed: Deed, at: datetime, papers: int, facts: Facts | None = None, hours: int = 5) -> None:
        for _ in range(papers):
            self.tells(deed, "first", at + self.rng.randint(10, hours * 60) * M, facts)

    def next_day(self, deed: Deed, papers: int, facts: Facts | None = None) -> None:
        for _ in range(papers):
            night = (deed.facts.at + deed.facts.ground.clock).replace(hour=0, minute=0) + timedelta(days=1)
            at = night - deed.facts.ground.clock + self.rng.randint(6 * 60, 19 * 60) * M
            self.tells(deed, "retold", at, facts)


def _first(room: _Newsroom, deed: Deed, role: str = "first", copies: int = 0) -> Telling:
    """The article that a perfect editor tells at once."""
    at = room.begins(deed)
    telling = room.wires(deed, role, at, copies) if copies else room.tells(deed, role, at)
    room.turn(deed, telling.at, Status.NEW, "first telling")
    return telling


def _alone(room: _Newsroom, plot: str) -> None:
    _first(room, room.deed(plot))


def _wire(room: _Newsroom, plot: str) -> None:
    deed = room.deed(plot)
    _first(room, deed, copies=room.rng.randint(3, 8))


def _retold(room: _Newsroom, plot: str) -> None:
    deed = room.deed(plot)
    first = _first(room, deed)
    room.told_by_papers(deed, first.at, 3)
    room.next_day(deed, 3)


def _brief(room: _Newsroom, plot: str) -> None:
    deed = room.deed(plot)
    first = _first(room, deed, copies=3)
    for _ in range(2):
        room.tells(deed, "brief", first.at + room.rng.randint(30, 300) * M)


def _place_made_precise(room: _Newsroom, plot: str) -> None:
    deed = room.deed(plot)
    first = _first(room, deed, "brief")
    later = room.wires(deed, "first", first.at + room.rng.randint(40, 90) * M, 3)
    room.turn(deed, later.at, Status.UPDATE, "place made precise")


def _flash(room: _Newsroom, plot: str) -> None:
    deed = room.deed(plot)
    first = _first(room, deed, "flash")
    later = room.wires(deed, "first", first.at + room.rng.randint(35, 90) * M, 4)
    room.turn(deed, later.at, Status.UPDATE, "first toll", deed.facts.killed)


def _rising(room: _Newsroom, plot: str) -> None:
    deed = room.deed(plot)
    first = _first(room, deed, copies=3)
    room.told_by_papers(deed, first.at, 2, hours=1)
    more = replace(deed.facts, killed=deed.facts.killed + room.rng.randint(1, 9))
    rise = room.wires(deed, "risen", first.at + room.rng.randint(100, 240) * M, 3, more)
    room.turn(deed, rise.at, Status.UPDATE, "toll rises", more.killed)
    most = replace(more, other_killed=more.killed + room.rng.randint(2, 12))
    other = room.tells(deed, "other", rise.at + room.rng.randint(60, 200) * M, most)
    room.turn(deed, other.at, Status.UPDATE, "another's toll", most.other_killed)
    room.tells(deed, "brief", other.at + 30 * M, more)
    room.next_day(deed, 2, more)


def _denied(room: _Newsroom, plot: str) -> None:
    deed = room.deed(plot, among=_WARS)
    first = _first(room, deed, copies=2)
    denial = room.wires(deed, "denied", first.at + room.rng.randint(60, 300) * M, 2)
    room.turn(deed, denial.at, Status.UPDATE, "denied")


def _owned(room: _Newsroom, plot: str) -> None:
    deed = room.deed(plot, among=_BOMBED)
    first = _first(room, deed, copies=2)
    claim = room.wires(deed, "owned", first.at + room.rng.randint(60, 300) * M, 2)
    room.turn(deed, claim.at, Status.UPDATE, "responsibility claimed")


def _taken_back(room: _Newsroom, plot: str) -> None:
    deed = room.deed(plot)
    first = _first(room, deed)
    at = first.at + room.rng.choice((15, 60, 360)) * M
    room.revise(first, taken_back(room.rng, deed.facts, at), at)
    room.turn(deed, at, Status.CORRECTION, "taken back")


def _corrected(room: _Newsroom, plot: str) -> None:
    deed = room.deed(plot)
    first = _first(room, deed)
    at = first.at + room.rng.choice((60, 360)) * M
    less = max(1, deed.facts.killed - room.rng.randint(1, 9))
    article = first.article
    draft = article.title, article.text.split("\n")
    room.revise(first, corrected(room.rng, draft, deed.facts, less, at), at)
    room.turn(deed, at, Status.CORRECTION, "toll put right", less)


def _twice(room: _Newsroom, plot: str) -> None:
    """Two strikes on one town on one day, which papers tell apart by the hour, the target and the toll."""
    day = BEGINS + timedelta(days=room.rng.randrange(6))
    one = room.deed(plot, at=day + room.rng.randint(3 * 60, 6 * 60) * M, says_hour=True)
    fixed = {"ground": one.facts.ground, "town": one.facts.town, "kind": one.facts.kind, "says_hour": True}
    two = room.deed(plot, at=day + room.rng.randint(13 * 60, 17 * 60) * M, **fixed)
    targets = [each for each in one.facts.ground.targets if each != one.facts.target]
    killed = one.facts.killed + room.rng.choice((3, 5, 8, 11))
    facts = replace(two.facts, target=room.rng.choice(targets), killed=killed, wounded=killed + 12, other_killed=killed)
    two = replace(two, facts=facts)
    room.week.deeds[two.id] = two
    for deed in (one, two):
        first = _first(room, deed, copies=3)
        room.told_by_papers(deed, first.at, 1, hours=2)


def _neighbours(room: _Newsroom, plot: str) -> None:
    ground = room.rng.choice(_WARS)
    towns = [town for town in ground.towns if not town.key]
    pair = room.rng.sample(towns, 2) if len(towns) > 1 else room.rng.sample(ground.towns, 2)
    day = BEGINS + timedelta(days=room.rng.randrange(6), hours=room.rng.randint(4, 12))
    kind = room.rng.choice(ground.kinds)
    for number, town in enumerate(pair):
        deed = room.deed(plot, ground=ground, town=town, kind=kind, at=day + number * 90 * M)
        first = _first(room, deed, copies=2)
        room.told_by_papers(deed, first.at, 2)


def _namesakes(room: _Newsroom, plot: str) -> None:
    """Towns of one name in two countries, or in two parts of one, are struck on one day."""
    day = BEGINS + timedelta(days=room.rng.randrange(6), hours=room.rng.randint(4, 12))
    name = room.rng.choice(("Tripoli", "Zolochiv"))
    places = [(ground, town) for ground in GROUNDS for town in ground.towns if town.spellings[0] == name]
    for number, (ground, town) in enumerate(places):
        deed = room.deed(plot, ground=ground, town=town, kind="airstrike", at=day + number * 2 * H)
        first = _first(room, deed, copies=2)
        room.told_by_papers(deed, first.at, 2)


def _daily(room: _Newsroom, plot: str) -> None:
    ground = room.rng.choice(_WARS)
    town = room.rng.choice(ground.towns)
    for day in range(7):
        at = BEGINS + timedelta(days=day, minutes=room.rng.randint(5 * 60, 12 * 60))
        deed = room.deed(plot, ground=ground, town=town, kind=ground.kinds[0], at=at)
        first = _first(room, deed, copies=2)
        room.told_by_papers(deed, first.at, 2)
        if day < 6:
            room.next_day(deed, 1)


def _monitor(room: _Newsroom, plot: str) -> None:
    ground, monitor = room.rng.choice(_MONITORS)
    town = ground.towns[0]
    while (ground.country, monitor, 0) in room._taken:
        ground, monitor = room.rng.choice(_MONITORS)
    room._taken.add((ground.country, monitor, 0))
    for day in range(7):
        at = BEGINS + timedelta(days=day, hours=10)
        deed = room.deed(plot, ground=ground, town=town, kind="ceasefire_violation", at=at)
        deed = replace(deed, facts=replace(deed.facts, owner=monitor, killed=room.rng.randint(11, 160)))
        room.week.deeds[deed.id] = deed
        first = room.tells(deed, "count", at + room.rng.randint(8 * 60, 11 * 60) * M)
        room.turn(deed, first.at, Status.NEW, "first telling")
        for _ in range(2):
            room.tells(deed, "count", first.at + room.rng.randint(5, 120) * M)


def _drones(room: _Newsroom, plot: str) -> None:
    """Thirty towns are hit by drones in one night."""
    (ground,) = [ground for ground in GROUNDS if ground.country == "Ukraine"]
    night = BEGINS + timedelta(days=room.rng.randrange(1, 6), hours=0.2)
    deeds = []
    for town in room.rng.sample(ground.towns, 30):
        at = night + room.rng.randint(0, 120) * M
        deeds.append(room.deed(plot, ground=ground, town=town, kind="drone_strike", at=at))
        first = _first(room, deeds[-1])
        if room.rng.random() < 0.5:
            room.tells(deeds[-1], "first", first.at + room.rng.randint(5, 60) * M)
    for size in (3, 5):
        some = tuple(room.rng.sample(deeds, size))
        at = night + room.rng.randint(5, 8) * H
        draft = roundup(room.rng, [deed.facts for deed in some], at)
        room.publish(draft, at, room.rng.choice(PAPERS), "roundup", some)


def _idle(room: _Newsroom, plot: str) -> None:
    """What has the words and is no news."""
    deed = room.deed(plot, among=_WARS)
    del room.week.deeds[deed.id]
    at = room.begins(deed)
    topic = room.rng.choice(list(phrases.IDLE))
    room.publish(idle(room.rng, topic, deed.facts, at), at, room.rng.choice(PAPERS), topic)


_WARS = tuple(ground for ground in GROUNDS if ground.sides)
_BOMBED = tuple(ground for ground in GROUNDS if ground.group)
_MONITORS = [
    (next(ground for ground in GROUNDS if ground.country == country), monitor)
    for country, monitor in (
        ("Lebanon", "the UN mission"),
        ("Yemen", "the truce committee"),
        ("Ukraine", "the OSCE mission"),
    )
]

PLOTS: dict[str, tuple[int, Callable[[_Newsroom, str], None]]] = {
    "daily": (1, _daily),
    "drones in a night": (1, _drones),
    "monitor's count": (3, _monitor),
    "twice a day": (5, _twice),
    "neighbours": (5, _neighbours),
    "namesakes": (2, _namesakes),
    "rising toll": (18, _rising),
    "wire": (22, _wire),
    "alone": (12, _alone),
    "retold": (12, _retold),
    "brief after": (6, _brief),
    "brief first": (4, _place_made_precise),
    "flash first": (8, _flash),
    "denied": (6, _denied),
    "owned": (6, _owned),
    "taken back": (5, _taken_back),
    "toll put right": (5, _corrected),
    "idle": (130, _idle),
}
"""How many of each; those that need a town for themselves come first."""


def _article(draft: Draft, at: datetime, read_at: datetime, who: str, number: int, wire: str) -> Article:
    title, lines = draft
    host = "".join(letter for letter in who.lower() if letter.isalpha())
    url = f"https://{host}.example/{number}"
    return Article(
        id=digest(url),
        url=url,
        title=title,
        text="\n".join(lines),
        paragraphs=tuple(_spans(lines)),
        language="en",
        publisher=who,
        published_at=at,
        fetched_at=read_at,
        raw_sha256="0" * 64,
        canonical_url=url,
        page_title=title,
        authors=(wire,) if wire and number % 3 == 0 else (),
        feed_id=host,
    )


def _spans(lines: list[str]) -> Iterator[Paragraph]:
    at = 0
    for line in lines:
        yield Paragraph(at, at + len(line))
        at += len(line) + 1


def _key(article: Article) -> str:
    return f"articles/{article.id}.{article.revision}.json"
