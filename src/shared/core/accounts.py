"""What detection found in one article in, the accounts that are worth handing on out.  Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from shared.core.incidents import name_key
from shared.types import ALERTABLE, Article, Certainty, Claim, Report, Story

AXIS = "ceasefire_violation"
"""Not a deed of its own where the article tells the deed: then it says what that deed breaks, and who says so."""


def accounts(reports: Iterable[Report]) -> list[Report]:
    """The reports that can alert or take an alert back: one for each deed, a ceasefire violation riding along with it.

    Deeds told in one sentence are one to a reader ("air and artillery strikes killed 12"): the gravest leads.
    """
    told = [report for report in reports if report.alerts and report.certainty in ALERTABLE | {Certainty.DENIED}]
    deeds: list[Report] = []
    for deed in sorted((report for report in told if report.category != AXIS), key=_rank):
        at = next((number for number, known in enumerate(deeds) if _is_one(known, deed)), None)
        if at is None:
            deeds.append(deed)
        else:
            deeds[at] = _riding(deeds[at], deed, ())
    alone = []
    for violation in told:
        if violation.category != AXIS:
            continue
        at = next((number for number, deed in enumerate(deeds) if _can_go_together(deed, violation)), None)
        if at is None:
            alone.append(violation)
        else:
            deeds[at] = _riding(deeds[at], violation, violation.claims)
    return deeds + alone


def _rank(report: Report) -> tuple[bool, int, float, str]:
    return report.certainty not in ALERTABLE, -report.severity, -report.score, report.category


def _is_one(lead: Report, other: Report) -> bool:
    """Both are told in one sentence, and equally surely."""
    return lead.sentence == replace(other.sentence, rule=lead.sentence.rule) and lead.certainty is other.certainty


def _riding(lead: Report, other: Report, claims: tuple[Claim, ...]) -> Report:
    return replace(
        lead,
        claims=lead.claims + claims,
        evidence=lead.evidence + other.evidence,
        severity=max(lead.severity, other.severity),
    )


def story_of(report: Report, article: Article, key: str) -> Story:
    """A report with the article it stands in, which lies under this key."""
    return Story(
        report=report,
        url=article.url,
        title=article.title,
        publisher=article.publisher,
        published_at=article.published_at,
        article_key=key,
        raw_sha256=article.raw_sha256,
        from_summary=article.from_summary,
        correlation_id=article.correlation_id,
    )


def revised(
    before: Sequence[Report], after: Sequence[Report], *, is_corrected: bool
) -> list[tuple[Report | None, Report | None]]:
    """The accounts of two readings of an article that differ in a coded field, as pairs of one category.

    None on the left for one that is new, none on the right for one that is told no longer.  Where the article says that
    it is corrected, all that it tells may be what was wrong, and counts as changed.
    """
    old, new = ({report.category: report for report in reports} for reports in (before, after))
    pairs = [(old.get(category), new.get(category)) for category in dict.fromkeys([*old, *new])]
    return [(was, now) for was, now in pairs if is_corrected or _coded(was) != _coded(now)]


def _coded(report: Report | None) -> object:
    if report is None:
        return None
    claims = {
        (claim.kind, name_key(claim.by), claim.certainty, claim.value, claim.min, claim.max) for claim in report.claims
    }
    return report.certainty, report.place.id if report.place else "", claims


def _can_go_together(deed: Report, violation: Report) -> bool:
    if not {deed.certainty, violation.certainty} <= ALERTABLE:
        return False
    if deed.place is None or violation.place is None or deed.place.country == violation.place.country:
        return True
    # What is fired back over a border is told beside the deed; breaches that are counted are a story of their own.
    return all(claim.value is None and claim.min is None for claim in violation.claims)
