"""A deed as somebody knows it and a role in, title and text out; deterministic by the generator handed in."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from random import Random

from tests.news import phrases
from tests.news.grounds import Ground, Side, Town


@dataclass(frozen=True, slots=True)
class Facts:
    """What a teller knows of a deed."""

    kind: str
    ground: Ground
    town: Town
    at: datetime
    side: Side
    target: str
    killed: int
    wounded: int
    owner: str
    other: str = ""
    other_killed: int = 0
    says_hour: bool = False
    """Its time of day must be told, for there was another that day."""

    def local(self, at: datetime) -> datetime:
        return at + self.ground.clock


Draft = tuple[str, list[str]]
"""A title, and paragraphs."""

_WORDS = ["no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"]
_BEGINS = re.compile(r"(?:^|(?<=\w\w[.:] ))\w")
_PARTS = ((5, "early"), (12, "morning"), (18, "afternoon"), (24, "evening"))


def told(rng: Random, role: str, facts: Facts, now: datetime) -> Draft:
    """An article of its own about a deed, written at this time."""
    slots = _slots(rng, facts, now)
    if role == "first":
        title, lead = rng.choice(phrases.HEADLINES), rng.choice(phrases.LEADS)
    else:
        title, lead = rng.choice(_ROLES[role])
    slots["does"] = _fill(rng.choice(phrases.DOES.get(facts.kind, ("",))), slots)
    more = [rng.choice(phrases.TOLLS)] if role in {"first", "risen"} else []
    more += _colours(rng, rng.randint(1, 4))
    if role not in {"brief", "count"} and "{W}" not in lead:
        more.append("The town lies {W}.")
    if rng.random() < 0.6:
        more.append(rng.choice(phrases.BACKGROUNDS))
    said = [_fill(each, slots) for each in (lead, *more) if each]
    return _fill(title, slots), _paragraphs(rng, said)


def idle(rng: Random, topic: str, facts: Facts, now: datetime) -> Draft:
    """An article that has the words of a deed and tells of none."""
    title, lead = rng.choice(phrases.IDLE[topic])
    slots = _slots(rng, facts, now)
    return _fill(title, slots), [_fill(each, slots) for each in (lead, *_colours(rng, 2)) if each]


def roundup(rng: Random, all_of: Sequence[Facts], now: datetime) -> Draft:
    """One article about several deeds in a country: a sentence each."""
    country = all_of[0].ground.country
    leads = [rng.choice(phrases.LEADS[:4]) for _ in all_of]
    said = []
    for facts, lead in zip(all_of, leads, strict=True):
        slots = _slots(rng, facts, now)
        slots["does"] = _fill(rng.choice(phrases.DOES.get(facts.kind, ("",))), slots)
        said.append(_fill(lead, slots))
    title = rng.choice(("A bloody day in {C}", "{C}: what happened", "The war in {C}, day by day", "{C} at a glance"))
    return title.format(C=country), said


def taken_back(rng: Random, facts: Facts, now: datetime) -> Draft:
    """What stands there after a retraction."""
    return f"About our story on {facts.town.spellings[0]}", [
        _fill(rng.choice(phrases.RETRACTIONS), _slots(rng, facts, now)),
        "We are sorry for the mistake. Readers who saw the story on other channels are asked to pass this on.",
    ]


def corrected(rng: Random, draft: Draft, facts: Facts, killed: int, now: datetime) -> Draft:
    """The same article with another toll and a note that says so; no figure of the old toll is left."""
    title, paragraphs = draft
    for old, new in ((_number(facts.killed), _number(killed)), (str(facts.killed), str(killed))):
        title, paragraphs = _swap(title, old, new), [_swap(each, old, new) for each in paragraphs]
    note = _fill(rng.choice(phrases.CORRECTIONS), {**_slots(rng, facts, now), "K": str(killed)})
    return title, [*paragraphs, note]


def copied(rng: Random, wire: str, draft: Draft, facts: Facts) -> Draft:
    """An agency's text as a paper prints it: whole, cut, or under a headline of its own."""
    title, paragraphs = draft
    how = rng.choice(("whole", "whole", "cut", "new headline"))
    if how == "cut":
        paragraphs = [*paragraphs[: max(1, len(paragraphs) // 2)], f"({wire})"]
    if how == "new headline":
        title = _fill(rng.choice(phrases.HEADLINES), _slots(rng, facts, facts.at))
    return title, list(paragraphs)


def credited(rng: Random, wire: str, draft: Draft, facts: Facts) -> Draft:
    """An article with the marks of an agency: a dateline, or a line at the end."""
    title, paragraphs = draft
    town = facts.town.spellings[0].upper()
    first = f"{town}, {facts.ground.country} ({wire}) - {paragraphs[0]}"
    end = {"Reuters": "(Reporting by a stringer; writing by the desk)", "AFP": "© 2026 AFP", "AP": "", "dpa": ""}[wire]
    return title, [first, *paragraphs[1:], *([end] if end else [])]


_ROLES: dict[str, Sequence[tuple[str, str]]] = {
    "flash": phrases.FLASHES,
    "risen": phrases.RISEN,
    "other": phrases.OTHERS,
    "retold": phrases.RETOLD,
    "brief": phrases.BRIEFS,
    "denied": phrases.DENIALS,
    "owned": phrases.OWNED,
    "count": phrases.COUNTS,
}


def _colours(rng: Random, number: int) -> list[str]:
    """Sentences beside what happened."""
    words = {slot: rng.choice(choices) for slot, choices in phrases.COLOUR_WORDS.items()}
    return [_fill(each, words) for each in rng.sample(phrases.COLOURS, number)]


def _slots(rng: Random, facts: Facts, now: datetime) -> dict[str, str]:
    weapon = rng.choice(phrases.WEAPONS.get(facts.kind, ("",)))
    noun = rng.choice(phrases.NOUNS.get(facts.kind, ("",)))
    bare = noun.removeprefix("an ").removeprefix("a ")
    return {
        "A": f"{facts.side.adjective} {weapon}",
        "a": weapon,
        "n": noun,
        "N": bare,
        "T": facts.target,
        "P": rng.choice(facts.town.spellings),
        "W": facts.town.where,
        "C": facts.ground.country,
        "D": _when(rng, facts, now),
        "V": facts.local(now).strftime("%A"),
        "later": f"on {facts.local(now):%A}",
        "K": str(facts.killed),
        "K5": _number(facts.killed),
        "I": _number(facts.wounded),
        "O": facts.owner,
        "X": facts.other,
        "KX": str(facts.other_killed),
        "S": facts.side.spokesman,
    }


def _when(rng: Random, facts: Facts, now: datetime) -> str:
    at = facts.local(facts.at)
    day = f"{at:%A}"
    part = next(word for hour, word in _PARTS if at.hour < hour)
    close = f"early on {day}" if part == "early" else f"on {day} {part}"
    hour = f"at about {(at.hour - 1) % 12 + 1} {'a.m.' if at.hour < 12 else 'p.m.'} on {day}"
    if facts.says_hour:
        return rng.choice((close, hour))
    return rng.choice((f"on {day}", f"on {day}", f"on {day}", close, hour))


def _number(number: int) -> str:
    return _WORDS[number] if number < len(_WORDS) and number else str(number)


def _swap(text: str, old: str, new: str) -> str:
    words = [f"{new}{word[len(old) :]}" if word.strip(".,:;").casefold() == old else word for word in text.split(" ")]
    return " ".join(words)


def _fill(template: str, slots: dict[str, str]) -> str:
    return _BEGINS.sub(lambda found: found[0].upper(), template.format(**slots))


def _paragraphs(rng: Random, said: list[str]) -> list[str]:
    """Sentences, one or two a paragraph; the first stands alone."""
    made, rest = said[:1], said[1:]
    while rest:
        size = rng.choice((1, 1, 2))
        made.append(" ".join(rest[:size]))
        rest = rest[size:]
    return made
