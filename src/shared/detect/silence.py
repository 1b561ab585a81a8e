"""An article -> the rules that nearly fired in it, and what kept each from it.  Pure."""

from collections.abc import Iterator
from typing import NamedTuple

from shared.detect.lexicon import Lexicon
from shared.detect.rules import Rule
from shared.detect.scan import possible, scan
from shared.detect.sentences import Found, Sentence, sentences
from shared.detect.triggers import overlap, suppressors, triggers
from shared.types import Article, Evidence, Field, Paragraph


class Silence(NamedTuple):
    """Words that a rule listens for, and why it did not fire on them."""

    category: str
    heard: Evidence
    why: str
    """`suppressed`, `sport` (a domain), `masked`, `told better as drone_strike`, `too little for a report`."""
    by: Evidence | None
    """The words that kept it quiet; none where it would have needed more."""


def silences(article: Article, lexicon: Lexicon, reported: set[str]) -> list[Silence]:
    """Where rules other than the reported ones nearly fired, in the order of the text."""
    fields = {Field.TITLE: article.title, Field.TEXT: article.text}
    hits = {field: scan(text, lexicon).hits([Paragraph(0, len(text))]) for field, text in fields.items()}
    rules = {rule.category: rule for rule in lexicon.rules if not rule.is_flag}
    found: list[Silence] = []
    for sentence in sentences(article, lexicon, hits):
        needs = possible(sentence.hits, lexicon).needs
        near = {lexicon.rules[need.rule].category for need in needs} & rules.keys()
        for category in sorted(near - reported):
            better = [rules[name] for name in rules[category].yields_to if name in near]
            found += _in_sentence(sentence, rules[category], better)
    return found


def _in_sentence(sentence: Sentence, rule: Rule, better: list[Rule]) -> Iterator[Silence]:
    masks = sentence.of(f"{rule.category}.mask")
    against = suppressors(sentence, rule)
    for term in sentence.of(f"{rule.category}.term"):
        mask = next((mask for mask in masks if overlap(term, mask)), None)
        if mask is not None:
            yield _silence(sentence, rule, term, "masked", mask)
        elif against:
            yield _silence(sentence, rule, term, _why(sentence, rule, against[0]), against[0])
    for trigger in triggers(sentence, rule, rule.pairs):
        other = next((each.category for each in better if triggers(sentence, each, each.pairs)), "")
        why = f"told better as {other}" if other else "too little for a report"
        yield Silence(rule.category, sentence.evidence(rule.id, trigger.first, trigger.last), why, None)


def _why(sentence: Sentence, rule: Rule, found: Found) -> str:
    return next((domain for domain in rule.domains if found in sentence.of(f"@{domain}")), "suppressed")


def _silence(sentence: Sentence, rule: Rule, heard: Found, why: str, by: Found) -> Silence:
    said = [sentence.evidence(rule.id, found.first, found.last) for found in (heard, by)]
    return Silence(rule.category, said[0], why, said[1])
