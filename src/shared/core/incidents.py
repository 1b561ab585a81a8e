"""From stories to incidents: what is open and a story in, what happened and what to say of it out.  Pure.

First cut: one kind of deed at one place within 48 hours of its first story is one incident.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from shared.core.edits import notices
from shared.core.ids import digest
from shared.types import (
    ALERTABLE,
    Alert,
    Certainty,
    Claim,
    ClaimKind,
    Incident,
    Place,
    Report,
    Status,
    Story,
)

WINDOW = timedelta(hours=48)
"""How far from an incident's first story another still joins it, and how old an article may be and still alert."""
KEPT = 200
"""Stories that an incident carries; a further one is kept only when it brings news, for a record has its bounds."""

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
_DEEDS = {
    ClaimKind.VIOLATION: "ceasefire violation alleged",
    ClaimKind.RESPONSIBILITY: "responsibility spoken of",
    ClaimKind.DENIAL: "denied",
}

_FLAGS = {"protected_object": "protected object or person hit", "friendly_fire": "possibly friendly fire"}

# No toll of one event comes near; a longer run of digits is a slip of the reading, and must not fill a message.
_FIGURE_MAX = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Decision:
    """What a story did to an incident."""

    incident: Incident
    """As it is after, `alert` already among its alerts."""
    alert: Alert | None
    silence: str = ""
    """Why nothing is said; empty with an alert."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A toll as one owner gives it, and the story that carries it."""

    claim: Claim
    story: Story
    number: int
    """The figure to compare by: as told, or else its lower or upper end."""


def group_of(report: Report) -> str:
    """Where and of what kind: `airstrike.sy.170794`.  Stories of one group are handled one after the other.

    A story that does not say where gets a group of its own, so that unplaced stories never join.

    Source: AWS SQS API reference, SendMessage, MessageGroupId (at most 128 letters, digits, punctuation).
    """
    if report.place is None:
        return ".".join((_token(report.category), "unknown", _token(report.article_id)))
    return ".".join((_token(report.category), _token(report.place.country.lower()), _token(report.place.id)))


def group_for(story: Story) -> str:
    """The group in which a story meets its incident: its own, or that of the article's first story."""
    return story.group or group_of(story.report)


def join(open_incidents: Sequence[Incident], story: Story, now: datetime) -> Decision:
    """Puts a story to the incident it tells of, or opens one, and decides whether that is news.

    A story of an edited article takes the place of the article's earlier one: the latest revision counts, in whatever
    order they come.

    May run twice with the same story: the second time changes nothing and says nothing.  An alert that the first run
    recorded and never sent is still there, with `sent_at` none.
    """
    group = group_for(story)
    candidates = [incident for incident in open_incidents if incident.group == group]
    for incident in candidates:
        known = next((known for known in incident.stories if known.report.id == story.report.id), None)
        if known is not None and story.revision > known.revision:
            return _revised(incident, known, story, now)
        if known is not None:
            return Decision(incident, None, "already counted")

    at = min(story.published_at or now, now)
    near = [each for each in candidates if each.first_seen_at - WINDOW <= at <= each.first_seen_at + WINDOW]
    if not near:
        return _decide(_opened(group, story, at), None, story, now)
    before = max(near, key=lambda incident: (incident.last_seen_at, incident.id))
    decision = _decide(_joined(before, story, at), before, story, now)
    if decision.alert is None and len(before.stories) >= KEPT:
        return Decision(before, None, f"{decision.silence}; not kept, {KEPT} stories are")
    return decision


def is_withdrawn(incident: Incident) -> bool:
    """Whether what was told is told by nobody any more."""
    return not _believed(incident.stories) and any(story.is_withdrawn for story in incident.stories)


def confidence(incident: Incident) -> str:
    """`observed` when an official observer stands behind an incident, else `likely` with two publishers, or `possible`.

    Source: CAP 1.2, certainty.
    """
    if any(story.report.certainty is Certainty.OBSERVED for story in _believed(incident.stories)):
        return "observed"
    return "likely" if len(publishers(incident)) > 1 else "possible"


def publishers(incident: Incident) -> tuple[str, ...]:
    """Who tells it as having happened, each publisher once, in order of arrival."""
    named = {name_key(story.publisher): story.publisher for story in reversed(_believed(incident.stories))}
    return tuple(reversed(named.values()))


def figures(incident: Incident, kind: ClaimKind) -> tuple[Figure, ...]:
    """The ledger of killed or wounded: each figure of each owner once, in order of arrival."""
    return _figures(current_stories(incident), kind)


def current_stories(incident: Incident) -> tuple[Story, ...]:
    """The stories as they stand, in order of arrival: of a page that its publisher edited, the latest account alone."""
    latest = {_page(story): story.report.id for story in incident.stories}
    return tuple(story for story in incident.stories if latest[_page(story)] == story.report.id)


def deeds(incident: Incident, kind: ClaimKind) -> tuple[tuple[Claim, Story], ...]:
    """Who alleges, denies or claims something, each once, with the story that carries it, in order of arrival."""
    return _deeds(incident.stories, kind)


def kinds(incident: Incident) -> tuple[str, ...]:
    """What it was in particular, as far as its stories say: each kind once, in order of arrival."""
    return tuple(dict.fromkeys(story.report.kind for story in _basis(incident.stories) if story.report.kind))


def flags(incident: Incident) -> dict[str, Certainty]:
    """What else is true of it, in order of arrival, each as sure as the surest story that says so."""
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


def owner_words(name: str) -> str:
    """An owner's name as it stands inside a sentence: on one line, without the article, of bounded length."""
    words = " ".join(name.split())
    return re.sub(r"^the\s+(?=\S)", "", words, flags=re.IGNORECASE)[:80]


def name_key(name: str) -> str:
    """What two spellings of one name have in common ("The Russian Defence Ministry", "Russian defense ministry")."""
    folded = unicodedata.normalize("NFKD", name).casefold().replace("defence", "defense")
    words = re.findall(r"[^\W_]+", "".join(each for each in folded if not unicodedata.combining(each)))
    return " ".join(words[1:] if words[:1] == ["the"] and len(words) > 1 else words)


def _opened(group: str, story: Story, at: datetime) -> Incident:
    report = story.report
    return Incident(
        id=digest(group, report.id, length=10),
        group=group,
        revision=0,
        category=report.category,
        certainty=report.certainty,
        severity=report.severity,
        place=report.place,
        first_seen_at=at,
        last_seen_at=at,
        stories=(story,),
        alerts=(),
    )


def _joined(incident: Incident, story: Story, at: datetime) -> Incident:
    joined = replace(
        incident,
        first_seen_at=min(incident.first_seen_at, at),
        last_seen_at=max(incident.last_seen_at, at),
    )
    return _told_by((*incident.stories, story), joined)


def _told_by(stories: tuple[Story, ...], incident: Incident) -> Incident:
    """The incident as these stories tell it."""
    basis = [known.report for known in _basis(stories)]
    return replace(
        incident,
        certainty=max((report.certainty for report in basis), key=_belief),
        severity=max(report.severity for report in basis),
        stories=stories,
    )


def _decide(after: Incident, before: Incident | None, story: Story, now: datetime) -> Decision:
    certainty = story.report.certainty
    if story.is_withdrawn:
        return Decision(after, None, "withdrawn, and never alerted")
    if certainty not in ALERTABLE and certainty is not Certainty.DENIED:
        return Decision(after, None, f"{certainty}: not told as having happened")
    if story.published_at is not None and now - story.published_at > WINDOW:
        return Decision(after, None, "older than 48 h")
    if before is None or not before.alerts:
        if certainty is Certainty.DENIED:
            return Decision(after, None, "denied, and never alerted")
        return _alerted(after, story, Status.NEW, f"first report, by {_publisher(story)}")
    if changes := _changes(before, after, story):
        return _alerted(after, story, Status.UPDATE, "; ".join(changes))
    if len(publishers(after)) > len(publishers(before)):
        return Decision(after, None, "adds a source, changes no figure")
    return Decision(after, None, "adds nothing new")


def _revised(before: Incident, known: Story, story: Story, now: datetime) -> Decision:
    """An edited article's story in the place of its earlier one.  Its age is no reason for silence: it was alerted."""
    stories = tuple(story if each is known else each for each in before.stories)
    after = _told_by(stories, replace(before, place=_place(before, known, story)))
    if not before.alerts:
        return _decide(after, before, story, now)
    if changes := _edited(before, after, known, story):
        how = "edited its article" if story.edits else "can be read now"
        return _alerted(after, story, Status.UPDATE, f"{_publisher(story)} {how}: {'; '.join(changes)}")
    return Decision(after, None, "edited, and nothing that was told is changed by it")


def _place(before: Incident, known: Story, story: Story) -> Place | None:
    """The incident's place after an edit: the edited one's, unless others stand by the old or it was not its own."""
    others = {_place_id(each.report.place) for each in _believed(before.stories) if each is not known}
    place = _place_id(before.place)
    if place in others or place != _place_id(known.report.place) or story.is_withdrawn:
        return before.place
    return story.report.place


def _place_id(place: Place | None) -> str:
    return place.id if place else ""


def _edited(before: Incident, after: Incident, known: Story, story: Story) -> list[str]:
    """What an edit changes of what was told, a phrase for each coded field."""
    changes = [f'a notice, "{" ".join(notice.split())[:200]}"' for notice in notices(story.edits)[:1]]
    was, now = (bool(_believed((each,))) for each in (known, story))
    if was and not now:
        return [*changes, *_denial(before, story), "it is told no longer as having happened"]
    others = [each for each in before.stories if each is not known]
    changes += [change for kind in FIGURES if (change := _edited_figure(known, story, others, kind))]
    was_flags, now_flags, other_flags = (_flags(_believed(each)) for each in ((known,), (story,), others))
    changes += [flag_words(flag) for flag in now_flags if flag not in was_flags | other_flags]
    changes += [f"no longer {flag_words(flag)}" for flag in was_flags if flag not in now_flags | other_flags]
    if now and not was:
        changes.append("it is told as having happened again")
    elif before.certainty is not after.certainty:
        changes.append(f"certainty: {before.certainty} -> {after.certainty}")
    for kind, words in _DEEDS.items():
        told, tells = (set(map(name_key, _owners(each, kind))) for each in (known, story))
        elsewhere = set(map(name_key, (claim.by for claim, _ in _deeds(others, kind))))
        new = [owner for owner in _owners(story, kind) if name_key(owner) not in told | elsewhere]
        gone = [owner for owner in _owners(known, kind) if name_key(owner) not in tells | elsewhere]
        changes += [f"{words} by {owner}" for owner in new] + [f"no longer {words} by {owner}" for owner in gone]
    places = [each.report.place for each in (known, story)]
    if _place_id(places[0]) != _place_id(places[1]):
        changes.append("place: " + " -> ".join(place.name if place else "not stated" for place in places))
    return changes


def _edited_figure(known: Story, story: Story, others: Sequence[Story], kind: ClaimKind) -> str:
    was, now = (_figures((each,), kind) for each in (known, story))
    gone, new = (
        [figure for figure in figures if not any(_is_same(figure, other) for other in against)]
        for figures, against in ((was, now), (now, was))
    )
    elsewhere = {figure.number for figure in _figures(others, kind)}
    is_caught_up = new and all(
        figure.number in elsewhere and all(figure.number > old.number for old in gone) for figure in new
    )
    if is_caught_up or not (gone or new):
        return ""
    told = gone or [max(was, key=lambda figure: figure.number)] if was else []
    return f"{FIGURES[kind]}: {_told(told) or 'no figure'} -> {_told(new or now) or 'no figure'}"


def _is_same(one: Figure, other: Figure) -> bool:
    return (name_key(one.claim.by), figure_words(one.claim)) == (name_key(other.claim.by), figure_words(other.claim))


def _denial(before: Incident, story: Story) -> list[str]:
    if _is_denied(before.stories) or not _is_denied((story,)):
        return []
    owners = _owners(story, ClaimKind.DENIAL) or [f"someone, {owner_words(story.publisher)} says"]
    return ["denied by " + ", ".join(owners)]


def _publisher(story: Story) -> str:
    return owner_words(story.publisher) or "an unnamed publisher"


def _alerted(incident: Incident, cause: Story, status: Status, why: str) -> Decision:
    revision = incident.revision + 1
    alert = Alert(id=f"{incident.id}-r{revision}", status=status, revision=revision, why=why, report_id=cause.report.id)
    return Decision(replace(incident, revision=revision, alerts=(*incident.alerts, alert)), alert)


def _changes(before: Incident, after: Incident, story: Story) -> list[str]:
    """What a reader of the last alert does not know yet, a phrase for each coded field."""
    changes = [change for kind in FIGURES if (change := _figure_change(before, story, kind))]
    if _belief(after.certainty) > _belief(before.certainty):
        changes.append(f"certainty: {before.certainty} -> {after.certainty} ({owner_words(story.publisher)})")
    told = flags(before)
    changes += [
        f"{flag_words(flag)}: told by {_publisher(story)}" for flag in _flags(_believed((story,))) if flag not in told
    ]
    if before.category not in BREACHES and not _deeds(before.stories, ClaimKind.VIOLATION):
        changes += [f"ceasefire violation: alleged by {owner}" for owner in _owners(story, ClaimKind.VIOLATION)]
    return changes + _denial(before, story)


def _owners(story: Story, kind: ClaimKind) -> list[str]:
    return [owner_words(claim.by) for claim, _ in _deeds((story,), kind)]


def _is_denied(stories: Sequence[Story]) -> bool:
    return bool(_deeds(stories, ClaimKind.DENIAL)) or any(
        story.report.certainty is Certainty.DENIED and not story.is_withdrawn for story in stories
    )


def _figure_change(before: Incident, story: Story, kind: ClaimKind) -> str:
    known = _figures(before.stories, kind)
    new = [figure for figure in _figures((story,), kind) if _is_news(figure, known)]
    if not new:
        return ""
    told = [max(known, key=lambda figure: figure.number)] if known else []
    return f"{FIGURES[kind]}: {_told(told) or 'no figure'} -> {_told(new)}"


def _told(told: Sequence[Figure]) -> str:
    return ", ".join(f"{figure_words(each.claim)} ({owner_words(each.claim.by)})" for each in told)


def _is_news(figure: Figure, known: Sequence[Figure]) -> bool:
    if not known:
        return True
    highest = max(each.number for each in known)
    if figure.claim.max is None:
        # Neither "at least 13" nor "about 60" says anything against the 62 already told.
        return figure.number > highest
    if any(each.number == figure.number for each in known):
        return False
    # A lower figure of the same owner is most often an older copy of his words.
    own = [each.number for each in known if name_key(each.claim.by) == name_key(figure.claim.by)]
    return not own or figure.number > max(own)


def _page(story: Story) -> tuple[str, ...]:
    """What two stories of one page share; a story without a page is its own."""
    return (name_key(story.publisher), story.url) if story.url else (story.report.id,)


def _believed(stories: Sequence[Story]) -> list[Story]:
    return [story for story in stories if story.report.certainty in ALERTABLE and not story.is_withdrawn]


def _basis(stories: Sequence[Story]) -> Sequence[Story]:
    """The stories that an incident is told by: those that are believed, or all where none is."""
    return _believed(stories) or stories


def _flags(stories: Iterable[Story]) -> dict[str, Certainty]:
    found: dict[str, Certainty] = {}
    for story in stories:
        for flag in story.report.flags:
            found[flag] = max(found.get(flag, story.report.certainty), story.report.certainty, key=_belief)
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


def _belief(certainty: Certainty) -> int:
    return _BELIEF.index(certainty) if certainty in _BELIEF else -1


def _shown(number: int | None) -> int | None:
    return None if number is None else max(0, min(number, _FIGURE_MAX))


def _token(text: str) -> str:
    """A part of a group id.  What does not fit is replaced by a digest, so that two never become one."""
    plain = re.sub(r"[^A-Za-z0-9_-]", "-", text)[:40]
    return plain if plain and plain == text else f"{plain[:24]}-{digest(text, length=10)}".lstrip("-")
