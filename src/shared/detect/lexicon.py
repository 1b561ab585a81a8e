"""Rules, languages and place names -> two automata that know every phrase of theirs.  Pure."""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from types import MappingProxyType
from typing import NamedTuple, TypeVar

import ahocorasick_rs

from shared.detect.gazetteer import Supplement, with_names
from shared.detect.language import CueSet, Language
from shared.detect.line import fold_phrase
from shared.detect.phrases import chain
from shared.detect.rules import Rule
from shared.detect.words import fold
from shared.errors import SettingError
from shared.types import Codes

# A phrase in so many lists is a slip of the pen: the packaged rules need a fourth of it for their commonest word.
MOST_KINDS = 250
# Shared sets of this name hold the words of a desk: sport, markets, film.
DESK = "desk_"


class Need(NamedTuple):
    """What must all stand in a sentence for a rule to fire: one of its terms, or both sets of a pair."""

    parts: frozenset[str]
    rule: int
    pair: int
    """Which of the rule's; -1 for its terms."""


class Link(NamedTuple):
    """A phrase in parts that triggers are made of."""

    parts: frozenset[str]
    made: str
    """What the whole of it is."""


Way = TypeVar("Way", Need, Link)


class Links(NamedTuple):
    """A phrase in parts."""

    kind: str
    """What the whole of it is."""
    joints: tuple[int, ...]
    """How many words may stand between one part and the next."""

    def parts(self, number: int) -> list[str]:
        """The kinds of its parts, in order, as of chain `number`."""
        return [f"~{number}.{part}" for part in range(len(self.joints) + 1)]


@dataclass(frozen=True)
class Lexicon:
    """All that detection knows.  What is derived from it (the automaton, the needs) is made at first use and kept."""

    lines: Sequence[str]
    """Every phrase as a folded line has it."""
    phrases: Sequence[str]
    """By phrase: folded word by word, as names are looked up."""
    kinds: Sequence[tuple[str, ...]]
    """By phrase: every kind of thing it is."""
    chains: Sequence[Links]
    """What a phrase in parts is made of; the parts of chain `n` are of the kinds `~n.0`, `~n.1`..."""
    rules: tuple[Rule, ...]
    cues: tuple[CueSet, ...]
    lists: Mapping[str, frozenset[str]]
    """Folded single words by list."""
    numbers: Mapping[str, int]
    supplement: Supplement
    codes: Mapping[str, Codes]
    """By category."""
    families: Mapping[str, str]
    """By category, where it shares one."""
    languages: frozenset[str]
    """Those that have a file: what tells a denial from a deed."""
    sets: frozenset[str]
    """The names of the shared sets."""
    affixes: Mapping[str, Mapping[str, str]]
    spellings: Sequence[tuple[str, ...]]
    """Ways to write the same, as a folded line has them."""

    @cached_property
    def automaton(self) -> ahocorasick_rs.AhoCorasick:
        """It finds what triggers are made of: a phrase, by its number, with the space on both sides of it."""
        return ahocorasick_rs.AhoCorasick([f" {line} " for line in self.lines[: self.first_other]])

    @cached_property
    def others(self) -> ahocorasick_rs.AhoCorasick:
        """It finds the other phrases, numbered from `first_other` on, but for those of `common`, which come last."""
        lines = self.lines[self.first_other : len(self.lines) - len(self.common)]
        return ahocorasick_rs.AhoCorasick([f" {line} " for line in lines])

    @cached_property
    def first_other(self) -> int:
        """The number of the first phrase that no trigger is made of: those that are come first."""
        return next((number for number, parts in enumerate(self.parts) if not parts), len(self.parts))

    @cached_property
    def kinds_of(self) -> Sequence[frozenset[str]]:
        """By phrase: its kinds, to ask for one of them."""
        known = {number: frozenset(kinds) for number, kinds in self._lists.items()}
        return list(map(known.__getitem__, map(id, self.kinds)))

    @cached_property
    def _lists(self) -> Mapping[int, tuple[str, ...]]:
        """The lists of kinds that phrases share: to tell them apart by what they are would take four times as long."""
        return {id(kinds): kinds for kinds in self.kinds}

    @cached_property
    def desk_words(self) -> Mapping[int, tuple[str, ...]]:
        """The phrases that are a desk's, with the sets that say so: its own, and the domain of the same name."""
        desks = {name for name in self.sets if name.startswith(DESK)}
        kinds = {f"@{name}" for name in (*desks, *(name.removeprefix(DESK) for name in desks))}
        return {
            number: tuple(kind.removeprefix("@") for kind in of & kinds)
            for number, of in enumerate(self.kinds_of)
            if not kinds.isdisjoint(of)
        }

    @cached_property
    def common(self) -> Mapping[str, int]:
        """The phrases that are words of every sentence ("the", "in"), by what they are folded to, with their numbers.

        They would be half of all that a scan finds, and say nothing of what a text is about: they are looked up where a
        sentence is read.
        """
        words = self.lists.get("common", frozenset())
        begin = max(0, len(self.lines) - len(words))
        return {line: number for number, line in enumerate(self.lines[begin:], begin) if line in words}

    @cached_property
    def common_kinds(self) -> frozenset[str]:
        """The kinds that have a common word: any sentence may hold them."""
        return frozenset(kind for number in self.common.values() for kind in self.kinds[number])

    @cached_property
    def apart(self) -> frozenset[int]:
        """The phrases that are one word written as two."""
        apart = {one for group in self.spellings for one in group if " " in one}
        return frozenset(number for number, line in enumerate(self.lines) if line in apart)

    @cached_property
    def months(self) -> Mapping[str, int]:
        """The number of each word that names a month."""
        lists = {number: self.lists.get(f"month_{number}", ()) for number in range(12, 0, -1)}
        return {word: number for number, words in lists.items() for word in words}

    @cached_property
    def chains_with(self) -> Mapping[str, list[int]]:
        """The phrases in parts by the rarest of the parts that a sentence must have been heard to hold."""
        result: dict[str, list[int]] = {}
        for number, (each, needed) in enumerate(zip(self.chains, self.needed, strict=True)):
            for part in [self._rarest(needed)] if needed else each.parts(number):
                result.setdefault(part, []).append(number)
        return result

    @cached_property
    def needed(self) -> Sequence[frozenset[str]]:
        """By chain: the parts that a sentence must have been heard to hold; any may hold one that has a common word."""
        return [frozenset(each.parts(number)) - self.common_kinds for number, each in enumerate(self.chains)]

    @cached_property
    def needs(self) -> tuple[Need, ...]:
        """Every way in which a rule can fire."""
        return tuple(
            Need(self._triggering.intersection(way), number, pair)
            for number, rule in enumerate(self.rules)
            for pair, way in _ways(rule)
        )

    @cached_property
    def needs_with(self) -> Mapping[str, list[Need]]:
        """The needs by the rarest part of each; by nothing those of common words alone."""
        return self._by_part(self.needs)

    @cached_property
    def links(self) -> tuple[Link, ...]:
        """The phrases in parts that triggers are made of."""
        pairs = zip(self.needed, self.chains, strict=True)
        return tuple(Link(needed, each.kind) for needed, each in pairs if each.kind in self._asked)

    @cached_property
    def links_with(self) -> Mapping[str, list[Link]]:
        """The links by the rarest part of each; by nothing those of common words alone."""
        return self._by_part(self.links)

    def _by_part(self, ways: Iterable[Way]) -> dict[str, list[Way]]:
        result: dict[str, list[Way]] = {}
        for way in ways:
            result.setdefault(self._rarest(way.parts) if way.parts else "", []).append(way)
        return result

    def _rarest(self, kinds: Iterable[str]) -> str:
        """The kind that is heard least: of few of the lists that phrases share, as the words of the day are of many."""
        return min(kinds, key=lambda kind: (self._often[kind], kind))

    @cached_property
    def _often(self) -> Counter[str]:
        """By kind: in how many of the lists it is."""
        return Counter(kind for kinds in self._lists.values() for kind in kinds)

    @cached_property
    def parts(self) -> list[frozenset[str]]:
        """By phrase: what it is that triggers are made of."""
        known = {number: self._triggering.intersection(kinds) for number, kinds in self._lists.items()}
        return list(map(known.__getitem__, map(id, self.kinds)))

    @cached_property
    def _triggering(self) -> frozenset[str]:
        """What rules ask for, and what that is in parts."""
        return self._asked.union(*[link.parts for link in self.links])

    @cached_property
    def _asked(self) -> frozenset[str]:
        """Every kind that rules ask for and that tells sentences apart."""
        kinds = {kind for rule in self.rules for _, way in _ways(rule) for kind in way}
        return frozenset(kinds - self.common_kinds)


def _ways(rule: Rule) -> Iterator[tuple[int, tuple[str, ...]]]:
    """What must stand together for a rule to fire, way by way, and which of its pairs that is."""
    yield -1, (f"{rule.category}.term",)
    yield -1, (f"{rule.category}.weak",)
    for number, pair in enumerate(rule.pairs):
        yield number, tuple(filter(None, (pair.first, pair.second, pair.then, pair.needs)))


def compile_lexicon(
    rules: Iterable[Rule],
    languages: Iterable[Language],
    supplement: Supplement,
    sets: Mapping[str, tuple[str, ...]],
    codes: Mapping[str, Codes],
    families: Mapping[str, str] = MappingProxyType({}),
) -> Lexicon:
    """The lexicon of these rules, languages and places.

    Raises: SettingError when two rules share a category, or one has terms in a language that has no file.
    """
    languages = tuple(languages)
    supplement = _named(supplement, languages)
    lexicon = Lexicon(
        lines=(),
        phrases=(),
        kinds=(),
        chains=(),
        rules=(),
        cues=tuple(cue for language in languages for cue in language.cues),
        lists=_lists(languages),
        numbers={fold(word): value for language in languages for word, value in language.numbers.items()},
        supplement=supplement,
        codes=codes,
        families=families,
        languages=frozenset(language.code for language in languages),
        sets=frozenset(sets),
        affixes={language.code: language.affixes for language in languages},
        spellings=tuple(tuple(map(fold_phrase, group)) for language in languages for group in language.spellings),
    )
    return _with_phrases(lexicon, tuple(rules), _all(languages, supplement, sets))


def with_rules(lexicon: Lexicon, rules: Iterable[Rule]) -> Lexicon:
    """The lexicon with more rules; one of a category that is there takes the place of that one.

    Raises: SettingError as `compile_lexicon`.
    """
    rules = tuple(rules)
    new = {rule.category for rule in rules}
    old = {rule.category for rule in lexicon.rules} & new
    gone = {
        part
        for number, each in enumerate(lexicon.chains)
        if each.kind.partition(".")[0] in old
        for part in each.parts(number)
    }
    kinds = {
        of: tuple(kind for kind in of if kind.partition(".")[0] not in old and kind not in gone)
        for of in set(lexicon.kinds)
    }
    known = [
        (line, phrase, kinds[of])
        for line, phrase, of in zip(lexicon.lines, lexicon.phrases, lexicon.kinds, strict=True)
    ]
    kept = [row for row in known if row[2]]
    lexicon = replace(
        lexicon,
        lines=tuple(row[0] for row in kept),
        phrases=tuple(row[1] for row in kept),
        kinds=tuple(row[2] for row in kept),
        rules=tuple(rule for rule in lexicon.rules if rule.category not in old),
    )
    return _with_phrases(lexicon, rules, ())


def _with_phrases(lexicon: Lexicon, rules: tuple[Rule, ...], phrases: Iterable[tuple[str, str]]) -> Lexicon:
    """The lexicon with these rules and phrases besides."""
    _check(rules, lexicon.languages)
    spellings = {f" {one} ": group for group in lexicon.spellings for one in group}
    kinds = {line: list(of) for line, of in zip(lexicon.lines, lexicon.kinds, strict=True)}
    names = dict(zip(lexicon.lines, lexicon.phrases, strict=True))
    words = ((f"{rule.category}.{kind}", each) for rule in rules for kind, each in rule.words.items())
    chains = list(lexicon.chains)
    for kind, phrase in _in_parts((*phrases, *((kind, phrase) for kind, each in words for phrase in each)), chains):
        folded = fold(phrase)
        if not folded:
            raise SettingError(f"{kind}: {phrase!r} has no letter or digit; take it out")
        for line in _variants(phrase, spellings):
            known = kinds.setdefault(line, [])
            names.setdefault(line, folded)
            if kind not in known:
                if len(known) == MOST_KINDS:
                    told = _told_in(kind, chains, rules)
                    raise SettingError(f"{told}: {phrase!r} stands in over {MOST_KINDS} lists of all rules; join some")
                known.append(kind)
    common = lexicon.lists.get("common", frozenset())
    lines = sorted(kinds, key=lambda line: line in common)
    # Some ten thousand phrases share a few hundred lists of kinds: each list is there once.
    shared: dict[tuple[str, ...], tuple[str, ...]] = {}
    lists = (tuple(kinds[line]) for line in lines)
    result = replace(
        lexicon,
        lines=tuple(lines),
        phrases=tuple(names[line] for line in lines),
        kinds=tuple(shared.setdefault(each, each) for each in lists),
        chains=tuple(chains),
        rules=(*lexicon.rules, *(replace(rule, words={}, fires=(), quiet=()) for rule in rules)),
    )
    # What a scan of a whole text looks for comes first.
    order = sorted(range(len(lines)), key=lambda at: (lines[at] in common, not result.parts[at]))
    return replace(
        result,
        lines=tuple(result.lines[at] for at in order),
        phrases=tuple(result.phrases[at] for at in order),
        kinds=tuple(result.kinds[at] for at in order),
    )


def _in_parts(phrases: Iterable[tuple[str, str]], chains: list[Links]) -> Iterator[tuple[str, str]]:
    """The phrases, those with joints part by part; what each of these is made of goes to the end of `chains`."""
    for kind, phrase in phrases:
        found = chain(phrase)
        if found is None:
            yield kind, phrase
            continue
        number = len(chains)
        chains.append(Links(kind, found.joints))
        for part, side in enumerate(found.sides):
            yield from ((f"~{number}.{part}", each) for each in side)


def _told_in(kind: str, chains: list[Links], rules: Iterable[Rule]) -> str:
    """The file and list of a phrase, for what is to be said of it."""
    if kind.startswith("~"):
        kind = chains[int(kind[1:].partition(".")[0])].kind
    category, _, key = kind.partition(".")
    return next((f"{rule.file}: {key}" for rule in rules if rule.category == category), kind)


def _check(rules: tuple[Rule, ...], known: Collection[str]) -> None:
    """Raises SettingError when two rules share a category, or one speaks a language that has no file: that tells a
    denial from a deed."""
    categories = [rule.category for rule in rules]
    for rule in rules:
        if categories.count(rule.category) > 1:
            raise SettingError(
                f"{rule.file}: category = {rule.category!r}: another rule has it; give one of them its own"
            )
        for code, key in rule.languages.items():
            if code not in known:
                has = ", ".join(sorted(known)) or "none"
                raise SettingError(
                    f"{rule.file}: {key}.{code}: no language file {code}.toml tells denials and old events in"
                    f" it apart; take these terms out, or write the file (there is {has})"
                )


def _all(
    languages: Iterable[Language], supplement: Supplement, sets: Mapping[str, tuple[str, ...]]
) -> Iterator[tuple[str, str]]:
    """Every phrase with its kind, but for those of the rules."""
    for name, phrases in sets.items():
        yield from ((f"@{name}", phrase) for phrase in phrases)
    for language in languages:
        for kind, phrases in language.words.items():
            yield from ((kind, phrase) for phrase in phrases)
        yield from (("number", word) for word in language.numbers)
    yield from (("region", name) for name in supplement.regions)
    yield from (("country", name) for name in supplement.countries)
    yield from (("demonym", name) for name in supplement.demonyms)
    yield from (("group", name) for name in supplement.groups)


def _named(supplement: Supplement, languages: Iterable[Language]) -> Supplement:
    """The places with what each language calls them, and how it inflects their names."""
    beginnings, endings = dict(supplement.beginnings), dict(supplement.endings)
    for language in languages:
        supplement = with_names(supplement, f"{language.code}.toml", language.names)
        beginnings |= language.beginnings
        endings |= language.endings
    return replace(supplement, beginnings=beginnings, endings=endings)


def _lists(languages: Iterable[Language]) -> dict[str, frozenset[str]]:
    """The single words of all languages together."""
    result: dict[str, frozenset[str]] = {}
    for language in languages:
        for name, words in language.lists.items():
            result[name] = result.get(name, frozenset()) | frozenset(map(fold, words))
    return result


_APOSTROPHE = re.compile("['\u2018\u2019\u02bc]")


def _variants(phrase: str, spellings: Mapping[str, tuple[str, ...]]) -> Iterator[str]:
    """The phrase as a line has it, in each of its spellings: "cease fire line", "ceasefire line"; "sana a", "sanaa"."""
    for written in {phrase: None, _APOSTROPHE.sub("", phrase): None}:
        padded = f" {fold_phrase(written)} "
        known = next((one for one in spellings if one in padded), None)
        for spelling in spellings[known] if known else ("",):
            yield (padded.replace(known, f" {spelling} ") if known else padded).strip()
