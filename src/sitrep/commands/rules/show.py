"""`sitrep rules list`, `sitrep rules show`: what detection listens for."""

import argparse
import shutil
import sys

from shared.detect.rules import Pair, Rule
from shared.errors import InputError
from sitrep.local.show import one_line, say
from sitrep.rulefiles import in_use, own_rules, rules_by_category, store_of
from sitrep.stack import open_stack

_SHOWN = 60


def list_rules(arguments: argparse.Namespace) -> int:
    files, there = _files(arguments)
    own = own_rules(files)
    rules = rules_by_category() | {category: rule for category, (_, rule) in own.items()}
    width = shutil.get_terminal_size().columns if sys.stdout.isatty() else None
    for category, rule in sorted(rules.items()):
        name = own[category][0] if category in own else "packaged"
        what = "flag" if rule.is_flag else "alerts" if rule.alerts else "record only"
        line = f"{category:<22} /{rule.version:<3} {what:<12} severity {rule.severity:>3}  {name:<14} {rule.why}"
        say(one_line(line)[:width])
    return 1 if files != there else 0


def show_rule(arguments: argparse.Namespace) -> int:
    files, _ = _files(arguments)
    own = own_rules(files)
    known = rules_by_category() | {category: rule for category, (_, rule) in own.items()}
    rule = known.get(arguments.category)
    if rule is None:
        raise InputError(f"there is no rule {arguments.category}; there are {', '.join(sorted(known))}")
    for line in _lines(rule, own[rule.category][0] if rule.category in own else "packaged"):
        say(one_line(line))
    return 0


def _files(arguments: argparse.Namespace) -> tuple[dict[str, bytes], dict[str, bytes]]:
    """The operator's files that are in use, and those that are there."""
    if arguments.packaged:
        return {}, {}
    with open_stack(arguments.stack) as stack:
        return in_use(store_of(stack)), store_of(stack).files()


def _lines(rule: Rule, name: str) -> list[str]:
    what = "marks reports" if rule.is_flag else "alerts" if rule.alerts else "a record, no message"
    lines = [f"{rule.id} ({name}): {what}, severity {rule.severity}", f"  {rule.why}"]
    lines.append(f"  languages   {', '.join(sorted(rule.languages)) or 'none'}")
    lines.append(f"  claims      {', '.join(rule.claims) or 'none'}")
    for title, values in (("yields to", rule.yields_to), ("domains", rule.domains)):
        lines += [f"  {title:<11} {', '.join(values)}"] if values else []
    for kind, phrases in rule.words.items():
        if phrases:
            more = f" and {len(phrases) - _SHOWN} more" if len(phrases) > _SHOWN else ""
            lines.append(f"  {kind} ({len(phrases)}): {', '.join(phrases[:_SHOWN])}{more}")
    lines += [f"  pair        {_pair(pair)}" for pair in rule.pairs]
    lines += [f"  fires       {example}" for example in rule.fires]
    lines += [f"  quiet       {example}" for example in rule.quiet]
    return lines


def _pair(pair: Pair) -> str:
    parts = [f"{pair.first} ... {pair.second}"]
    if pair.then:
        parts.append(f"then {pair.then}")
    parts.append(f"within {pair.within} words")
    if pair.order != "first":
        parts.append(f"order {pair.order}")
    named = (("between", pair.between), ("without", pair.without), ("needs", pair.needs), ("unless", pair.unless))
    return ", ".join([*parts, *(f"{word} {kind}" for word, kind in named if kind)])
