"""The body of an email: an incident and its alert in, plain text of at most 78 columns out, the answer first.  Pure.

What articles wrote never begins a line at the left margin, so it cannot pass for ours.  Links, archive keys and digests
stand on lines of their own, unbroken, however long.
"""

import textwrap
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

from shared.core.incidents import (
    BREACHES,
    FIGURES,
    confidence,
    deeds,
    figure_words,
    figures,
    is_withdrawn,
    name_key,
    publishers,
)
from shared.core.render.text import clean, link
from shared.core.render.words import (
    OWNER_MAX,
    capital,
    category_words,
    certainty_words,
    counted,
    kind_words,
    owner,
    place_words,
    severity_word,
    told_flags,
    toll_words,
    tolls,
    what_words,
)
from shared.types import ALERTABLE, Alert, Certainty, Claim, ClaimKind, Codes, Evidence, Incident, Status, Story

COLUMNS = 78  # Source: RFC 5322, 2.1.1.

_TIE = "\N{NO-BREAK SPACE}"
"""Keeps what belongs together on one line while wrapping; nothing that was cleaned holds one."""

# Source: CAMEO codebook, root 19, "Fight": violate ceasefire.
_VIOLATION = "196"

_SENTENCE_MAX = 600
_QUOTED_MAX = 120
_WHY_MAX = 600
_EDITS_MAX = 3
_EDIT_MAX = 300

# One story in fifty papers: the first and the last tell it, and the record holds the rest.
_LISTED_MAX = 20

_ALLEGED_HOW = {
    Certainty.OBSERVED: "observed by",
    Certainty.REPORTED: "reported by",
    Certainty.CLAIMED: "claimed by",
    Certainty.ALLEGED: "alleged by",
}


def render_email(incident: Incident, alert: Alert) -> str:
    """What, where, when and who; then the claims, how sure, why this fired, the sources, codes and gaps."""
    sections = (
        "\n".join(_answer(incident, alert)),
        _section("What was edited", _edits(incident, alert)),
        _section("Who says what", _claims(incident)),
        _section("In their words", _quotes(incident)),
        _section("How sure", _surety(incident)),
        _section("Why this fired", _rules(incident)),
        _section("Sources", _sources(incident)),
        _section("Codes", _codes(incident)),
        _section("Known gaps", _gaps(incident)),
        f"Incident {clean(incident.id, 60)}, revision {alert.revision}",
    )
    return "\n\n".join(section for section in sections if section) + "\n"


def _answer(incident: Incident, alert: Alert) -> Iterator[str]:
    what = capital(what_words(category_words(incident.category), kind_words(incident)))
    sure = certainty_words(incident)
    yield from _wrapped("", f"{what}, {sure}: {place_words(incident.place, as_written=True)}", "    ")
    if known := tolls(incident):
        yield from _wrapped("", toll_words(known, OWNER_MAX), "    ")
    for words, certainty in told_flags(incident):
        yield f"{capital(words)}, {certainty}"
    if is_withdrawn(incident):
        yield "WITHDRAWN: no source that told it tells it any more."
    elif confidence(incident) == "possible":
        yield "UNCONFIRMED: one source only."
    yield ""
    if alert.status is Status.UPDATE:
        yield from _wrapped("Changed   ", clean(alert.why, _WHY_MAX))
    yield from _wrapped(
        "What      ",
        f"{what}, {sure}; severity {incident.severity} of 100 ({severity_word(incident.severity)})",
    )
    yield from _wrapped("Where     ", place_words(incident.place, as_written=True))
    if detail := _place_detail(incident):
        yield from _wrapped("          ", detail)
    yield from _wrapped("When      ", _when(incident))
    if deeds(incident, ClaimKind.RESPONSIBILITY) or _does_harm(incident):
        yield from _wrapped("Who       ", _who(incident))


def _place_detail(incident: Incident) -> str:
    place = incident.place
    if place is None:
        return ""
    detail = f"placed to the {place.precision}"
    if place.lat is not None and place.lon is not None:
        detail += f", {place.lat:.3f} {place.lon:.3f}"
    return f"{detail}, gazetteer id {clean(place.id, 40)}"


def _when(incident: Incident) -> str:
    stamped = [story.published_at for story in incident.stories if story.published_at is not None]
    if not stamped:
        return f"first read {_utc(incident.first_seen_at)} (the story, not the event)"
    return f"first published {_utc(min(stamped))} (the story, not the event)"


def _who(incident: Incident) -> str:
    named = deeds(incident, ClaimKind.RESPONSIBILITY)
    if not named:
        return "no claim of responsibility read"
    owners = ", ".join(f"{_by(claim)} ({claim.certainty})" for claim, _ in named[:5])
    return f"responsibility: spoken of by {owners}"


def _edits(incident: Incident, alert: Alert) -> Iterator[str]:
    if alert.status is not Status.UPDATE:
        return
    for story in incident.stories:
        if story.report.id == alert.report_id:
            for edit in story.edits[:_EDITS_MAX]:
                for number, (sign, text) in enumerate((("was", edit.before), ("now", edit.after))):
                    words = f'"{clean(text, _EDIT_MAX)}"' if text else "(nothing)"
                    yield from _wrapped(f"  {' ' if number else '-'} {sign} ", words, "        ")


def _claims(incident: Incident) -> Iterator[str]:
    for kind, word in FIGURES.items():
        for figure in figures(incident, kind)[:_LISTED_MAX] if kind is not ClaimKind.VIOLATION else ():
            told = f"{figure_words(figure.claim)} {word} - {_says(figure.claim)} ({figure.claim.certainty})"
            yield from _wrapped("  - ", f"{told} {_where_said(incident, figure.story, figure.claim.sentence)}")
    yield from _violations(incident)
    for claim, story in deeds(incident, ClaimKind.RESPONSIBILITY)[:_LISTED_MAX]:
        what = f"Responsibility: spoken of by {_by(claim)} ({claim.certainty})"
        yield from _claim(incident, story, claim.sentence, what)
    for claim, story in deeds(incident, ClaimKind.DENIAL)[:_LISTED_MAX]:
        yield from _claim(incident, story, claim.sentence, f"Denial: by {_by(claim)}")


def _violations(incident: Incident) -> Iterator[str]:
    """Who counts breaches of a truce, and then who alleges one without a figure."""
    figured = figures(incident, ClaimKind.VIOLATION)
    counters = {name_key(figure.claim.by) for figure in figured}
    alleged = [each for each in deeds(incident, ClaimKind.VIOLATION) if name_key(each[0].by) not in counters]
    for claim, story in [*((figure.claim, figure.story) for figure in figured), *alleged][:_LISTED_MAX]:
        if name_key(claim.by) in counters:
            what = counted(figure_words(claim), "ceasefire violations")
        else:
            category = claim.sentence.rule.partition("/")[0]
            what = capital(category_words(category if category in BREACHES else ClaimKind.VIOLATION))
        how = _ALLEGED_HOW.get(claim.certainty, "alleged by")
        yield from _claim(incident, story, claim.sentence, f"{what}: {how} {_by(claim)}")


def _claim(incident: Incident, story: Story, said: Evidence, what: str) -> Iterator[str]:
    """A claim with its words, but for those that are quoted further down as the story's own."""
    if story in _shown(incident) and said == replace(story.report.sentence, rule=said.rule):
        yield from _wrapped("  - ", f"{what} {_where_said(incident, story, said)}")
    else:
        yield from _wrapped("  - ", what)
        yield from _quoted(incident, story, said)


def _says(claim: Claim) -> str:
    return f"says {_by(claim)}" if claim.verb else f"{_by(claim)}, in its own voice"


def _by(claim: Claim) -> str:
    """As written; but the article that began its sentence stands inside ours."""
    name = clean(claim.by, OWNER_MAX)
    return ("the " + name[4:] if name.startswith("The ") else name) or "unnamed source"


def _quotes(incident: Incident) -> Iterator[str]:
    for story in _shown(incident):
        yield from _quoted(incident, story, story.report.sentence)


def _quoted(incident: Incident, story: Story, said: Evidence) -> Iterator[str]:
    yield from _wrapped('    > "', clean(said.text, _SENTENCE_MAX) + '"', "    > ")
    yield from _wrapped("    ", _where_said(incident, story, said))


def _where_said(incident: Incident, story: Story, said: Evidence) -> str:
    """`[text 1024-1190]`, with the source's number where there are several."""
    number = f"source{_TIE}{incident.stories.index(story) + 1},{_TIE}" if len(incident.stories) > 1 else ""
    return f"[{number}{said.field}{_TIE}{said.start}-{said.end}]"


def _surety(incident: Incident) -> Iterator[str]:
    tellers = publishers(incident)
    named = ", ".join(clean(name, OWNER_MAX) or "unnamed publisher" for name in tellers[:_LISTED_MAX])
    if confidence(incident) == "observed":
        why = f"an official observer stands behind it; told by {named}"
    elif confidence(incident) == "possible":
        why = f"one publisher tells it ({named})" if named else "no publisher tells it as having happened"
    else:
        why = f"{len(tellers)} publishers tell it ({named}); no official observer stands behind it"
    yield from _wrapped("  ", f"{confidence(incident).capitalize()}: {why}.")
    known = [figure for kind in FIGURES for figure in figures(incident, kind)]
    owners = {owner(figure.claim.by) for figure in known}
    if len(owners) == 1:
        all_of_them = "The figure rests" if len(known) == 1 else "All figures rest"
        yield from _wrapped("  ", f"{all_of_them} on the word of one: {owners.pop()}.")
    scores = ", ".join(f"{story.report.score:.2f}" for story in _shown(incident))
    yield from _wrapped("  ", f"Detection's own score that the text reports such an event, of 1: {scores}.")


def _rules(incident: Incident) -> Iterator[str]:
    for story in _shown(incident):
        told = story.report.evidence
        first = {evidence.rule: evidence for evidence in reversed(told)}.values()  # every rule has its say
        for evidence in sorted(told, key=lambda evidence: evidence not in first)[:3]:
            words = f'rule {clean(evidence.rule, 60)} on "{clean(evidence.text, _QUOTED_MAX)}"'
            yield from _wrapped("  ", f"{words} {_where_said(incident, story, evidence)}", "      ")


def _sources(incident: Incident) -> Iterator[str]:
    for story in _shown(incident):
        number = f"  {incident.stories.index(story) + 1}. "
        publisher = clean(story.publisher, OWNER_MAX) or "unnamed publisher"
        yield from _wrapped(number, f"{publisher}: {clean(story.title, 200) or '(no title)'}", "     ")
        if story.is_withdrawn:
            yield "     edited: it does not tell it any more; what is below is what it told"
        elif story.edits:
            yield "     edited since it was first read; what is below is its latest text"
        yield f"     {link(story.url)}"
        yield f"     published {_utc(story.published_at) if story.published_at else 'at a time not given'}"
        yield f"     archive {clean(story.article_key, 200) or '(none)'}"
        yield f"     sha256 {clean(story.raw_sha256, 64) or '(none: no page was read)'}"
    if left := len(incident.stories) - len(_shown(incident)):
        yield f"  and {left} more"


def _codes(incident: Incident) -> Iterator[str]:
    """What data sets call it."""
    codes = _codes_of(incident)
    yield f"  ACLED {clean(codes.acled, 80) or 'none of its own'}"
    yield f"  PLOVER {clean(codes.plover, 40) or 'none of its own'}"
    yield f"  CAMEO {clean(codes.cameo, 10) or 'none of its own'}"
    if deeds(incident, ClaimKind.VIOLATION) and incident.category not in BREACHES:
        yield f"  CAMEO {_VIOLATION} (alleged ceasefire violation)"


def _codes_of(incident: Incident) -> Codes:
    """As the latest report that has codes says."""
    return next((s.report.codes for s in reversed(incident.stories) if s.report.codes != Codes()), Codes())


def _does_harm(incident: Incident) -> bool:
    """Whether it is of a kind that has victims and somebody who did it; of a kind unknown to data sets it may be.

    Source: PLOVER manual, ASSAULT: deliberate acts that cause harm, or the attempt.
    """
    codes = _codes_of(incident)
    return codes.plover == "ASSAULT" or not (codes.plover or codes.acled)


def _gaps(incident: Incident) -> Iterator[str]:
    stories = incident.stories
    if incident.place is None:
        yield "  - place not stated"
    counts = any(figures(incident, kind) for kind in (ClaimKind.KILLED, ClaimKind.WOUNDED))
    if not counts and _does_harm(incident):
        yield "  - no figure of killed or wounded"
    if any(story.from_summary for story in stories):
        yield "  - read in part only: the feed's summary, or what the page shows to all" + _which(
            incident, [story.from_summary for story in stories]
        )
    if any(story.published_at is None for story in stories):
        yield "  - page gave no publication time" + _which(incident, [story.published_at is None for story in stories])
    yield "  - time of the event not read from the text"
    if any(story.report.certainty not in ALERTABLE or story.is_withdrawn for story in stories):
        yield "  - some sources do not tell it as having happened; they are not counted"


def _which(incident: Incident, concerned: list[bool]) -> str:
    if len(incident.stories) == 1:
        return ""
    numbers = [str(number) for number, is_concerned in enumerate(concerned, 1) if is_concerned]
    return f" (source {', '.join(numbers[:_LISTED_MAX])})"


def _shown(incident: Incident) -> tuple[Story, ...]:
    stories = incident.stories
    return stories if len(stories) <= _LISTED_MAX else (*stories[: _LISTED_MAX - 5], *stories[-5:])


def _utc(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC")


def _section(title: str, lines: Iterator[str]) -> str:
    body = "\n".join(lines)
    return f"{title}\n{body}" if body else ""


def _wrapped(first: str, text: str, rest: str | None = None) -> list[str]:
    """The text within 78 columns, its further lines under its beginning."""
    lines = textwrap.wrap(
        text,
        COLUMNS,
        initial_indent=first,
        subsequent_indent=" " * len(first) if rest is None else rest,
        break_on_hyphens=False,
    )
    return [line.replace(_TIE, " ") for line in lines]
