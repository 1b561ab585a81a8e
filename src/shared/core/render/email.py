"""The body of an email: an alert in, plain text of at most 78 columns out, the answer first.  Pure.

What articles wrote never begins a line at the left margin, so it cannot pass for ours.  Links, archive keys and digests
stand on lines of their own, unbroken, however long.
"""

from collections.abc import Iterator

from shared.core.incidents import deeds
from shared.core.render.answer import change, exercise_line, gist
from shared.core.render.codes import does_harm, render_codes
from shared.core.render.layout import section, wrapped
from shared.core.render.provenance import render_gaps, render_rules, render_sources, render_surety
from shared.core.render.quotes import render_claims, render_edits, render_quotes, spoken_of
from shared.core.render.text import clean
from shared.core.render.times import both
from shared.core.render.view import View
from shared.core.severity import severity_word
from shared.types import ClaimKind


def render_email(view: View) -> str:
    """What is new, what, where and when; then the claims, how sure, why this fired, the sources, codes and gaps."""
    sections = (
        "\n".join(render_answer(view)),
        "\n".join(_details(view)),
        section("What was edited", render_edits(view)),
        section("Who says what", render_claims(view)),
        section("In their words", render_quotes(view)),
        section("How sure", render_surety(view)),
        section("Why this fired", render_rules(view)),
        section("Sources", render_sources(view)),
        section("Codes", render_codes(view)),
        section("Known gaps", render_gaps(view)),
        _footer(view),
    )
    return "\n\n".join(each for each in sections if each) + "\n"


def render_default(view: View) -> str:
    """The first lines alone, for whatever protocol has no body of its own."""
    return "\n".join((*render_answer(view), "", _footer(view))) + "\n"


def render_answer(view: View) -> Iterator[str]:
    """What has changed, and then what is known now."""
    if view.is_exercise:
        yield from (exercise_line(), "")
    if words := change(view):
        yield from (*wrapped("", words, "    "), "")
    for line in gist(view):
        yield from wrapped("", line, "    ")


def _details(view: View) -> Iterator[str]:
    incident = view.incident
    yield f"Severity  {incident.severity} of 100 ({severity_word(incident.severity)})"
    if place := incident.place:
        where = f"placed to the {place.precision}"
        if place.lat is not None and place.lon is not None:
            where += f", {place.lat:.3f} {place.lon:.3f}"
        yield from wrapped("Where     ", f"{where}, gazetteer id {clean(place.id, 40)}")
    yield from wrapped("When      ", _when(view))
    if responsible := deeds(incident, ClaimKind.RESPONSIBILITY):
        owners = ", ".join(spoken_of(claim) for claim, _ in responsible[:5])
        yield from wrapped("Who       ", f"responsibility: spoken of by {owners}")
    elif does_harm(incident):
        yield "Who       no claim of responsibility read"


def _when(view: View) -> str:
    stories = view.incident.stories
    stamped = [story.published_at for story in stories if story.published_at is not None]
    moment = min(stamped) if stamped else view.incident.first_seen_at
    told = f"on {view.incident.day}, as told; " if any(story.traits.is_day_told for story in stories) else ""
    return f"{told}the story was first {'published' if stamped else 'read'} {both(moment, view.zone)}"


def _footer(view: View) -> str:
    last = f"Incident {clean(view.incident.id, 60)}, revision {view.alert.revision}"
    return f"{exercise_line()}\n{last}" if view.is_exercise else last
