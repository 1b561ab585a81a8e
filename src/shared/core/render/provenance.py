"""How sure an alert is, why it fired, where it comes from and what is missing: an alert in, lines out.  Pure."""

from collections.abc import Iterator

from shared.core.incidents import figures
from shared.core.render.codes import does_harm
from shared.core.render.layout import wrapped
from shared.core.render.quotes import where_said
from shared.core.render.text import clean, link
from shared.core.render.times import utc
from shared.core.render.view import View, backing_words
from shared.core.render.words import agency, named, owner
from shared.types import ALERTABLE, ClaimKind, Story

_OBSERVER = {
    "observed": "; an official observer stands behind it",
    "likely": "; no official observer stands behind it",
}
_QUOTED_MAX = 120
_TITLE_MAX = 200


def render_surety(view: View) -> Iterator[str]:
    """`Likely: two independent sources (Reuters, in 3 papers; BBC News); no official observer stands behind it.`"""
    if view.sources:
        observer = _OBSERVER.get(view.confidence, "")
        yield from wrapped("  ", f"{view.confidence.capitalize()}: {backing_words(view)}{observer}.")
    else:
        yield "  Nobody tells it as having happened."
    known = [row.figure for rows in view.ledger.values() for row in rows]
    owners = {owner(figure.claim.by) for figure in known}
    if len(owners) == 1:
        all_of_them = "The figure rests" if len(known) == 1 else "All figures rest"
        yield from wrapped("  ", f"{all_of_them} on the word of one: {owners.pop()}.")
    scores = dict.fromkeys(f"{story.report.score:.2f}" for story in view.shown)
    yield from wrapped("  ", f"Detection's own score that the text reports such an event, of 1: {', '.join(scores)}.")


def render_rules(view: View) -> Iterator[str]:
    """The rules that fired and their words; of many stories that have the same words, by the first."""
    said: set[tuple[str, str]] = set()
    for story in view.shown:
        told = story.report.evidence
        first = {evidence.rule: evidence for evidence in reversed(told)}.values()  # every rule has its say
        for evidence in sorted(told, key=lambda evidence: evidence not in first)[:3]:
            if (words := (evidence.rule, evidence.text.casefold())) not in said:
                said.add(words)
                fired = f'rule {clean(evidence.rule, 60)} on "{clean(evidence.text, _QUOTED_MAX)}"'
                yield from wrapped("  ", f"{fired} {where_said(view, story, evidence)}", "      ")


def render_sources(view: View) -> Iterator[str]:
    """Each story with its publisher and agency, its link, its time and where its page is kept."""
    for story in view.shown:
        wire = f", from {agency(story.traits.wire)}" if story.traits.wire else ""
        words = f"{named(story.publisher)}{wire}: {clean(story.title, _TITLE_MAX) or '(no title)'}"
        yield from wrapped(f"  {view.number(story)}. ", words, "     ")
        if story.is_withdrawn:
            yield "     edited: it does not tell it any more; what is below is what it told"
        elif story.edits:
            yield "     edited since it was first read; what is below is its latest text"
        yield f"     {link(story.url)}"
        yield f"     published {utc(story.published_at) if story.published_at else 'at a time not given'}"
        yield f"     archive {clean(story.article_key, 200) or '(none)'}"
        yield f"     sha256 {clean(story.raw_sha256, 64) or '(none: no page was read)'}"
    if left := len(view.incident.stories) - len(view.shown):
        yield f"  and {left} more"


def render_gaps(view: View) -> Iterator[str]:
    """What a reader would like to know and cannot."""
    incident, stories = view.incident, view.incident.stories
    if incident.place is None:
        yield "  - place not stated"
    counts = any(figures(incident, kind) for kind in (ClaimKind.KILLED, ClaimKind.WOUNDED))
    if not counts and does_harm(incident):
        yield "  - no figure of killed or wounded"
    if in_part := [story for story in stories if story.from_summary]:
        yield from wrapped(
            "  - ", "read in part only: the feed's summary, or what the page shows to all" + _which(view, in_part)
        )
    if undated := [story for story in stories if story.published_at is None]:
        yield from wrapped("  - ", f"page gave no publication time{_which(view, undated)}")
    if not any(story.traits.is_day_told for story in stories):
        yield "  - the text does not say when it happened"
    if any(story.report.certainty not in ALERTABLE or story.is_withdrawn for story in stories):
        yield "  - some sources do not tell it as having happened; they are not counted"


def _which(view: View, concerned: list[Story]) -> str:
    if len(view.incident.stories) == 1:
        return ""
    return f" (source {', '.join(str(view.number(story)) for story in concerned[: view.most])})"
