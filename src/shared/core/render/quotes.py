"""Who says what, and in which words: an alert in, lines of an email out.  Pure."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from shared.core.incidents import BREACHES, FIGURES, deeds
from shared.core.names import name_key
from shared.core.render.layout import TIE, wrapped
from shared.core.render.ledger import Row
from shared.core.render.text import clean
from shared.core.render.times import clock
from shared.core.render.view import View
from shared.core.render.words import OWNER_MAX, agency, capital, category_words, counted, named, owner, range_words
from shared.core.when import at
from shared.types import Certainty, Claim, ClaimKind, Evidence, Status, Story

SENTENCE_MAX = 600
_EDITS_MAX = 3
_EDIT_MAX = 300
_PRINTERS_MAX = 4
_WAS_MAX = 3

_ALLEGED_HOW = {
    Certainty.OBSERVED: "observed by",
    Certainty.REPORTED: "reported by",
    Certainty.CLAIMED: "claimed by",
    Certainty.ALLEGED: "alleged by",
}


def render_edits(view: View) -> Iterator[str]:
    """The sentences that the story behind an update or a correction changed: as they were, as they are."""
    if view.cause is None or view.alert.status in {Status.NEW, Status.CLOSED}:
        return
    for edit in view.cause.edits[:_EDITS_MAX]:
        for number, (sign, text) in enumerate((("was", edit.before), ("now", edit.after))):
            words = f'"{clean(text, _EDIT_MAX)}"' if text else "(nothing)"
            yield from wrapped(f"  {' ' if number else '-'} {sign} ", words, "        ")
    if left := len(view.cause.edits) - _EDITS_MAX:
        yield from [f"  and {left} more"] * (left > 0)


def render_claims(view: View) -> Iterator[str]:
    """Each owner's toll, who printed it when, and what it was before; then who alleges, claims or denies what."""
    for kind, rows in view.ledger.items():
        if kind is not ClaimKind.VIOLATION:
            yield from _tolls(view, kind, rows)
    yield from _violations(view)
    incident = view.incident
    for claim, story in deeds(incident, ClaimKind.RESPONSIBILITY)[: view.most]:
        yield from _claim(view, story, claim.sentence, f"Responsibility: spoken of by {spoken_of(claim)}")
    for claim, story in deeds(incident, ClaimKind.DENIAL)[: view.most]:
        yield from _claim(view, story, claim.sentence, f"Denial: by {_by(claim)}")


def render_quotes(view: View) -> Iterator[str]:
    """The sentence that says it, of each story; of many that print the same, once."""
    said: dict[str, list[Story]] = {}
    for story in view.shown:
        said.setdefault(clean(story.report.sentence.text, SENTENCE_MAX).casefold(), []).append(story)
    for stories in said.values():
        first, *others = stories
        yield from _quoted(view, first, first.report.sentence, others)


def spoken_of(claim: Claim) -> str:
    """`the Syrian army (claimed)`."""
    return f"{_by(claim)} ({claim.certainty})"


def where_said(view: View, story: Story, said: Evidence) -> str:
    """`[text 1024-1190]`, with the source's number where there are several."""
    number = f"source{TIE}{view.number(story)},{TIE}" if len(view.incident.stories) > 1 else ""
    return f"[{number}{said.field}{TIE}{said.start}-{said.end}]"


def _tolls(view: View, kind: ClaimKind, rows: tuple[Row, ...]) -> Iterator[str]:
    ranked = sorted((row.figure for row in rows), key=lambda figure: figure.number)
    if ranked[0].number != ranked[-1].number:
        yield f"  {capital(FIGURES[kind])}: {range_words(ranked[0], ranked[-1])}"
    for row in rows[: view.most]:
        claim = row.figure.claim
        who = f"{capital(owner(claim.by))}{'' if claim.verb else ', in its own voice'}"
        was = "".join(f", was {words}" for words in row.was[:_WAS_MAX])
        told = f"{who}: {row.words} {FIGURES[kind]}{was}, {claim.certainty}{_printed(view, row.stories)}"
        yield from wrapped("  - ", f"{told} {where_said(view, row.figure.story, claim.sentence)}")
    if len(rows) > view.most:
        yield f"  and {len(rows) - view.most} more"


def _printed(view: View, stories: tuple[Story, ...]) -> str:
    """` (NBC News, 20:20 UTC; also The Guardian)`; nothing where only one story is known."""
    if len(view.incident.stories) == 1:
        return ""
    first, *others = dict.fromkeys(map(_printer, stories))
    when = clock(at(stories[0]), "UTC").replace(" ", TIE)
    names = ", ".join(others[:_PRINTERS_MAX])
    more = f" and {len(others) - _PRINTERS_MAX} more" if len(others) > _PRINTERS_MAX else ""
    return f" ({first}, {when}{f'; also {names}{more}' if names else ''})"


def _printer(story: Story) -> str:
    """`Reuters wire`, `BBC News`."""
    return f"{agency(story.traits.wire)} wire" if story.traits.wire else named(story.publisher)


def _violations(view: View) -> Iterator[str]:
    """Who counts breaches of a truce, and then who alleges one without a figure."""
    rows = view.ledger.get(ClaimKind.VIOLATION, ())
    counters = {row.owner for row in rows}
    for row in rows[: view.most]:
        claim = row.figure.claim
        what = capital(counted(row.words, "ceasefire violations"))
        yield from _claim(view, row.figure.story, claim.sentence, f"{what}: {_alleged(claim)}")
    alleged = [each for each in deeds(view.incident, ClaimKind.VIOLATION) if name_key(each[0].by) not in counters]
    for claim, story in alleged[: view.most]:
        category = claim.sentence.rule.partition("/")[0]
        what = capital(category_words(category if category in BREACHES else ClaimKind.VIOLATION))
        yield from _claim(view, story, claim.sentence, f"{what}: {_alleged(claim)}")


def _alleged(claim: Claim) -> str:
    return f"{_ALLEGED_HOW.get(claim.certainty, 'alleged by')} {_by(claim)}"


def _claim(view: View, story: Story, said: Evidence, what: str) -> Iterator[str]:
    """A claim with its words, but for those that are quoted further down as the story's own."""
    if story in view.shown and said == replace(story.report.sentence, rule=said.rule):
        yield from wrapped("  - ", f"{what} {where_said(view, story, said)}")
    else:
        yield from wrapped("  - ", what)
        yield from _quoted(view, story, said)


def _quoted(view: View, story: Story, said: Evidence, others: Iterable[Story] = ()) -> Iterator[str]:
    yield from wrapped('    > "', clean(said.text, SENTENCE_MAX) + '"', "    > ")
    also = f" and in source{TIE}" + f",{TIE}".join(str(view.number(each)) for each in others) if others else ""
    yield from wrapped("    ", where_said(view, story, said) + also)


def _by(claim: Claim) -> str:
    """As written; but the article that began its sentence stands inside ours."""
    name = clean(claim.by, OWNER_MAX)
    return ("the " + name[4:] if name.startswith("The ") else name) or "unnamed source"
