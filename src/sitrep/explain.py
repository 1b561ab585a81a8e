"""An article with what detection made of it in, a page for the terminal out.  Pure.

What speaks for a report is marked where it stands in the text: the words that fired, the cues that decided how sure it
is, what speaks against it.  With colours where the terminal has them, with brackets anywhere.
"""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from shared.detect.silence import Silence
from shared.types import Article, Claim, ClaimKind, Evidence, Field, Report
from sitrep.local.show import one_line, printable

_COLOURS = {"fires": "\033[1;31m", "cue": "\033[1;33m", "against": "\033[36m", "quiet": "\033[2m"}
_PLAIN = "\033[0m"
_MOST_SILENCES = 20
# A longer text is shown around its marks only: nobody reads on for what is not there.
_WHOLE, _AROUND = 20_000, 300


class Span(NamedTuple):
    """Words to mark, and as what."""

    start: int
    end: int
    kind: str
    label: str


def explain(article: Article, reports: list[Report], silences: list[Silence], *, colours: bool) -> str:
    """What an article reports and why, then its text with all of it marked.

    Each line of the article begins with "| ": no words of its can pass for ours.
    """
    heading = [f"{len(reports)} report{'' if len(reports) == 1 else 's'}" if reports else "Nothing is reported."]
    if article.url or article.published_at:
        published = f"published {article.published_at:%Y-%m-%d %H:%M} UTC" if article.published_at else ""
        heading[:0] = [", ".join(filter(None, (article.publisher, published, article.url))), ""]
    for report in reports:
        heading += ["", *_report(report)]
    if silences:
        heading += ["", "Heard, and not reported:"]
        heading += [f"  {_silence(silence)}" for silence in silences[:_MOST_SILENCES]]
        if len(silences) > _MOST_SILENCES:
            heading.append(f"  and {len(silences) - _MOST_SILENCES} more")
    lines = [*map(one_line, heading), "", "-" * 72]
    spans = list(_spans(reports, silences[:_MOST_SILENCES]))
    for field, text in ((Field.TITLE, article.title), (Field.TEXT, article.text)):
        shown = marked(printable(text), [span for span, of in spans if of is field], colours=colours)
        lines += [f"| {line}".rstrip() for line in shown.split("\n") if text]
        lines += ["|"] if text and field is Field.TITLE else []
    return "\n".join(lines)


def _report(report: Report) -> list[str]:
    lines = [
        f"{report.category.upper()}{f' ({report.kind})' if report.kind else ''}: {report.certainty}, severity"
        f" {report.severity}, score {report.score:.2f}{'' if report.is_alertable else '; does not alert'}"
    ]
    codes = [f"{name} {code}" for name, code in (
        ("ACLED", report.codes.acled), ("PLOVER", report.codes.plover), ("CAMEO", report.codes.cameo)
    ) if code]  # fmt: skip
    place = report.place
    names = ", ".join(dict.fromkeys((place.name, place.country_name))) if place else ""
    where = f"{names} ({place.precision}, written {place.as_written})" if place else "unknown"
    lines.append(f"  where    {where}")
    lines += [f"  claims   {_claim(claim)}" for claim in report.claims]
    lines += [f"  flag     {flag.replace('_', ' ')}" for flag in report.flags]
    lines += [f"  fired    {e.rule} on {_quoted(e)}" for e in report.evidence]
    lines += [f"  because  {cue.means}: {_quoted(cue.evidence)}" for cue in report.cues]
    lines += [f"  against  {cue.means}: {_quoted(cue.evidence)}" for cue in report.against]
    lines += [f"  score    {value:+.2f} {name}" for name, value in report.parts.items()]
    lines += [f"  codes    {', '.join(codes)}"] if codes else []
    return lines


def _claim(claim: Claim) -> str:
    figure = ""
    if claim.value is not None:
        figure = f" {claim.value:,}"
    elif claim.min is not None:
        figure = f" {claim.min:,} or more"
    if claim.kind in (ClaimKind.DENIAL, ClaimKind.RESPONSIBILITY):
        figure = ""
    said = f" ({claim.verb})" if claim.verb else ""
    return f"{claim.kind}{figure}: {claim.by or 'the article itself'}{said}, {claim.certainty}"


def _silence(silence: Silence) -> str:
    by = f": {_quoted(silence.by)}" if silence.by else ""
    return f"{silence.category}: {_quoted(silence.heard)} is {silence.why}{by}"


def _quoted(evidence: Evidence) -> str:
    """The words with where they stand: "jets bombed" [text 120-131]."""
    words = " ".join(evidence.text.split())
    return f'"{words}" [{evidence.field} {evidence.start}-{evidence.end}]'


def marked(text: str, spans: Iterable[Span], *, colours: bool) -> str:
    """The text with its spans in brackets, each with what it is; of words that are several things the first kind.

    Kinds come in the order of `_COLOURS`: what fired is always seen.  Of a very long text what stands around them.
    """
    labels: dict[tuple[int, int, str], list[str]] = {}
    taken: set[int] = set()
    for span in sorted(spans, key=lambda span: (list(_COLOURS).index(span.kind), span.start, span.end)):
        known = labels.get((span.start, span.end, span.kind))
        if known is not None:
            known += [span.label] if span.label not in known else []
        elif taken.isdisjoint(range(span.start, span.end)):
            taken.update(range(span.start, span.end))
            labels[span.start, span.end, span.kind] = [span.label]
    parts, done = [], 0
    for (start, end, kind), said in sorted(labels.items()):
        colour, plain = (_COLOURS[kind], _PLAIN) if colours else ("", "")
        parts += [_between(text, done, start), f"{colour}[{text[start:end]} | {', '.join(said)}]{plain}"]
        done = end
    return "".join([*parts, _between(text, done, len(text))])


def _between(text: str, start: int, end: int) -> str:
    """What stands between two marks; of a very long text its beginning and its end."""
    if len(text) <= _WHOLE or end - start <= 3 * _AROUND:
        return text[start:end]
    left_out = f"\n[... {end - start - 2 * _AROUND:,} characters ...]\n"
    return text[start : start + _AROUND] + left_out + text[end - _AROUND : end]


def _spans(reports: Iterable[Report], silences: Iterable[Silence]) -> Iterator[tuple[Span, Field]]:
    for report in reports:
        for evidence in report.evidence:
            yield _span(evidence, "fires", report.category)
        for cue in report.cues:
            yield _span(cue.evidence, "cue", cue.means)
        for cue in report.against:
            yield _span(cue.evidence, "against", cue.means)
    for silence in silences:
        yield _span(silence.heard, "quiet", f"{silence.category}?")


def _span(evidence: Evidence, kind: str, label: str) -> tuple[Span, Field]:
    return Span(evidence.start, evidence.end, kind, label), evidence.field
