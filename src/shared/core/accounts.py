"""What detection found in one article in, the accounts that are worth handing on out.  Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from shared.core.incidents import name_key
from shared.types import ALERTABLE, Certainty, Report

AXIS = "ceasefire_violation"
"""Not a deed of its own where the article tells the deed: then it says what that deed breaks, and who says so."""


def accounts(reports: Iterable[Report]) -> list[Report]:
    """The reports that can alert or take an alert back, a ceasefire violation riding along with its deed."""
    told = [report for report in reports if report.certainty in ALERTABLE | {Certainty.DENIED}]
    deeds = [report for report in told if report.category != AXIS]
    alone = []
    for violation in told:
        if violation.category != AXIS:
            continue
        deed = next((number for number, deed in enumerate(deeds) if _can_go_together(deed, violation)), None)
        if deed is None:
            alone.append(violation)
        else:
            deeds[deed] = replace(
                deeds[deed],
                claims=deeds[deed].claims + violation.claims,
                evidence=deeds[deed].evidence + violation.evidence,
                severity=max(deeds[deed].severity, violation.severity),
            )
    return deeds + alone


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
