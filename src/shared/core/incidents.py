"""Stories in, incidents out: what is told of one event, and by whom, side by side.  Pure.

Which stories tell of one event is for `kinship` to say; here a record is made of them.  It is the same whatever order
they came in and however often, but for its id: people cite that, so it stays what it was when it was first told.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import count
from zlib import crc32

from shared.core.ids import digest
from shared.core.kinship import Kin, group_of, links, partition, ready, spots, touched
from shared.core.names import name_key
from shared.core.sketch import resemblance
from shared.core.when import FIRST, at, day_of
from shared.types import (
    ALERTABLE,
    Alert,
    AlertState,
    Certainty,
    Claim,
    ClaimKind,
    Head,
    Incident,
    Place,
    Precision,
    Story,
)

KEPT = 100
"""Stories that an incident carries, for a record has its bounds: those that first told something, and the first."""
SILENCES_KEPT = 100
LINKS_KEPT = 20
"""Each is written with the incident in one transaction, which takes a hundred; what may be anything is said of none."""
_COPY = 0.5
"""Texts that resemble each other by this much are copies of one, whoever prints them."""

# From the least to the most that a reader may believe.
_BELIEF = (Certainty.DENIED, Certainty.ALLEGED, Certainty.CLAIMED, Certainty.REPORTED, Certainty.OBSERVED)
FIGURES = {
    ClaimKind.KILLED: "killed",
    ClaimKind.WOUNDED: "wounded",
    ClaimKind.MISSING: "missing",
    ClaimKind.DISPLACED: "displaced",
    ClaimKind.VIOLATION: "violations",
}
"""What is counted, and its word."""
BREACHES = frozenset({ClaimKind.VIOLATION, "ceasefire_collapse"})
"""Categories that are themselves what a claim of a violation alleges."""
_FLAGS = {"protected_object": "protected object or person hit", "friendly_fire": "possibly friendly fire"}

# No toll of one event comes near; a longer run of digits is a slip of the reading, and must not fill a message.
_FIGURE_MAX = 1_000_000_000


PRECISIONS = (Precision.SITE, Precision.CITY, Precision.REGION, Precision.COUNTRY)


@dataclass(frozen=True, slots=True)
class Figure:
    """A toll as one owner gives it, and the story that carries it."""

    claim: Claim
    story: Story
    number: int
    """The figure to compare by: as told, or else its lower or upper end."""


@dataclass(frozen=True, slots=True)
class Source:
    """Who vouches for an account by himself: a news agency with all who print it, or a publisher."""

    name: str
    is_wire: bool
    publishers: tuple[str, ...]
    stories: tuple[Story, ...]


@dataclass(frozen=True, slots=True)
class Joined:
    """What a story did to the incidents that are known."""

    home: Incident
    """The incident that it tells of, with it."""
    others: tuple[Incident, ...] = ()
    """Incidents that are not what they were: some of their stories are in the home now, or are linked with it."""
    is_known: bool = False
    """It had been counted already, and nothing is changed."""
    is_regrouped: bool = False
    """Stories that were known are in other company now; all else that an incident gets is one story more."""


def join(
    known: Sequence[Incident], story: Story, *, taken: Collection[str] = (), opened: Mapping[date, int] | None = None
) -> Joined:
    """Puts a story to what is known.

    `known` are the incidents that may hold kin of it; `taken` are ids that a new incident must not get, and `opened`
    says how many of its group have one already, by the day under which they were opened.  A story of an edited article
    takes the place of the article's earlier one, and stays where that was: the latest revision counts, in whatever
    order they come.
    """
    for incident in known:
        earlier = next((each for each in incident.stories if each.report.id == story.report.id), None)
        if earlier is not None and story.revision <= earlier.revision:
            return Joined(incident, is_known=True)
        if earlier is not None:
            story = replace(story, before=earlier.before or _slim(earlier))
    new = ready(first_told(story))
    first = [[ready(first_told(each)) for each in incident.stories] for incident in known]
    touches = touched(first, new)
    moving = [incident for incident, touch in zip(known, touches, strict=True) if touch.is_changed]
    resting = [incident for incident, touch in zip(known, touches, strict=True) if not touch.is_changed]
    stories = {each.report.id: each for incident in moving for each in incident.stories} | {story.report.id: story}
    told = {each.id: each for part, touch in zip(first, touches, strict=True) if touch.is_changed for each in part}
    told[new.id] = new
    parts = [_ordered(stories[each.report.id] for each in part) for part in partition(told.values())]
    parts.sort(key=lambda part: _order(part[0]))
    incidents = _records(moving, parts, {*taken, *(incident.id for incident in known)}, opened or {})
    home = incidents[next(number for number, part in enumerate(parts) if story in part)]
    is_regrouped = _companies(parts, story) != _companies((each.stories for each in moving), story)
    incidents += resting
    if is_regrouped:
        home = replace(home, maybe_same=_linked(home, incidents))
    else:
        akin = {each.id for each, touch in zip(known, touches, strict=True) if touch.kin is not Kin.APART}
        home = replace(home, maybe_same=_links_kept({*home.maybe_same, *akin} - {home.id}))
    before = {incident.id: incident for incident in known}
    others = (_linked_with(home, incident) for incident in incidents if incident.id != home.id)
    changed = tuple(each for each in others if each != before.get(each.id))
    return Joined(home, changed, is_regrouped=is_regrouped)


def _companies(parts: Iterable[Iterable[Story]], but: Story) -> set[frozenset[str]]:
    """Which stories, by their reports' ids, are together beside one."""
    sets = (frozenset(each.report.id for each in part) - {but.report.id} for part in parts)
    return {each for each in sets if each}


def _slim(story: Story) -> Story:
    """Of a story that was edited, what tells its event from others."""
    report = replace(story.report, evidence=(), cues=(), against=(), parts={})
    return replace(story, report=report, edits=(), title="", url="", article_key="", raw_sha256="")


def first_told(story: Story) -> Story:
    """The story as its article first told it: by that it is known which event it is, whatever is edited later."""
    return story.before or story


def home_of(story: Story) -> str:
    """The group in which a story meets its incident: its own, or that of the article's first story."""
    return story.group or group_of(story)


def current_incident(incident: Incident) -> Incident:
    """The incident as its latest stories tell it: of a page that its publisher edited, the latest account alone."""
    return replace(incident, stories=current_stories(incident))


def head_of(incident: Incident) -> Head:
    """Where and when an incident is."""
    return Head(
        group=incident.group,
        key=key_of(incident),
        spots=spots(map(first_told, incident.stories)),
        reports=" ".join(dict.fromkeys(_letters(story) for story in incident.stories)),
    )


def key_of(incident: Incident) -> str:
    """Under which an incident lies in its group: sorted by the day on which it was opened."""
    return f"{incident.opened_on.isoformat()}#{incident.id}"


def id_of(head: Head) -> str:
    """The id of the incident that a head is of."""
    return head.key.partition("#")[2]


def may_have_told(head: Head, story: Story) -> bool:
    """Whether an incident may have a story of the same report; one in a million has none."""
    return _letters(story) in head.reports.split(" ")


def _letters(story: Story) -> str:
    return f"{crc32(story.report.id.encode('utf-8', 'surrogatepass')):08x}"[:5]


def _records(
    known: Sequence[Incident], parts: Sequence[tuple[Story, ...]], taken: set[str], opened: Mapping[date, int]
) -> list[Incident]:
    """A record for each set of stories, in their order; then those that are merged into another now.

    Who is known goes to where most of its stories went; of several that meet there, the first told keeps its id.
    """
    owners: dict[int, list[Incident]] = {}
    for incident in sorted(known, key=_seniority):
        ids = {each.report.id for each in incident.stories}
        shares = [sum(each.report.id in ids for each in part) for part in parts]
        if any(shares):
            owners.setdefault(shares.index(max(shares)), []).append(incident)
    made, merged = [], []
    for number, part in enumerate(parts):
        first, *rest = owners.get(number) or [_opened(part, taken, opened)]
        taken.add(first.id)
        also = tuple(dict.fromkeys((*first.also, *(name for each in rest for name in (each.id, *each.also)))))
        alerts = [*first.alerts, *(_overtaken(alert, first) for each in rest for alert in each.alerts)]
        alerts.sort(key=lambda alert: alert.decided_at)
        made.append(told_by(replace(first, also=also, alerts=tuple(alerts)), part))
        merged += [replace(each, stories=(), alerts=(), merged_into=first.id) for each in rest]
    return made + merged


def _overtaken(alert: Alert, by: Incident) -> Alert:
    """An alert of an incident that was found to be another: not sent any more, where it was not sent yet."""
    if alert.state is not AlertState.PENDING:
        return alert
    return replace(alert, state=AlertState.DROPPED, reason=f"found to be the same as {by.id}", message="")


def _seniority(incident: Incident) -> tuple[int, datetime, str]:
    """The first that was told; then the first that is about to be; then the first that was published."""
    states = {alert.state for alert in incident.alerts}
    told = [alert.decided_at for alert in incident.alerts if alert.state is not AlertState.DROPPED]
    rank = 0 if AlertState.SENT in states else 1 if AlertState.PENDING in states else 2
    return rank, min(told, default=incident.first_seen_at), incident.id


def _opened(part: Sequence[Story], taken: Collection[str], opened: Mapping[date, int]) -> Incident:
    first = part[0]
    report, day, moment = first.report, day_of(first), at(first)
    # Stories of one day and country that come in another order still make the same ids.
    numbered = (digest(home_of(first), day.isoformat(), str(number), length=10) for number in count(opened.get(day, 0)))
    return Incident(
        id=next(each for each in numbered if each not in taken),
        group=home_of(first),
        revision=0,
        category=report.category,
        certainty=report.certainty,
        severity=report.severity,
        place=report.place,
        day=day,
        opened_on=day,
        first_seen_at=moment,
        last_seen_at=moment,
        stories=(),
    )


def told_by(incident: Incident, stories: Sequence[Story]) -> Incident:
    """The incident as these stories tell it, in any order."""
    stories = _kept(_ordered(stories))
    basis = _basis(stories)
    return replace(
        incident,
        stories=stories,
        category=_most((story.report.category for story in basis), lambda name: -_gravest(basis, name)),
        certainty=max((story.report.certainty for story in basis), key=belief),
        severity=max(story.report.severity for story in basis),
        place=_place(basis),
        day=_event_day(basis),
        first_seen_at=at(stories[0]),
        last_seen_at=at(stories[-1]),
    )


def _ordered(stories: Iterable[Story]) -> tuple[Story, ...]:
    return tuple(sorted(stories, key=_order))


def _order(story: Story) -> tuple[datetime, str]:
    return at(story), story.report.id


def _gravest(stories: Iterable[Story], category: str) -> int:
    return max(story.report.severity for story in stories if story.report.category == category)


def _most(names: Iterable[str], rank: Callable[[str], int]) -> str:
    """The name that comes most often; of several, that of the least rank."""
    counts = Counter(names)
    return min(counts, key=lambda name: (-counts[name], rank(name), name))


def _place(basis: Sequence[Story]) -> Place | None:
    """The most precise place that is told, and of several that are, the one that is told most often."""
    places = [story.report.place for story in basis if story.report.place is not None]
    if not places:
        return None
    precision = min((place.precision for place in places), key=PRECISIONS.index)
    named = [place for place in places if place.precision is precision]
    name = _most((place.id for place in named), lambda _: 0)
    return min((place for place in named if place.id == name), key=lambda place: place.as_written)


def _event_day(basis: Sequence[Story]) -> date:
    told = [day_of(story) for story in basis if story.traits.is_day_told]
    counts = Counter(told or map(day_of, basis))
    return min(counts, key=lambda day: (-counts[day], day))


def _linked(incident: Incident, others: Sequence[Incident]) -> tuple[str, ...]:
    """Ids of those that it may be the same as; what was linked and is not in sight stays linked."""
    seen = {other.id for other in others}
    own = [ready(first_told(each)) for each in incident.stories]
    found = {other.id for other in others if other.id != incident.id and links(own, map(first_told, other.stories))}
    return _links_kept(found | (set(incident.maybe_same) - seen))


def _links_kept(ids: Collection[str]) -> tuple[str, ...]:
    return tuple(sorted(ids)[:LINKS_KEPT])


def _linked_with(home: Incident, other: Incident) -> Incident:
    """The other incident, linked with the home as the home is with it."""
    if (home.id in other.maybe_same) == (other.id in home.maybe_same):
        return other
    return replace(other, maybe_same=tuple(sorted({*other.maybe_same} ^ {home.id})))


def _kept(stories: tuple[Story, ...]) -> tuple[Story, ...]:
    """All, as a rule; of more than a record holds, what first tells something, then new publishers, then the first.

    A toll in a paper's own voice is told first by the first such paper: a hundred more that repeat it must not push out
    the one that tells another.
    """
    if len(stories) <= KEPT:
        return stories
    known: set[object] = set()
    ranks: dict[str, int] = {}
    for story in stories:
        publisher = name_key(story.publisher)
        news: set[object] = {story.report.certainty, *story.report.flags}
        for claim in story.report.claims:
            owner = name_key(claim.by)
            is_own = owner == publisher and claim.kind in FIGURES
            news.add((claim.kind, "" if is_own else owner, figure_words(claim)))
        is_telling = bool(news - known) or story.revision > 0
        ranks[story.report.id] = 0 if is_telling else 1 if (publisher,) not in known else 2
        known |= news | {(publisher,)}
    return _ordered(sorted(stories, key=lambda story: ranks[story.report.id])[:KEPT])


def is_withdrawn(incident: Incident) -> bool:
    """Whether what was told is told by nobody any more."""
    return not _believed(incident.stories) and any(story.is_withdrawn for story in incident.stories)


def confidence(incident: Incident) -> str:
    """`observed` when an official observer stands behind an incident, else `likely` with two sources, or `possible`.

    Source: CAP 1.2, certainty.
    """
    if any(story.report.certainty is Certainty.OBSERVED for story in _believed(incident.stories)):
        return "observed"
    return "likely" if len(sources(incident)) > 1 else "possible"


def publishers(incident: Incident) -> tuple[str, ...]:
    """Who tells it as having happened, each publisher once, in order of publication."""
    return _publishers(_believed(incident.stories))


def _publishers(stories: Sequence[Story]) -> tuple[str, ...]:
    named = {name_key(story.publisher): story.publisher for story in reversed(stories)}
    return tuple(reversed(named.values()))


def sources(incident: Incident) -> tuple[Source, ...]:
    """Who tells it as having happened and has it from nobody else here, in order of publication.

    Papers that print one agency's text are one source, and so are papers whose texts are copies of each other.
    """
    found: list[list[Story]] = []
    for story in _believed(incident.stories):
        kin = [known for known in found if any(_is_copy(story, other) for other in known)]
        for known in kin[1:]:
            kin[0] += known
            found.remove(known)
        if kin:
            kin[0].append(story)
        else:
            found.append([story])
    return tuple(_source(_ordered(stories)) for stories in found)


def _is_copy(one: Story, other: Story) -> bool:
    if name_key(one.publisher) == name_key(other.publisher):
        return True
    if one.traits.wire and one.traits.wire == other.traits.wire:
        return True
    return resemblance(one.traits.sketch, other.traits.sketch) >= _COPY


def _source(stories: tuple[Story, ...]) -> Source:
    wire = next((story.traits.wire for story in stories if story.traits.wire), "")
    names = _publishers(stories)
    return Source(wire or names[0], bool(wire), names, stories)


def figures(incident: Incident, kind: ClaimKind) -> tuple[Figure, ...]:
    """The ledger of killed or wounded: each figure of each owner once, in order of publication."""
    return _figures(current_stories(incident), kind)


def current_stories(incident: Incident) -> tuple[Story, ...]:
    """The stories as they stand, in order of publication: of a page that was edited, the latest account alone."""
    by_reading = sorted(incident.stories, key=lambda story: (story.read_at or FIRST, story.revision, story.report.id))
    latest = {_page(story): story.report.id for story in by_reading}
    return tuple(story for story in incident.stories if latest[_page(story)] == story.report.id)


def deeds(incident: Incident, kind: ClaimKind) -> tuple[tuple[Claim, Story], ...]:
    """Who alleges, denies or claims something, each once, with the story that carries it, in order of publication."""
    return _deeds(incident.stories, kind)


def categories(incident: Incident) -> tuple[str, ...]:
    """What it is told as: its category, then others that its stories give it; a breach of a truce if one is alleged."""
    told = [incident.category, *(story.report.category for story in _basis(incident.stories))]
    alleged = [str(ClaimKind.VIOLATION)] if deeds(incident, ClaimKind.VIOLATION) and BREACHES.isdisjoint(told) else []
    return tuple(dict.fromkeys([*told, *alleged]))


def kinds(incident: Incident) -> tuple[str, ...]:
    """What it was in particular, as far as its stories say: each kind once, in order of publication."""
    return tuple(dict.fromkeys(story.report.kind for story in _basis(incident.stories) if story.report.kind))


def flags(incident: Incident) -> dict[str, Certainty]:
    """What else is true of it, in order of publication, each as sure as the surest story that says so."""
    return _flags(_basis(incident.stories))


def flag_words(flag: str) -> str:
    """A flag inside a sentence: `possibly friendly fire`; an operator's own is its id as words."""
    return _FLAGS.get(flag) or " ".join(flag.replace("_", " ").split())[:60]


def figure_words(claim: Claim) -> str:
    """A toll as told: `62`, `at least 13`, `up to 80`, `10 to 15`, `about 40,000`."""
    value, low, high = (_shown(number) for number in (claim.value, claim.min, claim.max))
    if low is not None and high is not None and low != high:
        return f"{low:,} to {high:,}"
    if low is not None and high is None:
        return f"at least {low:,}"
    if high is not None and low is None:
        return f"up to {high:,}"
    if value is not None and low is None:
        return f"about {value:,}"
    number = value if value is not None else low
    return "no figure" if number is None else f"{number:,}"


def _page(story: Story) -> tuple[str, ...]:
    """What two stories of one page share; a story without a page is its own."""
    return (name_key(story.publisher), story.url) if story.url else (story.report.id,)


def is_believed(story: Story) -> bool:
    """Whether a story tells it as having happened."""
    return story.report.certainty in ALERTABLE and not story.is_withdrawn


def is_denied(incident: Incident) -> bool:
    """Whether anybody denies it."""
    return bool(_deeds(incident.stories, ClaimKind.DENIAL)) or any(
        story.report.certainty is Certainty.DENIED and not story.is_withdrawn for story in incident.stories
    )


def _believed(stories: Sequence[Story]) -> list[Story]:
    return [story for story in stories if is_believed(story)]


def _basis(stories: Sequence[Story]) -> Sequence[Story]:
    """The stories that an incident is told by: those that are believed, or all where none is."""
    return _believed(stories) or stories


def _flags(stories: Iterable[Story]) -> dict[str, Certainty]:
    found: dict[str, Certainty] = {}
    for story in stories:
        for flag in story.report.flags:
            found[flag] = max(found.get(flag, story.report.certainty), story.report.certainty, key=belief)
    return found


def _figures(stories: Sequence[Story], kind: ClaimKind) -> tuple[Figure, ...]:
    found: dict[tuple[str, str], Figure] = {}
    for story in _believed(stories):
        for claim in story.report.claims:
            number = _shown(next((n for n in (claim.value, claim.min, claim.max) if n is not None), None))
            if claim.kind is kind and claim.certainty in ALERTABLE and number is not None:
                found.setdefault((name_key(claim.by), figure_words(claim)), Figure(claim, story, number))
    return tuple(found.values())


def _deeds(stories: Iterable[Story], kind: ClaimKind) -> tuple[tuple[Claim, Story], ...]:
    found: dict[str, tuple[Claim, Story]] = {}
    for story in stories:
        if story.is_withdrawn or story.report.certainty not in ALERTABLE | {Certainty.DENIED}:
            continue
        for claim in story.report.claims:
            told = claim.certainty in ALERTABLE or kind is ClaimKind.DENIAL
            if claim.kind is kind and told:
                found.setdefault(name_key(claim.by), (claim, story))
    return tuple(found.values())


def belief(certainty: Certainty) -> int:
    """How much a reader may believe what is told so surely; -1 where it is not told as having happened."""
    return _BELIEF.index(certainty) if certainty in _BELIEF else -1


def _shown(number: int | None) -> int | None:
    return None if number is None else max(0, min(number, _FIGURE_MAX))
