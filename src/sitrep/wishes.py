"""What a reader asks for on the command line in, ids and codes that sitrep knows out.  Reads the operator's rules."""

import argparse
from collections.abc import Callable, Collection, Iterable, Mapping

from shared.core.incidents import flag_words
from shared.core.render.words import category_words
from shared.core.subscriptions import CERTAINTIES, NOWHERE, STATUSES, Names, Policy, Wish, nearest
from shared.detect import Lexicon, load_lexicon
from shared.detect.words import fold
from shared.errors import InputError
from sitrep.rulefiles import compiled, in_use, store_of
from sitrep.stack import Stack

HELP_COUNTRY = "a country's name or its code of two letters"
_NAMED = ("category", "country", "flags")


def configure_wish(parser: argparse.ArgumentParser) -> None:
    """The options that say which messages are wanted; each may be given several times, or with commas."""
    for name, metavar, words in (
        ("category", "CATEGORY", "only of this kind: see `sitrep rules list`"),
        ("country", "COUNTRY", f"only where it happened there: {HELP_COUNTRY}; `{NOWHERE}` where none is known"),
        ("certainty", "WORD", f"only what is so sure: {', '.join(CERTAINTIES)}"),
        ("status", "WORD", f"only such messages: {', '.join(STATUSES)}"),
        ("flag", "FLAG", "only what is so marked: see `sitrep rules list`"),
    ):
        parser.add_argument(f"--{name}", metavar=metavar, action="extend", type=_words, default=[], help=words)
    parser.add_argument(
        "--min-severity", metavar="N", type=_severity, default=0, help="only what is at least so severe, of 100"
    )


def wish_of(arguments: argparse.Namespace, stack: Stack) -> Wish:
    """What was asked for.  Raises `InputError` for what sitrep does not know, with what comes nearest."""
    # Nobody needs to know the rules for the rest.
    lexicon = known_to(stack) if arguments.category or arguments.country or arguments.flag else None
    return Wish(
        categories=_each(arguments.category, lambda word: category(word, lexicon)),
        countries=_each(arguments.country, lambda word: NOWHERE if word == NOWHERE else country(word, lexicon)),
        min_severity=arguments.min_severity,
        certainties=_each(arguments.certainty, lambda word: _one_of(word, CERTAINTIES, "certainty")),
        statuses=_each(arguments.status, lambda word: _one_of(word, STATUSES, "status")),
        flags=_each(arguments.flag, lambda word: _flag(word, lexicon)),
    )


def known_to(stack: Stack) -> Lexicon:
    """The packaged rules, and the operator's."""
    return compiled(in_use(store_of(stack)))


def category(word: str, lexicon: Lexicon | None) -> str:
    """The id of a category, however it is written.  Raises `InputError` where there is none."""
    rules = {rule.category: rule for rule in (lexicon or load_lexicon()).rules}
    found = _id(word)
    if found in rules and rules[found].is_flag:
        raise InputError(f"{found} is a flag, which marks messages of any category: `subscribe` has --flag for it")
    return _one_of(word, [name for name, rule in rules.items() if not rule.is_flag], "category")


def country(word: str, lexicon: Lexicon | None = None) -> str:
    """The ISO 3166-1 code of a country, by its code or a name of it.  Raises `InputError` where there is none."""
    supplement = (lexicon or load_lexicon()).supplement
    names = supplement.country_names
    if word.upper() in names:
        return word.upper()
    if found := supplement.countries.get(fold(word)):
        return found
    if region := supplement.regions.get(fold(word)):
        raise InputError(f"{region.name} is no country: name {names[region.country]} ({region.country}), where it is")
    near = nearest(fold(word), supplement.countries)
    code = supplement.countries.get(near, "")
    hint = f"did you mean {names[code]} ({code})?" if code else "give its English name, or its code of two letters"
    raise InputError(f"{word!r} is no country that is known: {hint}")


def names_in(policies: Iterable[Policy]) -> Names:
    """What the ids and codes in filter policies are called."""
    found = list(policies)
    told = {key: {str(value) for policy in found for value in policy.get(key, ())} for key in _NAMED}
    countries: Mapping[str, str] = load_lexicon().supplement.country_names if told["country"] else {}
    return Names(
        categories={each: category_words(each) for each in told["category"]},
        countries=countries,
        flags={each: flag_words(each) for each in told["flags"]},
    )


def _flag(word: str, lexicon: Lexicon | None) -> str:
    return _one_of(word, [rule.category for rule in (lexicon or load_lexicon()).rules if rule.is_flag], "flag")


def _each(words: Iterable[str], known: Callable[[str], str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(map(known, words)))


def _one_of(word: str, known: Collection[str], what: str) -> str:
    if (found := _id(word)) in known:
        return found
    near = nearest(found, known)
    hint = f"did you mean {near}?" if near else f"there are {', '.join(sorted(known))}"
    raise InputError(f"there is no {what} {word!r}: {hint}")


def _id(word: str) -> str:
    return "_".join(word.strip().lower().replace("-", " ").split())


def _words(text: str) -> list[str]:
    words = [word.strip() for word in text.split(",")]
    if not all(words):  # a variable of a script that is not set must not mean everything
        raise argparse.ArgumentTypeError("nothing is named: leave it out, or name something")
    return words


def _severity(text: str) -> int:
    if not text.isdecimal() or not 0 <= int(text) <= 100:
        raise argparse.ArgumentTypeError(f"{text!r} is no severity: give a number from 0 to 100")
    return int(text)
