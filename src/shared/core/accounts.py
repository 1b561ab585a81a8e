"""What detection found in one article in, the accounts that are worth handing on out.  Pure."""

from collections.abc import Iterable
from dataclasses import replace

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


def _can_go_together(deed: Report, violation: Report) -> bool:
    if not {deed.certainty, violation.certainty} <= ALERTABLE:
        return False
    if deed.place is None or violation.place is None or deed.place.country == violation.place.country:
        return True
    # What is fired back over a border is told beside the deed; breaches that are counted are a story of their own.
    return all(claim.value is None and claim.min is None for claim in violation.claims)
